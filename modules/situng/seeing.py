"""What a photo of a form says about itself: the TPS and the page in the QR that is printed on it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp

#: Longest side, in pixels, at which a QR of the form is looked for first; then in full.
SIDE = 1600
_TPS = re.compile(r"(?<!\d)(\d{13})(?!\d)")
_PAGE = re.compile(r"/\d{13}/(\d{1,2})/")


@dataclass(frozen=True)
class Seen:
    """What the form's own code says; None where no code could be read."""

    tps_code: str | None = None
    page: int | None = None


def see(content: bytes) -> Seen:
    """Read the QR of a photo (JPEG or PNG); nothing seen where there is none, or none that names a TPS."""
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    if image is None:
        return Seen()
    scale = SIDE / max(image.shape)
    sizes = [image] if scale >= 1 else [cv2.resize(image, None, fx=scale, fy=scale), image]
    for each in sizes:
        for code in zxingcpp.read_barcodes(each, formats=zxingcpp.BarcodeFormat.QRCode):
            if (seen := parse(code.text)).tps_code:
                return seen
    return Seen()


def parse(words: str) -> Seen:
    """TPS and page in the text of a QR."""
    tps, page = _TPS.search(words), _PAGE.search(words)
    return Seen(tps.group(1) if tps else None, int(page.group(1)) if page else None)
