"""The exact shapes of Sirekap's public JSON of 2024 for the presidential contest.

Pure functions of Situng's counts. A region's ``chart`` is always the sum of the rows of its
``table``: forms that do not count have no votes in either. A TPS file shows what was written;
``status_suara`` and ``status_adm`` tell that it was, as they did in KPU's files. Whether a form counts
stands in its village's ``table``: ``status_progress``.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from modules.situng import AreaCount, AreaPage, ContestCount, TpsForm, Version

JAKARTA = ZoneInfo("Asia/Jakarta")
REGULAR = "Reguler"

#: Sirekap's administration cells and ours; DPK is called ``non_dpt`` there.
ADMINISTRATION = {name: name for name in ("suara_sah", "suara_total", "suara_tidak_sah")} | {
    f"{theirs}_{column}": f"{ours}_{column}"
    for theirs, ours in {
        "pemilih_dpt": "pemilih_dpt",
        "pengguna_dpt": "pengguna_dpt",
        "pengguna_dptb": "pengguna_dptb",
        "pengguna_non_dpt": "pengguna_dpk",
        "pengguna_total": "pengguna_total",
    }.items()
    for column in "jlp"
}


def stamp(moment: dt.datetime) -> str:
    """A moment as Sirekap writes it: ``2024-02-14 18:44:00``, Jakarta time. Its files always carry one."""
    return moment.astimezone(JAKARTA).strftime("%Y-%m-%d %H:%M:%S")


def percent(part: int, whole: int) -> float:
    """Share in percent with two decimals; 0 of nothing is 0."""
    return round(part * 100 / whole, 2) if whole else 0.0


def regions(rows: list[tuple[str, int | None, str, int]]) -> list[dict[str, Any]]:
    """``wilayah`` list from (name, KPU id, code, level)."""
    return [
        {"nama": name, "id": kpu_id, "kode": code, "tingkat": level} for name, kpu_id, code, level in rows
    ]


def candidates(count: ContestCount) -> dict[str, Any]:
    """``/pemilu/ppwp.json``: the pairs by their id, as of the frozen ballot."""
    return {
        line.kpu_id: {
            "ts": stamp(count.frozen_at),
            "nama": line.name,
            "warna": line.color,
            "nomor_urut": line.number,
        }
        for line in count.lines
    }


def _chart(count: ContestCount, votes: tuple[int, ...]) -> dict[str, Any]:
    return {line.kpu_id: v for line, v in zip(count.lines, votes, strict=True)}


def _row(count: ContestCount, area: AreaCount) -> dict[str, Any]:
    if not area.accepted:
        return {"psu": REGULAR, "persen": 0.0, "status_progress": False}
    return {
        "psu": REGULAR,
        **_chart(count, area.votes),
        "persen": percent(area.accepted, area.expected),
        "status_progress": True,
    }


def _aggregate(page: AreaPage, table: dict[str, Any]) -> dict[str, Any]:
    area = page.area
    persen = percent(area.accepted, area.expected)
    return {
        "ts": stamp(area.changed_at or page.count.frozen_at),
        "psu": REGULAR,
        "mode": "hhcw",
        "chart": _chart(page.count, area.votes) | {"persen": persen} if area.accepted else None,
        "table": table,
        "progres": {"total": area.expected, "progres": area.accepted},
    }


def aggregate(page: AreaPage) -> dict[str, Any]:
    """A region above the village: ``table`` keyed by the codes of its parts."""
    return _aggregate(page, {part.code: _row(page.count, part) for part in page.parts})


def village(page: AreaPage, forms: list[TpsForm]) -> dict[str, Any]:
    """A village: ``table`` keyed by TPS code."""
    table: dict[str, Any] = {}
    for form in forms:
        if form.accepted is None:
            table[form.code] = {"psu": REGULAR, "persen": 0.0, "status_progress": False}
        else:
            votes = tuple(v or 0 for v in form.accepted.votes)
            table[form.code] = {
                "psu": form.accepted.vote_kind,
                **_chart(page.count, votes),
                "persen": 100.0,
                "status_progress": True,
            }
    return _aggregate(page, table)


def station(count: ContestCount, form: TpsForm) -> dict[str, Any]:
    """One TPS: the version that counts, else the newest as it was written.

    Without a form the moment is the ballot's: nothing changed since.
    """
    version = form.accepted or form.latest
    chart, administration = _votes(count, version), _administration(count, version)
    return {
        "mode": "hhcw",
        "chart": chart,
        "images": [None, None, None],
        "administrasi": administration,
        "psu": version.vote_kind if version else None,
        "ts": stamp(version.written_at if version else count.frozen_at),
        "status_suara": chart is not None,
        "status_adm": administration is not None,
    }


def _votes(count: ContestCount, version: Version | None) -> dict[str, Any] | None:
    if version is None or all(v is None for v in version.votes):
        return None
    by_id = {line.kpu_id: v for line, v in zip(count.lines, version.votes, strict=True)}
    return {"null": None, **by_id}


def _administration(count: ContestCount, version: Version | None) -> dict[str, Any] | None:
    if version is None:
        return None
    cells = dict(zip(count.model.names, version.cells, strict=True))
    picked = {theirs: cells[ours] for theirs, ours in ADMINISTRATION.items()}
    return picked if any(v is not None for v in picked.values()) else None
