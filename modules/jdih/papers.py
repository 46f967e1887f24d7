"""What a letter prints: the values of its layout, its recipients, its signers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from electsys.db import db
from electsys.documents import papers as official
from electsys.documents.filling import data_of
from electsys.documents.layouts import LAYOUTS
from electsys.documents.models import DocumentKind
from electsys.documents.pdf import render_pdf
from electsys.regions import queries as regions
from electsys.web.formats import title_region
from modules.jdih.models import Letter
from modules.jdih.operations.drafts import Head
from modules.jdih.queries.units import office_name

#: Where KPU RI sits.
CAPITAL = "Jakarta"


def template_of(letter: Letter) -> str:
    """The typst template of its kind."""
    return LAYOUTS[letter.kind].template


def printed(letter: Letter, *, electronic: bool) -> dict[str, Any]:
    """The data of its template, in Indonesian."""
    return _printed(
        letter.kind,
        letter.data,
        title=letter.title,
        signers=letter.signers,
        secrecy=letter.secrecy,
        urgency=letter.urgency,
        recipients=[each.name for each in letter.recipients if not each.copy],
        copies=[each.name for each in letter.recipients if each.copy],
        annexes=sum(each.role == "lampiran" for each in letter.files),
        electronic=electronic,
    )


def preview(letter: Letter) -> bytes:
    """The paper as it will look, with the mark KONSEP on each page; nothing of it is kept."""
    data = printed(letter, electronic=False)
    return _draft(letter.kind, letter.unit, letter.title, data, number=letter.number, day=letter.date)


def preview_of(kind: str, unit: str, head: Head, values: Mapping[str, Any]) -> bytes:
    """The same of a letter that is not stored yet."""
    names = {
        each: each.name or (office_name(each.unit) if each.unit is not None else "")
        for each in head.recipients
    }
    data = _printed(
        kind,
        values,
        title=head.title,
        signers=head.signers,
        secrecy=head.secrecy,
        urgency=head.urgency,
        recipients=[name for each, name in names.items() if not each.copy],
        copies=[name for each, name in names.items() if each.copy],
        annexes=0,
        electronic=False,
    )
    return _draft(kind, unit, head.title, data)


def place_of(letter: Letter) -> str:
    """Where it is set, for the signature; the area of the satker where the paper does not say."""
    return str(letter.data.get("place") or usual_place(letter.unit))


def usual_place(unit: str) -> str:
    """The place that a satker's papers name until somebody writes another."""
    if unit == "":
        return CAPITAL
    region = regions.region(unit)
    return title_region(region.name) if region else ""


def _draft(
    kind: str,
    unit: str,
    title: str,
    data: dict[str, Any],
    *,
    number: str | None = None,
    day: dt.date | None = None,
) -> bytes:
    name = db.session.get_one(DocumentKind, kind).name
    frame = {
        "kind": name,
        "number": number or "",
        "title": title,
        "heading": f"KONSEP {name} tentang {title}",
        "date_text": official.date_text(day) if day else "...",
        "letterhead": official.letterhead(unit),
    }
    date = day or official.today(unit)
    return render_pdf(LAYOUTS[kind].template, {**data, "draft": True, "date": date, "document": frame})


def _printed(
    kind: str,
    values: Mapping[str, Any],
    *,
    title: str,
    signers: Sequence[Mapping[str, str]],
    secrecy: str,
    urgency: str,
    recipients: list[str],
    copies: list[str],
    annexes: int,
    electronic: bool,
) -> dict[str, Any]:
    values = dict(values)
    for field in LAYOUTS[kind].fields:
        if field.input == "date" and isinstance(values.get(field.name), str):
            values[field.name] = dt.date.fromisoformat(values[field.name])  # a column of JSON holds text
    return data_of(
        kind,
        values,
        signers=list(signers),
        sifat=secrecy,
        kecepatan=urgency,
        hal=title,
        lampiran=f"{annexes} ({official.in_words(annexes)}) berkas" if annexes else "",
        yth=recipients,
        tembusan=copies,
        electronic=electronic,
    )
