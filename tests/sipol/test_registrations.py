"""Access for parties and for their people: who gives what to whom, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from electsys.elections.models import LegalSetting
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.identity.models import Account, Activation, Grant
from electsys.ledger import Act, Actor
from modules.sipol.models import PartyRegistration
from modules.sipol.operations.registrations import (
    LastElection,
    NewUser,
    PartyFacts,
    add_user,
    change_registration,
    end_user,
    open_registration,
    user_link,
)
from modules.sipol.permissions import EDIT, OPEN, READ, SUBMIT
from modules.sipol.queries import registrations as queries
from tests.sipol.conftest import party, registration
from tests.sipol.portal import CLOSES

FACTS = PartyFacts("nasional", "Partai Uji Baru", "PUB", "M.HH-1", dt.date(2021, 3, 1))
SITI = NewUser("siti.pub", "Siti Aminah", "siti@pub.invalid")


@pytest.fixture
def kpu(make_account):
    account = make_account(permissions=[OPEN, READ])
    return Actor(account.id, account.username)


@pytest.fixture
def row(session):
    return registration(session)


@pytest.fixture
def centre(session, row, make_account):
    account = make_account("admin_parpol_pusat", party=row.party_id)
    return Actor(account.id, account.username)


def grant_of(session, account):
    return session.scalars(select(Grant).where(Grant.account_id == account.id)).one()


# --- a party gets access ---------------------------------------------------------------------------


def test_a_new_party_gets_access(session, election, kpu):
    row = open_registration(election, FACTS, LastElection(), actor=kpu)
    assert (row.state, row.region, row.needs_factual, row.in_parliament) == ("akses", "", True, False)
    assert (row.party.name, row.party.short_name, row.party.decree_number) == (
        "Partai Uji Baru",
        "PUB",
        "M.HH-1",
    )
    act = session.scalars(select(Act).where(Act.subject == f"party_registration:{row.id}")).one()
    assert (act.verb, act.account_id) == ("sipol:party:open", kpu.account_id)


def test_a_party_in_parliament_skips_the_factual_step_where_the_settings_say_so(session, election, kpu):
    row = open_registration(election, FACTS, LastElection(True, 3, True), actor=kpu)
    assert (row.in_parliament, row.needs_factual, row.last_number, row.keeps_number) == (True, False, 3, True)
    newest(session, election, "parlemen_tanpa_verfak", "tidak")
    change_registration(row, LastElection(True, 3, True), actor=kpu)
    assert (row.in_parliament, row.needs_factual) == (True, True)
    newest(session, election, "nomor_tetap", "tidak")
    with pytest.raises(Refused, match="tidak membolehkan") as refused:
        change_registration(row, LastElection(True, 3, True), actor=kpu)
    assert refused.value.field == "keeps_number"


def newest(session, election, key, value):
    old = session.scalars(
        select(LegalSetting)
        .where(LegalSetting.election_id == election.id, LegalSetting.key == key)
        .order_by(LegalSetting.version.desc())
    ).first()
    facts = {c.name: getattr(old, c.name) for c in LegalSetting.__table__.columns if c.name != "id"}
    session.add(LegalSetting(**facts | {"value": value, "version": old.version + 1}))
    session.flush()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "PARTAI LAMA"}, "name"),
        ({"short_name": "pl"}, "short_name"),
        ({"name": " "}, "name"),
        ({"short_name": ""}, "short_name"),
        ({"kind": "lain"}, "kind"),
    ],
)
def test_what_is_refused_of_a_party(session, election, kpu, changes, field):
    party(session, name="Partai Lama", short_name="PL")
    facts = PartyFacts(**{**FACTS.__dict__, **changes})
    with pytest.raises(Refused) as refused:
        open_registration(election, facts, LastElection(), actor=kpu)
    assert refused.value.field == field
    assert session.scalar(select(func.count()).select_from(PartyRegistration)) == 0


def test_a_party_that_exists_is_registered_once_an_election(session, election, kpu):
    old = party(session)
    assert [p.id for p in queries.parties_without(election.id)] == [old.id]
    row = open_registration(election, old, LastElection(), actor=kpu)
    assert row.party_id == old.id
    assert queries.parties_without(election.id) == []
    with pytest.raises(Refused, match="sudah mendapat akses"):
        open_registration(election, old, LastElection(), actor=kpu)


def test_a_local_party_lies_in_aceh(session, election, kpu, make_account):
    facts = PartyFacts("lokal_aceh", "Partai Uji Aceh", "PUA")
    assert open_registration(election, facts, LastElection(), actor=kpu).region == "11"
    account = make_account(permissions=[OPEN], region="12")
    with pytest.raises(Refused, match="tidak mencakup"):
        open_registration(election, FACTS, LastElection(), actor=Actor(account.id, account.username))


def test_a_kept_number_needs_a_number(session, election, kpu):
    with pytest.raises(Refused) as refused:
        open_registration(election, FACTS, LastElection(keeps_number=True), actor=kpu)
    assert refused.value.field == "last_number"


@pytest.mark.parametrize("state", ["verfak", "lolos", "peserta"])
def test_the_way_of_a_party_stands_once_it_was_judged(session, kpu, state):
    row = registration(session, state)
    with pytest.raises(Refused, match="sudah disimpulkan"):
        change_registration(row, LastElection(True), actor=kpu)


# --- its people ------------------------------------------------------------------------------------


def test_kpu_makes_the_first_liaison_of_the_centre_and_nobody_else(session, row, kpu):
    account = add_user(row, "admin_parpol_pusat", "", SITI, actor=kpu)
    held = grant_of(session, account)
    assert (held.party_id, held.election_id, held.region) == (row.party_id, row.election_id, "")
    assert grants.can(account, SUBMIT, Scope("", row.party_id, row.election_id))
    assert not grants.can(account, EDIT, Scope("", row.party_id + 1, row.election_id))
    assert held.given_by == kpu.name
    other = NewUser("lain.pub", "Lain", "lain@pub.invalid")
    with pytest.raises(Refused, match="tidak mencakup"):
        add_user(row, "operator_parpol_kabko", "1201", other, actor=kpu)


def test_the_centre_makes_its_people(session, row, centre):
    account = add_user(row, "operator_parpol_kabko", "1201", SITI, actor=centre)
    assert grants.can(account, EDIT, Scope("120101", row.party_id, row.election_id))
    assert not grants.can(account, EDIT, Scope("1202", row.party_id, row.election_id))
    assert not grants.can(account, SUBMIT, Scope("1201", row.party_id, row.election_id))
    act = session.scalars(select(Act).where(Act.verb == "sipol:party:add_user")).one()
    assert (act.account_id, act.details["account"]) == (centre.account_id, account.id)
    token = user_link(row, grant_of(session, account), actor=centre)
    assert len(token) > 20
    assert session.scalar(select(func.count()).where(Activation.account_id == account.id)) == 1


@pytest.mark.parametrize(
    ("role", "region", "field"),
    [
        ("operator_kpu_kabko", "1201", "role"),
        ("superadmin_pusdatin", "", "role"),
        ("operator_parpol_kabko", "12", "region"),
        ("operator_parpol_prov", "", "region"),
        ("admin_parpol_pusat", "12", "region"),
        ("operator_parpol_kabko", "0001", "region"),
    ],
)
def test_a_party_gives_only_roles_of_its_own_at_their_level(session, row, centre, role, region, field):
    with pytest.raises(Refused) as refused, session.begin_nested():
        add_user(row, role, region, SITI, actor=centre)
    assert refused.value.field == field
    assert session.scalars(select(Account).where(Account.username == SITI.username)).all() == []


def test_a_local_party_has_people_in_aceh_alone(session, make_account):
    row = registration(session, of=party(session, kind="lokal_aceh"), region="11")
    account = make_account("admin_parpol_pusat", party=row.party_id)
    actor = Actor(account.id, account.username)
    with pytest.raises(Refused, match="hanya ada di Aceh"):
        add_user(row, "operator_parpol_kabko", "1201", SITI, actor=actor)
    add_user(row, "operator_parpol_kabko", "1105", SITI, actor=actor)


def test_no_party_reaches_another(session, row, centre, make_account):
    other = registration(session)
    with pytest.raises(Refused, match="tidak mencakup"):
        add_user(other, "operator_parpol_kabko", "1201", SITI, actor=centre)
    account = make_account("operator_parpol_kabko", region="1201", party=other.party_id)
    theirs = grant_of(session, account)
    with pytest.raises(Refused, match="bukan milik partai Anda"):
        end_user(row, theirs, "Iseng", actor=centre)
    with pytest.raises(Refused, match="tidak mencakup"):
        end_user(other, theirs, "Iseng", actor=centre)
    operator = make_account("operator_parpol_kabko", region="1201", party=row.party_id)
    with pytest.raises(Refused, match="tidak mencakup"):
        add_user(row, "operator_parpol_kabko", "1201", SITI, actor=Actor(operator.id, operator.username))
    assert theirs.valid_to is None


def test_a_right_outside_the_party_is_out_of_reach(session, row, centre, make_account):
    account = make_account("operator_kpu_kabko", region="1201")
    theirs = grant_of(session, account)
    for act in (
        lambda: end_user(row, theirs, "Iseng", actor=centre),
        lambda: user_link(row, theirs, actor=centre),
    ):
        with pytest.raises(Refused, match="bukan milik partai Anda"):
            act()
    mixed = make_account("operator_parpol_kabko", region="1201", party=row.party_id)
    session.add(Grant(account_id=mixed.id, role_id=theirs.role_id, region="1202", given_by="uji"))
    session.flush()
    own = session.scalars(select(Grant).where(Grant.account_id == mixed.id, Grant.region == "1201")).one()
    with pytest.raises(Refused, match="di luar partai"):
        user_link(row, own, actor=centre)
    assert session.scalars(select(Activation)).all() == []


def test_the_right_of_one_of_its_people_ends(session, row, centre):
    account = add_user(row, "operator_parpol_kabko", "1201", SITI, actor=centre)
    held = grant_of(session, account)
    with pytest.raises(Refused) as refused:
        end_user(row, held, " ", actor=centre)
    assert refused.value.field == "reason"
    end_user(row, held, "Mengundurkan diri", actor=centre)
    assert not grants.can(account, EDIT, Scope("1201", row.party_id, row.election_id))
    act = session.scalars(select(Act).where(Act.verb == "sipol:party:end_user")).one()
    assert (act.reason, act.account_id) == ("Mengundurkan diri", centre.account_id)
    mine = session.scalars(select(Grant).where(Grant.account_id == centre.account_id)).one()
    with pytest.raises(Refused, match="hak sendiri"):
        end_user(row, mine, "Pergi", actor=centre)


# --- lists -----------------------------------------------------------------------------------------


def test_who_sees_which_party(session, election):
    national, local = (
        registration(session),
        registration(session, of=party(session, kind="lokal_aceh"), region="11"),
    )

    def seen(*scopes):
        rows = session.execute(queries.registrations(election.id, scopes)).all()
        return {row[0].id for row in rows}

    assert seen(Scope("")) == {national.id, local.id}
    assert seen(Scope("1201")) == {national.id}
    assert seen(Scope("1105")) == {national.id, local.id}
    assert seen(Scope("", local.party_id)) == {local.id}
    assert seen(Scope("1201", national.party_id)) == {national.id}
    assert seen() == set()
    assert queries.own_registration([local.party_id]).id == local.id
    assert queries.own_registration([-1]) is None


@pytest.mark.parametrize(
    ("state", "moment", "code", "is_open", "days"),
    [
        ("input", dt.datetime(2022, 7, 1, tzinfo=dt.UTC), "pembukaan_sipol", True, 30),
        ("input", CLOSES - dt.timedelta(days=2, hours=1), "pendaftaran_parpol", True, 2),
        ("input", CLOSES - dt.timedelta(seconds=1), "pendaftaran_parpol", True, 0),
        ("input", CLOSES, "pendaftaran_parpol", False, 0),
        ("dikembalikan", dt.datetime(2022, 7, 1, tzinfo=dt.UTC), "pendaftaran_parpol", False, 44),
        ("bms_vermin", dt.datetime(2022, 9, 20, tzinfo=dt.UTC), "perbaikan_parpol", True, 8),
    ],
)
def test_the_days_that_are_left(session, state, moment, code, is_open, days):
    found = queries.deadline_of(registration(session, state), moment)
    assert (found.stage.code, found.open, found.days) == (code, is_open, days)


def test_no_deadline_where_nothing_is_entered(session):
    assert queries.deadline_of(registration(session, "vermin")) is None
