"""The one way in which a member's state changes: the event first, then the move that names it."""

from __future__ import annotations

from electsys.db import db
from electsys.ledger import Actor
from modules.sipol.models import MemberEvent, PartyMember
from modules.sipol.workflow import MEMBER


def move_member(
    member: PartyMember,
    action: str,
    *,
    kind: str,
    reason: str | None,
    actor: Actor,
    note: str | None = None,
    file_id: int | None = None,
) -> MemberEvent:
    """Move a member's row by ``action`` of its workflow, with the event that says why.

    ``kind`` is one of :class:`MemberEvent`; ``reason`` the code that the party reads. Refused where the
    workflow refuses; then no event stays either.
    """
    db.session.refresh(member, with_for_update={"of": PartyMember})
    transition = MEMBER.find(member.state, action)
    event = MemberEvent(
        member_id=member.id,
        party_id=member.party_id,
        village_code=member.village_code,
        kind=kind,
        from_state=member.state,
        to_state=transition.target if transition else member.state,
        reason=reason,
        note=note,
        file_id=file_id,
        account_id=actor.account_id,
        actor=actor.name,
    )
    with db.session.begin_nested():
        db.session.add(event)
        db.session.flush()
        MEMBER.move(member, action, actor=actor, reason=reason, values={"event_id": event.id})
    return event
