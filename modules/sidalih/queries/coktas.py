"""Reads of the limited visit (coktas): frames, samples, what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from electsys.db import db
from modules.sidalih.models import LimitedVisit, LimitedVisitVoter, Quarter, Voter
from modules.sidalih.rules import coktas as rules


@dataclass(frozen=True)
class Found:
    """How far a sample is visited: outcome -> voters; ``left`` were not visited yet."""

    outcomes: dict[str, int]
    left: int

    @property
    def done(self) -> int:
        """Voters with an outcome."""
        return sum(self.outcomes.values())


def visit_of(quarter_id: int) -> LimitedVisit | None:
    """The frame or sample of a quarter that stands."""
    return db.session.scalars(
        select(LimitedVisit).where(LimitedVisit.quarter_id == quarter_id, LimitedVisit.state != "dibuang")
    ).one_or_none()


def visits_of(roll_id: int) -> Sequence[Any]:
    """(visit, quarter) of a kab/kota, the newest first."""
    return db.session.execute(
        select(LimitedVisit, Quarter)
        .join(Quarter, Quarter.id == LimitedVisit.quarter_id)
        .where(Quarter.roll_id == roll_id)
        .order_by(LimitedVisit.id.desc())
    ).all()


def frame_of(visit_id: int) -> list[int]:
    """The keys of the frame, in order."""
    return list(
        db.session.scalars(
            select(LimitedVisitVoter.voter_id)
            .where(LimitedVisitVoter.visit_id == visit_id)
            .order_by(LimitedVisitVoter.voter_id)
        )
    )


def frame_rows(visit_id: int) -> Sequence[Any]:
    """(key, village, rank or None) of the frame, in order of the keys."""
    return db.session.execute(
        select(LimitedVisitVoter.voter_id, LimitedVisitVoter.village_code, LimitedVisitVoter.rank)
        .where(LimitedVisitVoter.visit_id == visit_id)
        .order_by(LimitedVisitVoter.voter_id)
    ).all()


def sample_of(visit: LimitedVisit) -> Any:
    """(row of the sample, voter) in the order of the draw."""
    return (
        select(LimitedVisitVoter, Voter)
        .join(
            Voter,
            (Voter.id == LimitedVisitVoter.voter_id) & (Voter.province == LimitedVisitVoter.province),
        )
        .where(LimitedVisitVoter.visit_id == visit.id, LimitedVisitVoter.rank.is_not(None))
        .order_by(LimitedVisitVoter.rank)
    )


def found_in(visit_id: int) -> Found:
    """What the visits of a sample found so far."""
    rows: dict[str | None, int] = dict(
        db.session.execute(
            select(LimitedVisitVoter.outcome, func.count())
            .where(LimitedVisitVoter.visit_id == visit_id, LimitedVisitVoter.rank.is_not(None))
            .group_by(LimitedVisitVoter.outcome)
        ).all()
    )
    return Found({kind: n for kind, n in rows.items() if kind is not None}, rows.get(None, 0))


def drawn_again(visit: LimitedVisit) -> bool:
    """Whether frame and seed, drawn once more, give the sample that stands."""
    keys = frame_of(visit.id)
    again = rules.draw(keys, visit.seed or "", visit.size or 0)
    standing = list(
        db.session.scalars(
            select(LimitedVisitVoter.voter_id)
            .where(LimitedVisitVoter.visit_id == visit.id, LimitedVisitVoter.rank.is_not(None))
            .order_by(LimitedVisitVoter.rank)
        )
    )
    return (
        rules.digest(keys) == visit.frame_digest
        and again == standing
        and rules.digest(again) == visit.sample_digest
    )
