"""Ink on paper as numbers: one box of a form becomes the small picture that the digit model knows.

The same steps run in training (bench/_train_digits.py) and in reading, so that the model meets nothing new.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

#: A grey picture of one channel, 8 bits.
Picture = np.ndarray[Any, np.dtype[Any]]

SIDE = 28
#: The longest side of the written sign inside the picture; the rest is margin.
GLYPH = 22
#: Ink of a weak pen is raised to FIRM; what stays under FAINT in the whole box is paper.
FIRM, FAINT = 170, 32
#: The shortest stroke has so many pixels: a tick for a one is about a millimetre long.
STROKE = 12


def normalise(ink: Picture, level: int = 60) -> Picture:
    """The sign scaled to GLYPH pixels and centred in SIDE x SIDE, as floats of 0 (paper) to 1 (ink).

    ``ink`` is 0 where the paper is bare and up to 255 where it is black; what is under ``level`` is paper.
    A picture without ink stays empty.
    """
    out = np.zeros((SIDE, SIDE), np.float32)
    rows = np.flatnonzero((ink >= level).any(axis=1))
    columns = np.flatnonzero((ink >= level).any(axis=0))
    if not len(rows):
        return out
    sign = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = sign.shape
    scale = GLYPH / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(sign, size, interpolation=way).astype(np.float32)
    small /= max(80.0, float(np.percentile(small[small > 20], 95)) if (small > 20).any() else 80.0)
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    out[top : top + size[1], left : left + size[0]] = np.minimum(small, 1.0)
    return out


def ink_of(grey: Picture, black: float, paper: float) -> Picture:
    """How much ink each pixel bears: 0 at ``paper`` (and lighter), 255 at ``black`` (and darker)."""
    lighter = np.subtract(paper, grey, dtype=np.float32)
    return np.clip(lighter * (255.0 / max(1.0, paper - black)), 0, 255).astype(np.uint8)


def _extent(piece: Picture) -> tuple[int, int, int, int, int]:
    """Left, top, width, height and area of a piece."""
    rows, columns = np.flatnonzero(piece.any(axis=1)), np.flatnonzero(piece.any(axis=0))
    if not len(rows):
        return 0, 0, 0, 0, 0
    return (
        int(columns[0]), int(rows[0]), int(columns[-1] - columns[0] + 1), int(rows[-1] - rows[0] + 1),
        int(np.count_nonzero(piece)),
    )  # fmt: skip


def cleaned(ink: Picture, edge: int) -> tuple[Picture, bool]:
    """The sign without specks and without what belongs to the frame, and whether much of it met the edge.

    A piece that only hugs the edge (within ``edge`` pixels) is frame, or a neighbour's stroke; a piece that
    is small beside the largest is a speck. A sign that leaves the box on two sides is no plain digit.
    """
    core = cv2.blur(ink, (3, 3))[edge : ink.shape[0] - edge, edge : ink.shape[1] - edge]
    darker = np.cumsum(np.bincount(core.ravel(), minlength=256)[::-1])
    firm = 255.0 - float(np.searchsorted(darker, STROKE))
    if firm < FAINT:
        return np.zeros_like(ink), False
    # A weak pen is made as dark as a firm one before its pieces are told from the paper's noise.
    ink = np.minimum(ink * max(1.0, FIRM / firm), 255).astype(np.uint8)
    mask = (ink >= 70).astype(np.uint8)
    # A weak pen leaves gaps: pieces that almost touch are one piece.
    near = cv2.dilate(mask, np.ones((5, 5), np.uint8))
    _count, labels = cv2.connectedComponents(near, connectivity=8)
    labels *= mask
    count = int(labels.max()) + 1
    stats = np.array([_extent(labels == n) for n in range(count)])
    height, width = ink.shape
    keep = np.zeros(count, bool)
    areas = stats[:, 4]
    inner = np.zeros(count, np.int64)
    inside = labels[edge : height - edge, edge : width - edge]
    found, amounts = np.unique(inside, return_counts=True)
    inner[found] = amounts
    inner[0] = 0
    if not inner.any():
        return np.zeros_like(ink), False
    main = int(np.argmax(inner))
    least = max(0.002 * height * width, 0.03 * areas[main])
    for n in range(1, count):
        w, h = stats[n, 2:4]
        slim = min(w, h) <= edge + 1 and inner[n] < 0.35 * areas[n]
        if areas[n] < least or inner[n] < 0.25 * areas[n] or slim:
            continue
        keep[n] = True
    out = np.where(keep[labels], ink, 0).astype(np.uint8)
    # Soft rims of kept strokes lie under the threshold of the mask.
    rim = cv2.dilate(keep[labels].astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    out = np.where(rim & (labels == 0), ink, out).astype(np.uint8)
    full = out >= 70
    sides = [full[0].sum(), full[-1].sum(), full[:, 0].sum(), full[:, -1].sum()]
    return out, sum(1 for s in sides if s > 0) >= 2


def slant_of(ink: Picture) -> float:
    """How far the long axis of the writing leans from upright: 0 to 90 degrees; 0 without ink."""
    rows, columns = np.nonzero(ink >= 70)
    if len(rows) < 8:
        return 0.0
    spread = np.cov(np.vstack([columns, rows]).astype(np.float64))
    _sizes, axes = np.linalg.eigh(spread)
    x, y = axes[:, 1]
    return float(np.degrees(np.arctan2(abs(x), abs(y))))
