"""Boxes and their print: where a cell's frame lies on bent paper, what ink its boxes hold."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from modules.situng.layouts import CellBox, Rect
from modules.situng.reading import digits
from modules.situng.reading.ink import Picture, cleaned
from modules.situng.reading.markers import SCALE
from modules.situng.reading.results import Box

#: How far (mm) a cell may lie from where the marks put it: less than half the pitch of the bubbles.
DRIFT = 1.5
#: Pixels a millimetre while looking for the drift.
COARSE = 4
#: A shift in millimetres: right, down.
Shift = tuple[float, float]


def guess_all(inks: list[Picture], *, many: bool = False) -> list[digits.Guess]:
    """Boxes without ink are not shown to the model."""
    written = [n for n, ink in enumerate(inks) if ink.any()]
    seen = dict(zip(written, digits.classify([inks[n] for n in written], many=many), strict=True))
    return [seen.get(n, digits.NOTHING) for n in range(len(inks))]


def box_ink(dark: Picture, box: Rect, shift: Shift, *, letter: bool = True) -> tuple[Picture, bool]:
    """The ink inside a digit box without its frame and, with ``letter``, the small letter of its place.

    The second value: the writing leaves the box on two sides.
    """
    inset = 0.55
    x, y = box.x + shift[0] + inset, box.y + shift[1] + inset
    width, height = round((box.w - 2 * inset) * SCALE), round((box.h - 2 * inset) * SCALE)
    top, left = max(0, round(y * SCALE)), max(0, round(x * SCALE))
    ink = dark[top : top + height, left : left + width].copy()
    if ink.shape != (height, width):
        return np.zeros((height, width), np.uint8), False
    if letter:
        _wipe_letter(ink)
    return cleaned(ink, edge=3)


def soiled(dark: Picture, box: Rect, shift: Shift) -> bool:
    """Whether the inside of a box, well away from its frame, bears more than a speck of ink."""
    inset = 1.1
    x, y = box.x + shift[0] + inset, box.y + shift[1] + inset
    width, height = round((box.w - 2 * inset) * SCALE), round((box.h - 2 * inset) * SCALE)
    part = dark[round(y * SCALE) : round(y * SCALE) + height, round(x * SCALE) : round(x * SCALE) + width]
    return bool((part >= 70).mean() > 0.002)


def _wipe_letter(ink: Picture) -> None:
    """Take the printed letter of the place away where no stroke of the writer runs through it."""
    high, wide = round(2.0 * SCALE), round(2.6 * SCALE)
    mask = (ink >= 60).astype(np.uint8)
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    for n in range(1, len(stats)):
        x, y, w, h, _area = stats[n]
        if x + w <= wide and y + h <= high:
            ink[labels == n] = 0
    corner = ink[:high, :wide]
    corner[corner < 60] = 0


def pixels(box: Rect, shift: Shift) -> Box:
    """A rectangle of the page in pixels of the rectified picture."""
    return Box(
        round((box.x + shift[0]) * SCALE), round((box.y + shift[1]) * SCALE),
        round(box.w * SCALE), round(box.h * SCALE),
    )  # fmt: skip


@dataclass(frozen=True)
class Stencil:
    """What is printed for a part of a cell, as a picture, and where its corner lies (mm)."""

    picture: Picture
    x: float
    y: float


def frames_of(cell: CellBox) -> Stencil:
    """The frames of a cell's digit boxes."""
    first, last = cell.digits[0], cell.digits[-1]
    x, y = first.x - 1, first.y - 1
    picture = np.zeros(
        (round((last.bottom - y + 1) * COARSE), round((last.right - x + 1) * COARSE)), np.uint8
    )
    for box in cell.digits:
        a = (round((box.x - x) * COARSE), round((box.y - y) * COARSE))
        b = (round((box.right - x) * COARSE), round((box.bottom - y) * COARSE))
        cv2.rectangle(picture, a, b, 255, 1)
    return Stencil(cv2.GaussianBlur(picture, (0, 0), 0.8), x, y)


def circles_of(cell: CellBox) -> Stencil:
    """The circles of a cell."""
    reach = cell.bubbles[0].r + 0.6
    x = min(b.x for b in cell.bubbles) - reach
    y = min(b.y for b in cell.bubbles) - reach
    right, bottom = max(b.x for b in cell.bubbles) + reach, max(b.y for b in cell.bubbles) + reach
    picture = np.zeros((round((bottom - y) * COARSE), round((right - x) * COARSE)), np.uint8)
    for b in cell.bubbles:
        centre = (round((b.x - x) * COARSE * 16), round((b.y - y) * COARSE * 16))
        cv2.circle(picture, centre, round(b.r * COARSE * 16), 255, 1, cv2.LINE_AA, shift=4)
    return Stencil(cv2.GaussianBlur(picture, (0, 0), 0.8), x, y)


def shift_of(coarse: Picture, stencil: Stencil) -> tuple[Shift, bool]:
    """How far the print lies from its place, and whether it was found at all."""
    reach = round(DRIFT * COARSE)
    left, top = round(stencil.x * COARSE) - reach, round(stencil.y * COARSE) - reach
    height, width = stencil.picture.shape
    window = coarse[max(0, top) : top + height + 2 * reach, max(0, left) : left + width + 2 * reach]
    if top < 0 or left < 0 or window.shape != (height + 2 * reach, width + 2 * reach):
        return (0.0, 0.0), False
    # A filled bubble or a thick digit must not outweigh the thin print.
    fit = cv2.matchTemplate(np.minimum(window, 110), stencil.picture, cv2.TM_CCOEFF_NORMED)
    _low, high, _where, (x, y) = cv2.minMaxLoc(fit)
    dx = _between(fit[y], x) - reach - (stencil.x * COARSE - round(stencil.x * COARSE))
    dy = _between(fit[:, x], y) - reach - (stencil.y * COARSE - round(stencil.y * COARSE))
    return (dx / COARSE, dy / COARSE), high > 0.2


def _between(values: Picture, at: int) -> float:
    """The peak to a fraction of a step, by the parabola through three values."""
    if not 0 < at < len(values) - 1:
        return float(at)
    a, b, c = (float(v) for v in values[at - 1 : at + 2])
    bend = a - 2 * b + c
    return at + (0.5 * (a - c) / bend if bend < -1e-9 else 0.0)
