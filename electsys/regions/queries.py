"""Reads of the region tree: one area, its parts, its way up, its dapil; and the search by name or code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from electsys.db import db
from electsys.regions import rules
from electsys.regions.models import Dapil, DapilArea, DapilVillage, Region, RegionMap, RegionSuccessor, Tps

#: The map in force: what pages without an election show.
CURRENT = select(func.max(RegionMap.id)).where(RegionMap.valid_to.is_(None)).scalar_subquery()


@dataclass(frozen=True)
class Found:
    """An area that a search found, with the names above it, nearest first."""

    code: str
    name: str
    level: int
    above: tuple[str, ...]


def region(code: str, map_id: int | None = None) -> Region | None:
    """One area of a map (the one in force)."""
    return db.session.scalar(select(Region).where(_on(map_id), Region.code == code))


def ancestors(code: str, map_id: int | None = None) -> list[Region]:
    """The areas above a code, the province first; the nation has no row."""
    above = [c for c in rules.ancestors_of(code) if c]
    return list(
        db.session.scalars(select(Region).where(_on(map_id), Region.code.in_(above)).order_by("code"))
    )


def children(code: str, map_id: int | None = None) -> Select[Region]:
    """The parts of an area ("" is the nation), as a select that a table narrows."""
    return select(Region).where(_on(map_id), Region.parent_code == code).order_by(Region.code)


def names(codes: Iterable[str], map_id: int | None = None) -> dict[str, str]:
    """Code -> name, in one query; unknown codes are left out."""
    rows = db.session.execute(
        select(Region.code, Region.name).where(_on(map_id), Region.code.in_(set(codes)))
    )
    return {row.code: row.name for row in rows}


def predecessors(code: str) -> list[tuple[str, str, str]]:
    """What an area came from: (code, name, law) on the older map; the area itself is left out."""
    return _other_map(RegionSuccessor.from_code, RegionSuccessor.from_map, RegionSuccessor.to_code, code)


def successors(code: str) -> list[tuple[str, str, str]]:
    """Which parts of newer maps an area gave rise to: (code, name, law)."""
    return _other_map(RegionSuccessor.to_code, RegionSuccessor.to_map, RegionSuccessor.from_code, code)


def _other_map(
    other: InstrumentedAttribute[str],
    on: InstrumentedAttribute[int],
    here: InstrumentedAttribute[str],
    code: str,
) -> list[tuple[str, str, str]]:
    rows = db.session.execute(
        select(other, Region.name, RegionSuccessor.source)
        .join(Region, and_(Region.map_id == on, Region.code == other))
        .where(here == code, RegionSuccessor.from_code != RegionSuccessor.to_code)
        .order_by(other)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _on(map_id: int | None) -> ColumnElement[bool]:
    return Region.map_id == (CURRENT if map_id is None else map_id)


# --- polling stations ----------------------------------------------------------------------------


def tps_counts(election_id: int, code: str) -> dict[str, int]:
    """Part of a kab/kota or kecamatan -> number of its TPS."""
    length = rules.LENGTHS[rules.LEVELS[len(code)] + 1]
    part = func.left(Tps.village_code, length)
    rows = db.session.execute(
        select(part, func.count())
        .where(Tps.election_id == election_id, Tps.province == code[:2], _below(Tps.village_code, code))
        .group_by(part)
    )
    return {row[0]: row[1] for row in rows}


def stations(election_id: int, village: str) -> Select[Tps]:
    """The TPS of a village."""
    return (
        select(Tps)
        .where(Tps.election_id == election_id, Tps.province == village[:2], Tps.village_code == village)
        .order_by(Tps.code)
    )


def _below(column: InstrumentedAttribute[str], code: str) -> ColumnElement[bool]:
    # A range and not LIKE: its bounds are parameters, so that one plan serves every code.
    return and_(column >= code, column < code + "~")


# --- dapil ---------------------------------------------------------------------------------------


def dapil(code: str) -> Dapil | None:
    """A dapil of the map in force."""
    return db.session.scalar(select(Dapil).where(Dapil.map_id == CURRENT, Dapil.code == code))


def all_dapil() -> Select[Dapil]:
    """Every dapil of the map in force, chamber by chamber."""
    return select(Dapil).where(Dapil.map_id == CURRENT).order_by(Dapil.chamber, Dapil.code)


def areas_of(row: Dapil) -> list[tuple[str, str | None]]:
    """The areas that make up a dapil: (code, name)."""
    rows = db.session.execute(
        select(DapilArea.region_code, Region.name)
        .outerjoin(Region, and_(Region.map_id == row.map_id, Region.code == DapilArea.region_code))
        .where(DapilArea.dapil_id == row.id)
        .order_by(DapilArea.region_code)
    )
    return [(code, name) for code, name in rows]


def dapil_of(code: str) -> list[Dapil]:
    """The dapil that hold at least one village of an area: one a chamber for a village."""
    held = (
        select(DapilVillage.dapil_id)
        .where(_below(DapilVillage.village_code, code))
        .distinct()
        .scalar_subquery()
    )
    return list(
        db.session.scalars(
            select(Dapil)
            .where(Dapil.map_id == CURRENT, Dapil.id.in_(held))
            .order_by(
                func.array_position(["dpr", "dpd", "dprd_prov", "dprd_kabko"], Dapil.chamber), Dapil.code
            )
        )
    )


# --- search --------------------------------------------------------------------------------------


def search(
    text: str, *, map_id: int | None = None, level: int | None = None, within: str = "", limit: int = 20
) -> list[Found]:
    """Areas whose name or code a text means, the best first.

    A code may be begun or dotted ("12.01"). Words may be begun and may name areas above: "tapteng barus" is
    the kecamatan Barus of Tapanuli Tengah. "kab", "kec" and the like ask for a level. Where nothing fits to
    the letter, names that look alike are offered.
    """
    scope = [_on(map_id)]
    if within:
        scope.append(_below(Region.code, within))
    if level:
        scope.append(Region.level == level)
    code = rules.code_in(text)
    if code:
        return _found(
            [*scope, _below(Region.code, code[:10])], [func.length(Region.code), Region.code], limit
        )
    words, meant = rules.split_query(text)
    if not words:
        return []
    if meant and not level:
        scope.append(Region.level == meant)
    own = [Region.search.like(f"% {word}%") for word in words]
    everywhere = [(Region.search + Region.path).like(f"% {word}%") for word in words]
    whole = " " + " ".join(words)
    rank = case(
        (Region.search == whole, 0),
        (Region.search.in_([f" {word}" for word in words]), 1),
        (Region.search.like(f"{whole}%"), 2),
        else_=3,
    )
    return _found([*scope, or_(*own), *everywhere], [rank, Region.level, Region.code], limit) or _alike(
        words, scope, limit
    )


def _alike(words: Sequence[str], scope: Sequence[ColumnElement[bool]], limit: int) -> list[Found]:
    """Names that look like the words: each must, and the sum of how much decides."""
    looks = [literal(word).op("<%", is_comparison=True)(Region.search) for word in words]
    likeness = sum(
        (func.word_similarity(word, Region.search) for word in words[1:]),
        start=func.word_similarity(words[0], Region.search),
    )
    return _found([*scope, *looks], [likeness.desc(), Region.level, Region.code], limit)


def _found(conditions: Sequence[ColumnElement[bool]], order: Sequence[Any], limit: int) -> list[Found]:
    rows = db.session.execute(
        select(Region.code, Region.name, Region.level, Region.map_id)
        .where(*conditions)
        .order_by(*order)
        .limit(limit)
    ).all()
    above = (
        names({c for row in rows for c in rules.ancestors_of(row.code)[1:]}, rows[0].map_id) if rows else {}
    )
    return [
        Found(
            row.code,
            row.name,
            row.level,
            tuple(above[c] for c in rules.ancestors_of(row.code)[:0:-1] if c in above),
        )
        for row in rows
    ]
