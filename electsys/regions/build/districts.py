"""The dapil of the three chambers (and DPD) with their areas and seats."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from electsys.regions.build.tree import Row, read_csv, regions, stations
from electsys.regions.rules import (
    FIRST_SPECIAL,
    LADDER_KABKO,
    LADDER_PROVINCE,
    OVERSEAS,
    normalise,
    seats_of_body,
    share_seats,
)

CHAMBERS = {"DPR RI": "dpr", "DPRD PROVINSI": "dprd_prov", "DPRD KABUPATEN/KOTA": "dprd_kabko"}
#: UU 7/2017: votes from abroad count in DKI Jakarta II.
ABROAD = "3102"
DPD_SEATS = 4


@dataclass
class District:
    """One dapil on its way into the data."""

    chamber: str
    code: str
    name: str
    body: str
    #: Region code -> the code that the source prints, where it differs.
    areas: dict[str, str] = field(default_factory=dict)
    seats: int = 0
    official: bool = False
    population: int = 0


def _body(chamber: str, code: str) -> str:
    return {"dpr": "", "dpd": code, "dprd_prov": code[:2], "dprd_kabko": code[:4]}[chamber]


def districts(source: Path) -> tuple[list[District], list[list[str]]]:
    """Every dapil, and the printed areas that no region answers to: (dapil, code, name)."""
    tree = regions(source)
    rows = [r for r in read_csv(source / "seats/dapil_wilayah_2024_all.csv") if r["is_pecah"] != "True"]
    found, unknown = _with_areas(tree, rows)
    for code, row in tree.items():
        if len(code) == 2 and code != OVERSEAS:
            found[code] = District("dpd", code, row["nama"].strip(), code, {code: ""}, DPD_SEATS, True)
    found[ABROAD].areas[OVERSEAS] = ""
    _set_seats(source, tree, found)
    return sorted(found.values(), key=lambda d: (d.chamber, d.code)), unknown


def _with_areas(tree: dict[str, Row], rows: list[Row]) -> tuple[dict[str, District], list[list[str]]]:
    """Areas by code; in a kab/kota with any unknown code (Sorong and its neighbours) all by name.

    There the source numbers the kecamatan afresh, so that known codes mean other places, too.
    """
    renumbered = {r["kode_wilayah"][:4] for r in rows if r["kode_wilayah"] not in tree}
    by_name: dict[str, dict[str, str]] = defaultdict(dict)
    for code, row in tree.items():
        if len(code) == 6:
            by_name[code[:4]][normalise(row["nama"])] = code
    found: dict[str, District] = {}
    unknown: list[list[str]] = []
    for row in rows:
        chamber, code = CHAMBERS[row["jenis_dapil"]], row["kode_dapil"]
        if code not in found:
            found[code] = District(chamber, code, row["nama_dapil"].strip(), _body(chamber, code))
        printed = area = row["kode_wilayah"]
        if len(area) == 6 and area[:4] in renumbered:
            area = by_name[area[:4]].get(normalise(row["nama"]), "")
        if area in tree:
            found[code].areas[area] = printed if printed != area else ""
        else:
            unknown.append([code, printed, row["nama"]])
    return found, unknown


def _set_seats(source: Path, tree: dict[str, Row], found: dict[str, District]) -> None:
    """DPR as decided; DPRD by PKPU 6/2022 art. 12 from the population at hand.

    That is the population of 2025 by kab/kota, spread over its villages like the TPS of 2024.
    """
    for row in read_csv(source / "seats/dpr_2024_suara_partai_per_dapil.csv"):
        found[row["kode_dapil"]].seats = int(row["ALOKASI KURSI"])
        found[row["kode_dapil"]].official = True
    people = village_people(source, tree)
    for district in found.values():
        district.population = round(sum(people.get(area, 0) for area in district.areas))
    bodies: dict[str, list[District]] = defaultdict(list)
    for district in found.values():
        if district.chamber.startswith("dprd"):
            bodies[district.body].append(district)
    for body, parts in bodies.items():
        ladder = LADDER_PROVINCE if len(body) == 2 else LADDER_KABKO
        total = seats_of_body(round(people[body]), ladder, body)
        total = min(max(total, 3 * len(parts)), 12 * len(parts))
        shared = share_seats(total, {d.code: d.population for d in parts})
        for district in parts:
            district.seats = shared[district.code]


def village_people(source: Path, tree: dict[str, Row]) -> dict[str, float]:
    """Population of every region at home: kab/kota as counted, below it by regular TPS."""
    counted = {
        r["kode"].replace(".", ""): int(r["total"]) for r in read_csv(source / "regions/population_2025.csv")
    }
    weights = {
        village: sum(int(number) < FIRST_SPECIAL for number, _, _ in listed)
        for village, listed in stations(source).items()
    }
    total: dict[str, int] = defaultdict(int)
    for village, weight in weights.items():
        total[village[:4]] += weight
    people: dict[str, float] = defaultdict(float)
    for village in tree:
        if len(village) == 10 and not village.startswith(OVERSEAS):
            part = counted[village[:4]] * weights.get(village, 0) / total[village[:4]]
            for length in (2, 4, 6, 10):
                people[village[:length]] += part
    return people


def unassigned(tree: dict[str, Row], found: list[District]) -> list[list[str]]:
    """Villages at home that no dapil of a chamber that they vote for names: (chamber, village)."""
    missing = []
    for chamber in CHAMBERS.values():
        areas = {area for d in found if d.chamber == chamber for area in d.areas}
        for code in tree:
            # The cities of Jakarta have no DPRD of their own.
            home = len(code) == 10 and not code.startswith(OVERSEAS)
            if not home or (chamber == "dprd_kabko" and code.startswith("31")):
                continue
            if not any(code[:n] in areas for n in (2, 4, 6, 10)):
                missing.append([chamber, code])
    return missing
