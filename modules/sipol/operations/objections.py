"""A citizen says "I am no member": the row is not counted until KPU kab/kota has decided (NA-20)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text

from electsys.db import db
from electsys.elections.models import Election
from electsys.ledger import Actor, record
from electsys.notices import notify
from electsys.notices.operations import Holders
from electsys.responses.events import ResponseDecided, ResponseReceived
from electsys.responses.models import PublicResponse
from electsys.responses.queries import contents
from modules.sipol.models import MemberEvent, PartyMember
from modules.sipol.operations.flags import hold_keys, keys_of, reflag_members
from modules.sipol.operations.member_events import move_member
from modules.sipol.permissions import EDIT_MEMBERS

#: Code of the reason that the party reads.
REASON = "pencatutan"
#: Notices to the party.
DISPUTED, STRUCK, KEPT = "sipol.member.disputed", "sipol.member.struck", "sipol.member.kept"

#: Whoever sends it sees no row of a member: a function of the database marks them.
DISPUTE = text(
    "select id, party_id, village_code, election_id, card_number"
    " from party_dispute(cast(:members as bigint[]), :response, :who)"
)


def subject_of(members: Sequence[int]) -> str:
    """The subject of an objection: ``party_member:12+15``, in the order of the answer."""
    return "party_member:" + "+".join(map(str, members))


def members_in(subject: str | None) -> list[int]:
    """The rows that such a subject names."""
    table, _colon, keys = (subject or "").partition(":")
    return [int(key) for key in keys.split("+") if key.isdecimal()] if table == "party_member" else []


def chosen_in(ticked: str | None, members: Sequence[int]) -> list[int]:
    """Of the rows of an answer those that the citizen ticked (a line each, the number first).

    Whoever was asked nothing, because one party alone claims them, means that one. A row of somebody else is
    none of the answer's.
    """
    if not ticked:
        return list(members)
    numbers = {line.partition(" ")[0] for line in ticked.splitlines()}
    return [key for key in members if str(key) in numbers]


def receive_objection(event: ResponseReceived) -> None:
    """The rows do not count from this moment; each party is told, in the sender's own transaction.

    Rows that are gone, struck or objected to already stay as they are.
    """
    response = db.session.get_one(PublicResponse, event.response_id)
    wanted = chosen_in(contents(response).get("partai"), members_in(event.subject))
    rows = db.session.execute(
        DISPUTE, {"members": wanted, "response": event.response_id, "who": event.actor.name}
    )
    for row in rows.all():
        _tell(row, DISPUTED, event.actor)
        record(
            "sipol:member:dispute",
            f"party_member:{row.id}",
            actor=event.actor,
            region=row.village_code,
            election_id=row.election_id,
            details={"response": event.response_id, "party": row.party_id},
        )


def decide_objection(event: ResponseDecided) -> None:
    """Accepted, the row is struck; turned down, it counts again. Flags follow, and the party is told."""
    rows = _locked(
        db.session.scalars(select(PartyMember.id).where(PartyMember.response_id == event.response_id)).all()
    )
    for row in rows:
        if event.accepted and row.state in ("baru", "ms", "bms"):
            move_member(row, "strike", kind="tanggapan", reason=REASON, actor=event.actor)
        elif not event.accepted:
            _note(row, event.actor, "ditolak")
        row.response_id = None
        _tell(row, STRUCK if event.accepted else KEPT, event.actor)
        record(
            "sipol:member:undispute",
            f"party_member:{row.id}",
            actor=event.actor,
            region=row.village_code,
            election_id=row.election_id,
            details={"response": event.response_id, "party": row.party_id, "accepted": event.accepted},
        )
    db.session.flush()
    reflag_members(rows, cause=f"public_response:{event.response_id}", actor=event.actor)


def _locked(wanted: Sequence[int]) -> list[PartyMember]:
    """The rows, held: first the keys by which others meet them, so that nobody waits in a circle."""
    rows = db.session.scalars(select(PartyMember).where(PartyMember.id.in_(wanted))).all()
    for election in sorted({row.election_id for row in rows}):
        keys = [keys_of(row) for row in rows if row.election_id == election]
        hold_keys(election, [nik for nik, _identity in keys], [identity for _nik, identity in keys])
    return list(
        db.session.scalars(
            select(PartyMember)
            .where(PartyMember.id.in_(wanted))
            .order_by(PartyMember.id)
            .with_for_update(of=PartyMember)
            .execution_options(populate_existing=True)
        )
    )


def _note(row: PartyMember, actor: Actor, note: str | None) -> None:
    """The objection in the row's history; its state stays."""
    db.session.add(
        MemberEvent(
            member_id=row.id,
            party_id=row.party_id,
            village_code=row.village_code,
            kind="tanggapan",
            from_state=row.state,
            to_state=row.state,
            reason=REASON,
            note=note,
            account_id=actor.account_id,
            actor=actor.name,
        )
    )


def _tell(row: Any, kind: str, actor: Actor) -> None:
    code = db.session.get_one(Election, row.election_id).code
    notify(
        Holders(EDIT_MEMBERS, row.village_code, row.party_id, row.election_id),
        kind,
        {"card": row.card_number, "election": code},
        f"/partai/anggota/{row.id}",
        actor=actor,
    )
