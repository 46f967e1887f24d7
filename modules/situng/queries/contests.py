"""What a count needs to know of its contest: ballot, form model, map, limits."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from flask import abort
from sqlalchemy import select

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import Ballot, BallotLine, Contest, Election, LegalSetting, Participant
from modules.situng.counting import Width
from modules.situng.layouts import FormModel, model_for
from modules.situng.rules import Limits


@dataclass(frozen=True)
class Line:
    """One line of the ballot."""

    position: int
    number: int
    name: str
    short_name: str
    color: str
    kpu_id: str


@dataclass(frozen=True)
class ContestCount:
    """A contest as the count sees it."""

    contest_id: int
    election_id: int
    election_code: str
    kind: str
    name: str
    map_id: int
    ballot_id: int
    frozen_at: dt.datetime
    lines: tuple[Line, ...]
    model: FormModel

    @property
    def width(self) -> Width:
        """Numbers of votes and cells of a form."""
        return Width(len(self.lines), len(self.model.cells))

    @property
    def numbers(self) -> list[int]:
        """Ballot numbers in ballot order."""
        return [line.number for line in self.lines]


def contest_by_code(election: str, kind: str) -> Contest | None:
    """The contest of an election by their codes, such as ``pemilu-2024`` and ``ppwp``."""
    return db.session.execute(
        select(Contest)
        .join(Election, Election.id == Contest.election_id)
        .where(Election.code == election, Contest.kind == kind)
    ).scalar_one_or_none()


def contest_count(contest_id: int) -> ContestCount:
    """Load a contest with its newest national ballot; 404 when it has none yet."""
    row = db.session.execute(
        select(Contest, Election, Ballot, _forms().label("forms"))
        .join(Election, Election.id == Contest.election_id)
        .join(Ballot, Ballot.contest_id == Contest.id)
        .where(Contest.id == contest_id, Ballot.dapil_id.is_(None))
        .order_by(Ballot.version.desc())
        .limit(1)
    ).first()
    if row is None:
        abort(404)
    contest, election, ballot, forms = row
    lines = db.session.execute(
        select(BallotLine, Participant)
        .join(Participant, Participant.id == BallotLine.participant_id)
        .where(BallotLine.ballot_id == ballot.id)
        .order_by(BallotLine.position)
    )
    return ContestCount(
        contest.id,
        election.id,
        election.code,
        contest.kind,
        contest.name,
        election.map_id,
        ballot.id,
        ballot.frozen_at,
        tuple(
            Line(
                line.position, p.number, line.name, p.short_name, p.color or "#777777", p.kpu_id or str(p.id)
            )
            for line, p in lines
        ),
        model_of(contest.kind, forms),
    )


def _forms() -> Any:
    """Which form each contest of the election is written on, as the setting in force says."""
    return (
        select(LegalSetting.value)
        .where(LegalSetting.election_id == Election.id, LegalSetting.key == "formulir_c_hasil")
        .order_by(LegalSetting.version.desc())
        .limit(1)
        .correlate(Election)
        .scalar_subquery()
    )


def model_of(kind: str, forms: str | None) -> FormModel:
    """The form of a kind of contest: the one that the setting names, else the newest for it; 404 without."""
    found = model_for(kind, (json.loads(forms) if forms else {}).get(kind, ""))
    if found is None:
        abort(404)
    return found


def public_contest(kind: str) -> tuple[str, str] | None:
    """Codes of the newest election that is no rehearsal and has this contest; None without one."""
    row = db.session.execute(
        select(Election.code, Contest.kind)
        .join(Contest, Contest.election_id == Election.id)
        .where(Contest.kind == kind, Election.kind != "simulasi")
        .order_by(Election.voting_day.desc())
        .limit(1)
    ).first()
    return (row.code, row.kind) if row else None


def limits(election_id: int) -> Limits:
    """The settings of an election that warnings use."""
    spare = settings.value(election_id, "surat_suara_cadangan")
    return Limits(settings.value(election_id, "maks_pemilih_tps"), spare.numerator, spare.denominator)
