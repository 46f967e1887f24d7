"""Lays out a form model and a ballot on A4 pages, for hand and machine.

Each number has boxes for its digits and, beside them, one line of ten bubbles a digit. A page carries
four ArUco markers (14 mm, DICT_4X4_50) and a QR code of 34 mm; the markers' ids tell the corner and the
page (modulo 12), so that a sheet with a spoilt QR still says which page it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from modules.situng.layouts.models import FormModel, Line, Row, Section, VoteCell, vote_cells
from modules.situng.layouts.shapes import Bubble, CellBox, Field, Fill, Marker, Page, Rect, Text

WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT, TOP, BOTTOM = 10.0, 200.0, 49.0, 272.0
MARKER, INSET = 14.0, 8.0
QR = Rect(148, 9, 34, 34)
GUTTER = 2.0
#: Pages that markers can tell apart: 50 ids, four a page.
MARKED_PAGES = 12

# One number: boxes, then the letter of each digit and its ten bubbles.
BOX_W, BOX_H, GAP, LETTER_W = 6.0, 9.0, 1.5, 3.0
PITCH_X, PITCH_Y, RADIUS = 3.7, 3.8, 1.45
COLUMNS = "L laki-laki, P perempuan, J jumlah (L + P)"
PLACES = ("S", "P", "R", "RB", "PR", "RR")

HEAD_H, TRIPLE_LABEL_H, PARTY_H, SIGN_H = 6.0, 4.8, 6.5, 8.0
#: Up to so many pairs or persons get a row of the full width, with room for the number in words.
WIDE_LINES = 6


#: The boxes and the bubbles of one number.
Group = tuple[tuple[Rect, ...], tuple[Bubble, ...]]


@dataclass(frozen=True)
class _Size:
    """Sizes that follow from the number of digits."""

    digits: int

    @property
    def group_w(self) -> float:
        return self.digits * BOX_W + GAP + LETTER_W + 10 * PITCH_X

    @property
    def group_h(self) -> float:
        return max(BOX_H, self.digits * PITCH_Y)

    @property
    def row_h(self) -> float:
        return self.group_h + 1.2

    @property
    def row_h_wide(self) -> float:
        return self.row_h + 2.4


class _Pen:
    """Pages under way: what stands on each, and how far the present one is filled."""

    def __init__(self) -> None:
        self.pages: list[Page] = []
        self.turn()

    def turn(self) -> None:
        number = len(self.pages) + 1
        self.pages.append(Page(number, 0, WIDTH, HEIGHT, _markers(number), QR, ()))
        self.y = TOP

    def room(self, height: float) -> None:
        """Turn the page when so much does not fit any more."""
        if self.y + height > BOTTOM + 1e-6:
            self.turn()

    def add(
        self,
        *,
        cells: Sequence[CellBox] = (),
        texts: Sequence[Text] = (),
        fields: Sequence[Field] = (),
        fills: Sequence[Fill] = (),
    ) -> None:
        page = self.pages[-1]
        self.pages[-1] = replace(
            page,
            cells=(*page.cells, *cells),
            texts=(*page.texts, *texts),
            fields=(*page.fields, *fields),
            fills=(*page.fills, *fills),
        )


def _markers(number: int) -> tuple[Marker, ...]:
    first = 4 * ((number - 1) % MARKED_PAGES)
    far_x, far_y = WIDTH - INSET - MARKER, HEIGHT - INSET - MARKER
    corners = ((INSET, INSET), (far_x, INSET), (far_x, far_y), (INSET, far_y))
    return tuple(
        Marker(first + corner, corner, Rect(x, y, MARKER, MARKER)) for corner, (x, y) in enumerate(corners)
    )


def flow(model: FormModel, contest: str, lines: Sequence[Line], region: str = "") -> list[Page]:
    """The pages of a form; ``region`` decides only the chamber's own name in the heading."""
    size, pen = _Size(model.digits), _Pen()
    for section in model.sections:
        if section.votes:
            _votes(pen, size, section, lines)
        else:
            _section(pen, size, section)
    _signatures(pen, lines, model.signed_by(region))
    of = len(pen.pages)
    return [_framed(replace(page, of=of), model, contest, region) for page in pen.pages]


def _heading(pen: _Pen, section: Section, *, more: bool = False) -> None:
    words = f"{section.ref}. {section.title}" + (" (lanjutan)" if more else "")
    box = Rect(LEFT, pen.y, RIGHT - LEFT, HEAD_H)
    pen.add(texts=[Text(replace(box, h=HEAD_H - 0.8), words, 9, bold=True, valign="bottom")])
    pen.y += HEAD_H


def _section(pen: _Pen, size: _Size, section: Section) -> None:
    first = True
    for row in section.rows:
        height = size.row_h + TRIPLE_LABEL_H if len(row.columns) > 1 else size.row_h + 1.2
        if first or pen.y + height > BOTTOM:
            pen.room(HEAD_H + height)
            _heading(pen, section, more=not first)
        first = False
        (_triple if len(row.columns) > 1 else _single)(pen, size, row, height)


def _triple(pen: _Pen, size: _Size, row: Row, height: float) -> None:
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
        group = _group(size, tag.right, box.y + 0.6, texts, fills)
        cells.append(CellBox(cell.name, cell.ref, cell.label, cell.role, *group, crop=box, row=whole))
    pen.add(cells=cells, texts=texts, fills=fills)
    pen.y = whole.bottom


def _single(pen: _Pen, size: _Size, row: Row, height: float) -> None:
    """A row of one number: words and a line for the number in words, then the number."""
    (cell,) = row.cells
    whole = Rect(LEFT, pen.y, RIGHT - LEFT, height)
    written = row.ref.startswith("V.")

    def number(group: Group, crop: Rect) -> CellBox:
        return CellBox(cell.name, cell.ref, cell.label, cell.role, *group, crop=crop, row=whole)

    _wide(pen, size, whole, f"{_item(row.ref)} {row.printed}", written, number)


def _wide(
    pen: _Pen,
    size: _Size,
    whole: Rect,
    words: str,
    written: bool,
    cell: Callable[[Group, Rect], CellBox],
    *,
    bold: bool = False,
) -> None:
    crop = Rect(whole.right - size.group_w - 2, whole.y, size.group_w + 2, whole.h)
    label = Rect(LEFT + 1.5, whole.y, crop.x - LEFT - 3, whole.h)
    texts: list[Text] = []
    fills = [Fill(whole, stroke=0), Fill(crop, stroke=0)]
    if written:
        half = replace(label, h=whole.h - 5.4)
        texts += [
            Text(half, words, 9 if bold else 8.5, bold=bold),
            Text(Rect(label.x, half.bottom, 20, 4.6), "Terbilang:", 6.5, valign="bottom", luma=90),
        ]
        fills.append(Fill(Rect(label.x + 14, whole.bottom - 1, label.w - 14, 0), stroke=120))
    else:
        texts.append(Text(label, words, 8.5))
    group = _group(size, crop.x + 1, whole.y + (whole.h - size.group_h) / 2, texts, fills)
    pen.add(cells=[cell(group, crop)], texts=texts, fills=fills)
    pen.y = whole.bottom


def _item(ref: str) -> str:
    """``A.1`` of ``I.A.1``: what stands before the words of a row."""
    _, _, item = ref.partition(".")
    return f"{item}." if item else ""


def _group(size: _Size, x: float, y: float, texts: list[Text], fills: list[Fill]) -> Group:
    """Boxes and bubbles of one number with its corner at (x, y); what is drawn is added to the lists."""
    top = y + (size.group_h - BOX_H) / 2
    boxes = tuple(Rect(x + n * BOX_W, top, BOX_W, BOX_H) for n in range(size.digits))
    letters = x + size.digits * BOX_W + GAP
    bubbles = []
    for n, box in enumerate(boxes):
        place = PLACES[size.digits - 1 - n]
        middle = y + (size.group_h - size.digits * PITCH_Y) / 2 + (n + 0.5) * PITCH_Y
        fills.append(Fill(box, stroke=0, width=0.3))
        texts.append(Text(Rect(box.x + 0.3, box.y + 0.2, 2.4, 1.8), place, 4, luma=110, valign="top"))
        texts.append(
            Text(Rect(letters, middle - 1.9, LETTER_W - 0.4, 3.8), place, 6, bold=True, align="center")
        )
        for value in range(10):
            bubbles.append(Bubble(n, value, letters + LETTER_W + (value + 0.5) * PITCH_X, middle, RADIUS))
    return boxes, tuple(bubbles)


@dataclass(frozen=True)
class _Block:
    """A part of a column of section IV: the head of a party, or a row with its number."""

    height: float
    head: Line | None = None
    cell: VoteCell | None = None
    #: The party that a row belongs to; a column that begins with it repeats the head.
    party: Line | None = None


def _votes(pen: _Pen, size: _Size, section: Section, lines: Sequence[Line]) -> None:
    """The lines of the ballot, on a page of their own: a contest's votes are not torn without need."""
    cells = vote_cells(lines)
    if pen.y > TOP:
        pen.turn()
    if len(cells) <= WIDE_LINES and all(c.role == "suara" for c in cells):
        _few(pen, size, section, cells)
        return
    blocks = _blocks(size, cells)
    done, first = 0, True
    while done < len(blocks):
        _heading(pen, section, more=not first)
        first = False
        left, right, done = _columns(blocks, done, BOTTOM - pen.y)
        _column(pen, size, left, LEFT)
        _column(pen, size, right, LEFT + (RIGHT - LEFT + GUTTER) / 2)
        pen.y += max(sum(b.height for b in left), sum(b.height for b in right))
        if done < len(blocks):
            pen.turn()


def _few(pen: _Pen, size: _Size, section: Section, cells: Sequence[VoteCell]) -> None:
    height = size.row_h_wide + 1.6
    _heading(pen, section)
    for vote in cells:
        pen.room(height)
        whole = Rect(LEFT, pen.y, RIGHT - LEFT, height)
        words = f"{vote.line.number:02d}.  {vote.label}"
        _wide(pen, size, whole, words, True, partial(_vote_box, vote, row=whole), bold=True)


def _vote_box(vote: VoteCell, group: Group, crop: Rect, *, row: Rect) -> CellBox:
    return CellBox(vote.name, vote.ref, vote.label, vote.role, *group, crop=crop, row=row)


def _blocks(size: _Size, cells: Sequence[VoteCell]) -> list[_Block]:
    blocks, party = [], None
    for cell in cells:
        if cell.role == "suara_partai":
            party = cell.line
            blocks.append(_Block(PARTY_H, head=party, party=party))
        blocks.append(_Block(size.row_h, cell=cell, party=party))
        if cell.role == "jumlah_partai":
            party = None
    return blocks


def _fill(blocks: Sequence[_Block], start: int, height: float) -> tuple[list[_Block], int]:
    """What of the blocks fits a column, and where the next begins; a head never stands at its foot."""
    column: list[_Block] = []
    used, at = 0.0, start
    if at < len(blocks) and blocks[at].head is None and blocks[at].party is not None:
        column.append(_Block(PARTY_H, head=blocks[at].party))
        used = PARTY_H
    while at < len(blocks):
        block = blocks[at]
        need = block.height + (blocks[at + 1].height if block.head is not None else 0)
        if used + need > height + 1e-6:
            break
        column.append(block)
        used += block.height
        at += 1
    return column, at


def _columns(blocks: Sequence[_Block], start: int, height: float) -> tuple[list[_Block], list[_Block], int]:
    """Two columns from ``start``, and where the next begins; the last pair is as short as it can be."""
    left, middle = _fill(blocks, start, height)
    right, end = _fill(blocks, middle, height)
    if end == len(blocks):
        low = sum(b.height for b in blocks[start:]) / 2
        while low < height:
            a, middle = _fill(blocks, start, low)
            b, end = _fill(blocks, middle, low)
            if end == len(blocks):
                left, right = a, b
                break
            low += 1
    return left, right, end


def _column(pen: _Pen, size: _Size, blocks: Sequence[_Block], x: float) -> None:
    width, y = (RIGHT - LEFT - GUTTER) / 2, pen.y
    for block in blocks:
        box = Rect(x, y, width, block.height)
        if block.head is not None:
            more = "" if block.party is not None else " (lanjutan)"
            words = f"{block.head.number}. {block.head.name.upper()}{more}"
            inner = Rect(x + 1.2, y, width - 2.4, block.height)
            pen.add(
                fills=[Fill(box, fill=225, stroke=0)],
                texts=[Text(inner, words, _fit(words, width, 8.5, 1), bold=True)],
            )
        elif block.cell is not None:
            _compact(pen, size, block.cell, box)
        y = box.bottom


def _compact(pen: _Pen, size: _Size, vote: VoteCell, box: Rect) -> None:
    crop = Rect(box.right - size.group_w - 1, box.y, size.group_w + 1, box.h)
    label = Rect(box.x + 1, box.y + 0.4, crop.x - box.x - 1.6, box.h - 0.8)
    words, bold = _vote_words(vote)
    texts = [Text(label, words, _fit(words, label.w, 7.5, 4), bold=bold)]
    fills = [Fill(box, stroke=0, fill=244 if vote.role == "jumlah_partai" else None)]
    group = _group(size, crop.x + 0.4, box.y + (box.h - size.group_h) / 2, texts, fills)
    pen.add(cells=[_vote_box(vote, group, crop, row=box)], texts=texts, fills=fills)


def _vote_words(vote: VoteCell) -> tuple[str, bool]:
    if vote.role == "suara_partai":
        return "A.1  Suara partai politik", False
    if vote.role == "jumlah_partai":
        return "B.  Jumlah suara partai politik dan calon (A.1 + A.2)", True
    return (vote.label if vote.line.candidate else f"{vote.line.number}. {vote.label}"), False


def _fit(words: str, width: float, size: float, rows: int) -> float:
    """The largest size, in points, at which the words surely fit; capitals take about 0.72 of it."""
    while size > 5 and len(words) * size * 0.3528 * 0.66 > width * rows * (0.82 if rows > 1 else 1):
        size -= 0.5
    return size


def _signatures(pen: _Pen, lines: Sequence[Line], signers: str) -> None:
    """Seven members of the KPPS (abroad: KPPSLN) and a witness for each participant sign (PKPU 25/2023)."""
    pen.room(HEAD_H + 5 * SIGN_H)
    _caption(pen, signers)
    _sign(pen, ["Ketua", *(f"Anggota {n}" for n in range(2, 8))])
    participants = {line.number: line for line in lines if line.candidate is None}
    words = {"partai": "Partai", "pasangan": "Pasangan calon", "perseorangan": "Calon"}
    pen.room(HEAD_H + 2 * SIGN_H)
    _caption(pen, "SAKSI")
    _sign(pen, [f"{words[line.kind]} {number}" for number, line in sorted(participants.items())])


def _caption(pen: _Pen, words: str) -> None:
    pen.add(
        texts=[Text(Rect(LEFT, pen.y, RIGHT - LEFT, HEAD_H - 0.8), words, 8.5, bold=True, valign="bottom")]
    )
    pen.y += HEAD_H


def _sign(pen: _Pen, people: Sequence[str]) -> None:
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
