"""What the URLs of documents name, with the scope in which it lies; 404 where there is none."""

from __future__ import annotations

from typing import NamedTuple

from flask import abort
from flask_login import current_user

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.identity.access import Scope
from modules.silon.models import Candidate, CandidateDocument, CandidateUpload, Nomination
from modules.silon.queries import documents as queries
from modules.silon.rules.documents import PURPOSE, Kind
from modules.silon.views.list_loading import load_nomination


class Slot(NamedTuple):
    """A place for one document: whose (None: the nomination's), and which kind."""

    nomination: Nomination
    candidate: Candidate | None
    kind: Kind


class AtFile(NamedTuple):
    """A stored file that waits on the page of a nomination."""

    nomination: Nomination
    file: StoredFile
    row: CandidateUpload | None


def load_slot(nomination_id: int, number: int, kind: str) -> tuple[Slot, Scope]:
    """A place that is asked of a candidate who stands (0: of the nomination)."""
    nomination, scope = load_nomination(nomination_id)
    candidate = next((c for c in queries.standing(nomination) if c.number == number), None)
    if number and candidate is None:
        abort(404)
    found = next((k for k in queries.kinds_for(nomination, candidate) if k.code == kind), None)
    if found is None:
        abort(404)
    return Slot(nomination, candidate, found), scope


def load_file(nomination_id: int, file_id: int) -> tuple[AtFile, Scope]:
    """A file that waits in this nomination, or one that the reader uploaded and that is in no place."""
    nomination, scope = load_nomination(nomination_id)
    stored = db.session.get(StoredFile, file_id)
    row = queries.upload_of_file(file_id) if stored is not None else None
    if stored is None or stored.kind != PURPOSE:
        abort(404)
    if row is None:
        if stored.account_id != current_user.id or queries.document_of_file(file_id) is not None:
            abort(404)
    elif row.nomination_id != nomination.id or row.state != "menunggu":
        abort(404)
    return AtFile(nomination, stored, row), scope


def load_document(document_id: int) -> tuple[CandidateDocument, Scope]:
    """A document; the second lock hides those of others."""
    row = db.session.get(CandidateDocument, document_id)
    if row is None:
        abort(404)
    _nomination, scope = load_nomination(row.nomination_id)
    return row, scope
