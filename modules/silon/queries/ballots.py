"""Reads of ballots: those of a body, of a nomination, their lines, versions and approvals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select

from electsys.db import db
from electsys.elections.models import Ballot, BallotLine, Contest, Participant
from electsys.regions.models import Dapil
from modules.silon.models import ListingReview, Nomination

#: Nominations whose names are on a ballot.
FINAL = ("dct", "perubahan_dct")


def of_body(contest_id: int, region: str) -> Sequence[Any]:
    """The newest ballot of each dapil of a body: (ballot, dapil, lines, approved, objected)."""
    later = select(func.max(Ballot.version)).where(
        Ballot.contest_id == contest_id, Ballot.dapil_id == Dapil.id
    )
    lines = select(func.count()).where(BallotLine.ballot_id == Ballot.id).correlate(Ballot)
    return db.session.execute(
        select(
            Ballot,
            Dapil,
            lines.scalar_subquery().label("lines"),
            _said("sesuai").label("approved"),
            _said("koreksi").label("objected"),
        )
        .join(Dapil, Dapil.id == Ballot.dapil_id)
        .where(
            Ballot.contest_id == contest_id,
            Dapil.body_code == region,
            Ballot.version == later.correlate(Dapil).scalar_subquery(),
        )
        .order_by(Dapil.code)
    ).all()


def _said(outcome: str) -> Any:
    newest = (
        select(func.max(ListingReview.id).label("id"))
        .where(ListingReview.ballot_id == Ballot.id)
        .group_by(ListingReview.nomination_id)
        .correlate(Ballot)
    )
    return (
        select(func.count())
        .where(ListingReview.id.in_(newest), ListingReview.outcome == outcome)
        .correlate(Ballot)
        .scalar_subquery()
    )


def of_nomination(row: Nomination) -> Ballot | None:
    """The newest ballot of the place where a nomination stands."""
    where = (
        Ballot.dapil_id == row.dapil_id
        if row.dapil_id is not None
        else or_(
            Ballot.dapil_id.is_(None),
            Ballot.dapil_id.in_(
                select(Dapil.id).where(Dapil.chamber == "dpd", Dapil.body_code == row.region)
            ),
        )
    )
    if row.state not in FINAL:
        return None
    return db.session.scalars(
        select(Ballot)
        .where(Ballot.contest_id == row.contest_id, where)
        .order_by(Ballot.version.desc())
        .limit(1)
    ).one_or_none()


def lines(ballot_id: int) -> Sequence[Any]:
    """The lines of a ballot with their participants, in the order of votes."""
    return db.session.execute(
        select(BallotLine, Participant)
        .join(Participant, Participant.id == BallotLine.participant_id)
        .where(BallotLine.ballot_id == ballot_id)
        .order_by(BallotLine.position)
    ).all()


def versions(row: Ballot) -> Sequence[Ballot]:
    """Every version of the ballot of a place, the newest first."""
    return db.session.scalars(
        select(Ballot)
        .where(Ballot.contest_id == row.contest_id, Ballot.dapil_id.is_not_distinct_from(row.dapil_id))
        .order_by(Ballot.version.desc())
    ).all()


def reviews(row: Ballot) -> Sequence[Any]:
    """What each participant said last of this version: (nomination, review or None)."""
    dapil = db.session.get(Dapil, row.dapil_id) if row.dapil_id else None
    region = dapil.body_code if dapil else db.session.get_one(Contest, row.contest_id).region_code
    here = (
        Nomination.dapil_id == row.dapil_id
        if dapil is not None and dapil.chamber != "dpd"
        else and_(Nomination.dapil_id.is_(None), Nomination.region == region)
    )
    newest = (
        select(func.max(ListingReview.id))
        .where(ListingReview.nomination_id == Nomination.id, ListingReview.ballot_id == row.id)
        .correlate(Nomination)
        .scalar_subquery()
    )
    return db.session.execute(
        select(Nomination, ListingReview)
        .outerjoin(ListingReview, ListingReview.id == newest)
        .where(Nomination.contest_id == row.contest_id, here, Nomination.state.in_(FINAL))
        .order_by(Nomination.number)
    ).all()
