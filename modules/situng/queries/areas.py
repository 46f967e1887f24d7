"""The running count of an area: what pages, their JSON and CSV twins and Sirekap's paths all show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, fields

from sqlalchemy import text

from electsys.db import db
from modules.situng.queries.contests import ContestCount


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

    @property
    def leader(self) -> int | None:
        """Position on the ballot of the single leader, or None while there is none."""
        top = max(self.votes, default=0)
        return self.votes.index(top) if top and self.votes.count(top) == 1 else None


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
           t.expected, t.received, t.entered, t.accepted, t.flagged, t.changed_at, r.kpu_id
    from region_total t
    left join region r on r.map_id = :map and r.code = t.code
    where t.contest_id = :contest and t.area = 'wilayah'
"""


def _area(row: object) -> AreaCount:
    values = {f.name: row._mapping[f.name] for f in fields(AreaCount)}  # type: ignore[attr-defined]
    return AreaCount(**values | {"votes": tuple(values["votes"]), "cells": tuple(values["cells"])})


def region_page(count: ContestCount, code: str) -> AreaPage | None:
    """The count of a region and of the regions right below it; None where the code is unknown.

    A village has TPS instead: see :func:`modules.situng.queries.forms.village_forms`.
    """
    facts = {"contest": count.contest_id, "map": count.map_id, "code": code, "nation": NATION}
    above = [code[:length] for length in LEVEL_OF_LENGTH if length < len(code)]
    rows = db.session.execute(
        text(f"{_AREA} and (t.code = :code or t.code = any(:above)) order by t.code"),
        facts | {"above": above},
    ).all()
    areas = [_area(row) for row in rows]
    if not areas or areas[-1].code != code:
        return None
    parts = db.session.execute(text(f"{_AREA} and t.parent = :code order by t.code"), facts).all()
    return AreaPage(
        count,
        areas[-1],
        tuple((a.code, a.name) for a in areas[:-1]),
        tuple(_area(row) for row in parts),
    )


def dapil_page(count: ContestCount, code: str) -> AreaPage | None:
    """The count of a dapil, with the areas that make it up as parts: they add up to it."""
    row = db.session.execute(
        text(
            """
            select t.code, d.name, 0 as level, t.votes, t.cells, t.expected, t.received, t.entered,
                   t.accepted, t.flagged, t.changed_at, null::int as kpu_id,
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
    return AreaPage(count, _area(row), path, tuple(_area(p) for p in parts), row.chamber)


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
