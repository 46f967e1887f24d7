"""Which copy a leaked file came from: by its control rows, its order, its spacing."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask_babel import gettext as _

from electsys.db import db
from electsys.errors import Refused
from electsys.ledger import Actor, record
from modules.sidalih.models import VoterCopy
from modules.sidalih.operations.canaries import ring
from modules.sidalih.queries.copies import canaries_by_name, key_of, marked_copies, name_index
from modules.sidalih.rules.watermarks import Row, Verdict, judge, named

#: Heads of columns, as leaks call them.
HEADS: dict[str, tuple[str, ...]] = {
    "name": ("nama", "name", "nama_pemilih"),
    "address": ("alamat", "address"),
    "rt": ("rt",),
    "rw": ("rw",),
    "village": ("desa", "kode_desa", "kelurahan"),
    "tps": ("tps", "kode_tps", "no_tps"),
}
#: Rows beyond these add nothing to the verdict.
MOST = 20_000


@dataclass(frozen=True)
class Traced:
    """What a leaked file tells."""

    rows: int
    #: The copy it came from, and by what it is known; None where nothing stands beyond chance.
    copy_id: int | None
    by: str
    canaries: dict[int, int]
    verdicts: list[Verdict]


def trace_leak(path: Path, *, actor: Actor, region: str = "") -> Traced:
    """Name the copy that a file (CSV) came from; the answer stands in the trail, and the alarm rings.

    ``region`` bounds the copies that are tried; a leak of a village without a code is tried against all.
    """
    rows, villages = read_leak(path)
    if not rows:
        raise Refused(_("Berkas ini tidak berisi kolom nama dan alamat yang dapat dibaca."))
    keys = {key: key_of(key) for key in marked_copies(region)}
    indexes = [name_index(row.name, village) for row, village in zip(rows, villages, strict=True) if village]
    canaries = {key: n for key, n in canaries_by_name(indexes).items() if key in keys}
    verdicts = judge(rows[:MOST], keys)
    marked, by = named(verdicts), "tanda"
    best = max(canaries, key=lambda key: canaries[key], default=None)
    found = marked
    # Two control rows, or one that the marks do not contradict: nobody else was given these names.
    if best is not None and (marked is None or canaries[best] > 1):
        found, by = best, "baris kendali"
    if found is not None:
        copy = db.session.get_one(VoterCopy, found)
        record(
            "sidalih:copy:trace",
            f"voter_copy:{found}",
            actor=actor,
            region=copy.region,
            election_id=copy.election_id,
            details={"rows": len(rows), "by": by, "canaries": canaries.get(found, 0)},
        )
        ring(found, "berkas", actor)
    return Traced(len(rows), found, by, canaries, verdicts)


def read_leak(path: Path) -> tuple[list[Row], list[str]]:
    """The rows of a CSV in any of its usual dialects, and the village of each (empty where unknown)."""
    text = _decoded(path.read_bytes())
    head = text.split("\n", 1)[0]
    delimiter = max(";,\t|", key=head.count)
    lines = csv.reader(text.splitlines(), delimiter=delimiter)
    names = [re.sub(r"\W+", "_", cell.strip().lower()).strip("_") for cell in next(lines, [])]
    at = {key: names.index(found) for key, options in HEADS.items() if (found := _first(options, names))}
    if not {"name", "address"} <= at.keys():
        return [], []
    rows, villages = [], []
    for cells in lines:
        get = dict(_cells(cells, at))
        village = get.get("village", "").strip()
        tps = get.get("tps", "").strip()
        place = tps if len(tps) == 13 else village + tps
        rows.append(Row(get["name"], get["address"], get.get("rt", ""), get.get("rw", ""), place))
        villages.append(village if len(village) == 10 else tps[:10] if len(tps) == 13 else "")
    return rows, villages


def _cells(cells: list[str], at: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for key, index in at.items():
        yield key, cells[index] if index < len(cells) else ""


def _first(options: tuple[str, ...], names: list[str]) -> str | None:
    return next((option for option in options if option in names), None)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
