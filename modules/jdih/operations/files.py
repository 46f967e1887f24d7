"""Files of a document: the text, annexes, the abstract sheet."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from electsys.db import db
from electsys.documents import StoredFile, kinds
from electsys.errors import Refused
from electsys.ledger import Actor, record
from modules.jdih.models import LawDocument, LawFile
from modules.jdih.operations.checking import Doubt, demand, doubt, hold, keep_version, settle, wanted
from modules.jdih.queries import register as queries
from modules.jdih.wording.register import ROLES

#: Purposes of files: the text of a document, and a picture where the document is one.
TEXT = kinds.declare(
    "law", label=_l("Produk hukum"), media=(kinds.PDF,), max_bytes=100 * kinds.MB, max_pages=400
)
PICTURE = kinds.declare(
    "law_picture",
    label=_l("Infografis"),
    media=(kinds.PDF, kinds.JPEG, kinds.PNG),
    max_bytes=30 * kinds.MB,
    max_pages=20,
    max_pixels=80_000_000,
)


def purpose(document: LawDocument) -> str:
    """The purpose under which files of a document are stored."""
    return PICTURE.name if document.kind == "infografis" else TEXT.name


def attach_file(
    document: LawDocument,
    stored: StoredFile,
    *,
    role: str,
    label: str,
    actor: Actor,
    accepted: Collection[str] = (),
) -> LawFile:
    """Attach a stored file. A document has one main file; a content that another has is doubted."""
    demand(actor, document.unit)
    hold(document)
    here = files_of(document)
    if role == "utama" and any(f.role == "utama" for f in here):
        raise Refused(
            _("Dokumen ini sudah mempunyai berkas utama."),
            field="role",
            hint=_("Ganti berkas itu."),
            status=409,
        )
    _refuse_twice(here, stored)
    taken = settle(_doubts(document, stored), accepted)
    last = db.session.scalar(
        select(func.coalesce(func.max(LawFile.position), 0)).where(LawFile.document_id == document.id)
    )
    row = LawFile(
        document_id=document.id,
        file_id=stored.id,
        role=role,
        label=label.strip() or str(ROLES[role]),
        position=(last or 0) + 1,
    )
    db.session.add(row)
    db.session.flush()
    keep_version(document, reason=_("Berkas dipasang: %(label)s", label=row.label), actor=actor)
    _note("attach", document, stored, actor, accepted=taken)
    return row


def replace_file(
    row: LawFile, stored: StoredFile, *, reason: str, actor: Actor, accepted: Collection[str] = ()
) -> None:
    """Put another content in a file's place; the version before names the old one with its hash."""
    document = db.session.get_one(LawDocument, row.document_id)
    demand(actor, document.unit)
    reason = wanted(reason)
    hold(document)
    _refuse_twice(files_of(document), stored)
    taken = settle(_doubts(document, stored), accepted)
    row.file_id = stored.id
    db.session.flush()
    db.session.expire(row, ["file"])
    keep_version(document, reason=reason, actor=actor)
    _note("replace", document, stored, actor, accepted=taken, reason=reason)


def detach_file(row: LawFile, *, reason: str, actor: Actor) -> None:
    """Take a file off a document; its content stays in the store, and versions name it."""
    document = db.session.get_one(LawDocument, row.document_id)
    demand(actor, document.unit)
    reason = wanted(reason)
    hold(document)
    if document.official_id is not None and row.role == "utama":
        raise Refused(_("Berkas naskah yang diterbitkan sistem ini tidak dapat dilepas."), status=409)
    stored = row.file
    db.session.delete(row)
    db.session.flush()
    keep_version(document, reason=reason, actor=actor)
    _note("detach", document, stored, actor, reason=reason)


def files_of(document: LawDocument) -> list[LawFile]:
    """The files of a document in their order, as stored now."""
    return list(
        db.session.scalars(
            select(LawFile).where(LawFile.document_id == document.id).order_by(LawFile.position, LawFile.id)
        )
    )


def _refuse_twice(here: Collection[LawFile], stored: StoredFile) -> None:
    for row in here:
        if row.file.sha256 == stored.sha256:
            raise Refused(
                _("Berkas yang sama sudah terpasang di dokumen ini: %(label)s.", label=row.label),
                field="file",
                status=409,
            )


def _doubts(document: LawDocument, stored: StoredFile) -> list[Doubt]:
    other = queries.same_file(stored.sha256, but=document.id)
    return [doubt("hash", other)] if other else []


def _note(
    verb: str,
    document: LawDocument,
    stored: StoredFile,
    actor: Actor,
    *,
    reason: str | None = None,
    accepted: list[str] | None = None,
) -> None:
    record(
        f"jdih:file:{verb}",
        f"law_document:{document.id}",
        actor=actor,
        reason=reason,
        region=document.unit,
        details={"file": stored.id, "sha256": stored.sha256, "accepted": accepted or []},
    )
