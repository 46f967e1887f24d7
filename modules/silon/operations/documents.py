"""The writers of documents: a stored file gets its place, and the one before it stays as an old version."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from sqlalchemy import func, text, update

from electsys.db import db
from electsys.documents import open_file
from electsys.documents.kinds import JPEG, PNG
from electsys.documents.models import StoredFile
from electsys.documents.watermarks import watermarked
from electsys.elections import calendar
from electsys.errors import Refused
from electsys.ledger import Actor, record
from electsys.privacy import spend_budget
from electsys.web.formats import waktu
from modules.silon.claims import claim_of
from modules.silon.models import Candidate, CandidateDocument, CandidateUpload, Nomination
from modules.silon.models.candidates import STANDING
from modules.silon.operations.access import demand, require_editable, take_back_approval
from modules.silon.operations.candidate_photos import PURPOSE as PHOTOS
from modules.silon.operations.candidates import write_version
from modules.silon.operations.judging import open_filed
from modules.silon.permissions import EDIT
from modules.silon.queries import documents as queries
from modules.silon.queries.rounds import LATER
from modules.silon.rules.documents import LATE, PHOTO, PURPOSE, Kind
from modules.silon.rules.naming import Match

#: Purposes whose files may become a document: those of this page, and photos of the candidate's own page.
PURPOSES = (PURPOSE, PHOTOS)
#: Until when a late document may come, by kind of nomination: the end of the stage that sets the final list.
LAST_STAGE = {"daftar": "penetapan_dct", "perseorangan": "penetapan_dct", "pasangan": "penetapan_pasangan"}
#: States in which a late document is of no use any more.
OVER = ("tms", "ditarik", "dct", "perubahan_dct")


def file_document(
    stored: StoredFile, nomination: Nomination, candidate: Candidate | None, kind: str, *, actor: Actor
) -> CandidateDocument:
    """Put a stored file into its place; ``candidate`` None is the nomination itself.

    The same file asked twice gives the same document: a sender whose answer was lost may ask again. Refused
    while the nomination may not be changed, for a kind that is not asked, for one that is right already, and
    for the file of somebody else. The file of ``pas_foto`` is the candidate's photo.
    """
    if candidate is not None and candidate.nomination_id != nomination.id:
        raise Refused(_("Calon ini bukan calon pencalonan ini."), status=409)
    wanted = _asked(nomination, candidate, kind)
    late = _require_open(nomination, wanted, actor)
    _require_standing(candidate)
    known = queries.document_of_file(stored.id)
    key = candidate.id if candidate is not None else None
    if known is not None and (known.kind, known.candidate_id) == (kind, key):
        return known
    _require_own(stored, nomination, actor)
    _require_purpose(stored, wanted)
    # Two uploads for one place at once: one after the other, so that one of them is in force.
    db.session.execute(
        text("select pg_advisory_xact_lock(20230501, hashtext(:place))"),
        {"place": f"{nomination.id}:{key}:{kind}"},
    )
    before = queries.at(nomination.id, key, kind)
    if before is not None and queries.is_closed(nomination, before):
        raise Refused(
            _("“%(kind)s” sudah memenuhi syarat dan tidak dibuka lagi.", kind=wanted.label),
            hint=_("Hanya dokumen yang belum memenuhi syarat yang dapat diganti."),
            field="kind",
            status=409,
        )
    made = _place(stored, nomination, candidate, wanted, before, actor)
    if candidate is not None and kind == PHOTO:
        _set_photo(candidate, stored, actor)
    if late or nomination.state in LATER:  # no submission will bring it to the desk
        open_filed(made, nomination, actor=actor)
    return made


def keep_upload(stored: StoredFile, nomination: Nomination, match: Match, *, actor: Actor) -> CandidateUpload:
    """Keep a stored file whose place is not sure: it waits on the page from which it came."""
    require_editable(nomination, permission=EDIT, actor=actor)
    known = queries.upload_of_file(stored.id)
    if known is not None:
        return known
    _require_own(stored, nomination, actor)
    row = CandidateUpload(
        nomination_id=nomination.id,
        region=nomination.region,
        party_id=nomination.party_id,
        file_id=stored.id,
        problem=match.problem or "twice",
        kind=match.kind,
        number=match.number,
        uploaded_by=actor.account_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def discard_upload(row: CandidateUpload, nomination: Nomination, *, actor: Actor) -> None:
    """Take a waiting upload off the list. The file and its receipt stay."""
    require_editable(nomination, permission=EDIT, actor=actor)
    db.session.refresh(row, with_for_update={"of": CandidateUpload})
    if row.state != "menunggu":
        raise Refused(_("Berkas ini sudah ditempatkan atau dibuang."), status=409)
    row.state = "dibuang"
    db.session.flush()
    record(
        "silon:document:discard",
        f"stored_file:{row.file_id}",
        actor=actor,
        region=nomination.region or None,
        election_id=nomination.election_id,
        details={"nomination": nomination.id},
    )


def read_document(document: CandidateDocument, *, actor: Actor) -> bytes:
    """The content as its reader gets it: with a watermark of who opened it and when.

    It shows numbers of a person, and so takes a row of the reader's budget and stands in the trail. Who may,
    the caller has checked.
    """
    spend_budget(1, actor=actor)
    with open_file(document.file) as file:
        content = file.read()
    record(
        "silon:document:read",
        f"candidate_document:{document.id}",
        actor=actor,
        region=document.region or None,
        details={"kind": document.kind, "file": document.file_id},
    )
    when = waktu(dt.datetime.now(dt.UTC))
    words = _("Dokumen %(id)s dibuka %(name)s, %(when)s", id=document.id, name=actor.name, when=when)
    return watermarked(content, document.file.media_type, words)


def _asked(nomination: Nomination, candidate: Candidate | None, code: str) -> Kind:
    """The kind, if it is asked of the candidate or the nomination at all."""
    found = next((k for k in queries.kinds_for(nomination, candidate) if k.code == code), None)
    if found is not None:
        return found
    known = next((k for k in queries.kinds_of(nomination.election_id) if k.code == code), None)
    if known is None:
        raise Refused(
            _("Jenis dokumen ini tidak dikenal."), hint=_("Pilih jenisnya dari daftar."), field="kind"
        )
    raise Refused(
        _("“%(kind)s” tidak diminta dari calon ini.", kind=known.label)
        if candidate is not None
        else _("“%(kind)s” adalah dokumen seorang calon.", kind=known.label),
        hint=_(
            "Periksa keadaan calon (misalnya mantan terpidana atau mengundurkan diri), atau pilih yang lain."
        ),
        field="kind",
    )


def _require_open(nomination: Nomination, kind: Kind, actor: Actor) -> bool:
    """Refuse while nothing may be changed; whether it is let in only as a late document."""
    if kind.need != LATE or nomination.state in queries.ENTRY:
        require_editable(nomination, permission=EDIT, actor=actor)
        return False
    demand(actor, EDIT, nomination)
    if nomination.state in OVER:
        raise Refused(_("Dokumen susulan tidak diterima lagi: daftar calon sudah ditetapkan."), status=409)
    stage = calendar.stage(nomination.election_id, LAST_STAGE[nomination.kind])
    if calendar.utc_now() >= calendar.window(stage, nomination.region).closes:
        calendar.require_open(nomination.election_id, stage.code, nomination.region)
    return True


def _require_standing(candidate: Candidate | None) -> None:
    if candidate is not None and candidate.state not in STANDING:
        raise Refused(_("%(name)s tidak lagi dalam daftar ini.", name=candidate.name), status=409)


def _require_purpose(stored: StoredFile, kind: Kind) -> None:
    """What was taken in for something else was checked for something else."""
    if stored.kind not in PURPOSES or (stored.kind != PURPOSE and kind.code != PHOTO):
        raise Refused(
            _("Berkas ini diunggah untuk keperluan lain."),
            hint=_("Unggah lagi dari halaman dokumen."),
            field="kind",
        )
    if kind.code == PHOTO and stored.media_type not in (JPEG, PNG):
        raise Refused(
            _("Pas foto harus berupa JPEG atau PNG; berkas ini PDF."),
            hint=_("Unggah fotonya sendiri, bukan hasil pindai berbentuk PDF."),
            field="kind",
        )


def _require_own(stored: StoredFile, nomination: Nomination, actor: Actor) -> None:
    """Whose file it is: one's own, or one that waits in this nomination."""
    if actor.account_id is None or stored.account_id == actor.account_id:
        return
    waiting = queries.upload_of_file(stored.id)
    if waiting is None or waiting.nomination_id != nomination.id:
        raise Refused(_("Berkas ini bukan unggahan pencalonan ini."), status=403)


def _place(
    stored: StoredFile,
    nomination: Nomination,
    candidate: Candidate | None,
    kind: Kind,
    before: CandidateDocument | None,
    actor: Actor,
) -> CandidateDocument:
    if before is not None:
        db.session.execute(
            update(CandidateDocument).where(CandidateDocument.id == before.id).values(current=False)
        )
    row = CandidateDocument(
        nomination_id=nomination.id,
        candidate_id=candidate.id if candidate is not None else None,
        region=nomination.region,
        party_id=nomination.party_id,
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
        "silon:document:file",
        f"candidate_document:{row.id}",
        actor=actor,
        region=nomination.region or None,
        election_id=nomination.election_id,
        details={
            "nomination": nomination.id,
            "candidate": row.candidate_id,
            "kind": kind.code,
            "file": stored.id,
            "sha256": stored.sha256,
            "replaces": before.id if before is not None else None,
        },
    )
    return row


def _set_photo(candidate: Candidate, stored: StoredFile, actor: Actor) -> None:
    """The document in force is the photo; the candidate's version says so."""
    db.session.refresh(candidate, with_for_update={"of": Candidate})
    if candidate.photo_id == stored.id:
        return
    candidate.photo_id = stored.id
    candidate.version += 1
    candidate.changed_at = dt.datetime.now(dt.UTC)
    take_back_approval(candidate.nomination)
    db.session.flush()
    write_version(candidate, claim_of(candidate), ["photo_id"], actor=actor)
