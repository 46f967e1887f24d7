"""Documents as pictures, page by page: what the desk shows is drawn here, never sent as it came.

A PDF is drawn by PDFium, a photo is read and written again. Nothing that a file could carry (a script, a
form, a link) reaches the verifier's browser.
"""

from __future__ import annotations

import io
from functools import lru_cache

import pypdfium2
from flask_babel import gettext as _
from PIL import Image, ImageOps

from electsys.db import db
from electsys.documents import open_file
from electsys.documents.inspection import PDFIUM
from electsys.documents.kinds import JPEG, PDF, PNG
from electsys.documents.models import StoredFile
from electsys.documents.watermarks import mark
from electsys.errors import Refused

#: Width of a page in pixels: readable at 200 % of half a screen.
WIDTH = 1500
#: A page that is very tall is drawn narrower, so that one page never takes the memory of ten.
PIXELS = 6_000_000
QUALITY = 82
DRAWN = (JPEG, PNG, PDF)


def pages_of(stored: StoredFile) -> int:
    """How many pages a document has; 0 for one that cannot be drawn."""
    return _count(stored.id, stored.sha256, stored.media_type)


@lru_cache(maxsize=4096)
def _count(file_id: int, _sha256: str, media: str) -> int:
    if media in (JPEG, PNG):
        return 1
    stored = db.session.get(StoredFile, file_id)
    if media != PDF or stored is None:
        return 0
    try:
        with open_file(stored) as content, PDFIUM:
            pdf = pypdfium2.PdfDocument(content)
            try:
                return len(pdf)
            finally:
                pdf.close()
    except pypdfium2.PdfiumError:
        return 0


def draw_page(stored: StoredFile, number: int, words: str = "") -> bytes:
    """Page ``number`` (1 is the first) as JPEG, marked with ``words`` where there are any.

    Refused where there is none or it cannot be read.
    """
    if not 1 <= number <= pages_of(stored):
        raise Refused(_("Halaman itu tidak ada dalam dokumen."), status=404)
    try:
        with open_file(stored) as content:
            picture = _of_pdf(content, number) if stored.media_type == PDF else _of_photo(content)
    except (pypdfium2.PdfiumError, OSError) as problem:
        raise Refused(
            _("Halaman %(n)s tidak dapat dibaca.", n=number),
            hint=_("Unduh dokumennya, atau putuskan BMS dengan alasan dokumen tidak terbaca."),
            status=422,
        ) from problem
    out = io.BytesIO()
    picture = picture.convert("RGB")
    (mark(picture, words) if words else picture).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _of_pdf(content: object, number: int) -> Image.Image:
    with PDFIUM:
        pdf = pypdfium2.PdfDocument(content)
        try:
            page = pdf[number - 1]
            width, height = page.get_size()
            scale = min(WIDTH / width, (PIXELS / (width * height)) ** 0.5)
            drawn: Image.Image = page.render(scale=scale).to_pil()
            return drawn.copy()
        finally:
            pdf.close()


def _of_photo(content: object) -> Image.Image:
    with Image.open(content) as image:  # type: ignore[arg-type]
        image.draft("RGB", (WIDTH, WIDTH))
        turned = ImageOps.exif_transpose(image)
        turned.thumbnail((WIDTH, WIDTH * 2))
        return turned.copy()
