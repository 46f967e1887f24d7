"""``python -m electsys.regions.build ../shared/data``: write ``electsys/regions/data/``."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import lzma
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from electsys.regions.build import districts, outlines, tree

TARGET = Path(__file__).resolve().parents[1] / "data"


def write_csv(name: str, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """One compressed CSV; the same input gives the same bytes."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(header)
    out.writerows(rows)
    (TARGET / f"{name}.csv.xz").write_bytes(lzma.compress(text.getvalue().encode(), preset=9))


def digest(source: Path) -> dict[str, Any]:
    """Counts and SHA-256 of what the data must expand to, taken from the source itself."""
    regions = tree.regions(source)
    areas = "".join(f"{c};{r['id_kpu']};{r['nama'].strip()}\n" for c, r in regions.items())
    found = sorted(
        f"{village}{number};{kpu_id};{name}\n"
        for village, listed in tree.stations(source).items()
        for number, kpu_id, name in listed
    )
    return {
        "regions": len(regions),
        "regions_sha256": hashlib.sha256(areas.encode()).hexdigest(),
        "tps": len(found),
        "tps_sha256": hashlib.sha256("".join(found).encode()).hexdigest(),
    }


def main(source: Path) -> None:
    """Build every file."""
    rows, listed = tree.region_rows(source)
    write_csv("wilayah_2024", ("kode", "id_kpu", "nama", "reguler", "khusus", "id_dasar", "id_khusus"), rows)
    write_csv("tps_2024_khas", ("kode_tps", "id_kpu", "nama"), listed)
    write_csv("penduduk_2025", ("kode", "penduduk"), tree.population_rows(source))
    old, successors = tree.map_2019(source)
    write_csv("wilayah_2019", ("kode", "nama"), old)
    write_csv("penerus_2019_2024", ("kode_2019", "kode_2024", "dasar"), successors)
    found, unknown = districts.districts(source)
    write_csv(
        "dapil_2024",
        ("kamar", "kode", "nama", "badan", "kursi", "sumber_kursi", "penduduk", "wilayah"),
        (
            (
                d.chamber,
                d.code,
                d.name,
                d.body,
                d.seats,
                "resmi" if d.official else "dihitung",
                d.population,
                " ".join(f"{area}={was}" if was else area for area, was in sorted(d.areas.items())),
            )
            for d in found
        ),
    )
    gaps = [["kode_dapil", code, f"{dapil}: {name}"] for dapil, code, name in unknown]
    gaps += [
        ["tanpa_dapil", village, chamber]
        for chamber, village in districts.unassigned(tree.regions(source), found)
    ]
    write_csv("celah_2024", ("jenis", "kode", "keterangan"), gaps)
    (TARGET / "garis_batas.json").write_text(json.dumps(outlines.outlines(source), separators=(",", ":")))
    (TARGET / "digest.json").write_text(json.dumps(digest(source), indent=1) + "\n")
    for file in sorted(TARGET.iterdir()):
        print(f"{file.stat().st_size:9,} {file.name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
