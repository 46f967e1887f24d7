"""Visits to offices and boards that are due in an area, of all parties at once: what a phone takes along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import func, literal, select
from sqlalchemy.orm import joinedload

from electsys.db import db
from modules.sipol.models import (
    FactualCheck,
    PartyBoard,
    PartyOffice,
    PartyOfficer,
    PartyRegistration,
    PartyVerdict,
)
from modules.sipol.queries.conclusions import BEFORE
from modules.sipol.queries.factual import STEPS, Visited, wanted_in
from modules.sipol.rules.factual import ASPECTS
from modules.sipol.rules.verdicts import REPAIRED

Row = TypeVar("Row", FactualCheck, PartyVerdict)


@dataclass(frozen=True)
class Due:
    """A party that is visited in an area: its aspects, what Sipol has of them, what visits found so far."""

    registration: PartyRegistration
    aspects: tuple[str, ...]
    visited: Visited
    checks: dict[str, FactualCheck]


def due_in(election_id: int, region: str) -> list[Due]:
    """The parties whose factual step runs and that have an office or a board in this very area, by name.

    Left out is what was met before a repair, and every area whose factual work was closed. The number of
    queries does not depend on the number of parties.
    """
    running = list(
        db.session.scalars(
            select(PartyRegistration)
            .where(
                PartyRegistration.election_id == election_id,
                PartyRegistration.state.in_(STEPS),
                func.starts_with(literal(region), PartyRegistration.region),
            )
            .options(joinedload(PartyRegistration.party))
        )
    )
    if not running:
        return []
    sequences, there = _sequences(running), _visited(running, region)
    checks, verdicts = _checks(running, region), _verdicts(running, region)
    found = []
    for row in sorted(running, key=lambda each: each.party.name):
        visited, now = there.get(row.id), (row.state, sequences[row.id])
        own = verdicts.get(row.id, [])
        if visited is None or any((v.step, v.sequence) == now for v in own):
            continue
        kept = {
            v.aspect
            for v in own
            if REPAIRED[row.state] and (v.step, v.sequence, v.state) == (STEPS[0], now[1], "ms")
        }
        wanted = tuple(a for a in wanted_in(row, region) if a in ASPECTS and a not in kept)
        if wanted:
            mine = {c.aspect: c for c in checks.get(row.id, ()) if (c.step, c.sequence) == now}
            found.append(Due(row, wanted, visited, mine))
    return found


def _sequences(running: Sequence[PartyRegistration]) -> dict[int, int]:
    """Registration -> which time its step is done, as :func:`conclusions.sequence_of` says it of one."""
    done = {
        (key, step): int(last)
        for key, step, last in db.session.execute(
            select(PartyVerdict.registration_id, PartyVerdict.step, func.max(PartyVerdict.sequence))
            .join(PartyRegistration, PartyRegistration.id == PartyVerdict.registration_id)
            .where(
                PartyVerdict.registration_id.in_([row.id for row in running]),
                PartyVerdict.region == PartyRegistration.region,
                PartyVerdict.aspect == "akhir",
            )
            .group_by(PartyVerdict.registration_id, PartyVerdict.step)
        )
    }
    found = {}
    for row in running:
        first = BEFORE.get(row.state, row.state)
        last = done.get((row.id, first), 0)
        found[row.id] = last + 1 if row.state == first else last or 1
    return found


def _visited(running: Sequence[PartyRegistration], region: str) -> dict[int, Visited]:
    ids = [row.id for row in running]
    offices = {
        row.registration_id: row
        for row in db.session.scalars(
            select(PartyOffice).where(PartyOffice.registration_id.in_(ids), PartyOffice.region == region)
        )
    }
    boards = {
        row.registration_id: row
        for row in db.session.scalars(
            select(PartyBoard).where(PartyBoard.registration_id.in_(ids), PartyBoard.region == region)
        )
    }
    people = defaultdict(list)
    for officer in db.session.execute(
        select(PartyOfficer.board_id, PartyOfficer.office, PartyOfficer.name, PartyOfficer.sex).where(
            PartyOfficer.board_id.in_([board.id for board in boards.values()])
        )
    ):
        people[officer.board_id].append(officer)
    found = {}
    for key in offices.keys() | boards.keys():
        board = boards.get(key)
        officers = people.get(board.id, []) if board is not None else []
        found[key] = Visited(
            offices.get(key),
            board,
            {o.office: o.name for o in officers if o.office != "anggota"},
            len(officers),
            sum(o.sex == "P" for o in officers),
        )
    return found


def _checks(running: Sequence[PartyRegistration], region: str) -> dict[int, list[FactualCheck]]:
    return _by_party(
        db.session.scalars(
            select(FactualCheck)
            .where(
                FactualCheck.registration_id.in_([row.id for row in running]), FactualCheck.region == region
            )
            .order_by(FactualCheck.id)
        )
    )


def _verdicts(running: Sequence[PartyRegistration], region: str) -> dict[int, list[PartyVerdict]]:
    return _by_party(
        db.session.scalars(
            select(PartyVerdict).where(
                PartyVerdict.registration_id.in_([row.id for row in running]),
                PartyVerdict.region == region,
                PartyVerdict.step.in_(STEPS),
            )
        )
    )


def _by_party(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.registration_id].append(row)
    return found
