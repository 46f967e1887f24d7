"""Reads of documents: what the law asks for, what is filed, what is missing, what waits for its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, cast, exists, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import joinedload

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.elections.models import CodeEntry
from electsys.elections.queries import codes
from modules.silon.models import (
    Candidate,
    CandidateDocument,
    CandidateUpload,
    CandidateVersion,
    Nomination,
)
from modules.silon.models.candidates import STANDING
from modules.silon.rules.documents import EVERYBODY, PROVEN, PURPOSE, Kind, asked_of, lacking

#: States in which a nomination is first entered: nothing of it was judged.
ENTRY = ("persiapan", "dikembalikan")
#: Code tables of the kinds -> whether they are asked of the nomination as a whole.
TABLES = {"dokumen_calon": False, "dokumen_pencalonan": True}


@dataclass(frozen=True)
class Missing:
    """A document that must be there and is not. ``candidate`` is None for one of the nomination itself."""

    kind: Kind
    candidate: Candidate | None

    @property
    def number(self) -> int | None:
        """The candidate's place on the list."""
        return self.candidate.number if self.candidate is not None else None


def kinds_of(election_id: int) -> list[Kind]:
    """The kinds of documents of an election, those of the nomination last."""
    rows = db.session.scalars(
        codes(election_id)
        .where(CodeEntry.table_code.in_(tuple(TABLES)), CodeEntry.active)
        .order_by(None)
        .order_by(CodeEntry.table_code, CodeEntry.position)
    )
    return [
        Kind(
            row.code,
            row.label,
            frozenset((row.detail or EVERYBODY).split()),
            row.regulation,
            TABLES[row.table_code],
        )
        for row in rows
    ]


def kinds_for(
    nomination: Nomination, candidate: Candidate | None, kinds: Sequence[Kind] | None = None
) -> list[Kind]:
    """What is asked of a candidate, or of the nomination itself (None); optional and late ones included."""
    known = kinds_of(nomination.election_id) if kinds is None else kinds
    return asked_of(
        [kind for kind in known if kind.of_nomination == (candidate is None)],
        nomination=nomination.kind,
        contest=nomination.contest.kind,
        conditions=candidate.conditions if candidate is not None else (),
    )


def standing(nomination: Nomination) -> list[Candidate]:
    """The candidates that stand on a nomination, by their numbers."""
    return list(
        db.session.scalars(
            select(Candidate)
            .where(Candidate.nomination_id == nomination.id, Candidate.state.in_(STANDING))
            .order_by(Candidate.number)
        )
    )


def in_force(nomination: Nomination) -> dict[int | None, dict[str, CandidateDocument]]:
    """The documents in force: candidate (None: the nomination) -> kind -> document, with its file."""
    found: dict[int | None, dict[str, CandidateDocument]] = defaultdict(dict)
    for row in db.session.scalars(
        select(CandidateDocument)
        .where(CandidateDocument.nomination_id == nomination.id, CandidateDocument.current)
        .options(joinedload(CandidateDocument.file))
    ):
        found[row.candidate_id][row.kind] = row
    return found


def missing(
    nomination: Nomination,
    *,
    late: bool = False,
    there: Mapping[int | None, Mapping[str, CandidateDocument]] | None = None,
) -> list[Missing]:
    """The required documents that a nomination lacks, its own first, then by candidate.

    A submission is refused while there are any. ``late`` asks for those too that may come until the final
    list is set (``sk_pemberhentian``).
    """
    kinds = kinds_of(nomination.election_id)
    filed = in_force(nomination) if there is None else there
    found = []
    for candidate in (None, *standing(nomination)):
        asked = kinds_for(nomination, candidate, kinds)
        given = filed.get(candidate.id if candidate is not None else None, {})
        found += [Missing(kind, candidate) for kind in lacking(asked, given, late=late)]
    return found


def changed_since() -> ColumnElement[bool]:
    """Of a judged document: whether what it proves of its candidate changed since it was judged, as SQL."""
    return exists().where(
        CandidateVersion.candidate_id == CandidateDocument.candidate_id,
        CandidateVersion.at > CandidateDocument.decided_at,
        CandidateVersion.changed.op("&&")(cast(list(PROVEN), ARRAY(Text))),
    )


def is_closed(nomination: Nomination, document: CandidateDocument) -> bool:
    """Whether a document that is there was found right, and so is not open any more.

    It opens again where what it proves of the candidate changed since it was judged.
    """
    return document.id in closed_of(nomination)


def closed_of(nomination: Nomination) -> set[int]:
    """The documents of a nomination that are closed (:func:`is_closed`)."""
    if nomination.state in ENTRY:
        return set()
    return set(
        db.session.scalars(
            select(CandidateDocument.id).where(
                CandidateDocument.nomination_id == nomination.id,
                CandidateDocument.current,
                CandidateDocument.state == "ms",
                ~changed_since(),
            )
        )
    )


def at(nomination_id: int, candidate_id: int | None, kind: str) -> CandidateDocument | None:
    """The document in force of one place."""
    return db.session.scalar(
        select(CandidateDocument).where(
            CandidateDocument.nomination_id == nomination_id,
            CandidateDocument.candidate_id.is_not_distinct_from(candidate_id),
            CandidateDocument.kind == kind,
            CandidateDocument.current,
        )
    )


def versions_of(document: CandidateDocument) -> Sequence[CandidateDocument]:
    """All uploads for the place of a document, the newest first."""
    return db.session.scalars(
        select(CandidateDocument)
        .where(
            CandidateDocument.nomination_id == document.nomination_id,
            CandidateDocument.candidate_id.is_not_distinct_from(document.candidate_id),
            CandidateDocument.kind == document.kind,
        )
        .options(joinedload(CandidateDocument.file))
        .order_by(CandidateDocument.id.desc())
    ).all()


def document_of_file(file_id: int) -> CandidateDocument | None:
    """The newest document that a stored file has become."""
    return db.session.scalar(
        select(CandidateDocument)
        .where(CandidateDocument.file_id == file_id)
        .order_by(CandidateDocument.id.desc())
        .limit(1)
    )


def upload_of_file(file_id: int) -> CandidateUpload | None:
    """The waiting upload of a stored file."""
    return db.session.scalar(select(CandidateUpload).where(CandidateUpload.file_id == file_id))


def waiting_in(nomination: Nomination) -> Sequence[CandidateUpload]:
    """Uploads of a nomination that wait to be placed by hand, the oldest first."""
    return db.session.scalars(
        select(CandidateUpload)
        .where(CandidateUpload.nomination_id == nomination.id, CandidateUpload.state == "menunggu")
        .options(joinedload(CandidateUpload.file))
        .order_by(CandidateUpload.id)
        .limit(200)
    ).all()


def left_behind(account_id: int) -> Sequence[StoredFile]:
    """Uploads of an account that arrived whole while the page that sent them went away: in no place yet."""
    return db.session.scalars(
        select(StoredFile)
        .where(
            StoredFile.account_id == account_id,
            StoredFile.kind == PURPOSE,
            StoredFile.origin == "unggahan",
            ~exists().where(CandidateDocument.file_id == StoredFile.id),
            ~exists().where(CandidateUpload.file_id == StoredFile.id),
        )
        .order_by(StoredFile.id)
        .limit(200)
    ).all()
