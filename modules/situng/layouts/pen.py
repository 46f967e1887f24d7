"""The pen that draws a form: A4 pages under way, and one number with its boxes and bubbles.

Each number has boxes for its digits and, beside them, one line of ten bubbles a digit. A page carries
four ArUco markers (14 mm, DICT_4X4_50) and a QR code of 34 mm; the markers' ids tell the corner and the
page (modulo 12), so that a sheet with a spoilt QR still says which page it is. Lengths are millimetres.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from modules.situng.layouts.models import Section
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
PLACES = ("S", "P", "R", "RB", "PR", "RR")

HEAD_H = 6.0

#: The boxes and the bubbles of one number.
Group = tuple[tuple[Rect, ...], tuple[Bubble, ...]]


@dataclass(frozen=True)
class Size:
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


class Pen:
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


def draw_heading(pen: Pen, section: Section, *, more: bool = False) -> None:
    """The words over a section, again on each page where it goes on (``more``)."""
    words = f"{section.ref}. {section.title}" + (" (lanjutan)" if more else "")
    box = Rect(LEFT, pen.y, RIGHT - LEFT, HEAD_H)
    pen.add(texts=[Text(replace(box, h=HEAD_H - 0.8), words, 9, bold=True, valign="bottom")])
    pen.y += HEAD_H


def draw_wide(
    pen: Pen,
    size: Size,
    whole: Rect,
    words: str,
    written: bool,
    cell: Callable[[Group, Rect], CellBox],
    *,
    bold: bool = False,
) -> None:
    """A row of the full width with one number; ``written`` gives a line for the number in words."""
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
    group = draw_number(size, crop.x + 1, whole.y + (whole.h - size.group_h) / 2, texts, fills)
    pen.add(cells=[cell(group, crop)], texts=texts, fills=fills)
    pen.y = whole.bottom


def draw_number(size: Size, x: float, y: float, texts: list[Text], fills: list[Fill]) -> Group:
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
