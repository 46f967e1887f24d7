"""Names of satker, as letters and lists write them."""

from __future__ import annotations

from collections.abc import Iterable

from electsys.documents.papers import ACEH
from electsys.regions import queries as regions
from electsys.regions.rules import OVERSEAS, level_of
from electsys.web.formats import title_region

BODIES = {3: "PPK", 4: "PPS"}
AREAS = {1: "Provinsi", 2: "Kabupaten"}


def office_names(units: Iterable[str]) -> dict[str, str]:
    """Unit code -> name, such as ``KPU Kabupaten Tapanuli Tengah``, in one query."""
    wanted = set(units)
    found = regions.names(wanted - {""})
    return {unit: _name(unit, found.get(unit)) for unit in wanted}


def office_name(unit: str) -> str:
    """The name of one satker."""
    return office_names([unit])[unit]


def exists(unit: str) -> bool:
    """Whether there is such a satker: the nation, or an area of the map in force."""
    return unit == "" or regions.region(unit) is not None


def _name(unit: str, area: str | None) -> str:
    if unit == "":
        return "KPU RI"
    if area is None:
        return f"Satker {unit}"
    title = title_region(area)
    if unit.startswith(OVERSEAS):
        return f"PPLN {title}"
    level = level_of(unit) or 0
    body = BODIES.get(level) or ("KIP" if unit.startswith(ACEH) else "KPU")
    if level in AREAS and not title.startswith("Kota "):
        title = f"{AREAS[level]} {title}"
    return f"{body} {title}"
