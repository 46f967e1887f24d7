"""From bytes to a grey picture: refused by its header before a pixel is decoded, then upright and evened."""

from __future__ import annotations

import io
import struct
import warnings

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from modules.situng.reading.ink import Picture
from modules.situng.reading.results import Unreadable

#: Phones of today store 12 to 50 million pixels; more is no photo of a form.
MAX_PIXELS = 50_000_000
#: Under this the digits of a page have fewer than 20 pixels.
MIN_SIDE = 600
#: Longer sides are halved while decoding: 14 pixels a millimetre are enough.
LONG_SIDE = 4200

FORMATS = ("JPEG", "PNG", "WEBP")


def open_grey(data: bytes) -> Picture:
    """The picture in grey levels, upright by its EXIF; :class:`Unreadable` says why there is none."""
    if not data:
        raise Unreadable("kosong")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit comes next
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    raise Unreadable(
                        "terlalu_besar", width=width, height=height, limit=MAX_PIXELS // 1_000_000
                    )
                if min(width, height) < MIN_SIDE:
                    raise Unreadable("terlalu_kecil", width=width, height=height, least=MIN_SIDE)
                if max(width, height) > LONG_SIDE:
                    image.draft("L", (width // 2, height // 2))  # JPEG only: decoded at half the size at once
                grey = np.asarray(_flat(ImageOps.exif_transpose(image)))
    except Image.DecompressionBombError as problem:
        raise Unreadable("terlalu_besar", limit=MAX_PIXELS // 1_000_000, **_claimed(data)) from problem
    except UnidentifiedImageError as problem:
        raise Unreadable("bukan_gambar") from problem
    except (OSError, SyntaxError, ValueError, struct.error, EOFError) as problem:
        raise Unreadable("rusak") from problem
    longest = max(grey.shape)
    if longest > LONG_SIDE:
        scale = LONG_SIDE / longest
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return grey


def _flat(image: Image.Image) -> Image.Image:
    """Grey, on white where the picture is transparent."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        deep = np.asarray(image, dtype=np.float32)
        return Image.fromarray(np.clip(deep / 257, 0, 255).astype(np.uint8))
    return image.convert("L")


def _claimed(data: bytes) -> dict[str, int]:
    """Width and height in the header of a PNG (IHDR), the only format here that can claim 2^31."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:
        return {"width": 0, "height": 0}
    width, height = struct.unpack(">II", data[16:24])
    return {"width": width, "height": height}


def even_light(grey: Picture) -> Picture:
    """Paper becomes 255 everywhere: shadow, lamp and fold are divided out; ink keeps its darkness."""
    height, width = grey.shape
    step = 8
    small = cv2.resize(grey, (max(1, width // step), max(1, height // step)), interpolation=cv2.INTER_AREA)
    # Dilation wipes writing away, the median the seams of the dilation; large blurs cost ten times as much.
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 9)
    paper = cv2.resize(cv2.GaussianBlur(paper, (0, 0), 2), (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(grey, np.maximum(paper, 24), scale=255)
