"""The D.Hasil as PDF and the minutes of its plenary (berita acara), by the doors of documents and JDIH."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from electsys.db import db
from electsys.documents import OfficialDocument, date_in_words, issue_document
from electsys.documents.papers import letterhead, today
from electsys.elections.models import Election
from electsys.ledger import Actor
from electsys.regions.models import Dapil
from electsys.regions.queries import names
from electsys.web.formats import angka, title_region
from modules.jdih import Letter, draft_minutes
from modules.sirekap import recap_words as words
from modules.sirekap.models import Recap
from modules.sirekap.queries import plenaries
from modules.sirekap.queries.recaps import ColumnNow, Sheet, sheet, version_of
from modules.sirekap.rules.ladder import sum_of

#: Archive class of results (PKPU 2/2021).
CLASS = "PL.01.08"
SERIES = "d_hasil"
#: Columns that fit beside the labels on a sheet of A4, set across.
ACROSS = 9


def issue_form(recap: Recap, *, actor: Actor) -> OfficialDocument:
    """Number, set and register the D.Hasil as it stands; a corrected one is a new document."""
    form = sheet(recap)
    with force_locale("id"):
        data = form_data(form)
        return issue_document(
            "BA",
            "sirekap/d_hasil",
            data,
            unit=recap.region[:6],
            series=SERIES,
            year=today(recap.region).year,
            title=data["subject"],
            subject=f"recap:{recap.id}",
            actor=actor,
            classification=CLASS,
        )


def form_data(form: Sheet) -> dict[str, Any]:
    """What ``templates/sirekap/d_hasil.typ`` prints."""
    recap = form.recap
    version = version_of(recap)
    election = db.session.get_one(Election, recap.election_id)
    called = words.form_name(recap)
    whole = ColumnNow("", "Jumlah Akhir", "", 1, cells=tuple(form.cells), votes=tuple(form.votes))
    columns = [*main_columns(form, election), whole]
    blocks = [
        {"caption": f"{called}: {_place(recap, election)}", **block} for block in _blocks(form, columns)
    ]
    if recap.tier == "kecamatan":
        villages = names([v for v, _columns in form.grouped()], election.map_id)
        for village, stations in form.grouped():
            called_village = title_region(villages.get(village, village))
            sums = [*stations, _sum(village, "Jumlah", stations)]
            blocks += [
                {"caption": f"Lampiran: {called_village}, satu kolom satu TPS", **block}
                for block in _blocks(form, sums)
            ]
    return {
        "form": called,
        "subject": f"{called} {_place(recap, election)} {election.name}",
        "simulation": election.kind == "simulasi",
        "area": _area(recap, election),
        "version": version.number if version else 0,
        "sha256": version.sha256 if version else "",
        "blocks": blocks,
        "missing": [
            [c.name if c.group == c.unit else f"{c.name} ({c.unit})", c.missing or ""]
            for c in form.columns
            if c.source == "tanpa_formulir"
        ],
        "corrections": [
            [
                str(made.id),
                made.unit,
                str(words.REASONS[made.reason_code]),
                "; ".join(_changes(form, made)),
            ]
            for made in plenaries.corrections(recap)
        ],
        "signatures": [
            [
                str(words.ROLES[s.role]),
                s.name,
                "menandatangani" if s.signed else f"tidak menandatangani: {s.reason}",
            ]
            for s in plenaries.signatures(recap)
        ],
        "signers": [],
    }


def main_columns(form: Sheet, election: Election) -> list[ColumnNow]:
    """The columns of the form itself: a village each at the kecamatan, else the children."""
    if form.recap.tier != "kecamatan":
        return list(form.columns)
    called = names([v for v, _columns in form.grouped()], election.map_id)
    return [
        _sum(village, title_region(called.get(village, village)), columns)
        for village, columns in form.grouped()
    ]


def _sum(unit: str, name: str, columns: list[ColumnNow]) -> ColumnNow:
    there = [c for c in columns if c.is_there]
    if not there:
        return ColumnNow(unit, name, unit)
    return ColumnNow(
        *(unit, name, unit, 1),
        cells=tuple(sum_of([c.cells for c in there])),
        votes=tuple(sum_of([c.votes for c in there])),
    )


def _blocks(form: Sheet, columns: list[ColumnNow]) -> list[dict[str, Any]]:
    """The table in pieces that a page holds, each with the labels of its rows."""
    made = []
    for start in range(0, len(columns), ACROSS):
        part = columns[start : start + ACROSS]
        rows = [
            [cell.ref, cell.label, *(_number(c.cells[at] if c.is_there else None) for c in part)]
            for at, cell in enumerate(form.model.cells)
            if not cell.ref.startswith("V")
        ]
        rows += [
            ["IV", line.label, *(_number(c.votes[line.position - 1] if c.is_there else None) for c in part)]
            for line in form.lines
        ]
        rows += [
            [cell.ref, cell.label, *(_number(c.cells[at] if c.is_there else None) for c in part)]
            for at, cell in enumerate(form.model.cells)
            if cell.ref.startswith("V")
        ]
        made.append({"columns": [c.name for c in part], "rows": rows})
    return made


def _number(value: int | None) -> str:
    return "–" if value is None else str(angka(value))


def changed_rows(form: Sheet, made: Any) -> list[tuple[str, str, int | None, int | None]]:
    """What a correction changed: key and label of the row, value before and after."""
    before = [*(made.before_cells or [None] * len(form.model.cells))]
    votes = [*(made.before_votes or [None] * len(form.lines))]
    rows: list[tuple[str, str, int | None, int | None]] = [
        (cell.name, cell.label, before[at], made.after_cells[at])
        for at, cell in enumerate(form.model.cells)
        if before[at] != made.after_cells[at]
    ]
    rows += [
        (f"suara_{line.position}", line.label, votes[at], made.after_votes[at])
        for at, line in enumerate(form.lines)
        if votes[at] != made.after_votes[at]
    ]
    return rows


def _changes(form: Sheet, made: Any) -> list[str]:
    return [
        f"{label}: {_number(before)} menjadi {_number(after)}"
        for _key, label, before, after in changed_rows(form, made)
    ]


def _place(recap: Recap, election: Election) -> str:
    called = names([recap.region], election.map_id) if recap.region else {}
    return title_region(called.get(recap.region, "Indonesia"))


def _area(recap: Recap, election: Election) -> list[list[str]]:
    codes = [recap.region[:n] for n in (2, 4, 6) if n <= len(recap.region)]
    called = names(codes, election.map_id)
    label = {2: "Provinsi", 4: "Kabupaten/Kota", 6: "Kecamatan"}
    rows = [[label[len(code)], title_region(called.get(code, code))] for code in codes]
    dapil = db.session.get(Dapil, recap.dapil_id) if recap.dapil_id else None
    if dapil is not None:
        rows.append(["Daerah pemilihan", title_region(dapil.name)])
    return rows or [["Wilayah", "Indonesia"]]


def minutes(recap: Recap, *, link: str, actor: Actor) -> Letter:
    """The minutes of the plenary on this D.Hasil: a draft that its members route and sign."""
    election = db.session.get_one(Election, recap.election_id)
    form = sheet(recap)
    version = version_of(recap)
    with force_locale("id"):
        head = letterhead(recap.region[:6])
        title = f"Rekapitulasi hasil penghitungan suara {recap.contest.name} {_place(recap, election)}"
        part = str(words.PARTS[recap.tier]).lower()
        said = [
            f"Rapat pleno terbuka membacakan dan menjumlahkan {angka(len(form.columns))} kolom, "
            f"dari {angka(len(form.grouped()))} {part}.",
            f"Suara sah {angka(sum(form.votes))}. Sidik isi {words.form_name(recap)} versi "
            f"{version.number if version else 0}: {version.sha256 if version else ''}.",
        ]
        said += [
            f"Keberatan nomor {o.id} ({o.filed_by}): {o.statement} Hasil: {o.outcome}."
            for o in plenaries.objections(recap)
            if o.outcome
        ] or ["Tidak ada keberatan saksi (NIHIL)."]
        said += [
            f"Pembetulan nomor {made.id}, TPS {made.unit}: {'; '.join(_changes(form, made))}. {made.reason}"
            for made in plenaries.corrections(recap)
        ]
        said += [
            f"{s.name} tidak menandatangani: {s.reason}" for s in plenaries.signatures(recap) if not s.signed
        ]
        here = plenaries.attendance(recap.election_id, recap.region)
        data: dict[str, Any] = {
            "opening": f"Pada hari ini, {date_in_words(today(recap.region))}, "
            f"{head['body']} {head['area']}".title().replace("Kpu", "KPU")
            + " melaksanakan rapat pleno terbuka rekapitulasi hasil penghitungan suara.",
            "paragraphs": said,
            "table": {
                "caption": "Jumlah akhir perolehan suara",
                "columns": ["Peserta", "Suara"],
                "rows": [
                    [line.label, str(angka(votes))]
                    for line, votes in zip(form.lines, form.votes, strict=True)
                ],
                "numbers": [1],
            },
        }
        if here:
            data["sections"] = [
                {
                    "heading": "Yang hadir",
                    "paragraphs": [f"{a.name} ({str(words.ROLES[a.role]).lower()})" for a in here],
                }
            ]
    return draft_minutes(
        "BA",
        unit=recap.region[:6],
        title=title,
        data=data,
        subject=f"recap:{recap.id}",
        signers=[],
        actor=actor,
        source_key=f"sirekap:recap:{recap.id}:{recap.version}",
        classification=CLASS,
        link=link,
    )
