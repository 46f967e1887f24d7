"""The writers of documents: a stored file gets its place, and the one before it stays as an old version."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select, text, update

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.errors import Refused
from electsys.identity.access import Scope
from electsys.identity.grants import demand
from electsys.ledger import Actor, record
from modules.sipol.entry_wording import LEVEL_LABELS
from modules.sipol.models import PartyDocument, PartyRegistration, PartyUpload
from modules.sipol.operations.access import require_editable
from modules.sipol.permissions import EDIT
from modules.sipol.places import Place
from modules.sipol.queries import documents as queries
from modules.sipol.rules.boards import LEVELS
from modules.sipol.rules.documents import PHOTO, PURPOSE, Kind, Match


def file_document(stored: StoredFile, place: Place, kind: str, *, actor: Actor) -> PartyDocument:
    """Put a stored file in its place. The one that stood there stays as an old version.

    Asked again for a file that stands there already it changes nothing: a sender whose answer was lost may
    ask again. Refused while the party may not change its data, for a kind that the area has not, and for the
    file of somebody else.
    """
    registration = place.registration
    wanted = _kind(registration, kind)
    if len(place.code) not in wanted.levels:
        raise Refused(
            _(
                "“%(kind)s” tidak diminta pada tingkat %(level)s.",
                kind=wanted.label,
                level=LEVEL_LABELS[LEVELS[len(place.code)]],
            ),
            hint=_("Pilih jenis dokumen lain atau wilayah lain."),
            field="kind",
        )
    require_editable(registration, permission=EDIT, region=place.code, actor=actor)
    known = queries.document_of_file(stored.id)
    if known is not None and (known.kind, known.region) == (kind, place.code):
        return known
    _require_own(stored, registration, actor)
    _require_purpose(stored, wanted)
    return _place(stored, place, wanted, actor)


def keep_upload(stored: StoredFile, place: Place, match: Match, *, actor: Actor) -> PartyUpload:
    """Keep a stored file whose place is not sure: it waits on the page from which it came."""
    require_editable(place.registration, permission=EDIT, region=place.code, actor=actor)
    known = queries.upload_of_file(stored.id)
    if known is not None:
        return known
    _require_own(stored, place.registration, actor)
    row = PartyUpload(
        registration_id=place.registration.id,
        party_id=place.registration.party_id,
        region=place.code,
        file_id=stored.id,
        problem=match.problem or "twice",
        kind=match.kind,
        place=match.area,
        detail=match.detail or None,
        uploaded_by=actor.account_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def discard_upload(row: PartyUpload, *, actor: Actor) -> None:
    """Take a waiting upload off the list. The file and its receipt stay."""
    registration = db.session.get_one(PartyRegistration, row.registration_id)
    require_editable(registration, permission=EDIT, region=row.region, actor=actor)
    db.session.refresh(row, with_for_update={"of": PartyUpload})
    if row.state != "menunggu":
        raise Refused(_("Berkas ini sudah ditempatkan atau dibuang."), status=409)
    row.state = "dibuang"
    db.session.flush()
    record(
        "sipol:document:discard",
        f"stored_file:{row.file_id}",
        actor=actor,
        region=row.region,
        election_id=registration.election_id,
        details={"party": row.party_id},
    )


def move_document(document: PartyDocument, place: Place, kind: str, *, actor: Actor) -> PartyDocument:
    """Put a document that lies in the wrong place into the right one; the wrong place keeps it as an old
    version, and is without a document until another comes."""
    if document.registration_id != place.registration.id:
        raise Refused(_("Dokumen ini milik pendaftaran lain."), status=409)
    require_editable(place.registration, permission=EDIT, region=document.region, actor=actor)
    db.session.refresh(document, with_for_update={"of": PartyDocument})
    if not document.current:
        raise Refused(
            _("Dokumen ini sudah digantikan; hanya yang berlaku dapat dipindahkan."), status=409, field="kind"
        )
    if (document.kind, document.region) == (kind, place.code):
        raise Refused(_("Dokumen ini sudah berada di situ."), field="region")
    wanted = _kind(place.registration, kind)
    if len(place.code) not in wanted.levels:
        raise Refused(_("“%(kind)s” tidak diminta pada tingkat itu.", kind=wanted.label), field="kind")
    require_editable(place.registration, permission=EDIT, region=place.code, actor=actor)
    _require_purpose(document.file, wanted)
    document.current = False
    db.session.flush()
    return _place(document.file, place, wanted, actor)


def _place(stored: StoredFile, place: Place, kind: Kind, actor: Actor) -> PartyDocument:
    registration = place.registration
    # Two uploads for one place at once: one after the other, so that one of them is in force.
    db.session.execute(
        text("select pg_advisory_xact_lock(20220801, hashtext(:place))"),
        {"place": f"{registration.id}:{kind.code}:{place.code}"},
    )
    before = db.session.scalar(
        select(PartyDocument.id).where(
            PartyDocument.registration_id == registration.id,
            PartyDocument.kind == kind.code,
            PartyDocument.region == place.code,
            PartyDocument.current,
        )
    )
    if before is not None:
        db.session.execute(update(PartyDocument).where(PartyDocument.id == before).values(current=False))
    row = PartyDocument(
        registration_id=registration.id,
        party_id=registration.party_id,
        region=place.code,
        kind=kind.code,
        file_id=stored.id,
        uploaded_by=actor.account_id,
        uploaded_at=func.clock_timestamp(),
    )
    db.session.add(row)
    db.session.flush()
    waiting = queries.upload_of_file(stored.id)
    if waiting is not None:
        waiting.state, waiting.document_id = "ditempatkan", row.id
        db.session.flush()
    record(
        "sipol:document:file",
        f"party_document:{row.id}",
        actor=actor,
        region=place.code,
        election_id=registration.election_id,
        details={
            "party": registration.party_id,
            "kind": kind.code,
            "file": stored.id,
            "sha256": stored.sha256,
            "replaces": before,
        },
    )
    return row


def _kind(registration: PartyRegistration, code: str) -> Kind:
    found = queries.kind_named(registration.election_id, code)
    if found is None:
        raise Refused(
            _("Jenis dokumen ini tidak dikenal."), hint=_("Pilih jenisnya dari daftar."), field="kind"
        )
    return found


def _require_purpose(stored: StoredFile, kind: Kind) -> None:
    """What was taken in for something else was checked for something else."""
    if stored.kind != (PHOTO if kind.code == queries.OFFICE_PHOTO.code else PURPOSE):
        raise Refused(
            _("Berkas ini bukan %(kind)s.", kind=kind.label),
            hint=_("Foto kantor berupa JPEG atau PNG, dokumen lain berupa PDF."),
            field="kind",
        )


def _require_own(stored: StoredFile, registration: PartyRegistration, actor: Actor) -> None:
    """Whose file it is: one's own, or one that waits in this party where one may edit."""
    if actor.account_id is None or stored.account_id == actor.account_id:
        return
    waiting = queries.upload_of_file(stored.id)
    if waiting is None or waiting.registration_id != registration.id:
        raise Refused(_("Berkas ini bukan unggahan partai ini."), status=403)
    demand(actor, EDIT, Scope(waiting.region, registration.party_id, registration.election_id))
