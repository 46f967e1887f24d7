"""From signs to a number: what box and bubbles say of each place, and when the machine stands by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from modules.situng.reading.bubbles import Line
from modules.situng.reading.digits import Guess
from modules.situng.reading.results import Box, CellReading, DigitReading

#: Signs that say "no digit here" where they are written in front of a number.
NONE_SIGNS = ("blank", "x", "dash")
#: A lone stroke leaning more (degrees) is no better than SLANTED.
STEEP, SLANTED = 20.0, 0.9


@dataclass(frozen=True)
class Place:
    """One place of a number as its sources see it; ``mark`` is None on forms without bubbles."""

    written: Guess
    mark: Line | None = None
    #: The writing leaves its box on two sides: part of a stroke through the row, or two boxes' ink.
    leaves: bool = False
    #: How far the writing leans from upright, in degrees.
    slant: float = 0.0


def weigh(place: Place, least: float) -> tuple[DigitReading, str]:
    """The reading of a place, and why it is in doubt ("" where it is not)."""
    guess, mark = place.written, place.mark
    if mark is None:
        return _alone(place, least)

    def reading(text: str, sure: float) -> DigitReading:
        return DigitReading(text, sure, guess.sign, mark.sign)

    doubt = _quarrel(guess, mark)
    if doubt:
        return reading("?", 0.0), doubt
    if guess.confidence < least:
        return reading("?", guess.confidence / 2), "lemah"
    if mark.sign == "":
        return reading("", min(mark.confidence, guess.confidence)), ""
    return reading(mark.sign, 1 - (1 - mark.confidence) * (1 - guess.confidence)), ""


def _quarrel(guess: Guess, mark: Line) -> str:
    """Why box and bubbles of a place do not agree; "" where they do."""
    if mark.sign == "?":
        return "ganda" if mark.double else "lemah"
    if guess.sign == mark.sign or (mark.sign == "" and guess.sign in NONE_SIGNS):
        return ""
    if guess.digit is not None:
        return "bertentangan"
    return "lemah" if guess.sign == "blank" else "bukan_angka"


def _alone(place: Place, least: float) -> tuple[DigitReading, str]:
    """A place with handwriting only."""
    guess = place.written
    if guess.sign in NONE_SIGNS:
        if guess.confidence >= min(least, 0.6):
            return DigitReading("", guess.confidence, guess.sign), ""
        return DigitReading("?", guess.confidence, guess.sign), "bukan_angka"
    if guess.digit is None or place.leaves:
        return DigitReading("?", 0.0, guess.sign), "bukan_angka"
    if guess.confidence < least:
        return DigitReading("?", guess.confidence, guess.sign), "lemah"
    # A slanted one may be half of a cross whose other arm faded: it never stands by itself.
    sure = min(guess.confidence, SLANTED) if guess.sign == "1" and place.slant > STEEP else guess.confidence
    return DigitReading(guess.sign, sure, guess.sign, None, guess.second, guess.chance(guess.second)), ""


def settle(
    name: str, places: Sequence[Place], box: Box, row: Box, *, least: float, placed: bool = True
) -> CellReading:
    """The number of a cell. Any place in doubt makes the cell unsure; nothing in any place: missing."""
    weighed = [weigh(place, least) for place in places]
    digits = tuple(reading for reading, _doubt in weighed)
    doubts = list(dict.fromkeys(doubt for _reading, doubt in weighed if doubt))
    texts = [d.text for d in digits]
    sure = min((d.confidence for d in digits), default=0.0)
    if not placed:
        doubts.append("letak")
    if not doubts and not any(texts):
        return CellReading(name, None, sure, "missing", box, row, digits)
    written = "".join(texts)
    if not doubts and texts[len(texts) - len(written) :] != list(written):
        doubts.append("tidak_rapat")
    if doubts:
        return CellReading(name, None, min(sure, 0.49), "unsure", box, row, digits, tuple(doubts))
    return CellReading(name, int(written), sure, "read", box, row, digits)


def doubted(cell: CellReading, why: str) -> CellReading:
    """The same cell, no longer read."""
    return replace(
        cell, value=None, status="unsure", confidence=min(cell.confidence, 0.49), doubts=(*cell.doubts, why)
    )
