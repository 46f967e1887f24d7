"""Where the page lies in the photo: corner marks of our own forms, and the view straight from above."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from modules.situng.layouts.pen import HEIGHT, INSET, MARKER, WIDTH
from modules.situng.reading.ink import Picture

#: Pixels a millimetre of the rectified page: a bubble is 23 pixels wide, a digit box 48 x 72.
SCALE = 8
#: Pages that the marks tell apart (modules/situng/layouts/pen.py).
MARKED_PAGES = 12

_local = threading.local()


@dataclass(frozen=True)
class Found:
    """The marks of one page in a photo: corner number -> its four points, clockwise from the upper left."""

    page: int
    corners: dict[int, Picture]


def _detector() -> cv2.aruco.ArucoDetector:
    found = getattr(_local, "detector", None)
    if found is None:
        settings = cv2.aruco.DetectorParameters()
        settings.adaptiveThreshWinSizeMin = 5
        settings.adaptiveThreshWinSizeMax = 41
        settings.adaptiveThreshWinSizeStep = 18
        settings.minMarkerPerimeterRate = 0.02
        words = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
        found = _local.detector = cv2.aruco.ArucoDetector(words, settings)
    return found


def find_marks(grey: Picture) -> Found | None:
    """The page whose marks are most complete; None where fewer than two marks are seen.

    A small picture first: it finds nearly all pages in a fifth of the time.
    """
    best: Found | None = None
    longest = max(grey.shape)
    for side in (1100, 1900, 3000):
        if side > 1100 and longest <= side * 0.62:
            break
        scale = min(1.0, side / longest)
        small = (
            cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
        )
        corners, ids, _rejected = _detector().detectMarkers(small)
        found = _group(corners, ids, scale)
        if found is not None and (best is None or len(found.corners) > len(best.corners)):
            best = found
        if best is not None and len(best.corners) == 4:
            break
    return None if best is None else Found(best.page, {n: _exact(grey, c) for n, c in best.corners.items()})


def _group(corners: Sequence[Any], ids: Any, scale: float) -> Found | None:
    pages: dict[int, dict[int, Picture]] = defaultdict(dict)
    for points, number in zip(corners, [] if ids is None else np.ravel(ids), strict=False):
        page, corner = divmod(int(number), 4)
        pages[page][corner] = (points.reshape(4, 2) + 0.5) / scale - 0.5
    if not pages:
        return None
    page = max(pages, key=lambda p: len(pages[p]))
    return Found(page, pages[page]) if len(pages[page]) >= 2 else None


def _exact(grey: Picture, points: Picture) -> Picture:
    """The corners of a mark to a fraction of a pixel, in the full picture."""
    side = float(np.linalg.norm(points - np.roll(points, 1, axis=0), axis=1).mean())
    reach = int(np.clip(side / 12, 2, 12))
    rule = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_COUNT, 30, 0.02)
    start = np.ascontiguousarray(points.reshape(-1, 1, 2), np.float32)
    better = cv2.cornerSubPix(grey, start.copy(), (reach, reach), (-1, -1), rule).reshape(4, 2)
    return np.where(np.linalg.norm(better - points, axis=1, keepdims=True) < reach + 1, better, points)


def _on_paper(corner: int) -> Picture:
    """The four points of a corner's mark on every page of ours (mm), in the order the detector names them."""
    x = INSET if corner in (0, 3) else WIDTH - INSET - MARKER
    y = INSET if corner in (0, 1) else HEIGHT - INSET - MARKER
    return np.array([[x, y], [x + MARKER, y], [x + MARKER, y + MARKER], [x, y + MARKER]], np.float32)


def homography(found: Found) -> tuple[Picture, float]:
    """Photo -> rectified pixels, and how far the marks miss their places (mean, mm)."""
    here = np.vstack([found.corners[n] for n in sorted(found.corners)]).astype(np.float32)
    there = np.vstack([_on_paper(n) for n in sorted(found.corners)]) * SCALE
    matrix, _mask = cv2.findHomography(here, there, cv2.RANSAC, 1.5 * SCALE)
    if matrix is None:
        return np.eye(3), float("inf")
    moved = cv2.perspectiveTransform(here[None], matrix)[0]
    return matrix, float(np.linalg.norm(moved - there, axis=1).mean()) / SCALE


def rectify(grey: Picture, matrix: Picture, width: float, height: float) -> Picture:
    """The page from above, ``SCALE`` pixels a millimetre; what lies outside the photo is white."""
    size = round(width * SCALE), round(height * SCALE)
    return cv2.warpPerspective(
        grey, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255
    )
