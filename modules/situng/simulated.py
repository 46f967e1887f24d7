"""Simulated photos of filled forms, for the demo, tests and measurements.

The printed page, its QR and corner marks, digits in the boxes, bubbles blackened; nothing of a real form.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import cv2
import numpy as np
import segno
from PIL import Image, ImageDraw, ImageFont

from modules.situng.contest import ContestCount
from modules.situng.layouts import FormKey, Page, edition, qr_text
from modules.situng.machine import pages_of

#: Pixels a millimetre: a phone's photo of A4 has more, a form is still read easily at this.
PX = 6


def photos(
    count: ContestCount, tps_code: str, values: Mapping[str, int | None], *, of: str = ""
) -> list[bytes]:
    """The pages of a form of a TPS as JPEG, filled with these numbers; ``of`` is another TPS for the QR."""
    pages = pages_of(count)
    stamp = edition(pages)
    made = []
    for page in pages:
        picture = _blank(page).copy()
        draw = ImageDraw.Draw(picture)
        key = FormKey(count.election_id, count.kind, of or tps_code, page.number, page.of, stamp)
        _code(picture, page, qr_text(key))
        for field in page.fields:
            if field.name == "tps":
                draw.text((field.box.x * PX, field.box.y * PX), tps_code, fill=20, font=_font(3.2))
        for cell in page.cells:
            value = values.get(cell.name)
            digits = "" if value is None else str(value)
            signs = ["X"] * (len(cell.digits) - len(digits)) + list(digits) if digits else []
            for at, (box, sign) in enumerate(zip(cell.digits, signs, strict=False)):
                middle = ((box.x + box.w / 2) * PX, (box.y + box.h / 2) * PX)
                draw.text(middle, sign, fill=35, font=_font(5), anchor="mm")
                for bubble in cell.bubbles:
                    if bubble.digit == at and sign == str(bubble.value):
                        x, y, r = bubble.x * PX, bubble.y * PX, bubble.r * PX * 0.9
                        draw.ellipse((x - r, y - r, x + r, y + r), fill=40)
        made.append(_taken(picture))
    return made


@lru_cache(maxsize=16)
def _blank(page: Page) -> Image.Image:
    """The printed page without anything of a TPS."""
    picture = Image.new("L", (round(page.width * PX), round(page.height * PX)), 255)
    draw = ImageDraw.Draw(picture)
    for item in page.fills:
        box = (item.box.x * PX, item.box.y * PX, item.box.right * PX, item.box.bottom * PX)
        draw.rectangle(box, fill=item.fill, outline=item.stroke)
    for text in page.texts:
        x, anchor = {
            "left": (text.box.x, "lm"),
            "center": (text.box.x + text.box.w / 2, "mm"),
            "right": (text.box.right, "rm"),
        }[text.align]
        at = (x * PX, (text.box.y + text.box.h / 2) * PX)
        font = _font(text.size * 0.36)
        if (wide := font.getlength(text.text)) > text.box.w * PX:  # the printer would break the line
            font = _font(text.size * 0.36 * text.box.w * PX / wide)
        draw.text(at, text.text, fill=text.luma, font=font, anchor=anchor)
    for cell in page.cells:
        for bubble in cell.bubbles:
            x, y, r = bubble.x * PX, bubble.y * PX, bubble.r * PX
            draw.ellipse((x - r, y - r, x + r, y + r), outline=110)
            draw.text((x, y), str(bubble.value), fill=150, font=_font(1.7), anchor="mm")
    marks = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for marker in page.markers:
        side = round(marker.box.w * PX)
        if marker.kind == "aruco":
            mark = Image.fromarray(cv2.aruco.generateImageMarker(marks, marker.id, side))
        else:
            mark = Image.new("L", (side, side), 0)
        picture.paste(mark, (round(marker.box.x * PX), round(marker.box.y * PX)))
    return picture


def _code(picture: Image.Image, page: Page, words: str) -> None:
    if page.qr is None:
        return
    code = segno.make(words, error="m", micro=False)
    bits = np.array([list(row) for row in code.matrix], np.uint8)
    side = round(page.qr.w * PX)
    square = cv2.resize((1 - bits) * 255, (side, side), interpolation=cv2.INTER_NEAREST)
    picture.paste(Image.fromarray(square), (round(page.qr.x * PX), round(page.qr.y * PX)))


def _taken(page: Image.Image) -> bytes:
    """As a phone takes it: on a table, a little turned, light from one side."""
    flat = np.array(page)
    height, width = flat.shape
    edge = 60
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    leans = np.array([[0, 8], [0, 0], [-6, 0], [6, -10]], np.float32)
    view = cv2.getPerspectiveTransform(corners, corners + edge + leans)
    size = (width + 2 * edge, height + 2 * edge)
    photo = cv2.warpPerspective(flat, view, size, borderValue=(96,)).astype(np.float32)
    photo *= np.linspace(1.0, 0.86, size[0], dtype=np.float32)[None, :]
    done, encoded = cv2.imencode(".jpg", photo.clip(0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 80])
    if not done:
        raise ValueError("the picture could not be made")
    return bytes(encoded)


@lru_cache(maxsize=16)
def _font(size: float) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(size * PX)
