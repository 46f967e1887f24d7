"""What admins set: number templates and limits of files."""

from __future__ import annotations

import datetime as dt

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.documents import kinds, rules
from electsys.documents.models import FileLimit, NumberTemplate
from electsys.errors import Refused
from electsys.ledger import Actor, record
from electsys.web.formats import ukuran


def save_template(
    template: NumberTemplate | None,
    *,
    number_group: str,
    unit: str | None,
    pattern: str,
    valid_from: dt.date,
    valid_to: dt.date | None,
    source: str,
    actor: Actor,
) -> NumberTemplate:
    """Add a number template, or change one. Numbers given already stay as they were written."""
    try:
        rules.check_template(pattern)
    except rules.BadTemplate as problem:
        raise Refused(_said(problem.place), field="pattern") from problem
    if valid_to is not None and valid_to < valid_from:
        raise Refused(_("Akhir berlaku lebih awal daripada mulai berlaku."), field="valid_to")
    row = template or NumberTemplate()
    clash = db.session.scalar(
        select(NumberTemplate.pattern)
        .where(
            NumberTemplate.number_group == number_group,
            NumberTemplate.unit.is_not_distinct_from(unit),
            NumberTemplate.id != (row.id or 0),
            func.daterange(NumberTemplate.valid_from, NumberTemplate.valid_to, "[]").op("&&")(
                func.daterange(valid_from, valid_to, "[]")
            ),
        )
        .limit(1)
    )
    if clash is not None:
        raise Refused(
            _("Masa berlakunya bertumpuk dengan pola %(pattern)s.", pattern=clash),
            field="valid_from",
            hint=_("Akhiri pola itu dulu, atau geser tanggalnya."),
        )
    before = row.pattern
    row.number_group, row.unit, row.pattern, row.source = number_group, unit, pattern, source
    row.valid_from, row.valid_to = valid_from, valid_to
    db.session.add(row)
    db.session.flush()
    record(
        "documents:template:edit",
        f"number_template:{row.id}",
        actor=actor,
        region=unit,
        details={"from": before, "to": pattern},
    )
    return row


def set_limit(
    kind: str, *, max_bytes: int, max_pages: int | None, max_pixels: int | None, actor: Actor
) -> FileLimit:
    """Set the limits of a purpose in place of those that the code declares."""
    declared = kinds.ALL[kind]
    server = current_app.config["MAX_CONTENT_LENGTH"]
    if max_bytes > server:
        raise Refused(
            _("Server ini menerima paling besar %(size)s.", size=ukuran(server)), field="max_megabytes"
        )
    if declared.max_pages is not None and not max_pages:
        raise Refused(_("Isi batas halaman."), field="max_pages")
    if declared.max_pixels is not None and not max_pixels:
        raise Refused(_("Isi batas piksel."), field="max_megapixels")
    row = db.session.get(FileLimit, kind) or FileLimit(kind=kind)
    row.max_bytes, row.max_pages, row.max_pixels = max_bytes, max_pages, max_pixels
    db.session.add(row)
    db.session.flush()
    record(
        "documents:limit:edit",
        f"file_limit:{kind}",
        actor=actor,
        details={"bytes": max_bytes, "pages": max_pages, "pixels": max_pixels},
    )
    return row


def _said(place: str) -> str:
    if place in ("urut", "tahun"):
        return _("Pola harus memuat {%(place)s} tepat satu kali.", place=place)
    if place == "{}":
        return _("Kurung kurawal pada pola tidak berpasangan.")
    return _("{%(place)s} tidak dikenal; pakai yang ada dalam daftar di bawah.", place=place)
