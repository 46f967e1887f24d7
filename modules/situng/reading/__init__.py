"""Machine reading of forms: from a photo to cells, each read, unsure or missing. No database, no web.

A reading is a suggestion for the people who enter the numbers; it never decides. ``read_page`` takes the
bytes of a photo, ``rectified`` gives the straightened page whose pixels the boxes of the cells refer to,
``read_and_rectify`` both at the price of one. :class:`Unreadable` says by its code why there is nothing.
"""

from __future__ import annotations

from dataclasses import replace

import cv2

from modules.situng.reading.ink import Picture
from modules.situng.reading.picture import open_grey
from modules.situng.reading.printed import STRICT, Sheet, find_sheet, read_sheet
from modules.situng.reading.results import (
    Box,
    CellReading,
    DigitReading,
    Expect,
    Models,
    PageReading,
    Status,
    Unreadable,
)
from modules.situng.reading.scanned import Scan, find_scan, read_scan
from modules.situng.reading.sums import doubt_failing, relations

__all__ = [
    "Box",
    "CellReading",
    "DigitReading",
    "Expect",
    "Models",
    "PageReading",
    "Status",
    "Unreadable",
    "read_and_rectify",
    "read_page",
    "rectified",
]

ANYTHING = Expect()


def read_page(data: bytes, *, models: Models, expect: Expect = ANYTHING) -> PageReading:
    """Read one page in a photo (JPEG, PNG or WebP).

    ``models`` knows the layouts that were printed; ``expect`` says what the photo should show: another TPS,
    contest or election is refused. Raises :class:`Unreadable` where no cell can be read at all.
    """
    return _read(data, models, expect)[0]


def rectified(data: bytes, *, models: Models, expect: Expect = ANYTHING, quality: int = 80) -> bytes:
    """The page seen straight from above as JPEG, 8 pixels a millimetre; refuses like :func:`read_page`."""
    return _jpeg(_find(open_grey(data), models, expect).image, quality)


def read_and_rectify(
    data: bytes, *, models: Models, expect: Expect = ANYTHING, quality: int = 80
) -> tuple[PageReading, bytes]:
    """Both at once: the reading and the page as JPEG."""
    reading, image = _read(data, models, expect)
    return reading, _jpeg(image, quality)


def _find(grey: Picture, models: Models, expect: Expect) -> Sheet | Scan:
    """Our own page by its marks, else a form that others printed, by its print."""
    sheet = find_sheet(grey, models, expect) or find_scan(grey)
    if sheet is None:
        raise Unreadable("bukan_formulir")
    if isinstance(sheet, Scan) and expect.contest not in (None, "ppwp"):
        raise Unreadable("pemilihan_lain", found="ppwp", wanted=str(expect.contest))
    return sheet


def _read(data: bytes, models: Models, expect: Expect) -> tuple[PageReading, Picture]:
    sheet = _find(open_grey(data), models, expect)
    if isinstance(sheet, Scan):
        return read_scan(sheet), sheet.image
    reading = read_sheet(sheet)
    cells = doubt_failing(reading.cells, relations(sheet.page.cells), STRICT)
    return replace(reading, cells=cells), sheet.image


def _jpeg(image: Picture, quality: int) -> bytes:
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise Unreadable("rusak")
    return bytes(data)
