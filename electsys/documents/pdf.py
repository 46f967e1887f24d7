"""PDF by typst: the same data give the same bytes on every machine.

A template is ``templates/<room>/<name>.typ``; it finds its data with ``json(bytes(sys.inputs.data))``
and builds on ``/documents/base.typ``. Only the fonts inside the typst package are used. The output is
PDF/A-2a: tagged, archivable, readable aloud.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import segno
import typst
from flask_babel import gettext as _

import config
from electsys.errors import Refused

ROOT = config.ROOT / "templates"
STANDARD: Final = "a-2a"
#: How the typesetter says that no font has a letter.
NO_GLYPH = re.compile(r"the text `?\"(.*?)\"`? could not be displayed")


def render_pdf(
    template: str, data: Mapping[str, Any], *, at: dt.datetime | None = None, archive: bool = True
) -> bytes:
    """The PDF of a template and its data.

    ``template`` is a path under ``templates/`` without ``.typ``; without a folder it is one of this
    room's. Dates in ``data`` become ISO text. ``at`` is the time written into the PDF, by default
    that of the data's ``date``, so that the bytes do not depend on the clock. :class:`Refused` names a
    letter that the archive's font does not have. Without ``archive`` it is an ordinary PDF: a form to be
    printed, whose pages may hold other PDFs (the archive's standard allows none).
    """
    path = template if "/" in template else f"documents/{template}"
    try:
        return typst.compile(
            str(ROOT / f"{path}.typ"),
            root=str(ROOT),
            font_paths=_fonts(),
            format="pdf",
            pdf_standards=STANDARD if archive else [],
            sys_inputs={"data": json.dumps(data, default=_plain, ensure_ascii=False)},
            timestamp=int((at or _moment(data.get("date"))).timestamp()),
        )
    except typst.TypstError as problem:
        if unknown := NO_GLYPH.search(str(problem)):
            raise Refused(
                _("Huruf “%(text)s” tidak dapat dicetak pada naskah dinas.", text=unknown[1]),
                hint=_("Hapus huruf itu, atau tulis dengan huruf Latin."),
            ) from problem
        raise


def content_sha256(template: str, data: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of what a paper prints: its template's name and its data in one canonical order."""
    text = json.dumps(
        [template, data], default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def qr_svg(text: str) -> str:
    """The QR code of a text as SVG, one unit a module, without a border."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()


@cache
def _fonts() -> Any:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _moment(day: Any) -> dt.datetime:
    if isinstance(day, str):
        day = dt.date.fromisoformat(day)
    if not isinstance(day, dt.date):
        day = dt.date(2000, 1, 1)
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value)  # lazy translations, decimals
