"""Reads of voters abroad, and of rows that stand twice because of a new place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, func, or_, select, text

from electsys.db import db
from electsys.elections.models import Election
from electsys.identity.access import Scope
from electsys.regions.models import Region, Tps
from electsys.regions.rules import OVERSEAS
from modules.sidalih.models import Voter, VoterRoll
from modules.sidalih.models.abroad import VoterTransfer
from modules.sidalih.models.voters import LISTED
from modules.sidalih.queries.moves import below
from modules.sidalih.rules.abroad import METHODS


@dataclass(frozen=True)
class City:
    """A city of a PPLN: its voters by the way they vote, men and women together."""

    code: str
    name: str
    state: str | None
    stations: dict[str, int]
    voters: dict[str, int]
    unplaced: int = 0

    @property
    def total(self) -> int:
        """All voters."""
        return sum(self.voters.values()) + self.unplaced


def regions_of(scopes: list[Scope], *, abroad: bool) -> list[tuple[Election, str, str]]:
    """(election, 4-digit region, name) of what touches these scopes, whether or not its roll was begun."""
    elections = db.session.scalars(
        select(Election).where(Election.state != "selesai").order_by(Election.voting_day.desc())
    ).all()
    found = []
    for election in elections:
        rows = db.session.execute(
            select(Region.code, Region.name)
            .where(
                Region.map_id == election.map_id,
                Region.level == 2,
                Region.code.startswith(OVERSEAS) if abroad else ~Region.code.startswith(OVERSEAS),
                _touching(Region.code, scopes, election.id),
            )
            .order_by(Region.code)
        )
        found += [(election, row.code, row.name) for row in rows]
    return found


def _touching(column: Any, scopes: list[Scope], election_id: int) -> ColumnElement[bool]:
    """Whether a 4-digit code holds, or lies in, one of the scopes."""
    held = [s.region or "" for s in scopes if s.election in (None, election_id)]
    return or_(false(), *(column.startswith(region[:4]) for region in held))


def cities(election: Election, scopes: list[Scope]) -> list[City]:
    """The cities abroad inside these scopes, with their numbers; three queries however many there are."""
    areas = {
        row.code: row.name
        for row in db.session.execute(
            select(Region.code, Region.name).where(
                Region.map_id == election.map_id,
                Region.level == 2,
                Region.code.startswith(OVERSEAS),
                _touching(Region.code, scopes, election.id),
            )
        )
    }
    return _count(election, areas)


def city(election: Election, code: str) -> City | None:
    """One city, by its four signs."""
    name = db.session.scalar(
        select(Region.name).where(Region.map_id == election.map_id, Region.code == code, Region.level == 2)
    )
    return _count(election, {code: name})[0] if name and code.startswith(OVERSEAS) else None


def _count(election: Election, areas: dict[str, str]) -> list[City]:
    only = [next(iter(areas))] if len(areas) == 1 else []
    state = {
        row.region: row.state
        for row in db.session.execute(
            select(VoterRoll.region, VoterRoll.state).where(
                VoterRoll.election_id == election.id, VoterRoll.region.startswith(OVERSEAS)
            )
        )
    }
    place = func.left(Tps.village_code, 4)
    stations: dict[str, dict[str, int]] = {}
    for code, kind, n in db.session.execute(
        select(place, Tps.kind, func.count())
        .where(
            Tps.election_id == election.id,
            Tps.province == OVERSEAS,
            Tps.state == "aktif",
            *(below(Tps.village_code, each) for each in only),
        )
        .group_by(place, Tps.kind)
    ):
        stations.setdefault(code, {})[kind] = n
    home = func.left(Voter.village_code, 4)
    voters: dict[str, dict[str | None, int]] = {}
    for code, kind, n in db.session.execute(
        select(home, Tps.kind, func.count())
        .outerjoin(Tps, _at(Tps))
        .where(
            Voter.election_id == election.id,
            Voter.province == OVERSEAS,
            Voter.state.in_(LISTED),
            *(below(Voter.village_code, each) for each in only),
        )
        .group_by(home, Tps.kind)
    ):
        voters.setdefault(code, {})[kind] = n
    return [
        City(
            code,
            name,
            state.get(code),
            {method: stations.get(code, {}).get(method, 0) for method in METHODS},
            {method: voters.get(code, {}).get(method, 0) for method in METHODS},
            voters.get(code, {}).get(None, 0),
        )
        for code, name in sorted(areas.items(), key=lambda item: item[1])
    ]


def _at(tps: Any) -> ColumnElement[bool]:
    """Whether a station is the voter's."""
    return and_(
        tps.election_id == Voter.election_id, tps.province == Voter.province, tps.code == Voter.tps_code
    )


def voters_in(election: Election, area: str) -> Any:
    """Voters of a city or place who stand in its list: (voter, station or None)."""
    return (
        select(Voter, Tps)
        .outerjoin(Tps, _at(Tps))
        .where(
            Voter.election_id == election.id,
            Voter.province == area[:2],
            Voter.village_code >= area[:10],
            Voter.village_code < area[:10] + "~",
            Voter.state.in_(LISTED),
        )
        .order_by(Voter.tps_code, Voter.name)
    )


def stations_abroad(election: Election, area: str) -> Sequence[Tps]:
    """Where a city votes: TPSLN, then KSK, then POS."""
    found = db.session.scalars(
        select(Tps)
        .where(
            Tps.election_id == election.id,
            Tps.province == OVERSEAS,
            Tps.state == "aktif",
            below(Tps.village_code, area),
        )
        .order_by(Tps.code)
    ).all()
    return sorted(found, key=lambda tps: (METHODS.index(tps.kind) if tps.kind in METHODS else 9, tps.code))


def twice(election: Election, area: str) -> Sequence[Row[Any]]:
    """Rows abroad or in special places of an area whose NIK stands elsewhere too.

    Columns: away_id, away_name, away_tps, home_id, home_village, home_tps, home_state, roll_state.
    """
    return db.session.execute(
        text("select * from voter_twice(cast(:election as smallint), :area)"),
        {"election": election.id, "area": area},
    ).all()


def transfers(election: Election, area: str) -> Any:
    """Rows at home that made way for rows of an area, with the voter's row there: (transfer, voter)."""
    return (
        select(VoterTransfer, Voter)
        .join(Voter, (Voter.id == VoterTransfer.away_voter_id) & (Voter.province == area[:2]))
        .where(
            VoterTransfer.election_id == election.id,
            below(VoterTransfer.away_tps, area),
            VoterTransfer.undone_at.is_(None),
        )
        .order_by(VoterTransfer.id.desc())
    )
