"""A candidate's photo: its purpose of files, and the writer that files it as the document that it is."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.db import db
from electsys.documents import kinds
from electsys.documents.models import StoredFile
from electsys.ledger import Actor
from modules.silon.models import Candidate
from modules.silon.operations.access import require_editable, require_open_fields
from modules.silon.permissions import EDIT

#: Not sealed: it is shown to everybody once the provisional list is announced.
PURPOSE = "candidate_photo"

kinds.declare(
    PURPOSE,
    label=_l("Foto calon"),
    media=(kinds.JPEG, kinds.PNG),
    max_bytes=5 * kinds.MB,
    max_pixels=25_000_000,
)


def set_photo(row: Candidate, stored: StoredFile, *, actor: Actor, seen: int | None = None) -> None:
    """Let a stored picture be the photo of somebody; the one before stays as an old version.

    Refused for the file of somebody else or of another purpose, and while the candidate may not be changed.
    """
    # Documents know the purpose of this room, hence are asked here.
    from modules.silon.operations.candidates import require_seen
    from modules.silon.operations.documents import file_document
    from modules.silon.rules.documents import PHOTO

    nomination = row.nomination
    require_editable(nomination, permission=EDIT, actor=actor)
    db.session.refresh(row, with_for_update={"of": Candidate})
    require_seen(row, seen)
    require_open_fields(row, ["photo_id"])
    file_document(stored, nomination, row, PHOTO, actor=actor)
