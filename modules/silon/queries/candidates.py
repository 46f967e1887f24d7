"""Reads of one candidate: what happened to it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from electsys.db import db
from modules.silon.models import Candidate, CandidateEvent

#: Events that a page shows of one candidate.
MANY = 100


def events_of(row: Candidate) -> Sequence[CandidateEvent]:
    """What happened, the newest first."""
    return db.session.scalars(
        select(CandidateEvent)
        .where(CandidateEvent.candidate_id == row.id)
        .order_by(CandidateEvent.id.desc())
        .limit(MANY)
    ).all()
