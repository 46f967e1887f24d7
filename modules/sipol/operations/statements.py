"""Signed statements of members: brought by a party, decided by a verifier of KPU (PKPU 4/2022 art. 38)."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.notices import Holders, notify
from modules.sipol.models import MemberEvent, MemberStatement, PartyMember, PartyRegistration
from modules.sipol.models.members import FLAGS
from modules.sipol.operations.access import require_editable
from modules.sipol.operations.flags import members_path
from modules.sipol.operations.member_events import move_member
from modules.sipol.permissions import EDIT_MEMBERS, VERIFY
from modules.sipol.rules import members as rules

#: The notice that a statement was decided.
DECIDED = "sipol.statement.decide"


def upload_statement(member: PartyMember, flag: str, file_id: int, *, actor: Actor) -> MemberStatement:
    """The statement of a flagged member, while the party may mend its data.

    A newer one takes the place of one that waits or was turned down; one that was accepted stands.
    """
    registration = db.session.get_one(PartyRegistration, member.registration_id)
    require_editable(registration, permission=EDIT_MEMBERS, region=member.village_code, actor=actor)
    db.session.refresh(member, with_for_update={"of": PartyMember})
    if flag not in rules.ANSWERABLE:
        raise Refused(
            _("Tanda ini tidak dijawab dengan surat pernyataan."),
            field="flag",
            hint=_("Anggota yang tercatat dua kali dalam partai sendiri: tarik salah satu barisnya."),
        )
    if flag not in member.flags or member.state not in rules.ACTIVE:
        raise Refused(_("Anggota ini tidak mempunyai tanda itu lagi."), field="flag", status=409)
    newest = newest_statement(member.id, flag)
    if newest is not None and newest.state == "diterima":
        raise Refused(_("Surat pernyataan untuk tanda ini sudah diterima."), field="flag", status=409)
    statement = MemberStatement(
        member_id=member.id,
        party_id=member.party_id,
        village_code=member.village_code,
        flag=flag,
        file_id=file_id,
        uploaded_by=actor.account_id,
    )
    db.session.add(statement)
    _event(member, flag, None, file_id, actor)
    db.session.flush()
    record(
        "sipol:statement:upload",
        f"party_member_statement:{statement.id}",
        actor=actor,
        region=member.village_code,
        election_id=member.election_id,
        details={"member": member.id, "flag": flag},
    )
    return statement


def newest_statement(member_id: int, flag: str) -> MemberStatement | None:
    """The statement in force of one member for one flag."""
    return db.session.scalars(
        select(MemberStatement)
        .where(MemberStatement.member_id == member_id, MemberStatement.flag == flag)
        .order_by(MemberStatement.id.desc())
        .limit(1)
    ).one_or_none()


def decide_statement(
    statement: MemberStatement, *, accept: bool, reason: str | None, actor: Actor
) -> PartyMember:
    """Accept a statement, or turn it down with a reason; the member, whose state may have changed.

    Once every flag of a row that waits because of flags is answered, the row is eligible. A double between
    parties is another matter: who keeps the person is settled over all of them (clarifications).
    """
    member = db.session.get_one(PartyMember, statement.member_id)
    grants.demand(actor, VERIFY, Scope(member.village_code, member.party_id, member.election_id))
    db.session.refresh(member, with_for_update={"of": PartyMember})
    db.session.refresh(statement, with_for_update=True)
    if statement.state != "menunggu":
        raise Refused(_("Surat pernyataan ini sudah diputus."), status=409)
    newest = newest_statement(member.id, statement.flag)
    if newest is None or newest.id != statement.id:
        raise Refused(_("Partai sudah mengunggah surat yang lebih baru; periksa yang itu."), status=409)
    reason = (reason or "").strip() or None
    if not accept and reason is None:
        raise Refused(_("Tuliskan alasannya."), field="reason")
    statement.state = "diterima" if accept else "ditolak"
    statement.reason, statement.decided_by = reason, actor.account_id
    statement.decided_at = func.now()
    db.session.flush()
    if accept and _may_pass(member):
        move_member(
            member,
            "accept",
            kind="pernyataan",
            reason=statement.flag,
            file_id=statement.file_id,
            actor=actor,
        )
    else:
        _event(member, statement.flag, reason, None, actor)
    record(
        "sipol:statement:decide",
        f"party_member_statement:{statement.id}",
        actor=actor,
        reason=reason,
        region=member.village_code,
        election_id=member.election_id,
        details={"member": member.id, "flag": statement.flag, "state": statement.state},
    )
    _tell(member, statement, actor)
    return member


def _may_pass(member: PartyMember) -> bool:
    """Whether a row waits for nothing but flags, and all of them are answered."""
    if member.state != "bms" or "ganda_eksternal" in member.flags:
        return False
    event = db.session.get(MemberEvent, member.event_id)
    if event is None or event.reason not in FLAGS:
        return False
    answered = set(
        db.session.scalars(
            select(MemberStatement.flag).where(
                MemberStatement.member_id == member.id, MemberStatement.state == "diterima"
            )
        )
    )
    return rules.is_cured(member.flags, answered)


def _event(member: PartyMember, flag: str, note: str | None, file_id: int | None, actor: Actor) -> None:
    """What happened to a row whose state stays."""
    db.session.add(
        MemberEvent(
            member_id=member.id,
            party_id=member.party_id,
            village_code=member.village_code,
            kind="pernyataan",
            from_state=member.state,
            to_state=member.state,
            reason=flag,
            note=note,
            file_id=file_id,
            account_id=actor.account_id,
            actor=actor.name,
        )
    )


def _tell(member: PartyMember, statement: MemberStatement, actor: Actor) -> None:
    code = db.session.get_one(Election, member.election_id).code
    notify(
        Holders(EDIT_MEMBERS, member.village_code, member.party_id, member.election_id),
        DECIDED,
        {"member": member.id, "state": statement.state},
        members_path(code, member.party_id, member.village_code[:4], statement.flag),
        actor=actor,
    )
