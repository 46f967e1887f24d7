"""What a submission is made of: hashes of documents, digest of the members, counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, literal, select, text, tuple_

from electsys.db import db
from electsys.documents.models import StoredFile
from modules.sipol.models import PartyDocument, PartyRegistration, PartySubmission
from modules.sipol.queries.registrations import is_waiting
from modules.sipol.queries.requirements import Judgement
from modules.sipol.rules.requirements import Verdict


class Sealed(NamedTuple):
    """A document as a receipt lists it."""

    region: str
    kind: str
    sha256: str


def documents_of(registration: PartyRegistration) -> list[Sealed]:
    """Every document in force, area by area."""
    rows = db.session.execute(
        select(PartyDocument.region, PartyDocument.kind, StoredFile.sha256)
        .join(StoredFile, StoredFile.id == PartyDocument.file_id)
        .where(PartyDocument.registration_id == registration.id, PartyDocument.current)
        .order_by(PartyDocument.region, PartyDocument.id)
    )
    return [Sealed(row.region, row.kind, row.sha256) for row in rows]


def document_hashes(registration_id: int) -> list[str]:
    """SHA-256 (hex) of every document in force."""
    return list(
        db.session.scalars(
            select(StoredFile.sha256)
            .join(PartyDocument, PartyDocument.file_id == StoredFile.id)
            .where(PartyDocument.registration_id == registration_id, PartyDocument.current)
        )
    )


def members_digest(registration: PartyRegistration) -> bytes:
    """SHA-256 over the digests of all rows of the member list, in the order of their keys, made in SQL."""
    return bytes(
        db.session.execute(
            text("select party_members_digest(:registration, :root)"),
            {"registration": registration.id, "root": registration.region},
        ).scalar_one()
    )


def last_sequence(registration_id: int, kind: str) -> int:
    """The number of the last submission of a kind; 0 where there was none."""
    return (
        db.session.scalar(
            select(func.max(PartySubmission.sequence)).where(
                PartySubmission.registration_id == registration_id, PartySubmission.kind == kind
            )
        )
        or 0
    )


class Queue(NamedTuple):
    """Where a submission stands among those that wait for the same office, and since when the first waits."""

    position: int
    waiting: int
    since: dt.datetime


def queue_of(submission: PartySubmission, registration: PartyRegistration) -> Queue | None:
    """The place of a submission in the queue of its office; None where it does not wait."""
    place = tuple_(PartySubmission.submitted_at, PartySubmission.id)
    mine = tuple_(literal(submission.submitted_at), literal(submission.id))
    found = db.session.execute(
        select(func.count().filter(place <= mine), func.count(), func.min(PartySubmission.submitted_at))
        .join(PartyRegistration, PartyRegistration.id == PartySubmission.registration_id)
        .where(
            is_waiting(),
            PartyRegistration.election_id == registration.election_id,
            PartyRegistration.region == registration.region,
        )
    ).one()
    waits = submission.outcome == "menunggu" and registration.state == "diajukan"
    return Queue(*found) if waits else None


def places_in_queue(rows: Sequence[tuple[PartySubmission, PartyRegistration]]) -> dict[int, tuple[int, int]]:
    """Submission -> (its place, how many wait) at its office; ``rows`` are all that wait, oldest first."""
    lines: dict[tuple[int, str], list[int]] = {}
    for submission, registration in rows:
        lines.setdefault((registration.election_id, registration.region), []).append(submission.id)
    return {key: (at, len(line)) for line in lines.values() for at, key in enumerate(line, 1)}


def counts_of(registration: PartyRegistration, judged: Judgement) -> dict[str, Any]:
    """What stands in the submission, in numbers."""
    areas = list(_walk(judged.verdict))
    documents = db.session.scalar(
        select(func.count()).where(PartyDocument.registration_id == registration.id, PartyDocument.current)
    )
    return {
        "boards": sum(v.area.board for v in areas),
        "officers": sum(v.area.people for v in areas),
        "offices": sum(v.area.office for v in areas),
        "accounts": sum(v.area.account for v in areas),
        "documents": documents or 0,
        "members": sum(v.area.members for v in areas),
        "gaps": sum(not v.meets for v in areas),
        "lines": {line.key: [line.found, line.needed] for line in judged.lines},
    }


def _walk(verdict: Verdict) -> Iterator[Verdict]:
    yield verdict
    for part in verdict.parts:
        yield from _walk(part)
