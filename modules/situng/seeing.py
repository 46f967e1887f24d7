"""What a photo of a form says about itself: election, TPS and page in the QR that is printed on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import zxingcpp

from modules.situng.layouts import QrRefused, parse_qr

#: Longest side, in pixels, at which a QR of the form is looked for first; then in full.
SIDE = 1600
#: The stubs of the library know only the set, which one format is, too.
QR: Any = zxingcpp.BarcodeFormat.QRCode


@dataclass(frozen=True)
class Seen:
    """What the form's own code says; None where no code of ours could be read."""

    tps_code: str | None = None
    page: int | None = None
    contest: str | None = None
    election: int | None = None


def see(content: bytes) -> Seen:
    """Read the QR of a photo (JPEG or PNG); nothing seen where there is none, or none of ours."""
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    if image is None:
        return Seen()
    scale = SIDE / max(image.shape)
    sizes = [image] if scale >= 1 else [cv2.resize(image, None, fx=scale, fy=scale), image]
    for each in sizes:
        for code in zxingcpp.read_barcodes(each, formats=QR):
            try:
                key = parse_qr(code.text)
            except QrRefused:
                continue
            return Seen(key.tps, key.page, key.contest, key.election)
    return Seen()
