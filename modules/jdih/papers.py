"""What a letter prints: the values of its layout, its recipients, its signers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from electsys.documents import papers as official
from electsys.documents.filling import data_of
from electsys.documents.layouts import LAYOUTS
from electsys.documents.models import DocumentKind
from electsys.documents.pdf import render_pdf
from modules.jdih.models import Letter


def template_of(letter: Letter) -> str:
    """The typst template of its kind."""
    return LAYOUTS[letter.kind].template


def printed(letter: Letter, *, electronic: bool) -> dict[str, Any]:
    """The data of its template, in Indonesian."""
    annexes = sum(each.role == "lampiran" for each in letter.files)
    return data_of(
        letter.kind,
        _values(letter),
        signers=letter.signers,
        sifat=letter.secrecy,
        kecepatan=letter.urgency,
        hal=letter.title,
        lampiran=f"{annexes} ({official.in_words(annexes)}) berkas" if annexes else "",
        yth=[each.name for each in letter.recipients if not each.copy],
        tembusan=[each.name for each in letter.recipients if each.copy],
        electronic=electronic,
    )


def preview(letter: Letter, kind: DocumentKind) -> bytes:
    """The paper as it will look, with the mark KONSEP on each page; nothing of it is kept."""
    day = letter.date or official.today(letter.unit)
    frame = {
        "kind": kind.name,
        "number": letter.number or "",
        "title": letter.title,
        "heading": f"KONSEP {kind.name} tentang {letter.title}",
        "date_text": official.date_text(day) if letter.date else "...",
        "letterhead": official.letterhead(letter.unit),
    }
    data = printed(letter, electronic=False)
    return render_pdf(template_of(letter), {**data, "draft": True, "date": day, "document": frame})


def place_of(letter: Letter) -> str:
    """Where it is set, for the signature; the area of the satker where the paper does not say."""
    return str(letter.data.get("place") or official.letterhead(letter.unit)["area"].title())


def _values(letter: Letter) -> dict[str, Any]:
    """Dates are text in the column."""
    values = dict(letter.data)
    for field in LAYOUTS[letter.kind].fields:
        if field.input == "date" and isinstance(values.get(field.name), str):
            values[field.name] = dt.date.fromisoformat(values[field.name])
    return values
