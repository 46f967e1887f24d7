"""A visible watermark on a photo or paper of a person: who opened it, when, what for.

It lies over the content in faint rows, so that a picture of the screen or a print says whose eyes it came
from. The kept content is not touched: each reader gets a copy.
"""

from __future__ import annotations

import ctypes
import io
import math
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw, ImageFont, ImageOps
from pypdfium2 import raw

from electsys.documents.inspection import PDFIUM
from electsys.documents.kinds import JPEG, PDF, PNG

#: How strong the words are, of 255, and their angle in degrees.
STRENGTH, ANGLE = 110, 30
#: Letters of the words by the picture's width; points of the words on a page.
SHARE, SMALLEST, POINTS = 45, 12, 12
#: A copy to be looked at has at most so many pixels a side.
LARGEST = 4000
#: Quality of the JPEG that is made anew.
QUALITY = 88


def watermarked(content: bytes, media_type: str, words: str) -> bytes:
    """A copy of a JPEG, PNG or PDF with ``words`` all over it. Other media are a mistake: ValueError."""
    if media_type in (JPEG, PNG):
        return _picture(content, "JPEG" if media_type == JPEG else "PNG", words)
    if media_type == PDF:
        return _paper(content, words)
    raise ValueError(f"no watermark for {media_type}")


def _picture(content: bytes, form: str, words: str) -> bytes:
    with Image.open(io.BytesIO(content), formats=(form,)) as opened:
        opened.draft("RGB", (LARGEST, LARGEST))  # a large JPEG is not even unpacked in full
        opened.thumbnail((LARGEST, LARGEST))
        image = _on_white(ImageOps.exif_transpose(opened))
    out = io.BytesIO()
    mark(image, words).save(out, form, **({"quality": QUALITY} if form == "JPEG" else {}))
    return out.getvalue()


def mark(image: Image.Image, words: str) -> Image.Image:
    """Lay ``words`` over an RGB picture in faint rows; the same picture."""
    size = max(SMALLEST, image.width // SHARE)
    tile = _words(words, size)
    ink, mask = tile.convert("RGB"), tile.getchannel("A")
    for row, y in enumerate(range(0, image.height, tile.height + 2 * size)):
        for x in range(-(row % 2) * tile.width // 2, image.width, tile.width + 2 * size):
            image.paste(ink, (x, y), mask)
    return image


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _words(words: str, size: int) -> Image.Image:
    """The words once, turned: dark with a light edge, to be read on any ground."""
    font = ImageFont.load_default(size)
    left, top, right, bottom = font.getbbox(words)
    flat = Image.new("RGBA", (math.ceil(right - left) + size, math.ceil(bottom - top) + size))
    ImageDraw.Draw(flat).text(
        (size / 2 - left, size / 2 - top),
        words,
        font=font,
        fill=(160, 0, 0, STRENGTH),
        stroke_width=max(1, size // 20),
        stroke_fill=(255, 255, 255, STRENGTH // 2),
    )
    return flat.rotate(ANGLE, expand=True, resample=Image.Resampling.BICUBIC)


def _paper(content: bytes, words: str) -> bytes:
    with PDFIUM:
        document = pypdfium2.PdfDocument(content)
        try:
            for page in document:
                _page(document, page, words)
            out = io.BytesIO()
            document.save(out)
        finally:
            document.close()
    return out.getvalue()


def _page(document: Any, page: Any, words: str) -> None:
    width, height = page.get_size()
    turned = math.radians(ANGLE)
    cos, sin = math.cos(turned), math.sin(turned)
    step = max(POINTS * 8, height / 6)
    text = (words + "\0").encode("utf-16-le")
    letters = (ctypes.c_ushort * (len(text) // 2)).from_buffer_copy(text)
    for number in range(math.ceil(height / step)):
        made = raw.FPDFPageObj_NewTextObj(document.raw, b"Helvetica", POINTS)
        raw.FPDFText_SetText(made, letters)
        raw.FPDFPageObj_SetFillColor(made, 160, 0, 0, STRENGTH)
        raw.FPDFPageObj_Transform(made, cos, sin, -sin, cos, width * 0.08, number * step + POINTS)
        raw.FPDFPage_InsertObject(page.raw, made)
    raw.FPDFPage_GenerateContent(page.raw)
    page.close()
