"""Regions, polling stations, population, and the map of 2019 with its successors."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from electsys.regions.rules import FIRST_SPECIAL, OVERSEAS, normalise

#: The laws that made the provinces of 2022.
SPLIT_LAWS = {"93": "UU 14/2022", "94": "UU 15/2022", "95": "UU 16/2022", "96": "UU 29/2022"}
#: kab/kota that changed their name after 2019: old -> new (PP 14/2020 and others).
RENAMED = {
    "tobasamosir": "toba",
    "mamujuutara": "pasangkayu",
    "malukutenggarabarat": "kepulauantanimbar",
    "pahuwato": "pohuwato",
}

Row = dict[str, str]
#: Number, KPU id, name.
Station = tuple[str, int, str]


def read_csv(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


def regions(source: Path) -> dict[str, Row]:
    """The region table by code, in the order of codes."""
    return {row["kode"]: row for row in read_csv(source / "regions/kpu_regions_2024.csv")}


def stations(source: Path) -> dict[str, list[Station]]:
    """Village code -> its TPS: (number, KPU id, name)."""
    found: dict[str, list[Station]] = defaultdict(list)
    with gzip.open(source / "regions/kpu_tps_2024.csv.gz", "rt", encoding="utf-8") as f:
        for row in csv.DictReader(f):
            found[row["kode_kel"]].append((row["kode_tps"][10:], int(row["id_kpu"]), row["nama"]))
    return found


def compact(listed: list[Station]) -> tuple[int, int, int, str]:
    """(reguler, khusus, id base, rule of the khusus ids): the row whose expansion misses the fewest.

    Rule ``n``: the id is base + number, as for reguler. Rule ``r``: ids run on after the last reguler.
    """
    regular = sum(int(number) < FIRST_SPECIAL for number, _, _ in listed)
    special = len(listed) - regular
    base = Counter(kpu_id - int(number) for number, kpu_id, _ in listed).most_common(1)[0][0]
    shapes = [(regular, special, base, rule) for rule in (("n", "r") if special else ("",))]
    return max(shapes, key=lambda shape: len(set(expand(*shape)) & set(listed)))


def expand(regular: int, special: int, base: int, rule: str) -> list[Station]:
    """The TPS that a compact row stands for."""
    numbers = [*range(1, regular + 1), *range(FIRST_SPECIAL, FIRST_SPECIAL + special)]
    return [
        (f"{n:03}", base + (i if rule == "r" else n), f"TPS {n:03}") for i, n in enumerate(numbers, start=1)
    ]


def region_rows(source: Path) -> tuple[list[list[Any]], list[list[Any]]]:
    """Rows of ``wilayah_2024``, and of ``tps_2024_khas``: the TPS that its expansion does not give.

    A village whose expansion would name a TPS that does not exist is listed whole.
    """
    tps = stations(source)
    rows: list[list[Any]] = []
    listed: list[list[Any]] = []
    for code, row in regions(source).items():
        found = tps.get(code, [])
        shape: tuple[Any, ...] = ("", "", "", "")
        if found and not code.startswith(OVERSEAS):
            shape = compact(found)
            if {number for number, _, _ in expand(*shape)} - {number for number, _, _ in found}:
                shape = ("", "", "", "")
        given = set(expand(*shape)) if shape[0] != "" else set()
        rows.append([code, row["id_kpu"], row["nama"].strip(), *shape])
        listed += [
            [code + number, kpu_id, name]
            for number, kpu_id, name in found
            if (number, kpu_id, name) not in given
        ]
    return rows, listed


def population_rows(source: Path) -> list[list[Any]]:
    """Population of the nation (code ""), the provinces and kab/kota."""
    rows = read_csv(source / "regions/population_2025.csv")
    return [["" if r["kode"] == "0" else r["kode"].replace(".", ""), int(r["total"])] for r in rows]


# --- the map of 2019 ------------------------------------------------------------------------------


def bare(name: str) -> str:
    """A kab/kota's name for comparison across sources; a kota keeps its word, it has a namesake."""
    words = [
        w for w in normalise(name).split() if w not in ("kab", "kabupaten", "adm", "administrasi", "dan")
    ]
    return "".join(words)


def kabko_by_name(tree: dict[str, Row]) -> dict[str, str]:
    """Bare name -> code of the kab/kota at home in 2024."""
    at_home = {c: r["nama"] for c, r in tree.items() if len(c) == 4 and not c.startswith(OVERSEAS)}
    return {bare(name): code for code, name in at_home.items()}


def code_2024(name: str, old_code: str, names: dict[str, str]) -> str:
    """The code of 2024 for a kab/kota of 2019, through its name; the code itself where that fails."""
    key = bare(name)
    for candidate in (key, RENAMED.get(key, ""), "kota" + key):
        if candidate in names:
            return names[candidate]
    return old_code


def features(source: Path) -> list[dict[str, Any]]:
    """Outlines of 2019 with properties ``kode`` (repaired), ``nama``, ``provinsi``, ``kode_2024``."""
    names = kabko_by_name(regions(source))
    loaded: list[dict[str, Any]] = json.loads((source / "regions/kabkota.geojson").read_text())["features"]
    for feature in loaded:
        facts = feature["properties"]
        old = facts["kode"].replace(".", "")
        # Jakarta's cities carry no type word here; the codes of 31 never changed.
        facts["kode_2024"] = old if old.startswith("31") else code_2024(facts["nama"], old, names)
        facts["kode"] = old if re.fullmatch(r"\d{4}", old) else facts["kode_2024"]
    return loaded


def map_2019(source: Path) -> tuple[list[list[str]], list[list[str]]]:
    """Regions of 2019 (provinces, kab/kota) and the successors of those whose code changed."""
    rows: dict[str, str] = {}
    successors: dict[tuple[str, str], str] = {}
    for feature in features(source):
        facts = feature["properties"]
        old, new = facts["kode"], facts["kode_2024"]
        rows[old] = facts["nama"]
        rows[old[:2]] = facts["provinsi"]
        if old[:2] != new[:2]:
            law = SPLIT_LAWS[new[:2]]
            successors[old, new] = law
            successors[old[:2], new[:2]] = law
    for old in {pair[0] for pair in successors if len(pair[0]) == 2}:
        successors[old, old] = "sisa wilayah induk"
    return (
        [[code, rows[code]] for code in sorted(rows)],
        [[old, new, successors[old, new]] for old, new in sorted(successors)],
    )
