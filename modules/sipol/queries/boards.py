"""Reads of boards, their officers, offices and accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, func, literal, select, text

from electsys.db import db
from electsys.elections.models import Election
from electsys.regions.models import Region
from electsys.regions.rules import OVERSEAS
from modules.sipol.models import (
    PartyAccount,
    PartyBoard,
    PartyDocument,
    PartyOffice,
    PartyOfficer,
    PartyRegistration,
)
from modules.sipol.rules.boards import OFFICES, TRIO

#: The three first, in the order of the law; then as they were entered.
RANK = case({office: n for n, office in enumerate(OFFICES)}, value=PartyOfficer.office)


class Elsewhere(NamedTuple):
    """Another board of the same party in which a person stands."""

    region: str
    title: str


def board_of(registration_id: int, region: str) -> PartyBoard | None:
    """The board of a party in an area."""
    return db.session.scalar(
        select(PartyBoard).where(PartyBoard.registration_id == registration_id, PartyBoard.region == region)
    )


def officers_of(board_id: int) -> Sequence[PartyOfficer]:
    """The officers of a board."""
    return db.session.scalars(
        select(PartyOfficer)
        .where(PartyOfficer.board_id == board_id)
        .order_by(RANK, PartyOfficer.position, PartyOfficer.id)
    ).all()


def other_boards(officers: Iterable[PartyOfficer], election_id: int) -> dict[bytes, list[Elsewhere]]:
    """Blind index -> other boards of the same party in which that person stands."""
    rows = list(officers)
    if not rows:
        return {}
    found = db.session.execute(
        select(PartyOfficer.nik_index, PartyOfficer.region, PartyOfficer.title)
        .join(PartyBoard, PartyBoard.id == PartyOfficer.board_id)
        .join(PartyRegistration, PartyRegistration.id == PartyBoard.registration_id)
        .where(
            PartyRegistration.election_id == election_id,
            PartyOfficer.party_id == rows[0].party_id,
            PartyOfficer.nik_index.in_({bytes(row.nik_index) for row in rows}),
            PartyOfficer.board_id != rows[0].board_id,
        )
        .order_by(PartyOfficer.region)
    )
    named: dict[bytes, list[Elsewhere]] = {}
    for index, region, title in found:
        named.setdefault(bytes(index), []).append(Elsewhere(region, title))
    return named


#: Officers that a warning counts one by one; beyond it says "more than".
UNLISTED_MOST = 1_000


def unlisted(
    registration: PartyRegistration, region: str, *, alone: bool = False, most: int | None = None
) -> Select[Any]:
    """Ids of officers under an area, or of its board alone, who stand in no row of the party's own members.

    The law does not ask for it: officers are members by the statutes of parties. So this warns, and bars
    nobody. They are found by the blind index of the NIK.
    """
    found = func.party_officers_unlisted(registration.id, region, alone, most).table_valued("id")
    return select(found.c.id)


def unlisted_count(registration: PartyRegistration, prefix: str) -> int:
    """How many they are, at most one more than :data:`UNLISTED_MOST`."""
    some = unlisted(registration, prefix, most=UNLISTED_MOST + 1).subquery()
    return int(db.session.scalar(select(func.count()).select_from(some)) or 0)


def in_other_parties(election_id: int, party_id: int, indexes: Iterable[bytes]) -> set[bytes]:
    """Which of these people stand in a board of another party too; not in which (domain.md 3.5)."""
    wanted = [bytes(index) for index in indexes]
    if not wanted:
        return set()
    rows = db.session.scalars(
        text("select * from party_officers_elsewhere(cast(:e as smallint), :p, :wanted)"),
        {"e": election_id, "p": party_id, "wanted": wanted},
    )
    return {bytes(index) for index in rows}


def office_of(registration_id: int, region: str) -> PartyOffice | None:
    """The office of a party in an area."""
    return db.session.scalar(
        select(PartyOffice).where(
            PartyOffice.registration_id == registration_id, PartyOffice.region == region
        )
    )


def account_of(registration_id: int, region: str) -> PartyAccount | None:
    """The bank account of a party in an area."""
    return db.session.scalar(
        select(PartyAccount).where(
            PartyAccount.registration_id == registration_id, PartyAccount.region == region
        )
    )


def neighbours(election: Election, code: str) -> list[str]:
    """The codes at the level of ``code`` under the same parent, in order; none for the centre."""
    return below(election, code[:-2]) if code else []


def below(election: Election, code: str) -> list[str]:
    """The codes one level under ``code``, in order, down to kecamatan and without those abroad."""
    return list(
        db.session.scalars(
            select(Region.code)
            .where(
                Region.map_id == election.map_id,
                Region.parent_code == code,
                Region.level < 4,
                ~Region.code.startswith(OVERSEAS),
            )
            .order_by(Region.code)
        )
    )


def with_board(registration_id: int, codes: Sequence[str]) -> set[str]:
    """Which of these areas have a board."""
    return set(
        db.session.scalars(
            select(PartyBoard.region).where(
                PartyBoard.registration_id == registration_id, PartyBoard.region.in_(codes)
            )
        )
    )


def _counted(condition: Any = None) -> Any:
    number = func.count() if condition is None else func.count().filter(condition)
    return (
        select(number).where(PartyOfficer.board_id == PartyBoard.id).correlate(PartyBoard).scalar_subquery()
    )


OFFICERS = _counted()
WOMEN = _counted(PartyOfficer.sex == "P")
OF_THE_TRIO = _counted(PartyOfficer.office.in_(TRIO))
HAS_DECREE = (
    select(PartyDocument.id)
    .where(
        PartyDocument.registration_id == PartyBoard.registration_id,
        PartyDocument.region == PartyBoard.region,
        PartyDocument.kind == "sk_kepengurusan",
        PartyDocument.current,
    )
    .correlate(PartyBoard)
    .exists()
)


def boards_in(registration: PartyRegistration, election: Election, prefix: str) -> Select[Any]:
    """A line for every area under ``prefix``, with its board or none: (code, name, board, officers, women, of
    the three, decree). The centre has no row on the map and stands on its own page."""
    return (
        select(
            Region.code,
            Region.name,
            PartyBoard,
            OFFICERS.label("officers"),
            WOMEN.label("women"),
            OF_THE_TRIO.label("trio"),
            HAS_DECREE.label("decree"),
        )
        .outerjoin(
            PartyBoard,
            and_(PartyBoard.registration_id == registration.id, PartyBoard.region == Region.code),
        )
        .where(
            Region.map_id == election.map_id,
            Region.level.between(1, 3),
            ~Region.code.startswith(OVERSEAS),
            Region.code.startswith(prefix),
            Region.code.startswith(registration.region),
        )
        .order_by(Region.code)
    )


def incomplete() -> Any:
    """The condition that a board lacks one of the three."""
    return literal(len(TRIO)) > OF_THE_TRIO


def officers_in(registration: PartyRegistration, election: Election, prefix: str) -> Any:
    """The officers of the party's boards under ``prefix``: (officer, name of the area)."""
    return (
        select(PartyOfficer, Region.name)
        .join(PartyBoard, PartyBoard.id == PartyOfficer.board_id)
        .outerjoin(Region, and_(Region.map_id == election.map_id, Region.code == PartyOfficer.region))
        .where(PartyBoard.registration_id == registration.id, PartyOfficer.region.startswith(prefix))
        .order_by(PartyOfficer.region, RANK, PartyOfficer.position)
    )
