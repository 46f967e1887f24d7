"""Our own printed forms: marks, QR code, then every number by its boxes and by its bubbles."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp

from modules.situng.layouts import CellBox, FormKey, Page, QrRefused, Rect, edition, parse_qr
from modules.situng.layouts.pen import HEIGHT, QR, WIDTH
from modules.situng.reading import bubbles, markers
from modules.situng.reading.boxes import (
    COARSE,
    Shift,
    box_ink,
    circles_of,
    frames_of,
    guess_all,
    pixels,
    shift_of,
)
from modules.situng.reading.ink import Picture, ink_of
from modules.situng.reading.markers import SCALE
from modules.situng.reading.picture import even_light
from modules.situng.reading.places import Place, settle
from modules.situng.reading.results import Expect, Models, PageReading, Unreadable

#: A handwritten digit that agrees with its bubble needs no more than this; where sums fail, ``STRICT``.
AGREED, STRICT = 0.5, 0.97

QR_ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

#: What the markers' mean miss (mm) and the picture's sharpness say about the photo.
BENT = 0.6


@dataclass(frozen=True)
class Sheet:
    """A recognised page, straightened: what every later step works on."""

    key: FormKey | None
    model: str
    page: Page
    of: int
    image: Picture
    hints: tuple[str, ...]


def find_sheet(grey: Picture, models: Models, expect: Expect) -> Sheet | None:
    """The page in the photo; None where no mark of ours is seen. :class:`Unreadable` names what is wrong."""
    found = markers.find_marks(grey)
    if found is None:
        return None
    if len(found.corners) < 3:
        raise Unreadable("sebagian", seen=len(found.corners))
    matrix, miss = markers.homography(found)
    image = markers.rectify(grey, matrix, WIDTH, HEIGHT)
    hints = [*(["terlipat"] if miss > BENT else []), *(["terpotong"] if len(found.corners) == 3 else [])]
    key = read_key(image, QR)
    if key is None:
        if expect.key is None:
            raise Unreadable("qr_tidak_terbaca")
        hints.append("qr_tidak_terbaca")
        page_number = _page_of(found, expect.key.of)
        wanted = FormKey(expect.key.election, expect.key.contest, expect.key.tps, page_number,
                         expect.key.of, expect.key.edition)  # fmt: skip
    else:
        _compare(key, expect)
        wanted = key
        if (key.page - 1) % markers.MARKED_PAGES != found.page:
            raise Unreadable("qr_rusak")
    known = models.pages(wanted)
    if known is None:
        raise Unreadable("formulir_tidak_dikenal", contest=wanted.contest, election=wanted.election)
    code, pages = known
    if _edition(pages) != wanted.edition or wanted.page > len(pages):
        raise Unreadable("edisi_lain", edition=wanted.edition)
    return Sheet(key, code, pages[wanted.page - 1], len(pages), image, tuple(hints))


_editions: dict[int, tuple[list[Page], str]] = {}


def _edition(pages: list[Page]) -> str:
    """The edition of a layout, kept for the layouts last seen: making it takes longer than reading a page."""
    held = _editions.get(id(pages))
    if held is None or held[0] is not pages:
        if len(_editions) >= 64:
            _editions.clear()
        held = _editions[id(pages)] = (pages, edition(pages))
    return held[1]


def _page_of(found: markers.Found, of: int) -> int:
    """The page by its marks alone; they tell pages apart modulo twelve."""
    fits = [n for n in range(1, of + 1) if (n - 1) % markers.MARKED_PAGES == found.page]
    if len(fits) != 1:
        raise Unreadable("qr_tidak_terbaca")
    return fits[0]


def _compare(key: FormKey, expect: Expect) -> None:
    if expect.election is not None and key.election != expect.election:
        raise Unreadable("pemilu_lain", found=key.election, wanted=expect.election)
    if expect.contest is not None and key.contest != expect.contest:
        raise Unreadable("pemilihan_lain", found=key.contest, wanted=expect.contest)
    if expect.tps is not None and key.tps != expect.tps:
        raise Unreadable("tps_lain", found=key.tps, wanted=expect.tps)


# --- the QR code ----------------------------------------------------------------------------------


def read_key(image: Picture, place: Rect) -> FormKey | None:
    """What the page's code says; None where no code can be read. A code that is not ours is refused."""
    edge = 5 * SCALE
    top, left = max(0, round(place.y * SCALE) - edge), max(0, round(place.x * SCALE) - edge)
    crop = image[top : round(place.bottom * SCALE) + edge, left : round(place.right * SCALE) + edge]
    refusal: QrRefused | None = None
    for view in _views(crop):
        for code in zxingcpp.read_barcodes(view, formats=QR_ONLY):
            try:
                return parse_qr(code.text)
            except QrRefused as problem:
                refusal = problem
    if refusal is not None:
        words = {"foreign": "qr_asing", "version": "qr_versi", "contest": "pemilihan_lain"}
        raise Unreadable(words.get(refusal.reason, "qr_rusak"))
    return None


def _views(crop: Picture) -> list[Picture]:
    """The code as it is, larger and sharper, and with its light evened."""
    large = cv2.resize(crop, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    sharp = cv2.addWeighted(large, 2.2, cv2.GaussianBlur(large, (0, 0), 6), -1.2, 0)
    return [
        crop,
        sharp,
        even_light(large),
        cv2.resize(crop, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
    ]


# --- the numbers ----------------------------------------------------------------------------------


def read_sheet(sheet: Sheet) -> PageReading:
    """Every cell of a recognised page."""
    flat = even_light(sheet.image)
    black = _black(flat, sheet.page)
    dark = ink_of(flat, black, 245)
    coarse = cv2.resize(dark, None, fx=COARSE / SCALE, fy=COARSE / SCALE, interpolation=cv2.INTER_AREA)
    found, inks, leaks = [], [], []
    for cell in sheet.page.cells:
        shift_boxes, shift_bubbles, sure = _drift(coarse, cell)
        marks = _bubble_lines(dark, cell, shift_bubbles)
        found.append((cell, shift_boxes, marks, sure))
        for box in cell.digits:
            ink, leak = box_ink(dark, box, shift_boxes)
            inks.append(ink)
            leaks.append(leak)
    guesses = iter(guess_all(inks))
    leaking = iter(leaks)
    cells = {}
    for cell, shift, marks, sure in found:
        places = [Place(next(guesses), mark, leaves=next(leaking)) for mark in marks]
        cells[cell.name] = settle(cell.name, places, pixels(cell.crop, shift), pixels(cell.row, shift),
                                  least=AGREED, placed=sure)  # fmt: skip
    hints = (*sheet.hints, *quality(sheet.image, black))
    key = sheet.key
    size = (sheet.image.shape[1], sheet.image.shape[0])
    return PageReading(
        sheet.model, sheet.page.number, sheet.of, key.tps if key else None, key.contest if key else None,
        key.election if key else None, key.edition if key else None, cells, hints, size, key,
    )  # fmt: skip


def _black(flat: Picture, page: Page) -> float:
    """The grey level of print on this page: the darkest tenth inside the marks."""
    levels = []
    for mark in page.markers:
        box = mark.box
        part = flat[
            round(box.y * SCALE) : round(box.bottom * SCALE), round(box.x * SCALE) : round(box.right * SCALE)
        ]
        if part.size:
            levels.append(float(np.percentile(part, 25)))
    return float(np.clip(np.median(levels) if levels else 40, 0, 140))


def quality(image: Picture, black: float) -> tuple[str, ...]:
    """Hints to whoever took the photo: ``gelap`` (dark), ``buram`` (blurred, or too few pixels)."""
    small = cv2.resize(image, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = float(np.percentile(small, 80))
    out = []
    if paper < 90:
        out.append("gelap")
    # A printed edge of a sharp photo rises from black to white within about a quarter of a millimetre.
    steep = cv2.Sobel(image, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    if float(np.percentile(np.abs(steep), 99.5)) < 0.085 * (paper - min(black, paper)):
        out.append("buram")
    return tuple(out)


def _bubble_lines(dark: Picture, cell: CellBox, shift: Shift) -> list[bubbles.Line]:
    """The mark of each place."""
    if not cell.bubbles:
        return []
    centres = np.array([[b.x + shift[0], b.y + shift[1]] for b in cell.bubbles]) * SCALE - 0.5
    values = bubbles.fills(dark, centres, (cell.bubbles[0].r - 0.3) * SCALE)
    lines: list[bubbles.Line] = []
    for place in range(len(cell.digits)):
        ten = np.zeros(10, np.float32)
        for bubble, value in zip(cell.bubbles, values, strict=True):
            if bubble.digit == place:
                ten[bubble.value] = value
        lines.append(bubbles.read_line(ten))
    return lines


# --- the drift of a cell on bent paper ------------------------------------------------------------


def _drift(coarse: Picture, cell: CellBox) -> tuple[Shift, Shift, bool]:
    """How far (mm) boxes and bubbles lie from their places, and whether their print was found there."""
    boxes, sure = shift_of(coarse, frames_of(cell))
    if not cell.bubbles:
        return boxes, boxes, sure
    circles, also = shift_of(coarse, circles_of(cell))
    if abs(boxes[0] - circles[0]) > 1 or abs(boxes[1] - circles[1]) > 1:
        sure = False
    return boxes, circles, sure and also
