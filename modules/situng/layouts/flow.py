"""Lays out a form model and a ballot on A4 pages: sections, votes, signatures, and what frames a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from modules.situng.layouts.models import FormModel, Line, Row, Section
from modules.situng.layouts.pen import (
    BOTTOM,
    HEAD_H,
    LEFT,
    RIGHT,
    Group,
    Pen,
    Size,
    draw_heading,
    draw_number,
    draw_wide,
)
from modules.situng.layouts.shapes import CellBox, Field, Fill, Page, Rect, Text
from modules.situng.layouts.votes import draw_votes

COLUMNS = "L laki-laki, P perempuan, J jumlah (L + P)"
TRIPLE_LABEL_H, SIGN_H = 4.8, 8.0


def flow(model: FormModel, contest: str, lines: Sequence[Line], region: str = "") -> list[Page]:
    """The pages of a form; ``region`` decides only the chamber's own name in the heading."""
    size, pen = Size(model.digits), Pen()
    for section in model.sections:
        if section.votes:
            draw_votes(pen, size, section, lines)
        else:
            _section(pen, size, section)
    _signatures(pen, lines, model.signed_by(region))
    of = len(pen.pages)
    return [_framed(replace(page, of=of), model, contest, region) for page in pen.pages]


def _section(pen: Pen, size: Size, section: Section) -> None:
    first = True
    for row in section.rows:
        height = size.row_h + TRIPLE_LABEL_H if len(row.columns) > 1 else size.row_h + 1.2
        if first or pen.y + height > BOTTOM:
            pen.room(HEAD_H + height)
            draw_heading(pen, section, more=not first)
        first = False
        (_triple if len(row.columns) > 1 else _single)(pen, size, row, height)


def _triple(pen: Pen, size: Size, row: Row, height: float) -> None:
    """A row of three numbers under its words."""
    whole = Rect(LEFT, pen.y, RIGHT - LEFT, height)
    third = whole.w / 3
    label = Rect(LEFT, pen.y, whole.w, TRIPLE_LABEL_H)
    texts = [Text(Rect(LEFT + 1.5, label.y, whole.w - 3, label.h), f"{_item(row.ref)} {row.printed}", 8.5)]
    texts.append(Text(Rect(LEFT, label.y, whole.w - 1.5, label.h), COLUMNS, 6, align="right", luma=90))
    fills = [Fill(whole, stroke=0), Fill(label, fill=238, stroke=0)]
    cells = []
    for n, cell in enumerate(row.cells):
        box = Rect(LEFT + n * third, label.bottom, third, size.row_h)
        fills.append(Fill(box, stroke=0))
        tag = Rect(box.x, box.y, third - size.group_w - 0.6, box.h)
        texts.append(Text(tag, cell.column.upper(), 8, bold=True, align="center"))
        group = draw_number(size, tag.right, box.y + 0.6, texts, fills)
        cells.append(CellBox(cell.name, cell.ref, cell.label, cell.role, *group, crop=box, row=whole))
    pen.add(cells=cells, texts=texts, fills=fills)
    pen.y = whole.bottom


def _single(pen: Pen, size: Size, row: Row, height: float) -> None:
    """A row of one number: words and a line for the number in words, then the number."""
    (cell,) = row.cells
    whole = Rect(LEFT, pen.y, RIGHT - LEFT, height)
    written = row.ref.startswith("V.")

    def number(group: Group, crop: Rect) -> CellBox:
        return CellBox(cell.name, cell.ref, cell.label, cell.role, *group, crop=crop, row=whole)

    draw_wide(pen, size, whole, f"{_item(row.ref)} {row.printed}", written, number)


def _item(ref: str) -> str:
    """``A.1`` of ``I.A.1``: what stands before the words of a row."""
    _, _, item = ref.partition(".")
    return f"{item}." if item else ""


def _signatures(pen: Pen, lines: Sequence[Line], signers: str) -> None:
    """Seven members of the KPPS (abroad: KPPSLN) and a witness for each participant sign (PKPU 25/2023)."""
    pen.room(HEAD_H + 5 * SIGN_H)
    _caption(pen, signers)
    _sign(pen, ["Ketua", *(f"Anggota {n}" for n in range(2, 8))])
    participants = {line.number: line for line in lines if line.candidate is None}
    words = {"partai": "Partai", "pasangan": "Pasangan calon", "perseorangan": "Calon"}
    pen.room(HEAD_H + 2 * SIGN_H)
    _caption(pen, "SAKSI")
    _sign(pen, [f"{words[line.kind]} {number}" for number, line in sorted(participants.items())])


def _caption(pen: Pen, words: str) -> None:
    pen.add(
        texts=[Text(Rect(LEFT, pen.y, RIGHT - LEFT, HEAD_H - 0.8), words, 8.5, bold=True, valign="bottom")]
    )
    pen.y += HEAD_H


def _sign(pen: Pen, people: Sequence[str]) -> None:
    """Boxes for name and signature, two a line."""
    half = (RIGHT - LEFT) / 2
    for n in range(0, len(people), 2):
        pen.room(SIGN_H)
        for column, who in enumerate(people[n : n + 2]):
            box = Rect(LEFT + column * half, pen.y, half, SIGN_H)
            pen.add(
                fills=[
                    Fill(box, stroke=0),
                    Fill(Rect(box.x + 22, box.y, 0, box.h), stroke=150),
                    Fill(Rect(box.x + 64, box.y, 0, box.h), stroke=150),
                ],
                texts=[
                    Text(Rect(box.x + 1, box.y, 20, box.h), who, 7),
                    Text(Rect(box.x + 22.6, box.y + 0.4, 30, 3), "Nama", 5, luma=120, valign="top"),
                    Text(Rect(box.x + 64.6, box.y + 0.4, 25, 3), "Tanda tangan", 5, luma=120, valign="top"),
                ],
            )
        pen.y += SIGN_H


def _framed(page: Page, model: FormModel, contest: str, region: str) -> Page:
    """Heading, places for what differs by TPS, and foot."""
    middle = Rect(26, 8, 118, 4.4)
    texts = [
        Text(middle, f"MODEL {model.form_name(contest, region)}", 8, bold=True),
        Text(replace(middle, y=12.4), "CATATAN HASIL PENGHITUNGAN PEROLEHAN SUARA", 9, bold=True),
        Text(replace(middle, y=16.8), model.title(contest, region), 9, bold=True),
        Text(Rect(LEFT, 44, RIGHT - LEFT, 4.6), model.instructions, 6.4, luma=60),
        Text(Rect(26, 284, 60, 5), f"Halaman {page.number} dari {page.of}", 8, bold=True),
        Text(Rect(60, 275.5, 18, 4), "Paraf KPPS", 5.5, luma=90),
        Text(Rect(126, 275.5, 18, 4), "Paraf saksi", 5.5, luma=90),
    ]
    fields = [Field("pemilu", replace(middle, y=21.2), 7.5)]
    for n, (label, name) in enumerate(
        (
            ("Provinsi", "provinsi"),
            ("Kabupaten/Kota", "kabko"),
            ("Kecamatan", "kecamatan"),
            ("Kelurahan/Desa", "desa"),
            ("Nomor TPS", "tps"),
        )
    ):
        y = 25.8 + n * 3.6
        texts.append(Text(Rect(26, y, 24, 3.6), label, 7.5))
        fields.append(Field(name, Rect(50, y, 95, 3.6), 8))
    fields.append(Field("payload", Rect(86, 284, 98, 5), 6.5))
    fills = [Fill(Rect(74, 275, 48, 7), stroke=150), Fill(Rect(140, 275, 44, 7), stroke=150)]
    return replace(
        page,
        texts=(*texts, *page.texts),
        fields=(*fields, *page.fields),
        fills=(*fills, *page.fills),
    )
