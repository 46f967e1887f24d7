"""The one way in which a member's state changes: the event first, then the move that names it."""

from __future__ import annotations

from electsys.db import db
from electsys.ledger import Actor
from modules.sipol.models import MemberEvent, PartyMember
from modules.sipol.operations.flags import hold_keys, keys_of, reflag_members
from modules.sipol.rules.members import ACTIVE
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
    workflow refuses; then no event stays either. A row that ceases to say something to the rows of others, or
    begins to, brings everybody's flags up to date (domain.md 3.5).
    """
    nik, identity = keys_of(member)
    hold_keys(member.election_id, [nik], [identity])
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
        if (event.from_state in ACTIVE) != (event.to_state in ACTIVE):
            reflag_members([member], cause=f"party_member:{member.id}", actor=actor)
    return event
