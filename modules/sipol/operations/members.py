"""The writers of a party's members, one by one: add, change, withdraw. Files come by member_imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity.operations.persons import Claim, find_or_claim_person
from electsys.ledger import Actor, record
from electsys.privacy import reserve_ids
from electsys.regions.models import Region
from modules.sipol.claims import Judge, MemberClaim, claim_of, columns_of, refuse_faults
from modules.sipol.models import MemberEvent, MemberFlagEvent, PartyMember, PartyRegistration
from modules.sipol.operations.access import require_editable
from modules.sipol.operations.flags import hold_keys, keys_of, reflag_keys
from modules.sipol.operations.member_events import move_member
from modules.sipol.operations.own_flags import nik_is_unknown
from modules.sipol.operations.scans import move_scans
from modules.sipol.permissions import EDIT_MEMBERS
from modules.sipol.rules import members as rules
from modules.sipol.workflow import MEMBER


def add_member(registration: PartyRegistration, claim: MemberClaim, *, actor: Actor) -> PartyMember:
    """One member, entered by hand (domain.md 3.4); its flags and everybody's whom it concerns are computed.

    Refused outside the actor's region, where the party's data is locked, for a NIK that stands in the same
    kab/kota already, and for a card number of somebody else.
    """
    require_editable(registration, permission=EDIT_MEMBERS, region=claim.village_code, actor=actor)
    election = db.session.get_one(Election, registration.election_id)
    judge = Judge(election, claim.village_code)
    refuse_faults(claim, judge.today)
    _refuse_village(election, registration, claim.village_code)
    [key] = reserve_ids("party_member", 1)
    columns = columns_of(claim, key)
    hold_keys(election.id, [columns["nik_index"]], [columns["identity_index"]])
    _refuse_known(registration, columns["nik_index"], claim.village_code)
    _refuse_card(registration, claim.card_number, columns["nik_index"])
    own = _own_flags(election, judge, claim, columns["nik_index"])
    member = PartyMember(
        id=key,
        registration_id=registration.id,
        party_id=registration.party_id,
        election_id=election.id,
        person_id=_person(key, claim, actor),
        own_flags=own,
        flags=own,
        **columns,
    )
    db.session.add(member)
    db.session.flush()
    cause = f"party_member:{key}"
    write_flag_events(member, [], own, cause=cause)
    reflag_keys(election.id, [columns["nik_index"]], [columns["identity_index"]], cause=cause, actor=actor)
    record(
        "sipol:member:add",
        f"party_member:{key}",
        actor=actor,
        region=claim.village_code,
        election_id=election.id,
        details={"party": registration.party_id},
    )
    return member


def change_member(member: PartyMember, changes: Mapping[str, Any], *, actor: Actor) -> list[str]:
    """Change fields of a member's row; the names of those that differ, none if nothing does.

    What was eligible with other data is in doubt with these (``spoil``), and says so in its history.
    """
    registration = db.session.get_one(PartyRegistration, member.registration_id)
    require_editable(registration, permission=EDIT_MEMBERS, region=member.village_code, actor=actor)
    db.session.refresh(member, with_for_update={"of": PartyMember})
    _refuse_final(member)
    old = claim_of(member)
    new = old.with_changes(dict(changes))
    differs = new.differences(old)
    if not differs:
        return []
    if "village_code" in differs:
        require_editable(registration, permission=EDIT_MEMBERS, region=new.village_code, actor=actor)
    election = db.session.get_one(Election, member.election_id)
    judge = Judge(election, new.village_code)
    refuse_faults(new, judge.today)
    _refuse_village(election, registration, new.village_code)
    columns = columns_of(new, member.id)
    nik, identity = keys_of(member)
    hold_keys(election.id, {nik, columns["nik_index"]}, {identity, columns["identity_index"]})
    if columns["nik_index"] != nik or new.village_code[:4] != old.village_code[:4]:
        _refuse_known(registration, columns["nik_index"], new.village_code, but=member.id)
    _refuse_card(registration, new.card_number, columns["nik_index"], but=member.id)
    if columns["nik_index"] != nik:
        columns["person_id"] = _person(member.id, new, actor)
    before = list(member.own_flags)
    own = _own_flags(election, judge, new, columns["nik_index"])
    _mark_change(member, differs, actor)
    columns |= {"own_flags": own, "flags": rules.with_own(member.flags, own), "changed_at": func.now()}
    for name, value in columns.items():
        setattr(member, name, value)
    db.session.flush()
    move_scans(member)
    cause = f"party_member:{member.id}"
    write_flag_events(member, before, own, cause=cause)
    reflag_keys(
        election.id,
        {nik, columns["nik_index"]},
        {identity, columns["identity_index"]},
        cause=cause,
        actor=actor,
    )
    record(
        "sipol:member:change",
        f"party_member:{member.id}",
        actor=actor,
        region=member.village_code,
        election_id=election.id,
        details={"fields": differs},
    )
    return differs


def withdraw_member(member: PartyMember, *, reason: str, actor: Actor) -> None:
    """The party claims the person no more; the row stays, without flags, and says nothing to others."""
    registration = db.session.get_one(PartyRegistration, member.registration_id)
    require_editable(registration, permission=EDIT_MEMBERS, region=member.village_code, actor=actor)
    move_member(member, "withdraw", kind="tarik", reason=reason, actor=actor)


def write_flag_events(
    member: PartyMember, before: Sequence[str], after: Sequence[str], *, cause: str
) -> None:
    """What was raised and what was taken away on one row."""
    changes = [(flag, True) for flag in after if flag not in before]
    changes += [(flag, False) for flag in before if flag not in after]
    db.session.add_all(
        MemberFlagEvent(
            member_id=member.id,
            party_id=member.party_id,
            village_code=member.village_code,
            flag=flag,
            raised=raised,
            cause=cause,
        )
        for flag, raised in changes
    )
    db.session.flush()


def _mark_change(member: PartyMember, differs: Sequence[str], actor: Actor) -> None:
    """The event of a change; of an eligible row with the doubt that it brings."""
    note = ",".join(differs)
    if member.state == "ms":
        move_member(member, "spoil", kind="ubah", reason="data_diubah", note=note, actor=actor)
        return
    db.session.add(
        MemberEvent(
            member_id=member.id,
            party_id=member.party_id,
            village_code=member.village_code,
            kind="ubah",
            from_state=member.state,
            to_state=member.state,
            note=note,
            account_id=actor.account_id,
            actor=actor.name,
        )
    )
    db.session.flush()


def _refuse_final(member: PartyMember) -> None:
    if member.state in rules.ACTIVE:
        return
    raise Refused(
        _(
            "Data anggota ini berstatus “%(state)s” dan tidak dapat diubah.",
            state=MEMBER.state_label(member.state),
        ),
        hint=_("Tambahkan anggota itu sebagai baris baru dengan data yang benar."),
        status=409,
    )


def _refuse_village(election: Election, registration: PartyRegistration, village: str) -> None:
    found = db.session.scalar(
        select(Region.code).where(Region.map_id == election.map_id, Region.code == village, Region.level == 4)
    )
    if found is None:
        raise Refused(
            _("Kode desa/kelurahan ini tidak ada pada peta pemilu ini."),
            field="village_code",
            hint=_("Cari kode 10 angka yang benar pada halaman Wilayah."),
        )
    if not village.startswith(registration.region):
        raise Refused(_("Partai lokal Aceh hanya mempunyai anggota di Aceh."), field="village_code")


def _refuse_known(
    registration: PartyRegistration, nik_index: bytes, village: str, but: int | None = None
) -> None:
    same = db.session.scalar(
        select(PartyMember.id)
        .where(
            PartyMember.nik_index == nik_index,
            PartyMember.registration_id == registration.id,
            PartyMember.state.in_(rules.ACTIVE),
            func.starts_with(PartyMember.village_code, village[:4]),
            PartyMember.id != (but or 0),
        )
        .limit(1)
    )
    if same is not None:
        raise Refused(
            _("NIK ini sudah menjadi anggota partai Anda di kabupaten/kota ini."),
            field="nik",
            hint=_("Buka baris anggota nomor %(id)s dan ubah di sana.", id=same),
            status=409,
        )


def _refuse_card(
    registration: PartyRegistration, card: str, nik_index: bytes, but: int | None = None
) -> None:
    taken = db.session.scalar(
        select(PartyMember.id)
        .where(
            PartyMember.registration_id == registration.id,
            PartyMember.card_number == card,
            PartyMember.nik_index != nik_index,
            PartyMember.state != "ditarik",
            PartyMember.id != (but or 0),
        )
        .limit(1)
    )
    if taken is not None:
        raise Refused(
            _("Nomor KTA ini sudah dipakai anggota lain partai Anda."),
            field="card_number",
            hint=_("Setiap anggota mempunyai nomor KTA sendiri."),
        )


def _own_flags(election: Election, judge: Judge, claim: MemberClaim, nik_index: bytes) -> list[str]:
    found = judge.own_flags(claim.nik, claim.birth_date, claim.sex, claim.marital_status, claim.occupation)
    unknown = nik_is_unknown(election.id, nik_index, claim.village_code, odd="nik" in found)
    return [flag for flag in found if flag != "nik"] + (["nik"] if unknown else [])


def _person(key: int, claim: MemberClaim, actor: Actor) -> int:
    made = find_or_claim_person(
        Claim(
            f"party_member:{key}",
            claim.name,
            claim.nik,
            birth_date=claim.birth_date,
            sex=claim.sex,
            birth_place=claim.birth_place,
            marital_status=claim.marital_status,
            home_region=claim.village_code,
            address=claim.address,
        ),
        actor=actor,
    )
    return made.person.id
