"""Forms that others printed, without codes: C1-PPWP 2019, found in a scan or photo by what is printed on it.

Landmarks of the print (c1_2019.npz, made by bench/_reference_c1.py) say which page it is and where it lies,
upside down too; the corner squares are not needed, many scans have lost one. Then each row of boxes is looked
for by its frame. There are no bubbles: handwriting stands alone, and the sums of the page doubt it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from modules.situng.layouts import Page, form_model, layout
from modules.situng.reading.boxes import COARSE, box_ink, frames_of, guess_all, pixels, shift_of, soiled
from modules.situng.reading.digits import UNCLEAR
from modules.situng.reading.ink import Picture, ink_of, slant_of
from modules.situng.reading.markers import SCALE, rectify
from modules.situng.reading.picture import even_light
from modules.situng.reading.places import Place, settle
from modules.situng.reading.results import PageReading
from modules.situng.reading.sums import confirm, relations

REFERENCE = Path(__file__).with_name("c1_2019.npz")
MODEL = "c1_ppwp_2019"
#: The scans have about six pixels a millimetre; larger pictures are brought there before the search.
SIDE = 1800
#: So many landmarks must agree on one view of the page; a page of another form reaches a handful.
LEAST = 28
RATIO = 0.8
#: Lighter than this is paper; the watermark of the form is printed at about 225.
PAPER = 235
#: Calibrated on digits that no network trained on (docs/form-reading.md), not on the twelve forms.
LOOSE, STRICT = 0.5, 0.995


@dataclass(frozen=True)
class Scan:
    """A recognised page of C1, straightened; ``landmarks`` agreed on it."""

    page: Page
    of: int
    image: Picture
    landmarks: int


@cache
def _pages() -> list[Page]:
    return layout(form_model(MODEL), "ppwp", ())


@cache
def _reference() -> dict[int, tuple[Picture, Picture]]:
    with np.load(REFERENCE) as data:
        return {n: (data[f"mm{n}"], data[f"signs{n}"].astype(np.float32)) for n in (1, 2)}


def find_scan(grey: Picture) -> Scan | None:
    """The page of C1 in a picture, or None."""
    scale = min(1.0, SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    points, signs = cv2.SIFT.create(4000).detectAndCompute(small, None)
    if signs is None or len(points) < LEAST:
        return None
    at = (np.array([p.pt for p in points], np.float32) + 0.5) / scale - 0.5
    best: tuple[int, int, Picture] | None = None
    for number, (mm, known) in _reference().items():
        pairs = cv2.BFMatcher().knnMatch(known, signs, 2)
        good = [a for a, b in (p for p in pairs if len(p) == 2) if a.distance < RATIO * b.distance]
        if len(good) < LEAST:
            continue
        here = at[[a.trainIdx for a in good]]
        there = mm[[a.queryIdx for a in good]] * SCALE
        matrix, inside = cv2.findHomography(here, there, cv2.RANSAC, 0.8 * SCALE)
        agreed = 0 if matrix is None else int(inside.sum())
        if agreed >= LEAST and _plausible(matrix, grey) and (best is None or agreed > best[1]):
            best = number, agreed, matrix
    if best is None:
        return None
    number, agreed, matrix = best
    pages = _pages()
    page = pages[number - 1]
    return Scan(page, len(pages), rectify(grey, matrix, page.width, page.height), agreed)


def _plausible(matrix: Picture, grey: Picture) -> bool:
    """A view that a camera can have: not mirrored, not folded over, the page of a sane size."""
    height, width = grey.shape
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float32)
    moved = cv2.perspectiveTransform(corners, matrix)[0]
    area = cv2.contourArea(moved.astype(np.float32), oriented=True)
    return (
        bool(cv2.isContourConvex(moved.astype(np.float32))) and (60 * SCALE) ** 2 < area < (900 * SCALE) ** 2
    )


# --- the numbers ----------------------------------------------------------------------------------


def read_scan(scan: Scan) -> PageReading:
    """Every cell of a page of C1.

    Handwriting stands alone here. A number that a sum of the page confirms is read from ``LOOSE`` on; one
    that no sum confirms must reach ``STRICT``; one in a sum that fails, and in none that holds, is unsure.
    """
    flat = even_light(scan.image)
    dark = ink_of(flat, _pen(flat, scan.page), PAPER)
    coarse = cv2.resize(dark, None, fx=COARSE / SCALE, fy=COARSE / SCALE, interpolation=cv2.INTER_AREA)
    found, inks, leaks, dirty = [], [], [], []
    for cell in scan.page.cells:
        shift, sure = shift_of(coarse, frames_of(cell))
        found.append((cell, shift, sure))
        for box in cell.digits:
            ink, leak = box_ink(dark, box, shift, letter=False)
            # What was wiped off an empty box as frame or specks may have been a sign.
            dirty.append(not ink.any() and soiled(dark, box, shift))
            inks.append(ink)
            leaks.append(leak)
    guesses = [
        UNCLEAR if bad else guess for guess, bad in zip(guess_all(inks, many=True), dirty, strict=True)
    ]
    signs = iter(zip(guesses, leaks, map(slant_of, inks), strict=True))
    cells = {}
    for cell, shift, sure in found:
        places = [Place(guess, None, leak, slant) for guess, leak, slant in islice(signs, len(cell.digits))]
        cells[cell.name] = settle(cell.name, places, pixels(cell.crop, shift), pixels(cell.row, shift),
                                  least=LOOSE, placed=sure)  # fmt: skip
    cells = confirm(cells, relations(scan.page.cells), STRICT)
    size = (scan.image.shape[1], scan.image.shape[0])
    return PageReading(MODEL, scan.page.number, scan.of, None, "ppwp", None, None, cells, (), size)


def _pen(flat: Picture, page: Page) -> float:
    """The grey level of a firm stroke on this page: pens differ from form to form."""
    levels = []
    for cell in page.cells:
        c = cell.crop
        part = flat[round(c.y * SCALE) : round(c.bottom * SCALE), round(c.x * SCALE) : round(c.right * SCALE)]
        written = part[part < PAPER - 60]
        if written.size > 200:
            levels.append(float(np.percentile(written, 20)))
    return float(np.clip(np.median(levels) if levels else 40, 0, 150))
