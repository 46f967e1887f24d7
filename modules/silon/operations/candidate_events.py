"""The one way in which a candidate's state changes: the event first, then the move that names it."""

from __future__ import annotations

from electsys.db import db
from electsys.ledger import Actor
from modules.silon.models import Candidate, CandidateEvent
from modules.silon.operations.links import hold_keys
from modules.silon.workflow import CANDIDATE


def move_candidate(
    row: Candidate,
    action: str,
    *,
    kind: str,
    reason: str | None,
    actor: Actor,
    note: str | None = None,
    file_id: int | None = None,
    letter_id: int | None = None,
) -> CandidateEvent:
    """Move a candidate by ``action`` of its workflow, with the event that says why.

    ``kind`` is one of :class:`CandidateEvent`. Refused where the workflow refuses; then no event stays.
    """
    db.session.flush()
    hold_keys(row)
    db.session.refresh(row, with_for_update={"of": Candidate})
    transition = CANDIDATE.find(row.state, action)
    event = CandidateEvent(
        candidate_id=row.id,
        region=row.region,
        party_id=row.party_id,
        kind=kind,
        from_state=row.state,
        to_state=transition.target if transition else row.state,
        reason=reason,
        note=note,
        file_id=file_id,
        letter_id=letter_id,
        account_id=actor.account_id,
        actor=actor.name,
    )
    with db.session.begin_nested():
        db.session.add(event)
        db.session.flush()
        CANDIDATE.move(row, action, actor=actor, reason=reason, values={"event_id": event.id})
    db.session.expire(row, ["flags"])  # who left a list bears none: the database took them
    return event
