"""Documents of the register: draft, edit, publish, withdraw, and enter what this house has issued."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from electsys import events
from electsys.db import db
from electsys.documents import OfficialDocument
from electsys.errors import Refused
from electsys.ledger import Actor, record
from modules.jdih.events import RulingIssued
from modules.jdih.models import LawDocument, LawFile, LawKind
from modules.jdih.operations.checking import (
    Doubt,
    Exists,
    demand,
    doubt,
    hold,
    keep_version,
    settle,
    wanted,
)
from modules.jdih.operations.statuses import refresh_statuses
from modules.jdih.operations.values import clean_values, defaults, empty, values_of
from modules.jdih.queries import register as queries
from modules.jdih.rules import metadata, naming
from modules.jdih.workflow.register import DOCUMENT

#: The unique constraints of law_document that a race can break.
NUMBER = "uq_law_document_number"


def draft_document(
    kind: str,
    values: Mapping[str, Any],
    *,
    unit: str,
    year: int,
    actor: Actor,
    accepted: Collection[str] = (),
    to_confirm: bool = False,
) -> LawDocument:
    """Register a document as a draft; ``values`` are fields of ``rules.metadata`` for its type.

    :class:`Exists` where the number is used already (same kind, satker, number and year), with the
    document that has it; :class:`Doubtful` where a document of that year bears the same title, until
    ``accepted`` holds its code. ``to_confirm`` marks facts that nobody has compared with the text.
    """
    found = db.session.get(LawKind, kind)
    if found is None:
        raise LookupError(f"unknown kind of law: {kind!r}")
    demand(actor, unit)
    if len(unit) not in found.unit_digits:
        raise Refused(
            _("%(kind)s tidak dikeluarkan oleh satker ini.", kind=found.name),
            field="unit",
            hint=_("Pilih satker lain, atau jenis dokumen lain."),
        )
    clean = clean_values(found.type, values)
    _check_year(year)
    _refuse_used(found, unit, clean.get("number"), year)
    taken = settle(_doubts(clean.get("title", ""), year), accepted)
    document = new_document(found, clean, unit=unit, year=year, to_confirm=to_confirm)
    keep_version(document, reason=_("Dicatat"), actor=actor)
    refresh_statuses([document.id], actor=actor)
    _note("document:draft", document, actor, details={"kind": kind, "accepted": taken})
    return document


def edit_document(
    document: LawDocument,
    values: Mapping[str, Any],
    *,
    reason: str,
    actor: Actor,
    accepted: Collection[str] = (),
    to_confirm: bool | None = None,
) -> None:
    """Change metadata; the old words stay as a version. Kind, satker, number and year of what was ever
    published stand: its address and citations hang on them."""
    demand(actor, document.unit)
    reason = wanted(reason)
    hold(document)
    kind = document.kind_row
    clean = clean_values(kind.type, values)
    if document.published_at is not None and clean.get("number", document.number) != document.number:
        raise Refused(
            _("Nomor dokumen yang pernah terbit tidak dapat diubah."),
            field="number",
            hint=_("Tarik dokumen ini dengan alasan salah nomor, lalu catat yang benar."),
            status=409,
        )
    if document.state == "terbit":
        _require_complete(kind.type, {**values_of(document), **clean})
    before = values_of(document)
    if clean.get("number", document.number) != document.number:
        _refuse_used(kind, document.unit, clean["number"], document.year, but=document.id)
    taken: list[str] = []
    if clean.get("title", before["title"]) != before["title"]:
        taken = settle(_doubts(clean["title"], document.year, but=document.id), accepted)
    for name, value in clean.items():
        setattr(document, name, empty(name) if value in ("", None, []) else value)
    confirmed = to_confirm is not None and to_confirm != document.to_confirm
    if to_confirm is not None:
        document.to_confirm = to_confirm
    changed = sorted(name for name, value in values_of(document).items() if value != before[name])
    if not changed and not confirmed:
        raise Refused(_("Tidak ada yang berubah."), hint=_("Ubah sekurangnya satu isian, atau kembali."))
    if "number" in changed:
        _renumber(document)
    keep_version(document, reason=reason, actor=actor)
    details = {"fields": changed, "accepted": taken}
    _note("document:edit", document, actor, reason=reason, details=details)


def publish_document(document: LawDocument, *, actor: Actor) -> None:
    """Publish a draft: everybody can read it, its relations count, and a ruling is told to other modules.

    Refused while required metadata is missing; the refusal names the fields.
    """
    _publish(document, "publish", reason=_("Diterbitkan"), actor=actor)


def republish_document(document: LawDocument, *, reason: str, actor: Actor) -> None:
    """Publish again what was withdrawn, with the reason."""
    _publish(document, "republish", reason=wanted(reason), actor=actor)


def withdraw_document(document: LawDocument, *, reason: str, actor: Actor) -> None:
    """Take a document off publication. Its page stays and says why; its relations count no longer.

    A document that was revoked is not withdrawn: it stays published, with its status.
    """
    hold(document)
    reason = reason.strip()
    DOCUMENT.move(document, "withdraw", actor=actor, reason=reason, values={"withdrawal": reason})
    keep_version(document, reason=reason, actor=actor)
    refresh_statuses([document.id], actor=actor)


def register_official(
    document: OfficialDocument,
    *,
    actor: Actor,
    subjects: Sequence[str] = (),
    abstract: str = "",
    publish: bool = True,
) -> LawDocument:
    """Enter a paper that this house has issued into the register; a second call returns the first's row.

    Its kind is the one whose ``document_kind`` it has and that its satker issues; LookupError for papers
    that do not enter the register (minutes, letters). Nobody's right is asked: who may issue it, has.
    """
    known = db.session.scalar(select(LawDocument).where(LawDocument.official_id == document.id))
    if known is not None:
        return known
    kind = _kind_of(document)
    number = document.entry.serial if document.kind_row.number_group == "produk_hukum" else document.number
    _refuse_used(kind, document.unit, number, document.date.year)
    law = LawDocument(
        kind=kind.code,
        kind_row=kind,
        unit=document.unit,
        number=number,
        year=document.date.year,
        title=document.title,
        set_on=document.date,
        subjects=[s.strip() for s in subjects if s.strip()],
        abstract=abstract.strip(),
        official_id=document.id,
        stem=_stem(kind, document.unit, number, document.date.year),
        citation=naming.citation(kind.cite, number, document.date.year) if document.unit == "" else None,
        **defaults(kind, document.unit),
    )
    _add(law)
    db.session.add(
        LawFile(document_id=law.id, file_id=document.file_id, role="utama", label=law.title[:200], position=1)
    )
    if publish:
        DOCUMENT.move(law, "enter", actor=actor, values={"published_at": func.now()})
    keep_version(law, reason=_("Masuk dari naskah dinas yang diterbitkan"), actor=actor)
    refresh_statuses([law.id], actor=actor)
    return law


def new_document(
    kind: LawKind, clean: Mapping[str, Any], *, unit: str, year: int, to_confirm: bool = False
) -> LawDocument:
    """Insert a document with what the register can fill in by itself; :class:`Exists` if a race was lost."""
    document = blank_document(kind, clean, unit=unit, year=year)
    document.to_confirm = to_confirm
    document.stem = _stem(kind, unit, document.number, year)
    _add(document)
    return document


def blank_document(kind: LawKind, clean: Mapping[str, Any], *, unit: str, year: int) -> LawDocument:
    """A document that is not stored yet."""
    number = clean.get("number")
    return LawDocument(
        kind=kind.code,
        kind_row=kind,
        unit=unit,
        year=year,
        stem=naming.stem(kind.stem, unit, number, year, id=0),
        citation=naming.citation(kind.cite, number, year) if unit == "" else None,
        **{**defaults(kind, unit), **{k: v for k, v in clean.items() if v not in ("", None, [])}},
    )


# --- parts ---------------------------------------------------------------------------------------


def _publish(document: LawDocument, action: str, *, reason: str, actor: Actor) -> None:
    hold(document)
    kind = document.kind_row
    _require_complete(kind.type, values_of(document))
    values = {"withdrawal": None}
    if document.published_at is None:
        values["published_at"] = func.now()  # type: ignore[assignment]
    DOCUMENT.move(document, action, actor=actor, reason=reason, values=values)
    keep_version(document, reason=reason, actor=actor)
    refresh_statuses([document.id], actor=actor)
    if kind.type == "putusan":
        events.publish(
            RulingIssued(
                actor=actor,
                document_id=document.id,
                court=kind.code,
                number=document.number or "",
                kinds=tuple(document.ruling_kinds),
                regions=tuple(document.ruling_regions),
            )
        )


def _require_complete(type: str, values: Mapping[str, Any]) -> None:
    if absent := metadata.missing(type, values):
        raise Refused(
            _(
                "Belum dapat diterbitkan; isi dulu: %(fields)s.",
                fields=", ".join(str(f.label(type)) for f in absent),
            ),
            field=absent[0].name,
            status=409,
        )


def _check_year(year: int) -> None:
    if not 1900 <= year <= 2200:
        raise Refused(_("Isi dengan tahun empat angka, misalnya 2024."), field="year")


def _refuse_used(kind: LawKind, unit: str, number: str | None, year: int, *, but: int | None = None) -> None:
    if not number:
        return
    # Until this transaction ends nobody else takes a number of this series: two cannot both find it free.
    series = f"jdih:number:{kind.code}:{unit}:{year}"
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(series))))
    if other := queries.same_number(kind.code, unit, number, year, but=but):
        raise Exists(
            _("Nomor ini sudah dipakai oleh %(other)s.", other=queries.name_of(other)),
            other,
            field="number",
            hint=_("Buka dokumen itu untuk memperbaikinya, atau periksa nomor dan tahunnya."),
        )


def _doubts(title: str, year: int, *, but: int | None = None) -> list[Doubt]:
    other = queries.same_title(title, year, but=but) if title else None
    return [doubt("title", other, year=year)] if other else []


def _kind_of(document: OfficialDocument) -> LawKind:
    for kind in queries.kinds():
        if kind.document_kind == document.kind and len(document.unit) in kind.unit_digits:
            return kind
    raise LookupError(f"papers of kind {document.kind!r} do not enter the register")


def _stem(kind: LawKind, unit: str, number: str | None, year: int) -> str:
    """A stem that nobody has yet."""
    base = naming.stem(
        kind.stem, unit, number, year, id=None if number else db.session.scalar(select(_next_id()))
    )
    taken = set(
        db.session.scalars(select(LawDocument.stem).where(LawDocument.stem.startswith(base, autoescape=True)))
    )
    n, name = 1, base
    while name in taken:
        n += 1
        name = f"{base}-{n}"
    return name


def _next_id() -> Any:
    return func.coalesce(func.max(LawDocument.id), 0) + 1


def _renumber(document: LawDocument) -> None:
    """A draft gets another number, and with it another stem and citation."""
    with db.session.no_autoflush:
        document.stem = _stem(document.kind_row, document.unit, document.number, document.year)
        if document.unit == "":
            document.citation = naming.citation(document.kind_row.cite, document.number, document.year)


def _add(document: LawDocument) -> None:
    """Insert; if somebody else took the number a moment ago, say so as for any used number."""
    kind, unit, number, year = document.kind_row, document.unit, document.number, document.year
    try:
        with db.session.begin_nested():
            db.session.add(document)
            db.session.flush()
    except IntegrityError as problem:
        if NUMBER not in str(problem) and "stem" not in str(problem) and "citation" not in str(problem):
            raise
        _refuse_used(kind, unit, number, year)
        raise Refused(
            _("Dokumen lain baru saja memakai nomor ini."), hint=_("Coba sekali lagi."), status=409
        ) from problem


def _note(verb: str, document: LawDocument, actor: Actor, **more: Any) -> None:
    record(
        f"jdih:{verb}",
        f"law_document:{document.id}",
        actor=actor,
        region=document.unit,
        **more,
    )
