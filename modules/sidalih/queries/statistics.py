"""The numbers of frozen lists for any area: from the nation down to the polling station."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select

from electsys.db import db
from electsys.elections.models import Election
from electsys.regions import queries as regions
from electsys.regions.models import Region, Tps
from electsys.regions.rules import LENGTHS, LEVELS
from modules.sidalih.models import AreaCount, VoterList, VoterRoll
from modules.sidalih.queries.lists import newest_of_stage

#: Stages that anybody may see; those before are the office's own.
PUBLIC = ("dps", "dpshp", "dpt")


@dataclass
class Numbers:
    """The voters of an area in a list, with the facts of :class:`AreaCount`; ``rolls`` counts kab/kota."""

    code: str
    name: str
    stations: int = 0
    male: int = 0
    female: int = 0
    rolls: int = 0
    facts: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Men and women."""
        return self.male + self.female

    def fact(self, name: str) -> int:
        """One fact, men and women."""
        return sum(self.facts.get(name, (0, 0)))

    def starting(self, prefix: str) -> dict[str, tuple[int, int]]:
        """The facts of a family of names, by what follows the prefix."""
        return {k.removeprefix(prefix): v for k, v in self.facts.items() if k.startswith(prefix)}

    def add(self, row: AreaCount) -> None:
        """Add the numbers of one list."""
        self.stations += row.stations
        self.male += row.male
        self.female += row.female
        self.rolls += 1
        for name, (male, female) in row.facts.items():
            before = self.facts.get(name, (0, 0))
            self.facts[name] = (before[0] + male, before[1] + female)


@dataclass(frozen=True)
class AreaPage:
    """An area with its parts, in the newest lists of a stage."""

    election: Election
    stage: str
    area: Numbers
    parts: list[Numbers]
    #: (code, name) of the areas above, the nation first.
    path: list[tuple[str, str]]
    #: Kab/kota that have no list of the stage yet, of how many there are.
    missing: int
    expected: int


def area_page(election: Election, stage: str, code: str) -> AreaPage | None:
    """The numbers of an area and its parts; None where the map does not know the code."""
    length = len(code)
    if length not in LEVELS or length == 13:
        return None
    here = regions.region(code, election.map_id) if code else None
    if code and here is None:
        return None
    area, parts = _above(election, stage, code) if length < 4 else _inside(election, stage, code)
    area.name = here.name if here else "Indonesia"
    _name(election, parts, length)
    expected = (
        db.session.scalar(
            select(func.count()).where(
                Region.map_id == election.map_id, Region.level == 2, func.starts_with(Region.code, code[:4])
            )
        )
        or 0
    )
    path = [("", "Indonesia"), *((r.code, r.name) for r in regions.ancestors(code, election.map_id))]
    return AreaPage(election, stage, area, parts, path if code else [], expected - area.rolls, expected)


def _above(election: Election, stage: str, code: str) -> tuple[Numbers, list[Numbers]]:
    """The nation or a province: the lists of its kab/kota, summed."""
    newest = newest_of_stage(election.id, stage, code).subquery()
    rows = db.session.scalars(
        select(AreaCount)
        .join(newest, (newest.c.id == AreaCount.list_id) & (newest.c.region == AreaCount.code))
        .order_by(AreaCount.code)
    )
    area = Numbers(code, "")
    parts: dict[str, Numbers] = {}
    cut = LENGTHS[LEVELS[len(code)] + 1]
    for row in rows:
        area.add(row)
        parts.setdefault(row.code[:cut], Numbers(row.code[:cut], "")).add(row)
    return area, list(parts.values())


def _inside(election: Election, stage: str, code: str) -> tuple[Numbers, list[Numbers]]:
    """An area of one kab/kota: what its list counted."""
    newest = db.session.execute(newest_of_stage(election.id, stage, code[:4])).first()
    area = Numbers(code, "")
    parts: list[Numbers] = []
    if newest is None:
        return area, parts
    rows = db.session.scalars(
        select(AreaCount)
        .where(AreaCount.list_id == newest.id, (AreaCount.code == code) | (AreaCount.parent == code))
        .order_by(AreaCount.code)
    )
    for row in rows:
        if row.code == code:
            area.add(row)
        else:
            part = Numbers(row.code, "")
            part.add(row)
            parts.append(part)
    area.rolls = 1
    return area, parts


def _name(election: Election, parts: Iterable[Numbers], length: int) -> None:
    codes = [part.code for part in parts]
    if length == 10:
        rows = db.session.execute(
            select(Tps.code, Tps.name).where(
                Tps.election_id == election.id,
                Tps.province == "".join(c[:2] for c in codes[:1]),
                Tps.code.in_(codes),
            )
        )
        named = {row.code: row.name for row in rows}
    else:
        named = regions.names(codes, election.map_id)
    for part in parts:
        part.name = named.get(part.code, part.code)


def stages_of(election_id: int, region: str = "") -> list[str]:
    """The stages of which at least one list exists in a region, in their order."""
    from modules.sidalih.models.lists import STAGES

    found = set(
        db.session.scalars(
            select(VoterList.stage)
            .join(VoterRoll, VoterRoll.id == VoterList.roll_id)
            .where(VoterRoll.election_id == election_id, func.starts_with(VoterRoll.region, region[:4]))
            .distinct()
        )
    )
    return [stage for stage in STAGES if stage in found]


def newest_election() -> Election | None:
    """The election whose lists are shown without another wish: the newest real one that has a public list."""
    return db.session.scalars(
        select(Election)
        .where(
            Election.kind != "simulasi",
            select(VoterList.id)
            .join(VoterRoll, VoterRoll.id == VoterList.roll_id)
            .where(VoterRoll.election_id == Election.id, VoterList.stage.in_(PUBLIC))
            .exists(),
        )
        .order_by(Election.voting_day.desc())
        .limit(1)
    ).one_or_none()
