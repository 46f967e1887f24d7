"""The running count of an area: what pages, their JSON and CSV twins and Sirekap's paths all show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from sqlalchemy import text

from electsys.db import db
from electsys.regions.queries import names
from modules.situng.contest import ContestCount
from modules.situng.queries.contests import counts_by_dapil


@dataclass(frozen=True)
class AreaCount:
    """Coverage and totals of one region, dapil or TPS."""

    code: str
    name: str
    level: int
    votes: tuple[int, ...]
    cells: tuple[int, ...]
    expected: int
    received: int
    entered: int
    accepted: int
    flagged: int
    changed_at: dt.datetime | None
    kpu_id: int | None = None
    #: The dapil on whose ballot it counts line by line; None where it counts by party or is one for all.
    dapil_id: int | None = None

    @property
    def total(self) -> int:
        """Valid votes of the accepted forms."""
        return sum(self.votes)

    @property
    def incomplete(self) -> int:
        """Forms whose newest version lacks a number that a total needs, and breaks no rule."""
        return self.received - self.entered

    @property
    def missing(self) -> int:
        """TPS whose form has not been received."""
        return self.expected - self.received

    @property
    def older(self) -> int:
        """Forms that count by an older version while their newest is flagged or incomplete.

        ``accepted + flagged + incomplete + missing - older`` is ``expected``.
        """
        return self.accepted + self.flagged - self.entered


@dataclass(frozen=True)
class AreaPage:
    """One page of the running count: the area, the way to it, and its parts."""

    count: ContestCount
    area: AreaCount
    path: tuple[tuple[str, str], ...] = ()
    parts: tuple[AreaCount, ...] = field(default=())
    #: The chamber whose dapil this is; None for a region.
    chamber: str | None = None


NATION = "Indonesia"
LEVEL_OF_LENGTH = {0: 0, 2: 1, 4: 2, 6: 3, 10: 4, 13: 5}

_AREA = """
    select t.code, coalesce(r.name, :nation) as name, coalesce(r.level, 0) as level, t.votes, t.cells,
           t.expected, t.received, t.entered, t.accepted, t.flagged, t.changed_at, r.kpu_id, t.dapil_id
    from region_total t
    left join region r on r.map_id = :map and r.code = t.code
    where t.contest_id = :contest and t.area = 'wilayah'
"""


def _areas(count: ContestCount, rows: Sequence[Any]) -> list[AreaCount]:
    """Areas as this page counts them: by line inside one dapil, by party where several come together."""
    own = count.dapil[0] if count.dapil else None
    others = {row.dapil_id for row in rows if row.dapil_id is not None and row.dapil_id != own}
    joining = counts_by_dapil(count.contest_id, others) if others and own is None else {}
    areas = [_area(row, joining.get(row.dapil_id)) for row in rows]
    if own is None:
        return areas
    # A place without a village (many overseas) lies in no dapil: nothing is counted there on any ballot.
    nothing = (0,) * len(count.lines)
    return [
        replace(area, votes=nothing) if row.dapil_id is None else area
        for area, row in zip(areas, rows, strict=True)
    ]


def _area(row: Any, joining: ContestCount | None = None) -> AreaCount:
    values = {f.name: row._mapping[f.name] for f in fields(AreaCount)}
    votes = joining.joined(values["votes"]) if joining else tuple(values["votes"])
    return AreaCount(**values | {"votes": votes, "cells": tuple(values["cells"])})


def path_to(count: ContestCount, code: str) -> tuple[tuple[str, str], ...]:
    """Codes and names of the areas above one: the nation, then those from the contest's region down."""
    top = len(count.region)
    above = [code[:n] for n in LEVEL_OF_LENGTH if n < len(code) and (not n or n >= top)]
    found = names(above, count.map_id)
    return tuple((a, found.get(a, a or NATION)) for a in above)


def is_opened(election: str, kind: str) -> bool:
    """Whether the count of a contest was opened: until then there is no total of any region to show."""
    asked = text(
        "select exists (select from region_total t join contest c on c.id = t.contest_id"
        " join election e on e.id = c.election_id where e.code = :election and c.kind = :kind)"
    )
    return bool(db.session.scalar(asked, {"election": election, "kind": kind}))


def region_page(count: ContestCount, code: str) -> AreaPage | None:
    """The count of a region and of the regions right below it; None where the code is unknown.

    A village has TPS instead: see :func:`modules.situng.queries.forms.village_forms`.
    """
    facts = {"contest": count.contest_id, "map": count.map_id, "code": code, "nation": NATION}
    rows = db.session.execute(
        text(f"{_AREA} and (t.code = :code or t.parent = :code) order by t.code"), facts
    ).all()
    areas = _areas(count, rows)
    if not areas or areas[0].code != code:
        return None
    return AreaPage(count, areas[0], path_to(count, code), tuple(areas[1:]))


def dapil_page(count: ContestCount, code: str) -> AreaPage | None:
    """The count of a dapil, with the areas that make it up as parts: they add up to it."""
    row = db.session.execute(
        text(
            """
            select t.code, d.name, 0 as level, t.votes, t.cells, t.expected, t.received, t.entered,
                   t.accepted, t.flagged, t.changed_at, null::int as kpu_id, t.dapil_id,
                   d.chamber, d.body_code, b.name as body_name
            from region_total t join dapil d on d.map_id = :map and d.code = t.code
            left join region b on b.map_id = :map and b.code = d.body_code
            where t.contest_id = :contest and t.area = 'dapil' and t.code = :code
            """
        ),
        {"contest": count.contest_id, "map": count.map_id, "code": code},
    ).first()
    if row is None:
        return None
    parts = db.session.execute(
        text(
            f"""
            {_AREA} and t.code in (
                select a.region_code from dapil_area a join dapil d on d.id = a.dapil_id
                where d.map_id = :map and d.code = :code)
            order by t.code
            """
        ),
        {"contest": count.contest_id, "map": count.map_id, "code": code, "nation": NATION},
    ).all()
    path = (("", NATION), *(((row.body_code, row.body_name),) if row.body_name else ()))
    if count.by_dapil and row.dapil_id is not None:
        count = counts_by_dapil(count.contest_id, [row.dapil_id])[row.dapil_id]
    return AreaPage(count, _area(row), path, tuple(_areas(count, parts)), row.chamber)


def dapil_areas(count: ContestCount) -> list[AreaCount]:
    """Every dapil of the contest's own chamber, by party: what their ballots have in common."""
    rows = db.session.execute(
        text(
            """
            select t.code, d.name, 0 as level, t.votes, t.cells, t.expected, t.received, t.entered,
                   t.accepted, t.flagged, t.changed_at, null::int as kpu_id, t.dapil_id
            from region_total t join dapil d on d.map_id = :map and d.code = t.code and d.chamber = :kind
            where t.contest_id = :contest and t.area = 'dapil' order by t.code
            """
        ),
        {"contest": count.contest_id, "map": count.map_id, "kind": count.kind},
    ).all()
    return _areas(count, rows)


def dapil_codes(count: ContestCount) -> list[str]:
    """The dapil of the contest's own chamber that its count knows; none of a contest without dapil."""
    return list(
        db.session.scalars(
            text(
                "select t.code from region_total t join dapil d on d.map_id = :map and d.code = t.code"
                " where t.contest_id = :contest and t.area = 'dapil' and d.chamber = :kind order by t.code"
            ),
            {"contest": count.contest_id, "map": count.map_id, "kind": count.kind},
        )
    )
