"""Filled forms as phone photos: printed by the project's own template, written with real digits, then spoilt.

Digits are the held-out fifth of MNIST (row number modulo 10 is 8 or 9), which no network trained on.
"""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import segno

from modules.situng.layouts import CellBox, FormKey, Line, Page, Rect, edition, form_model, layout, qr_text
from modules.situng.reading.sums import relations

PX = 8  # pixels a millimetre of the flat page
Digits = dict[int, list[np.ndarray]]

PAIRS = [Line(n, f"Pasangan Calon {n}") for n in (1, 2, 3)]
PARTIES = [
    line
    for party in range(1, 13)
    for line in (
        Line(party, f"Partai {party}", "partai"),
        *(Line(party, f"Calon {party}.{c}", "partai", candidate=c) for c in range(1, 7)),
    )
]
PERSONS = [Line(n, f"Calon Perseorangan {n}", "perseorangan") for n in range(1, 13)]
BALLOTS = {"ppwp": PAIRS, "dpr": PARTIES, "dpd": PERSONS}


class Printed:
    """The layouts of this benchmark, as the reader asks for them."""

    def __init__(self) -> None:
        self.forms = {c: layout(form_model("c_hasil_2024"), c, lines) for c, lines in BALLOTS.items()}

    def pages(self, key: FormKey) -> tuple[str, list[Page]] | None:
        pages = self.forms.get(key.contest)
        return None if pages is None or key.election != 1 else ("c_hasil_2024", pages)


@dataclass(frozen=True)
class Blank:
    """One printed page, empty."""

    contest: str
    tps: str
    page: Page
    picture: np.ndarray


def held_out(path: Path) -> Digits:
    """Digits that training never saw, 28 x 28, by value."""
    with gzip.open(path, "rt") as file:
        rows = np.loadtxt((line for line in file if line[0].isdigit()), delimiter=",", dtype=np.uint8)
    rows = rows[np.arange(len(rows)) % 10 >= 8]
    return {n: list(rows[rows[:, 0] == n, 1:].reshape(-1, 28, 28)) for n in range(10)}


@cache
def _rastered(contest: str) -> list[tuple[Page, np.ndarray]]:
    """The empty pages of a contest's form, set by the project's template, with no code yet."""
    import pypdfium2

    from electsys.documents.pdf import render_pdf
    from modules.situng.layouts.sheets import blanks

    pages = Printed().forms[contest]
    at = dt.datetime(2024, 2, 14, tzinfo=dt.UTC)
    pdf = pypdfium2.PdfDocument(render_pdf("situng/c_hasil_halaman", blanks(pages, title="C.Hasil"), at=at))
    out = []
    for n, page in enumerate(pages):
        picture = pdf[n].render(scale=PX * 25.4 / 72, grayscale=True).to_numpy()
        out.append((page, np.squeeze(picture).copy()))
    return out


def printed(contest: str, tps: str, election: int = 1) -> list[Blank]:
    """Every page of the form of a TPS, with its codes."""
    rastered = _rastered(contest)
    stamp = stamp_of(contest)
    out = []
    for page, picture in rastered:
        text = qr_text(FormKey(election, contest, tps, page.number, page.of, stamp))
        code = segno.make(text, error="m", micro=False)
        assert page.qr is not None  # every page of a form carries its code
        bits = np.array([list(row) for row in code.matrix], np.uint8)
        side = round(page.qr.w * PX)
        square = cv2.resize((1 - bits) * 255, (side, side), interpolation=cv2.INTER_NEAREST)
        sheet = picture.copy()
        top, left = round(page.qr.y * PX), round(page.qr.x * PX)
        sheet[top : top + side, left : left + side] = square
        out.append(Blank(contest, tps, page, sheet))
    return out


@dataclass
class Truth:
    """What was written; cells that contradict themselves on purpose have no value that may be read."""

    values: dict[str, int | None] = field(default_factory=dict)
    traps: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Hand:
    """How one writer fills a form."""

    rng: np.random.Generator
    digits: Digits
    style: str
    empty: str
    pen: int
    size: float

    @classmethod
    def of(cls, rng: np.random.Generator, digits: Digits) -> Hand:
        style = str(rng.choice(["full", "scribble", "cross", "dot", "sloppy"], p=[0.4, 0.25, 0.1, 0.1, 0.15]))
        empty = str(rng.choice(["x", "dash", "blank", "zero"], p=[0.45, 0.2, 0.15, 0.2]))
        return cls(rng, digits, style, empty, int(rng.integers(0, 90)), float(rng.uniform(4.6, 6.6)))


def fill(blank: Blank, digits: Digits, rng: np.random.Generator) -> tuple[np.ndarray, Truth]:
    """The page, filled by one writer."""
    picture, hand, truth = blank.picture.copy(), Hand.of(rng, digits), Truth()
    truth.values = _values(blank.page, rng)
    for cell in blank.page.cells:
        _write(picture, cell, truth.values[cell.name], hand, truth)
    return picture, truth


def _values(page: Page, rng: np.random.Generator) -> dict[str, int | None]:
    """Numbers whose sums are right, as on most forms; a few cells are left empty."""
    values: dict[str, int | None] = {c.name: int(rng.integers(0, 100) ** 2 // 66) for c in page.cells}
    sums = sorted(
        relations(page.cells), key=lambda r: (r[0].startswith(("pengguna_total", "suara_total")), r[0])
    )
    for _round in range(3):
        for total, parts in sums:
            values[total] = sum(values[p] or 0 for p in parts)
    for name, value in values.items():
        if value is not None and value > 999:
            values[name] = value % 1000
    used = {name for total, parts in sums for name in (total, *parts)}
    for name in values:
        if name not in used and rng.random() < 0.03:
            values[name] = None
    return values


def _write(picture: np.ndarray, cell: CellBox, value: int | None, hand: Hand, truth: Truth) -> None:
    rng, places = hand.rng, len(cell.digits)
    text = "" if value is None else str(value)
    lead = places - len(text)
    if hand.empty == "zero" and value is not None:
        text, lead = text.zfill(places), 0
    trap = bool(text) and rng.random() < 0.004
    wrong = int(rng.integers(len(text))) if trap else -1
    for n, box in enumerate(cell.digits):
        if n < lead:
            if value is not None and hand.empty in ("x", "dash"):
                _sign(picture, box, hand)
            continue
        digit = int(text[n - lead])
        _digit(picture, box, digit, hand)
        marked = digit
        if n - lead == wrong:
            marked = int((digit + rng.integers(1, 10)) % 10)
        bubble = next(b for b in cell.bubbles if b.digit == n and b.value == marked)
        _mark(picture, bubble.x, bubble.y, bubble.r, hand)
    if trap:
        truth.traps.add(cell.name)


def _ink(picture: np.ndarray, mask: np.ndarray, top: int, left: int, pen: int) -> None:
    height, width = mask.shape
    part = picture[top : top + height, left : left + width]
    cover = mask[: part.shape[0], : part.shape[1]].astype(np.float32) / 255
    part[:] = np.minimum(part, part * (1 - cover) + pen * cover).astype(np.uint8)


def _digit(picture: np.ndarray, box: Rect, digit: int, hand: Hand) -> None:
    rng = hand.rng
    glyph = hand.digits[digit][rng.integers(len(hand.digits[digit]))]
    side = round(hand.size * rng.uniform(0.9, 1.1) * PX * 28 / 20)
    big = cv2.resize(glyph, (side, side), interpolation=cv2.INTER_CUBIC)
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), float(rng.normal(0, 4)), 1)
    big = cv2.warpAffine(big, turn, (side, side))
    mask = (big > 128).astype(np.uint8)
    inside = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    keep = inside > rng.uniform(0, 0.3) * inside.max()  # another pen than that of the sample
    mask = cv2.GaussianBlur(keep.astype(np.uint8) * 255, (0, 0), 0.8)
    rows, columns = np.flatnonzero(mask.max(1) > 40), np.flatnonzero(mask.max(0) > 40)
    mask = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    room_x, room_y = box.w * PX - 8, box.h * PX - 8
    shrink = min(1.0, room_x / mask.shape[1], room_y / mask.shape[0])
    if shrink < 1:
        mask = cv2.resize(mask, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    free_x, free_y = (box.w * PX - mask.shape[1]) / 2, (box.h * PX - mask.shape[0]) / 2
    left = box.x * PX + free_x + rng.uniform(-0.6, 0.6) * max(0.0, free_x - 2)
    top = box.y * PX + free_y + rng.uniform(-0.6, 0.6) * max(0.0, free_y - 2)
    _ink(picture, mask, round(top), round(left), hand.pen)


def _sign(picture: np.ndarray, box: Rect, hand: Hand) -> None:
    """An X or a dash in an empty box."""
    rng = hand.rng
    layer = np.zeros((round(box.h * PX), round(box.w * PX)), np.uint8)
    middle = np.array([box.w, box.h]) * PX / 2 + rng.uniform(-3, 3, 2)
    arm = np.array([box.w, box.h]) * PX * rng.uniform(0.2, 0.36)
    thick = int(rng.integers(3, 6))
    ends = ((1, 1), (1, -1)) if hand.empty == "x" else ((1, 0),)
    for sx, sy in ends:
        tip = arm * (sx, sy) * rng.uniform(0.85, 1.1, 2) + rng.uniform(-1.5, 1.5, 2)
        cv2.line(
            layer,
            tuple((middle - tip).astype(int)),
            tuple((middle + tip).astype(int)),
            255,
            thick,
            cv2.LINE_AA,
        )
    _ink(picture, layer, round(box.y * PX), round(box.x * PX), hand.pen)


def _mark(picture: np.ndarray, x: float, y: float, r: float, hand: Hand) -> None:
    """A bubble blackened the way this writer does it."""
    rng, reach = hand.rng, round((r + 0.9) * PX)
    layer = np.zeros((2 * reach + 1, 2 * reach + 1), np.uint8)
    c, px = (reach + rng.uniform(-1.2, 1.2), reach + rng.uniform(-1.2, 1.2)), r * PX
    middle = (round(c[0]), round(c[1]))
    if hand.style == "full":
        cv2.circle(layer, middle, round(px * rng.uniform(0.85, 1.1)), 255, -1, cv2.LINE_AA)
    elif hand.style == "dot":
        cv2.circle(layer, middle, round(px * rng.uniform(0.55, 0.75)), 255, -1, cv2.LINE_AA)
    elif hand.style == "sloppy":
        axes = (round(px * rng.uniform(0.8, 1.2)), round(px * rng.uniform(0.6, 0.9)))
        cv2.ellipse(layer, middle, axes, float(rng.uniform(0, 180)), 0, 360, 255, -1, cv2.LINE_AA)
    elif hand.style == "cross":
        for turn in (np.pi / 4, -np.pi / 4):
            a = turn + rng.normal(0, 0.15)
            tip = np.array([np.cos(a), np.sin(a)]) * px * 0.95
            cv2.line(
                layer,
                tuple(np.round(c - tip).astype(int)),
                tuple(np.round(c + tip).astype(int)),
                255,
                5,
                cv2.LINE_AA,
            )
    else:  # to and fro
        n = int(rng.integers(6, 10))
        ys = np.linspace(-0.8, 0.8, n) * px
        xs = (
            np.sqrt(np.maximum(0, px**2 - ys**2))
            * np.where(np.arange(n) % 2, 1, -1)
            * rng.uniform(0.8, 1.1, n)
        )
        points = np.round(np.column_stack([xs + c[0], ys + c[1]])).astype(np.int32)
        cv2.polylines(layer, [points[:, None]], False, 255, 3, cv2.LINE_AA)
    _ink(picture, layer, round(y * PX) - reach, round(x * PX) - reach, hand.pen + int(rng.integers(0, 30)))


# --- the camera -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Strength:
    """How bad a photo is; lengths in pixels of the photo unless said otherwise."""

    height: tuple[int, int]
    turn: float
    tilt: float
    blur: float
    noise: float
    bend_mm: float
    shade: float
    quality: int


STRENGTHS: Mapping[str, Strength] = {
    "light": Strength((2200, 2600), 2, 0.015, 0.5, 3, 0.0, 0.15, 85),
    "middle": Strength((1900, 2300), 6, 0.04, 0.9, 7, 0.5, 0.35, 60),
    "heavy": Strength((1700, 2000), 12, 0.07, 1.4, 12, 0.9, 0.5, 40),
}


def photo(page: np.ndarray, rng: np.random.Generator, s: Strength) -> bytes:
    """The page on a desk, seen by a phone: bent, turned, tilted, lit from a side, blurred, noisy, as JPEG."""
    height, width = page.shape
    if s.bend_mm:
        page = _bend(page, rng, s.bend_mm * PX)
    tall = int(rng.integers(*s.height))
    wide = round(tall * 0.76)
    body = tall * rng.uniform(0.86, 0.92)
    body = min(body, wide * 0.9 * height / width)
    half = np.array([body * width / height, body]) / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    corners *= 1 + rng.uniform(-s.tilt, s.tilt, (4, 2))
    a = np.deg2rad(rng.uniform(-s.turn, s.turn))
    corners = corners @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    span = np.ptp(corners, axis=0)
    corners *= min(1.0, *(np.array([wide, tall]) * 0.985 / span))
    corners += np.array([wide, tall]) / 2 - (corners.max(0) + corners.min(0)) / 2
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(frame, corners.astype(np.float32))
    desk = cv2.resize(rng.normal(rng.uniform(60, 150), 12, (24, 18)).astype(np.float32), (wide, tall))
    # Shrinking without a blur would make pixels of lines that no lens makes.
    page = cv2.GaussianBlur(page, (0, 0), max(0.3, 0.42 * height / body))
    seen = cv2.warpPerspective(page, matrix, (wide, tall), flags=cv2.INTER_LINEAR)
    cover = np.zeros((tall, wide), np.uint8)
    cv2.fillConvexPoly(cover, np.round(corners * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    lit = np.where(cover, seen, desk).astype(np.float32) * _light(wide, tall, rng, s.shade)
    if s.blur:
        lit = cv2.GaussianBlur(lit, (0, 0), s.blur * rng.uniform(0.7, 1.15))
    lit += np.resize(np.roll(_grain(), int(rng.integers(1 << 20))), lit.shape) * s.noise
    picture = np.clip(lit, 0, 255).astype(np.uint8)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, s.quality])[1].tobytes()


@cache
def _grain() -> np.ndarray:
    """A long strip of noise, cut anew for each photo."""
    return np.random.default_rng(0).normal(0, 1, (1 << 20) + 7).astype(np.float32)


def _bend(page: np.ndarray, rng: np.random.Generator, amount: float) -> np.ndarray:
    """Waves of the paper and one fold across it."""
    height, width = page.shape
    small = width // 16, height // 16
    push = cv2.resize(
        rng.uniform(-amount, amount, (4, 3, 2)).astype(np.float32), small, interpolation=cv2.INTER_CUBIC
    )
    ys, xs = np.mgrid[0 : small[1], 0 : small[0]].astype(np.float32)
    fold = rng.uniform(0.3, 0.7) * height
    push[..., 1] += np.float32(amount * 0.5) * np.maximum(0, 1 - np.abs(ys * 16 - fold) / (0.12 * height))
    there = cv2.resize(np.dstack([xs, ys]) * 16 + 7.5 + push, (width, height), interpolation=cv2.INTER_LINEAR)
    bent = cv2.remap(page, there[..., 0], there[..., 1], cv2.INTER_LINEAR, borderValue=255)
    rows = np.arange(height, dtype=np.float32)
    crease = np.exp(-(((rows - fold) / 10) ** 2)) * rng.uniform(15, 45)
    return cv2.subtract(bent, np.repeat(np.round(crease).astype(np.uint8)[:, None], width, axis=1))


def _light(wide: int, tall: int, rng: np.random.Generator, shade: float) -> np.ndarray:
    size, wide, tall = (wide, tall), wide // 8, tall // 8
    ys, xs = np.mgrid[0:tall, 0:wide].astype(np.float32)
    a = rng.uniform(0, 2 * np.pi)
    ramp = (np.cos(a) * xs / wide + np.sin(a) * ys / tall + 1) / 2
    light = 0.97 - shade * ramp
    if rng.random() < 0.5:  # the shadow of a hand or a head
        edge = np.cos(a + 1) * (xs - wide * rng.uniform(0.2, 0.8)) + np.sin(a + 1) * (ys - tall * 0.5)
        light *= 1 - shade * 0.6 / (1 + np.exp(-edge / (0.02 * wide)))
    return cv2.resize(np.maximum(light, 0.25), size, interpolation=cv2.INTER_LINEAR)


def make(
    blanks: Sequence[Blank], digits: Digits, rng: np.random.Generator, strength: str
) -> tuple[bytes, Blank, Truth]:
    """One photo of a filled page."""
    blank = blanks[int(rng.integers(len(blanks)))]
    picture, truth = fill(blank, digits, rng)
    return photo(picture, rng, STRENGTHS[strength]), blank, truth


@cache
def stamp_of(contest: str) -> str:
    """The edition printed in the codes."""
    return edition(Printed().forms[contest])
