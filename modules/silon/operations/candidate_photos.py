"""The writer of a candidate's photo: a stored picture becomes the one in force, as a document of its kind."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from electsys.db import db
from electsys.documents import kinds
from electsys.documents.models import StoredFile
from electsys.errors import Refused
from electsys.ledger import Actor, record
from modules.silon.claims import claim_of
from modules.silon.models import Candidate, CandidateDocument
from modules.silon.operations.access import require_editable, require_open_fields, take_back_approval
from modules.silon.operations.candidates import require_seen, write_version
from modules.silon.permissions import EDIT

#: The kind of document that is the photo (code table ``dokumen_calon``), and the purpose of its file. It is
#: not sealed: it is shown to everybody once the provisional list is announced.
KIND, PURPOSE = "pas_foto", "candidate_photo"

kinds.declare(
    PURPOSE,
    label=_l("Foto calon"),
    media=(kinds.JPEG, kinds.PNG),
    max_bytes=5 * kinds.MB,
    max_pixels=25_000_000,
)


def set_photo(row: Candidate, stored: StoredFile, *, actor: Actor, seen: int | None = None) -> None:
    """Let a stored picture be the photo of somebody; the one before stays as an old version.

    Refused for a file of another purpose or of another sender, and while the candidate may not be changed.
    """
    nomination = row.nomination
    require_editable(nomination, permission=EDIT, actor=actor)
    db.session.refresh(row, with_for_update={"of": Candidate})
    require_seen(row, seen)
    require_open_fields(row, ["photo_id"])
    if stored.kind != PURPOSE or (actor.account_id is not None and stored.account_id != actor.account_id):
        raise Refused(_("Berkas ini bukan foto yang baru Anda unggah."), field="photo", status=409)
    if row.photo_id == stored.id:
        return
    db.session.execute(
        update(CandidateDocument)
        .where(
            CandidateDocument.candidate_id == row.id,
            CandidateDocument.kind == KIND,
            CandidateDocument.current,
        )
        .values(current=False)
    )
    db.session.add(
        CandidateDocument(
            nomination_id=nomination.id,
            candidate_id=row.id,
            region=row.region,
            party_id=row.party_id,
            kind=KIND,
            file_id=stored.id,
            round=2 if nomination.state == "perbaikan" else 1,
            uploaded_by=actor.account_id,
        )
    )
    row.photo_id = stored.id
    row.version += 1
    row.changed_at = dt.datetime.now(dt.UTC)
    take_back_approval(nomination)
    db.session.flush()
    write_version(row, claim_of(row), ["photo_id"], actor=actor)
    record(
        "silon:candidate:photo",
        f"candidate:{row.id}",
        actor=actor,
        region=row.region or None,
        election_id=row.election_id,
        details={"file": stored.id, "version": row.version},
    )
