"""The exact shapes of Sirekap's public JSON of 2024, family by family, as KPU's own files had them.

Pure functions of Situng's counts. A region's ``chart`` is always the sum of the rows of its ``table``: forms
that do not count have no votes in either. Pairs and persons stand under their id, parties under their number.
A TPS file shows what was written; ``status_suara`` and ``status_adm`` tell that it was, as they did in KPU's
files. Whether a form counts stands in its village's ``table``: ``status_progress``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from modules.situng import (
    AreaCount,
    AreaPage,
    ContestCount,
    Group,
    PublicPhoto,
    TpsForm,
    Version,
    photos_beside,
)

JAKARTA = ZoneInfo("Asia/Jakarta")
REGULAR = "Reguler"
#: Names of the contests in the paths of Sirekap 2024, which had no heads of regions.
SIREKAP = {"ppwp": "ppwp", "dpr": "pdpr", "dpd": "pdpd", "dprd_prov": "pdprdp", "dprd_kabko": "pdprdk"}
#: Contests whose ballots hold lists of parties.
LISTS = ("dpr", "dprd_prov", "dprd_kabko")
#: How long the code of the highest region is that ``hhcw`` has: the area of the body that is elected.
TOP = {"ppwp": 0, "dpr": 0, "dpd": 2, "dprd_prov": 2, "dprd_kabko": 4}

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


# --- hhcw: regions --------------------------------------------------------------------------------


def aggregate(page: AreaPage) -> dict[str, Any]:
    """``hhcw`` of a region above the village: ``table`` keyed by the codes of its parts."""
    rows = {
        part.code: (part.votes, REGULAR, percent(part.accepted, part.expected)) if part.accepted else None
        for part in page.parts
    }
    return _aggregate(page, rows)


def village(page: AreaPage, forms: list[TpsForm]) -> dict[str, Any]:
    """``hhcw`` of a village: ``table`` keyed by TPS code."""
    rows = {
        form.code: (tuple(v or 0 for v in form.accepted.votes), form.accepted.vote_kind, 100.0)
        if form.accepted
        else None
        for form in forms
    }
    return _aggregate(page, rows)


#: Votes, kind of vote and percent of a row; None of one where nothing counts.
Row = tuple[Sequence[int], str, float] | None


def _aggregate(page: AreaPage, rows: Mapping[str, Row]) -> dict[str, Any]:
    area = page.area
    persen = percent(area.accepted, area.expected)
    return {
        "ts": stamp(area.changed_at or page.count.frozen_at),
        "psu": REGULAR,
        "mode": "hhcw",
        "chart": _chart(page, area.votes) | {"persen": persen} if area.accepted else None,
        "table": {code: _row(page, row) for code, row in rows.items()},
        "progres": _progress(area),
    }


def _row(page: AreaPage, row: Row) -> dict[str, Any]:
    if row is None:
        return {"psu": REGULAR, "persen": 0.0, "status_progress": False}
    votes, kind, persen = row
    state = {"persen": persen, "status_progress": True}
    if page.count.kind in LISTS:  # the numbers of the parties first, as KPU's files have them
        return {**_chart(page, votes), "psu": kind, **state}
    return {"psu": kind, **_chart(page, votes), **state}


def _chart(page: AreaPage, votes: Sequence[int]) -> dict[str, Any]:
    """Votes of whoever stands in the area: of pairs and persons by id, of parties by number."""
    count = page.count
    if count.kind not in LISTS:
        return {line.kpu_id: v for line, v in zip(count.lines, votes, strict=True)}
    return {str(group.line.number): group.of(votes) for group in _standing(count, page.area.code)}


def _standing(count: ContestCount, code: str) -> Iterable[Group]:
    """The parties that somebody in the area may vote for: local parties stand in their province alone."""
    return (group for group in count.groups if count.dapil or group.line.stands_in(code))


def _progress(area: AreaCount) -> dict[str, int]:
    return {"total": area.expected, "progres": area.accepted}


# --- hhcw: a TPS ----------------------------------------------------------------------------------


def images(photos: Sequence[PublicPhoto]) -> list[str | None]:
    """The address of the newest photo of each page, at its place; three places at least, as KPU had."""
    by_page = {photo.page: photo.address for photo in photos}
    return [by_page.get(page) for page in range(1, max([3, *by_page]) + 1)]


def station(count: ContestCount, form: TpsForm, photos: Sequence[PublicPhoto] = ()) -> dict[str, Any]:
    """One TPS: the version that counts, else the newest as it was written.

    Without a form the moment is the ballot's: nothing changed since. ``photos`` are all that are public.
    """
    version = form.accepted or form.latest
    administration = _administration(count, version)
    written = version is not None and any(v is not None for v in version.votes)
    votes = version.votes if version and written else None
    by_party = count.kind in LISTS
    return {
        **({} if by_party else {"mode": "hhcw"}),
        "chart": _written(count, version, votes) if version and votes is not None else None,
        **({"caleg": _names(count, votes)} if by_party and votes is not None else {}),
        **({"kode_dapil": count.dapil[1]} if by_party and count.dapil else {}),
        "images": images(photos_beside(version, [*photos])),
        "administrasi": administration,
        "psu": version.vote_kind if version else None,
        "ts": stamp(version.written_at if version else count.frozen_at),
        "status_suara": votes is not None,
        "status_adm": administration is not None,
    }


Votes = Sequence[int | None]


def _written(count: ContestCount, version: Version, votes: Votes) -> dict[str, Any]:
    """The votes of pairs and persons by id; of parties by number, each with its sum as the form has it."""
    if count.kind not in LISTS:
        return {"null": None, **{line.kpu_id: v for line, v in zip(count.lines, votes, strict=True)}}
    sums = dict(zip(count.ballot.sums, version.sums, strict=False))
    chart = {str(group.line.number): _sums(group, votes) for group in count.groups}
    for number, row in chart.items():
        if (found := sums.get(f"suara_{number}_jumlah")) is not None:
            row["jml_suara_total"] = found
    return chart


def _sums(group: Group, votes: Votes) -> dict[str, int | None]:
    return {"jml_suara_total": group.of(votes), "jml_suara_partai": votes[group.at[0]]}


def _names(count: ContestCount, votes: Votes) -> dict[str, Any]:
    return {
        str(group.line.number): {**_of_names(count, group, votes), "null": None} for group in count.groups
    }


def _of_names(count: ContestCount, group: Group, votes: Votes) -> dict[str, int | None]:
    return {count.lines[i].kpu_id: votes[i] for i in group.at[1:]}


def _administration(count: ContestCount, version: Version | None) -> dict[str, Any] | None:
    if version is None:
        return None
    cells = dict(zip(count.model.names, version.cells, strict=True))
    picked = {theirs: cells[ours] for theirs, ours in ADMINISTRATION.items()}
    return picked if any(v is not None for v in picked.values()) else None


# --- hhcd: dapil ----------------------------------------------------------------------------------


def dapil(page: AreaPage) -> dict[str, Any]:
    """``hhcd`` of a dapil: the parties, and in ``table`` each party's own votes and those of its names."""
    count, votes = page.count, page.area.votes
    table = {
        str(group.line.number): {**_of_names(count, group, votes), **_sums(group, votes)}
        for group in count.groups
    }
    return _by_dapil(page, table if page.area.accepted else None)


def dapil_of_nation(page: AreaPage, areas: list[AreaCount]) -> dict[str, Any]:
    """``/pemilu/hhcd/pdpr/0.json``: the nation by dapil."""
    table = {
        area.code: {
            **(_chart(page, area.votes) if area.accepted else {}),
            "persen": percent(area.accepted, area.expected),
        }
        for area in areas
    }
    return _by_dapil(page, table)


def _by_dapil(page: AreaPage, table: dict[str, Any] | None) -> dict[str, Any]:
    area = page.area
    persen = percent(area.accepted, area.expected)
    return {
        "ts": stamp(area.changed_at or page.count.frozen_at),
        "mode": "hhcw",
        "chart": _chart(page, area.votes) | {"persen": persen} if area.accepted else None,
        "table": table,
        "progres": _progress(area),
    }
