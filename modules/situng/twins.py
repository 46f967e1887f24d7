"""The JSON and CSV twins of the public pages: plain names, integers, nothing left out."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from modules.situng.contest import ContestCount
from modules.situng.queries.areas import AreaCount, AreaPage
from modules.situng.queries.forms import TpsForm, Version

COUNTERS = ("expected", "received", "accepted", "flagged", "incomplete", "missing")
COUNTER_NAMES = {
    "expected": "tps",
    "received": "diterima_formulir",
    "accepted": "dihitung",
    "flagged": "anomali",
    "incomplete": "belum_lengkap",
    "missing": "belum_diterima",
}


def area_json(page: AreaPage) -> dict[str, Any]:
    """A page of the running count as plain data."""
    count = page.count
    return {
        "pemilu": count.election_code,
        "pemilihan": count.kind,
        "status": "sementara",
        "peserta": [
            {"nomor": line.number, "nama": line.name, "id": line.kpu_id, "warna": line.color}
            | ({} if line.candidate is None else {"calon": line.candidate})
            for line in count.lines
        ],
        "wilayah": _area(count, page.area),
        "jalur": [{"kode": code, "nama": name} for code, name in page.path],
        "rincian": [_area(count, part) for part in page.parts],
    }


def _area(count: ContestCount, area: AreaCount) -> dict[str, Any]:
    return {
        "kode": area.code,
        "nama": area.name,
        "tingkat": area.level,
        **{COUNTER_NAMES[name]: getattr(area, name) for name in COUNTERS},
        "suara": _votes(count, area.votes),
        "sel": dict(zip(count.model.names, area.cells, strict=True)),
        "per": area.changed_at.isoformat() if area.changed_at else None,
    }


def _votes(count: ContestCount, votes: Sequence[int | None]) -> dict[str, int | None]:
    """Votes by ballot number; of a candidate by ``party.candidate``."""
    return {
        f"{line.number}" if line.candidate is None else f"{line.number}.{line.candidate}": v
        for line, v in zip(count.lines, votes, strict=True)
    }


def form_json(count: ContestCount, form: TpsForm, versions: list[Version]) -> dict[str, Any]:
    """One TPS with everything that was ever confirmed about its form."""
    return {
        "pemilu": count.election_code,
        "pemilihan": count.kind,
        "kode": form.code,
        "nama": form.name,
        "status": form.state or "belum_diterima",
        "versi_dihitung": form.accepted.id if form.accepted else None,
        "versi": [_version(count, v) for v in versions],
    }


def _version(count: ContestCount, version: Version) -> dict[str, Any]:
    return {
        "id": version.id,
        "sumber": version.source,
        "berkas": {"nama": version.file_name, "sha256": version.file_sha256, "baris": version.row_number},
        "alasan": version.reason,
        "jenis": version.vote_kind,
        "foto": list(version.photos),
        "suara": _votes(count, version.votes),
        **_sums(count, version),
        "sel": dict(zip(count.model.names, version.cells, strict=True)),
        "lengkap": version.complete,
        "kesalahan": list(version.faults),
        "peringatan": list(version.warnings),
        "ditulis": version.written_at.isoformat(),
        "dikonfirmasi": version.confirmed_at.isoformat() if version.confirmed_at else None,
    }


def _sums(count: ContestCount, version: Version) -> dict[str, Any]:
    """The sums of the parties as written; no key where the ballot has none."""
    names = count.ballot.sums
    written = [*version.sums, *[None] * (len(names) - len(version.sums))]
    numbers = (name.removeprefix("suara_").removesuffix("_jumlah") for name in names)
    return {"jumlah_partai": dict(zip(numbers, written, strict=True))} if names else {}


def area_csv(page: AreaPage) -> str:
    """The parts of a page as CSV, the area itself as the first row."""
    count = page.count
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["kode", "nama", *COUNTER_NAMES.values(), *count.columns, *count.model.names])
    for area in (page.area, *page.parts):
        counters = [getattr(area, name) for name in COUNTERS]
        writer.writerow([area.code, area.name, *counters, *area.votes, *area.cells])
    return out.getvalue()


def forms_csv(count: ContestCount, forms: list[TpsForm]) -> str:
    """The forms of a village in the columns of the results format, with their state."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    votes, sums = count.columns, count.ballot.sums
    header = ["kode_tps", "nama", "status", "kesalahan", "peringatan", *count.model.names, *votes, *sums]
    writer.writerow(header)
    blank: list[None] = [None] * (len(count.model.names) + len(votes) + len(sums))
    for form in forms:
        v = form.shown
        findings = [" ".join(v.faults), " ".join(v.warnings)] if v else ["", ""]
        numbers = [*v.cells, *v.votes, *v.sums, *blank][: len(blank)] if v else blank
        writer.writerow([form.code, form.name, form.state or "belum_diterima", *findings, *numbers])
    return out.getvalue()
