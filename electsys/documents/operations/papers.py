"""Issue official documents, and cancel them."""

from __future__ import annotations

import datetime as dt
import io
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select

from electsys.db import db
from electsys.documents import kinds, papers, rules, signing
from electsys.documents.models import (
    DocumentKind,
    DocumentSignature,
    NumberEntry,
    NumberTemplate,
    OfficialDocument,
    StoredFile,
)
from electsys.documents.operations.files import store_file
from electsys.documents.operations.numbers import cancel_number, take_number, use_number
from electsys.documents.pdf import content_sha256, render_pdf
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
    entry: NumberEntry | None = None,
    finish: Callable[[bytes], bytes] | None = None,
) -> OfficialDocument:
    """Number, typeset, store and register one document, in the caller's transaction.

    ``kind`` is a code of ``document_kind`` (BA, Kpt, ...), ``template`` a typst template (see
    :func:`render_pdf`), ``data`` what it prints, with ``signers`` ``[{"name", "role"}]`` and, where
    wanted, ``letterhead`` (``address``) and ``simulation``. ``unit`` is the region code of the satker,
    ``code`` the code printed in the number where it differs (units of KPU RI: "05"). ``date`` is the
    day it is set, by default today on the satker's clock; it lies in ``year``. ``classification`` is
    that of the archive, such as PL.01.8. ``subject`` names what it is about: ``recap:12``.

    ``entry`` is a reserved number of that series, unit and year, used in place of a new one.
    ``finish`` turns the typeset PDF into the one to be kept: a signature (electsys.documents.signing).
    Its signatures are noted in ``document_signature``.
    """
    row = db.session.get(DocumentKind, kind)
    if row is None:
        raise LookupError(f"unknown kind of document: {kind!r}")
    date = date or papers.today(unit)
    if date.year != year:
        raise ValueError(f"a document of {date} cannot have a number of {year}")
    pattern = number_template(row.number_group, unit, date)
    if entry is None:
        entry = take_number(series, unit, year, actor=actor)
    elif (entry.series, entry.unit, entry.year) != (series, unit, year):
        raise ValueError(f"number {entry.serial} belongs to {entry.series}/{entry.unit}/{entry.year}")
    else:
        entry = use_number(entry.id, actor=actor)
    number = _written(pattern, entry, kind, date, classification=classification, unit=unit, code=code)
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
    printed = {"electronic": finish is not None, **data, "date": date}
    frame["content"] = content_sha256(template, {**printed, "document": frame})
    content = render_pdf(template, {**printed, "document": frame})
    if finish is not None:
        content = finish(content)
    file = store_file(
        io.BytesIO(content),
        name=f"{kind}-{entry.serial}-{year}.pdf",
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
        content_sha256=frame["content"],
        public=public,
        act_id=act.id,
    )
    db.session.add(document)
    db.session.flush()
    if finish is not None:
        _note_signatures(document, content, actor)
    return document


def attach_scan(
    document: OfficialDocument, file: StoredFile, *, signer: str, actor: Actor
) -> DocumentSignature:
    """Keep the scan of a paper signed by hand beside the document; it never replaces the document's PDF."""
    db.session.refresh(document, with_for_update=True)
    if document.status == "batal":
        raise Refused(_("Dokumen nomor %(number)s sudah dibatalkan.", number=document.number), status=409)
    if file.media_type != kinds.PDF:
        raise Refused(
            _("Pindaian bertanda tangan harus berupa PDF."),
            hint=_("Simpan pindaian sebagai PDF, lalu unggah lagi."),
        )
    if file.sha256 == document.file.sha256:
        raise Refused(
            _("Berkas ini sama dengan PDF yang terdaftar, bukan pindaian yang ditandatangani."),
            hint=_("Cetak, tanda tangani, pindai, lalu unggah hasil pindaiannya."),
        )
    if any(s.file.sha256 == file.sha256 for s in document.signatures):
        raise Refused(_("Pindaian ini sudah dilampirkan."), status=409)
    row = DocumentSignature(kind="basah", file_id=file.id, signer=signer.strip(), account_id=actor.account_id)
    document.signatures.append(row)
    db.session.flush()
    record(
        "documents:document:attach-scan",
        f"official_document:{document.id}",
        actor=actor,
        region=document.unit,
        details={"file": file.id, "sha256": file.sha256},
    )
    return row


def number_text(
    entry: NumberEntry,
    kind: str,
    date: dt.date,
    *,
    classification: str,
    unit: str,
    code: str | None = None,
) -> str:
    """The whole number of an entry, as it will stand on the paper of that kind and date.

    LookupError for an unknown kind; :class:`Refused` where no template is in force on the date.
    """
    row = db.session.get(DocumentKind, kind)
    if row is None:
        raise LookupError(f"unknown kind of document: {kind!r}")
    if date.year != entry.year:
        raise ValueError(f"a document of {date} cannot have a number of {entry.year}")
    pattern = number_template(row.number_group, unit, date)
    return _written(pattern, entry, kind, date, classification=classification, unit=unit, code=code)


def _written(
    pattern: str,
    entry: NumberEntry,
    kind: str,
    date: dt.date,
    *,
    classification: str,
    unit: str,
    code: str | None,
) -> str:
    parts = {
        "jenis": kind,
        "klasifikasi": classification,
        "kode": (unit or "05") if code is None else code,
        "satker": rules.office_of(unit),
    }
    return rules.format_number(pattern, entry.number, date, parts, suffix=entry.suffix)


def _note_signatures(document: OfficialDocument, content: bytes, actor: Actor) -> None:
    for signature in signing.signatures_of(content):
        document.signatures.append(
            DocumentSignature(
                kind="elektronik",
                file_id=document.file_id,
                signer=signature.name,
                certificate=signature.certificate,
                signed_at=signature.time,
                account_id=actor.account_id,
            )
        )
    db.session.flush()


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
    kept = ("name", "role", "capacity", "on_behalf")
    return [{k: s[k] for k in kept if k in ("name", "role") or s.get(k)} for s in given]
