"""What a party has in every area of the map, in a handful of statements whatever its size (domain.md 3.1)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select, text

from electsys.db import db
from electsys.elections.models import Election
from electsys.regions.models import Region
from electsys.regions.rules import OVERSEAS
from modules.sipol.models import (
    PartyAccount,
    PartyDocument,
    PartyOffice,
    PartyRegistration,
)
from modules.sipol.rules.requirements import CORE, Area

#: States of a registration in which new members are claims that nobody has judged yet.
ENTRY = ("akses", "input", "diajukan", "dikembalikan", "vermin")
REPAIR = ("bms_vermin", "vermin_perbaikan", "bms_verfak", "verfak_perbaikan")


def counted_states(state: str) -> tuple[str, ...]:
    """States of a member's row that count while the registration has ``state``.

    Until the first verification ends every claim counts that was not refused; during repairs those found
    right and the new ones; from then on only those found right.
    """
    if state in ENTRY:
        return ("baru", "ms", "bms")
    return ("ms", "baru") if state in REPAIR else ("ms",)


def below(column: Any, root: str) -> ColumnElement[bool]:
    """Whether a code is ``root`` or lies inside it: a range, so that one plan serves every code."""
    return and_(column >= root, column < root + "~")


def areas_of(registration: PartyRegistration, root: str = "") -> dict[str, Area]:
    """Every area at and below ``root`` down to the kecamatan, with what the party has there.

    Six statements. Boards and members come from functions that ask the second lock once for ``root``: who may
    not see all of it gets no numbers at all, so ask for a part that the reader may see.
    """
    election = db.session.get_one(Election, registration.election_id)
    boards = _boards(registration, root)
    documents = _documents(registration, root)
    offices = _places(PartyOffice, registration, root)
    accounts = _places(PartyAccount, registration, root)
    members = members_by(registration, root, 4)
    named: list[tuple[str, str, int | None]] = [] if root else [("", "", None)]
    named += [(row.code, row.name, row.population) for row in _regions(election.map_id, root)]
    found = {}
    for code, name, population in named:
        board = boards.get(code)
        found[code] = Area(
            code,
            name,
            population,
            board is not None,
            board.core if board else frozenset(),
            board.people if board else 0,
            board.women if board else 0,
            code in offices,
            code in accounts,
            documents.get(code, frozenset()),
            members.get(code, 0),
        )
    return found


class _Board(NamedTuple):
    core: frozenset[str]
    people: int
    women: int


def _boards(registration: PartyRegistration, root: str) -> dict[str, _Board]:
    rows = db.session.execute(
        text("select * from party_board_counts(:registration, :root)"),
        {"registration": registration.id, "root": root},
    ).all()
    whole = frozenset(CORE)
    return {
        row.region: _Board(
            whole if len(row.core or ()) == len(CORE) else frozenset(row.core or ()), row.people, row.women
        )
        for row in rows
    }


def _places(
    model: type[PartyOffice] | type[PartyAccount], registration: PartyRegistration, root: str
) -> set[str]:
    return set(
        db.session.scalars(
            select(model.region).where(model.registration_id == registration.id, below(model.region, root))
        )
    )


def _documents(registration: PartyRegistration, root: str) -> dict[str, frozenset[str]]:
    rows = db.session.execute(
        select(PartyDocument.region, PartyDocument.kind).where(
            PartyDocument.registration_id == registration.id,
            PartyDocument.current,
            below(PartyDocument.region, root),
        )
    ).all()
    found: dict[str, set[str]] = defaultdict(set)
    for region, kind in rows:
        found[region].add(kind)
    return {region: frozenset(kinds) for region, kinds in found.items()}


def members_by(registration: PartyRegistration, root: str = "", digits: int = 4) -> dict[str, int]:
    """Members that count, by the first ``digits`` of their village (4: kab/kota, 6: kecamatan)."""
    rows = db.session.execute(
        text("select area, n from party_member_counts(:registration, :root, :states, :digits)"),
        {
            "registration": registration.id,
            "root": root,
            "states": list(counted_states(registration.state)),
            "digits": digits,
        },
    )
    return {row[0]: row[1] for row in rows}


def _regions(map_id: int, root: str) -> Any:
    return db.session.execute(
        select(Region.code, Region.name, Region.population)
        .where(
            Region.map_id == map_id,
            Region.level <= 3,
            below(Region.code, root),
            ~func.starts_with(Region.code, OVERSEAS),
        )
        .order_by(Region.code)
    )
