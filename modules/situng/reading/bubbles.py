"""Bubbles: which of the ten of a line is blackened, if one is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from modules.situng.reading.ink import Picture

#: A share of the circle's inside, above that of its empty neighbours: from here on it is a mark ...
MARK = 0.22
#: ... up to here it is empty ...
EMPTY = 0.11
#: ... and a second one may reach this share of the first.
RIVAL = 0.42


@dataclass(frozen=True)
class Line:
    """What ten bubbles say: ``sign`` is a digit, "" for none, "?" for weak, "2" marks for ``double``."""

    sign: str
    confidence: float
    double: bool = False


@cache
def _disc(radius: float) -> Picture:
    reach = int(np.ceil(radius))
    ys, xs = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return ((xs**2 + ys**2) <= radius**2).astype(np.float32)


def fills(dark: Picture, centres: Picture, radius: float) -> Picture:
    """The mean darkness (0 to 1) inside each circle; centres (n, 2) in pixels."""
    disc = _disc(round(radius, 1))
    side = disc.shape[0]
    total = float(disc.sum()) * 255
    out = np.empty(len(centres), np.float32)
    for n, (x, y) in enumerate(centres):
        patch = cv2.getRectSubPix(dark, (side, side), (float(x), float(y)))
        out[n] = float((patch * disc).sum()) / total
    return out


def read_line(values: Picture) -> Line:
    """The mark of one line; ``values`` are the fills of its ten bubbles, 0 to 9."""
    above = values - np.median(values)
    order = np.argsort(above)[::-1]
    top, second = float(above[order[0]]), float(above[order[1]])
    if top < EMPTY:
        return Line("", min(1.0, 0.5 + (EMPTY - top) / (2 * EMPTY)))
    if top < MARK:
        return Line("?", 0.0)
    if second > max(EMPTY, RIVAL * top):
        return Line("?", 0.0, double=True)
    return Line(str(int(order[0])), float(np.clip(0.5 + (top - max(second, 0.0) - 0.15) / 0.5, 0.5, 1.0)))
