"""QR codes in a picture that somebody took of a phone's screen."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import zxingcpp
from flask_babel import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from electsys.errors import Refused

#: Bytes of a picture, and how many of its pixels are looked at: a phone's camera has less.
BYTES, PIXELS = 15 * 1024 * 1024, 50_000_000
#: Longest side at which a code is looked for first; then in full.
SIDE = 1600
#: The stubs of the library know only the set, which one format is, too.
QR: Any = zxingcpp.BarcodeFormat.QRCode


def read_codes(content: bytes) -> list[str]:
    """The texts of the QR codes in a JPEG or PNG; empty where there is none.

    :class:`Refused` for what is no picture, and for one whose size says that unpacking it would hurt.
    """
    if len(content) > BYTES:
        raise Refused(_("Foto ini terlalu besar."), hint=_("Ambil foto biasa, paling besar 15 MB."))
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
            width, height = picture.size
            if width * height > PIXELS:
                raise Refused(
                    _("Foto ini %(n)s juta piksel, terlalu besar untuk dibaca.", n=width * height // 10**6),
                    hint=_("Ambil foto dengan resolusi biasa, paling besar 50 juta piksel."),
                )
            picture.draft("L", (SIDE, SIDE))
            grey = np.asarray(ImageOps.exif_transpose(picture).convert("L"))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise Refused(
            _("Berkas ini bukan foto yang dapat dibaca."), hint=_("Kirim foto JPEG atau PNG dari kode QR.")
        ) from None
    step = max(1, max(grey.shape) // SIDE)
    for each in (grey[::step, ::step], grey):
        found = [code.text for code in zxingcpp.read_barcodes(np.ascontiguousarray(each), formats=QR)]
        if found:
            return found
    return []
