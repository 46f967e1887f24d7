"""Reads of what was determined: versions, parts, elected, and what a version changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import aliased

from electsys.db import db
from electsys.elections.models import BallotLine, Contest, Election, Participant
from electsys.regions.models import Dapil
from modules.sirekap.models import Determination, DeterminationPart, DeterminationResult, Recap


def decided_before(contest_id: int, area: str, version: int | None = None) -> Determination | None:
    """The newest version that was determined; with ``version`` the newest before it."""
    statement = select(Determination).where(
        Determination.contest_id == contest_id,
        Determination.area == area,
        Determination.state == "ditetapkan",
    )
    if version is not None:
        statement = statement.where(Determination.version < version)
    return db.session.scalars(statement.order_by(Determination.version.desc()).limit(1)).one_or_none()


def versions_of(contest_id: int, area: str) -> list[Determination]:
    """Every version that was determined, the newest first."""
    return list(
        db.session.scalars(
            select(Determination)
            .where(
                Determination.contest_id == contest_id,
                Determination.area == area,
                Determination.state == "ditetapkan",
            )
            .order_by(Determination.version.desc())
        )
    )


def in_force(election_id: int) -> Select[Any]:
    """The newest determined version of each contest and area of an election."""
    newer = aliased(Determination)
    return (
        select(Determination)
        .join(Contest, Contest.id == Determination.contest_id)
        .where(
            Determination.election_id == election_id,
            Determination.state == "ditetapkan",
            ~select(newer.id)
            .where(
                newer.contest_id == Determination.contest_id,
                newer.area == Determination.area,
                newer.state == "ditetapkan",
                newer.version > Determination.version,
            )
            .exists(),
        )
        .order_by(Contest.id, Determination.area)
    )


def elections_with_results() -> list[Election]:
    """The elections of which something is determined, the newest first."""
    of = select(Determination.election_id).where(Determination.state == "ditetapkan")
    newest = Election.voting_day.desc()
    return list(db.session.scalars(select(Election).where(Election.id.in_(of)).order_by(newest)))


def participants_of(contest_id: int) -> dict[int, Participant]:
    """The participants of a contest by id."""
    rows = db.session.scalars(select(Participant).where(Participant.contest_id == contest_id))
    return {row.id: row for row in rows}


def elected_in(determination_id: int) -> Select[*tuple[Any, ...]]:
    """Who is elected, dapil by dapil: (result, part, participant)."""
    return _results(determination_id).where(DeterminationResult.elected)


def results_of(determination_id: int, part_id: int | None = None) -> dict[int, list[Any]]:
    """Everything of each part, or of one: parties in the order of their number, candidates by rank."""
    rows = db.session.execute(
        select(DeterminationResult, Participant)
        .join(Participant, Participant.id == DeterminationResult.participant_id)
        .where(
            DeterminationResult.determination_id == determination_id,
            *([DeterminationResult.part_id == part_id] if part_id is not None else []),
        )
        .order_by(
            Participant.number,
            DeterminationResult.candidate_number.is_not(None),
            DeterminationResult.rank,
            DeterminationResult.candidate_number,
        )
    )
    found: dict[int, list[Any]] = {}
    for won, who in rows:
        found.setdefault(won.part_id, []).append((won, who))
    return found


def _results(determination_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(DeterminationResult, DeterminationPart, Participant)
        .join(DeterminationPart, DeterminationPart.id == DeterminationResult.part_id)
        .join(Participant, Participant.id == DeterminationResult.participant_id)
        .outerjoin(Dapil, Dapil.id == DeterminationPart.dapil_id)
        .where(DeterminationResult.determination_id == determination_id)
        .order_by(
            DeterminationPart.key,
            Participant.number,
            DeterminationResult.rank,
        )
    )


def struck_lines(row: Determination) -> dict[int | None, list[tuple[int, int | None]]]:
    """Lines (number, candidate) that are printed but may not be elected, by dapil, of the ballots summed."""
    found: dict[int | None, list[tuple[int, int | None]]] = {}
    for dapil_id, number, candidate in db.session.execute(
        select(Recap.dapil_id, Participant.number, BallotLine.candidate_number)
        .join(BallotLine, BallotLine.ballot_id == Recap.ballot_id)
        .join(Participant, Participant.id == BallotLine.participant_id)
        .where(Recap.id.in_([recap for recap, _version in row.recaps]), BallotLine.struck)
        .order_by(BallotLine.position)
    ):
        found.setdefault(dapil_id, []).append((number, candidate))
    return found


@dataclass(frozen=True)
class Change:
    """What a version changed for somebody: votes, seats, elected; None where there was no such row."""

    part: str
    name: str
    party: str
    candidate: int | None
    votes: tuple[int | None, int | None]
    seats: tuple[int | None, int | None]
    elected: tuple[bool | None, bool | None]


def difference(old: Determination, new: Determination) -> list[Change]:
    """Every row that differs between two versions, in the order of parts and numbers."""
    sides = []
    for version in (old, new):
        sides.append(
            select(
                DeterminationPart.key.label("part"),
                DeterminationPart.name.label("part_name"),
                DeterminationResult.participant_id.label("participant"),
                DeterminationResult.candidate_number.label("candidate"),
                DeterminationResult.name.label("name"),
                DeterminationResult.votes.label("votes"),
                DeterminationResult.seats.label("seats"),
                DeterminationResult.elected.label("elected"),
            )
            .join(DeterminationPart, DeterminationPart.id == DeterminationResult.part_id)
            .where(DeterminationResult.determination_id == version.id)
            .subquery()
        )
    a, b = (side.c for side in sides)
    same = and_(
        a.part == b.part,
        a.participant == b.participant,
        # A full join wants plain equality; no candidate has a number below 1.
        func.coalesce(a.candidate, 0) == func.coalesce(b.candidate, 0),
    )
    rows = db.session.execute(
        select(sides[0], sides[1])
        .select_from(sides[0].outerjoin(sides[1], same, full=True))
        .where(
            a.votes.is_distinct_from(b.votes)
            | a.seats.is_distinct_from(b.seats)
            | a.elected.is_distinct_from(b.elected)
        )
    ).all()
    names = participants_of(new.contest_id)
    found = []
    for row in rows:
        before, after = tuple(row)[:8], tuple(row)[8:]
        shown = after if after[0] is not None else before
        found.append(
            (
                (shown[0], names[shown[2]].number, shown[3] or 0),
                Change(
                    shown[1],
                    shown[4],
                    names[shown[2]].short_name,
                    shown[3],
                    (before[5], after[5]),
                    (before[6], after[6]),
                    (before[7], after[7]),
                ),
            )
        )
    return [change for _key, change in sorted(found, key=lambda pair: pair[0])]
