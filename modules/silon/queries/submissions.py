"""What a submission is made of: the names, the documents, their digests; and who waits for KPU."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from electsys.db import db
from electsys.documents.models import OfficialDocument, StoredFile
from electsys.identity.access import Scope
from electsys.workflow.scoping import within
from modules.silon.models import (
    Candidate,
    CandidateDocument,
    Nomination,
    NominationApproval,
    NominationSubmission,
)
from modules.silon.models.candidates import STANDING

_bodies = within(region=Nomination.region, party=Nomination.party_id, election=Nomination.election_id)


class Sealed(NamedTuple):
    """A document as a receipt lists it; ``number`` is the candidate's place, None of the nomination's."""

    number: int | None
    kind: str
    sha256: str


def names_of(nomination_id: int) -> list[Candidate]:
    """The candidates that stand, by their numbers."""
    return list(
        db.session.scalars(
            select(Candidate)
            .where(Candidate.nomination_id == nomination_id, Candidate.state.in_(STANDING))
            .order_by(Candidate.number)
        )
    )


def name_lines(rows: Iterable[Candidate]) -> list[str]:
    """A line for each name as the digest takes it: number, key, version, sex, name on the ballot.

    The version stands for all that was said of somebody: no number of a person enters a digest.
    """
    return [f"{row.number} {row.id} {row.version} {row.sex} {row.ballot_name}" for row in rows]


def names_digest(rows: Iterable[Candidate]) -> bytes:
    """SHA-256 over the lines of the names: what the centre of a party approves."""
    return hashlib.sha256("".join(f"{line}\n" for line in name_lines(rows)).encode()).digest()


def documents_of(nomination_id: int) -> list[Sealed]:
    """Every document in force: those of the nomination first, then candidate by candidate."""
    rows = db.session.execute(
        select(Candidate.number, CandidateDocument.kind, StoredFile.sha256)
        .select_from(CandidateDocument)
        .join(StoredFile, StoredFile.id == CandidateDocument.file_id)
        .outerjoin(Candidate, Candidate.id == CandidateDocument.candidate_id)
        .where(
            CandidateDocument.nomination_id == nomination_id,
            CandidateDocument.current,
            CandidateDocument.candidate_id.is_(None) | Candidate.state.in_(STANDING),
        )
        .order_by(Candidate.number.nulls_first(), CandidateDocument.kind)
    )
    return [Sealed(*row) for row in rows]


def submission_digest(rows: Sequence[Candidate], documents: Iterable[Sealed]) -> bytes:
    """SHA-256 over the lines of the names, then the sorted hashes of the documents, one a line."""
    lines = [*name_lines(rows), *sorted(document.sha256 for document in documents)]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).digest()


def counts_of(rows: Sequence[Candidate], documents: Sequence[Sealed]) -> dict[str, Any]:
    """What stands in the submission, in numbers."""
    return {
        "candidates": len(rows),
        "women": sum(row.sex == "P" for row in rows),
        "documents": len(documents),
    }


def last_sequence(nomination_id: int, kind: str) -> int:
    """The number of the last submission of a kind; 0 where there was none."""
    return (
        db.session.scalar(
            select(func.max(NominationSubmission.sequence)).where(
                NominationSubmission.nomination_id == nomination_id, NominationSubmission.kind == kind
            )
        )
        or 0
    )


def submissions_of(nomination_id: int) -> list[NominationSubmission]:
    """What was submitted, the newest first."""
    return list(
        db.session.scalars(
            select(NominationSubmission)
            .where(NominationSubmission.nomination_id == nomination_id)
            .order_by(NominationSubmission.id.desc())
        )
    )


def papers_of(submission: NominationSubmission) -> list[OfficialDocument]:
    """The receipt and, where it was returned, the form of the return; the first issued first."""
    return list(
        db.session.scalars(
            select(OfficialDocument)
            .where(OfficialDocument.subject == f"nomination_submission:{submission.id}")
            .order_by(OfficialDocument.id)
        )
    )


def approval_of(nomination: Nomination) -> NominationApproval | None:
    """The approval in force of the party's centre; None where a change took it back."""
    if nomination.approved_at is None:
        return None
    return db.session.scalars(
        select(NominationApproval)
        .where(NominationApproval.nomination_id == nomination.id)
        .order_by(NominationApproval.id.desc())
        .limit(1)
    ).one_or_none()


def waiting(scopes: Sequence[Scope]) -> Any:
    """Submissions that wait to be received or returned, the oldest first: rows (submission, nomination).

    Each body decides its own: what was submitted to a province is not before the nation.
    """
    clause = _bodies(list(scopes)) & Nomination.region.in_({s.region or "" for s in scopes})
    return (
        select(NominationSubmission, Nomination)
        .join(Nomination, Nomination.id == NominationSubmission.nomination_id)
        .where(NominationSubmission.outcome == "menunggu", Nomination.state == "diajukan", clause)
        .order_by(NominationSubmission.submitted_at, NominationSubmission.id)
    )


def count_waiting(scopes: Sequence[Scope]) -> int:
    """How many submissions wait for the bodies of these scopes."""
    rows = waiting(scopes).with_only_columns(NominationSubmission.id).order_by(None)
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def names_in(nominations: Sequence[int]) -> dict[int, list[Candidate]]:
    """The names of several lists, by their numbers, in one statement."""
    found: dict[int, list[Candidate]] = {key: [] for key in nominations}
    rows = db.session.scalars(
        select(Candidate)
        .where(Candidate.nomination_id.in_(nominations), Candidate.state.in_(STANDING))
        .options(lazyload(Candidate.nomination))
        .order_by(Candidate.nomination_id, Candidate.number)
    )
    for row in rows:
        found[row.nomination_id].append(row)
    return found
