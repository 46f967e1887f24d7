"""Reads for proposals of dapil: the units of a chamber in an area, their people, neighbours, dapil today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select

from electsys.db import db
from electsys.elections.models import Election
from electsys.identity.access import Scope
from electsys.regions.models import Dapil, DapilVillage, Region
from electsys.regions.outlines import outlines
from electsys.regions.rules import LENGTHS, OVERSEAS
from electsys.workflow.scoping import within
from modules.sidalih.models.dapil import DapilProposal
from modules.sidalih.rules.dapil import Unit, Village, near_in_order
from modules.sidalih.rules.dapil_near import near_on_map

#: Chamber -> level of the units of its dapil, and the chamber above.
UNIT_LEVEL = {"dpr": 2, "dprd_prov": 2, "dprd_kabko": 3}
ABOVE = {"dprd_prov": "dpr", "dprd_kabko": "dprd_prov"}


def chamber_of(body: str, *, dpr: bool = False) -> str | None:
    """The DPRD of a province or kab/kota, or the DPR in a province; None for any other area."""
    if body.startswith(OVERSEAS):
        return None
    if dpr:
        return "dpr" if len(body) == 2 else None
    return {2: "dprd_prov", 4: "dprd_kabko"}.get(len(body))


@dataclass(frozen=True)
class Body:
    """A chamber's area, ready for the rules. ``missing`` names units whose people are not known."""

    units: list[Unit]
    villages: dict[str, list[Village]]
    missing: list[str]
    on_map: bool
    source: str


def body_facts(
    election: Election, body: str, given: Mapping[str, int], given_source: str, chamber: str
) -> Body:
    """The units of a chamber in an area. ``given`` are people by region code that go before the table's.

    Neighbours are read from the map where every unit has an outline (kab/kota); else a unit neighbours those
    before and after it in the order of codes. A unit that today's dapil divide has no dapil of today.
    """
    level = UNIT_LEVEL[chamber]
    rows = list(
        db.session.scalars(
            select(Region)
            .where(
                Region.map_id == election.map_id,
                Region.level.in_((level, level + 1)),
                Region.code >= body,
                Region.code < body + "~",
            )
            .order_by(Region.code)
        )
    )
    people = {r.code: given.get(r.code, r.population) for r in rows}
    own = [r for r in rows if r.level == level]
    parts: dict[str, list[Village]] = {r.code: [] for r in own}
    for r in rows:
        n = people[r.code]
        if r.level > level and n is not None:
            parts[r.code[: LENGTHS[level]]].append(Village(r.code, n))
    # A unit without a number of its own has the sum of its parts, if all of them are known.
    for r in own:
        below = sum(1 for x in rows if x.level > level and x.code.startswith(r.code))
        if people[r.code] is None and below and len(parts[r.code]) == below:
            people[r.code] = sum(v.population for v in parts[r.code])
    paths = outlines(level, body)[0] if level == 2 else {}
    on_map = bool(own) and all(r.code in paths for r in own)
    near = near_on_map(paths) if on_map else near_in_order(r.code for r in own)
    present = _dapil_of(election.map_id, chamber, body, level)
    above = ABOVE.get(chamber)
    upper = _dapil_of(election.map_id, above, body, level) if above else {}
    units = [
        Unit(
            r.code,
            r.name,
            people[r.code] or 0,
            near[r.code],
            present.get(r.code, ""),
            upper.get(r.code, ""),
        )
        for r in own
    ]
    sources = {r.population_source for r in own if r.population_source and r.code not in given}
    source = "; ".join(sorted(sources) + ([given_source] if any(r.code in given for r in own) else []))
    missing = [r.name for r in own if people[r.code] is None]
    return Body(units, parts, missing, on_map, source or given_source)


def _dapil_of(map_id: int, chamber: str, body: str, level: int) -> dict[str, str]:
    """Unit -> the one dapil of a chamber that all its villages lie in; divided units are left out."""
    unit = func.left(DapilVillage.village_code, LENGTHS[level])
    rows = db.session.execute(
        select(unit, func.min(Dapil.code))
        .join(Dapil, Dapil.id == DapilVillage.dapil_id)
        .where(
            Dapil.map_id == map_id,
            Dapil.chamber == chamber,
            DapilVillage.village_code >= body,
            DapilVillage.village_code < body + "~",
        )
        .group_by(unit)
        .having(func.count(Dapil.id.distinct()) == 1)
    )
    return {row[0]: row[1] for row in rows}


def proposals(scopes: list[Scope]) -> Any:
    """Proposals inside the scopes with their area, the newest first."""
    inside = within(region=DapilProposal.body_code, election=DapilProposal.election_id)
    return (
        select(DapilProposal, Region.name, Election.name)
        .join(Election, Election.id == DapilProposal.election_id)
        .join(Region, and_(Region.map_id == Election.map_id, Region.code == DapilProposal.body_code))
        .where(or_(inside(scopes)))
        .order_by(DapilProposal.id.desc())
    )


def dapil_names(codes: set[str], map_id: int) -> dict[str, str]:
    """Code of a dapil -> its name."""
    rows = db.session.execute(
        select(Dapil.code, Dapil.name).where(Dapil.map_id == map_id, Dapil.code.in_(codes))
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class Province:
    """A province and its seats in the DPR today; ``people`` is None where a kab/kota's are not known."""

    code: str
    name: str
    people: int | None
    dapil: int
    seats: int
    #: The newest proposal, if there is one.
    proposal: int | None


def dpr_provinces(election: Election) -> list[Province]:
    """The provinces with their people, their dapil and seats of the DPR, and their newest proposal."""
    named = db.session.execute(
        select(Region.code, Region.name)
        .where(Region.map_id == election.map_id, Region.level == 1, ~Region.code.startswith(OVERSEAS))
        .order_by(Region.code)
    ).all()
    area = func.left(Region.code, 2)
    people: dict[str, int | None] = {
        row[0]: row[1] if row[2] else None
        for row in db.session.execute(
            select(area, func.sum(Region.population), func.bool_and(Region.population.is_not(None)))
            .where(Region.map_id == election.map_id, Region.level == 2)
            .group_by(area)
        )
    }
    seats = {row[0]: (row[1], row[2]) for row in db.session.execute(_dpr_seats(election.map_id))}
    newest: dict[str, int] = dict(
        db.session.execute(
            select(DapilProposal.body_code, func.max(DapilProposal.id))
            .where(DapilProposal.election_id == election.id, DapilProposal.chamber == "dpr")
            .group_by(DapilProposal.body_code)
        ).all()
    )
    return [
        Province(code, name, people.get(code), *seats.get(code, (0, 0)), newest.get(code))
        for code, name in named
    ]


def dpr_seats(election: Election, province: str) -> int | None:
    """Seats of the dapil of the DPR that lie in a province today; None where they are not known."""
    found = {row[0]: row[2] for row in db.session.execute(_dpr_seats(election.map_id))}
    return found.get(province) or None


def _dpr_seats(map_id: int) -> Any:
    """(province, dapil, seats) of the DPR, by the villages of its dapil; Jakarta II lies in Jakarta."""
    held = (
        select(
            Dapil.id,
            Dapil.seats,
            func.min(func.left(DapilVillage.village_code, 2)).label("province"),
        )
        .join(DapilVillage, DapilVillage.dapil_id == Dapil.id)
        .where(Dapil.map_id == map_id, Dapil.chamber == "dpr")
        .group_by(Dapil.id, Dapil.seats)
        .subquery()
    )
    return select(held.c.province, func.count(), func.coalesce(func.sum(held.c.seats), 0)).group_by(
        held.c.province
    )
