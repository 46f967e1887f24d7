"""The door: participants, memberships, officers, liaisons; staff of the polls; rulings that reopen."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from electsys.errors import Refused
from electsys.events import publish
from electsys.identity.models import Account, Role
from electsys.identity.operations import give_grant
from electsys.ledger import Act, Actor
from electsys.notices.models import Notice
from modules.jdih import RulingIssued
from modules.sipol import liaisons, member_of, memberships, officers, participants
from modules.sipol.adhoc import ROLES
from modules.sipol.operations.rulings import apply_ruling, rulings
from modules.sipol.permissions import DETERMINE, EDIT
from tests.sipol import conftest as make
from tests.sipol.conftest import ACTOR
from tests.sipol.verifying import board

# --- door ----------------------------------------------------------------------------------------


def test_participants_are_told_by_their_numbers(session, election):
    second, first = make.registration(session, "peserta"), make.registration(session, "berkelanjutan")
    unnumbered = make.registration(session, "peserta")
    make.registration(session, "bukan_peserta")
    first.number, second.number = 1, 2
    session.flush()
    found = participants(election.id)
    assert [each.party_id for each in found] == [first.party_id, second.party_id, unnumbered.party_id]
    assert (found[0].number, found[0].name, found[0].region) == (1, first.party.name, "")


def test_a_membership_is_found_by_person_or_nik_wherever_it_lies(session, election):
    row, other = make.registration(session, "vermin"), make.registration(session, "vermin")
    member = make.member(session, row, "ms", village="3171011001")
    gone = make.member(session, other, "tms")
    session.execute(text("select set_config('app.scope', '1201', true)"))  # the asker's own area
    found = member_of(row.party_id, election.id, nik_index=bytes(member.nik_index))
    assert found is not None
    assert (found.member_id, found.state, found.disputed) == (member.id, "ms", False)
    assert member_of(row.party_id, election.id, person_id=member.person_id) == found
    assert member_of(other.party_id, election.id, person_id=member.person_id) is None
    assert member_of(row.party_id, election.id + 1, person_id=member.person_id) is None
    assert memberships(person_id=gone.person_id) == []
    assert memberships() == []


def test_officers_and_liaisons_of_an_area(session, election, make_account):
    row = make.registration(session, "peserta")
    board(session, row, "1201", people=4, women=1)
    found = officers(row.party_id, election.id, "1201")
    assert [o.office for o in found] == ["ketua", "sekretaris", "bendahara", "anggota"]
    assert officers(row.party_id, election.id, "1202") == []
    centre = make_account("admin_parpol_pusat", party=row.party_id)
    local = make_account("operator_parpol_kabko", party=row.party_id, region="1201")
    make_account("operator_parpol_kabko", party=row.party_id, region="1202")
    assert [x.account_id for x in liaisons(row.party_id, election.id, "1201")] == [centre.id, local.id]
    assert len(liaisons(row.party_id, election.id)) == 3
    assert liaisons(row.party_id + 1, election.id) == []


# --- staff of the polls --------------------------------------------------------------------------


@pytest.fixture
def role(session, make_account):
    make_account("pps", region="1201011001")  # the roles are there
    return session.scalars(select(Role).where(Role.name == "pps")).one()


def appoint(account, role):
    return give_grant(account, role, actor=ACTOR, region="1201011001", tell=False)


def test_a_member_is_refused_as_staff_and_told_the_way_out(session, election, make_account, role):
    member = make.member(session, make.registration(session, "vermin"), "ms")
    account = make_account(permissions=[])
    account.person_id = member.person_id
    session.flush()
    with pytest.raises(Refused, match="tercatat sebagai anggota partai") as told:
        appoint(account, role)
    assert "Cek anggota partai" in str(told.value.hint)
    assert "Partai Uji" not in f"{told.value.message}{told.value.hint}"
    member.response_id = 7  # an objection waits: a member against their word is none
    session.flush()
    assert appoint(account, role).id


def test_who_is_no_member_or_left_is_appointed_and_other_roles_are_not_asked(
    session, election, make_account, role
):
    gone = make.member(session, make.registration(session, "vermin"), "tms")
    account = make_account(permissions=[])
    account.person_id = gone.person_id
    session.flush()
    assert appoint(account, role).id
    member = make.member(session, make.registration(session, "vermin"), "ms")
    liaison = make_account(permissions=[])
    liaison.person_id = member.person_id
    make_account("media")
    session.flush()
    media = session.scalars(select(Role).where(Role.name == "media")).one()
    assert give_grant(liaison, media, actor=ACTOR, tell=False).id


def test_every_role_that_is_asked_for_is_a_role_of_the_house():
    from electsys.identity.catalogue import ROLES as HOUSE

    assert {r.name for r in HOUSE} >= ROLES


# --- rulings -------------------------------------------------------------------------------------


def ruling(kinds=("peserta",), document=41):
    return RulingIssued(
        actor=ACTOR,
        document_id=document,
        court="putusan_bawaslu",
        number="006/PS.REG/BAWASLU/XII/2022",
        kinds=kinds,
        regions=(),
    )


def test_a_ruling_on_participants_comes_before_the_commission_once(session, make_account):
    account = make_account(permissions=[DETERMINE])
    publish(ruling(("hasil",)))
    assert rulings() == []
    publish(ruling())
    publish(ruling())
    assert [(r.document_id, r.number) for r in rulings()] == [(41, "006/PS.REG/BAWASLU/XII/2022")]
    told = session.scalars(select(Notice).where(Notice.kind == "sipol.ruling.came")).all()
    assert {n.account_id for n in told} == {account.id}


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("reopen_input", "input"),
        ("reopen_vermin", "vermin"),
        ("reopen_verfak", "verfak"),
        ("reopen_pass", "lolos"),
    ],
)
def test_a_ruling_reopens_a_registration_with_its_number_as_the_reason(
    session, election, make_account, action, state
):
    row = make.registration(session, "bukan_peserta")
    people = make_account(permissions=[EDIT], party=row.party_id)
    account = make_account(permissions=[DETERMINE])
    publish(ruling())
    apply_ruling(row, rulings()[0], action, "Diverifikasi ulang", actor=Actor(account.id, account.username))
    assert row.state == state
    move = session.scalars(select(Act).where(Act.verb == f"sipol:registration:{action}")).one()
    assert "006/PS.REG/BAWASLU/XII/2022" in move.reason
    told = session.scalars(select(Notice).where(Notice.kind == "sipol.ruling.reopened")).all()
    assert [n.account_id for n in told] == [people.id]


def test_no_ruling_reopens_a_participant_and_no_office_applies_one(session, election, make_account):
    publish(ruling())
    account = make_account(permissions=[DETERMINE])
    actor = Actor(account.id, account.username)
    standing, refused = make.registration(session, "peserta"), make.registration(session, "bukan_peserta")
    with pytest.raises(Refused):
        apply_ruling(standing, rulings()[0], "reopen_vermin", "x", actor=actor)
    for action, reason in (("exclude", "x"), ("reopen_vermin", " ")):
        with pytest.raises(Refused):
            apply_ruling(refused, rulings()[0], action, reason, actor=actor)
    office = make_account(permissions=[DETERMINE], region="12")
    with pytest.raises(Refused):
        apply_ruling(refused, rulings()[0], "reopen_vermin", "x", actor=Actor(office.id, office.username))
    assert refused.state == "bukan_peserta"


def test_the_page_links_a_ruling_to_a_party(client, session, election, login, make_account):
    account = make_account(permissions=[DETERMINE])
    login(client, account)
    assert "Belum ada putusan" in client.get("/partai/putusan").text
    row = make.registration(session, "bukan_peserta")
    publish(ruling())
    session.commit()
    page = client.get("/partai/putusan").text
    assert row.party.name in page and "006/PS.REG" in page
    form = {
        "ruling": "41",
        "registration": row.id,
        "action": "reopen_pass",
        "reason": "Ditetapkan sebagai peserta",
    }
    assert client.post("/partai/putusan", data=form | {"action": ""}).status_code == 422
    assert client.post("/partai/putusan", data=form).status_code == 302
    session.refresh(row)
    assert row.state == "lolos"
    assert session.get(Account, account.id)
