"""Issue official documents, and cancel them."""

from __future__ import annotations

import datetime as dt
import io
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select

from electsys.db import db
from electsys.documents import papers, rules
from electsys.documents.models import DocumentKind, NumberTemplate, OfficialDocument
from electsys.documents.operations.files import store_file
from electsys.documents.operations.numbers import cancel_number, take_number
from electsys.documents.pdf import render_pdf
from electsys.errors import Refused
from electsys.ledger import Actor, record


def issue_document(
    kind: str,
    template: str,
    data: Mapping[str, Any],
    *,
    unit: str,
    series: str,
    year: int,
    title: str,
    subject: str,
    actor: Actor,
    public: bool = True,
    date: dt.date | None = None,
    classification: str = "",
    code: str | None = None,
) -> OfficialDocument:
    """Number, typeset, store and register one document, in the caller's transaction.

    ``kind`` is a code of ``document_kind`` (BA, Kpt, ...), ``template`` a typst template (see
    :func:`render_pdf`), ``data`` what it prints, with ``signers`` ``[{"name", "role"}]`` and, where
    wanted, ``letterhead`` (``address``) and ``simulation``. ``unit`` is the region code of the satker,
    ``code`` the code printed in the number where it differs (units of KPU RI: "05"). ``date`` is the
    day it is set, by default today on the satker's clock; it lies in ``year``. ``classification`` is
    that of the archive, such as PL.01.8. ``subject`` names what it is about: ``recap:12``.
    """
    row = db.session.get(DocumentKind, kind)
    if row is None:
        raise LookupError(f"unknown kind of document: {kind!r}")
    date = date or papers.today(unit)
    if date.year != year:
        raise ValueError(f"a document of {date} cannot have a number of {year}")
    pattern = number_template(row.number_group, unit, date)
    entry = take_number(series, unit, year, actor=actor)
    number = rules.format_number(
        pattern,
        entry.number,
        date,
        {
            "jenis": kind,
            "klasifikasi": classification,
            "kode": (unit or "05") if code is None else code,
            "satker": rules.office_of(unit),
        },
    )
    token = secrets.token_urlsafe(16)
    frame = papers.frame(
        kind=row.name,
        number=number,
        title=title,
        unit=unit,
        date=date,
        token=token,
        head=data.get("letterhead"),
    )
    content = render_pdf(template, {**data, "date": date, "document": frame})
    file = store_file(
        io.BytesIO(content),
        name=f"{kind}-{entry.number}-{year}.pdf",
        kind="official",
        actor=actor,
        origin="sistem",
    )
    act = record(
        "documents:document:issue",
        f"number_entry:{entry.id}",
        actor=actor,
        region=unit,
        details={"kind": kind, "number": number, "sha256": file.sha256, "subject": subject},
    )
    db.session.flush()
    document = OfficialDocument(
        token=token,
        kind=kind,
        number=number,
        entry_id=entry.id,
        title=title,
        unit=unit,
        series=series,
        date=date,
        subject=subject,
        signers=_signers(data.get("signers", ())),
        file_id=file.id,
        public=public,
        act_id=act.id,
    )
    db.session.add(document)
    db.session.flush()
    return document


def cancel_document(document: OfficialDocument, *, note: str, actor: Actor) -> None:
    """Cancel a document: number, file and page stay, and the page says so with the reason."""
    db.session.refresh(document, with_for_update=True)
    if document.status == "batal":
        raise Refused(_("Dokumen nomor %(number)s sudah dibatalkan.", number=document.number), status=409)
    cancel_number(document.entry_id, note=note, actor=actor)
    document.status, document.note = "batal", note.strip()
    record(
        "documents:document:cancel",
        f"official_document:{document.id}",
        actor=actor,
        reason=note,
        region=document.unit,
    )


def number_template(group: str, unit: str, date: dt.date) -> str:
    """The template in force for a group of kinds on a day; one of the unit's own goes first."""
    pattern = db.session.scalar(
        select(NumberTemplate.pattern)
        .where(
            NumberTemplate.number_group == group,
            or_(NumberTemplate.unit == unit, NumberTemplate.unit.is_(None)),
            NumberTemplate.valid_from <= date,
            or_(NumberTemplate.valid_to.is_(None), NumberTemplate.valid_to >= date),
        )
        .order_by(NumberTemplate.unit.nulls_last())
        .limit(1)
    )
    if pattern is None:
        raise Refused(
            _("Belum ada pola penomoran yang berlaku pada tanggal %(date)s.", date=papers.date_text(date)),
            hint=_("Minta pengelola menambah pola penomoran untuk masa itu."),
        )
    return pattern


def _signers(given: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    return [{"name": s["name"], "role": s["role"]} for s in given]
