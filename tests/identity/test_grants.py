"""The one decision, and who may give what to whom."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from electsys.errors import Refused
from electsys.identity import actor_named, grants
from electsys.identity.access import SIGNED_IN, Scope, can
from electsys.identity.catalogue import PERMISSIONS, ROLES
from electsys.identity.models import Account, Grant, Role
from electsys.identity.operations import (
    change_role,
    create_account,
    create_first_admin,
    create_role,
    disable_account,
    enable_account,
    end_grant,
    give_grant,
    reset_factors,
    seed_demo_accounts,
    seed_roles,
    unlock_account,
    update_profile,
)
from electsys.identity.queries.accounts import scope_of, within
from electsys.identity.queries.roles import effective, explain
from electsys.ledger import Act, Actor
from electsys.notices import Notice
from tests.pages import count_queries

READ = "situng:batch:read"
SYSTEM = Actor.system("uji")
HERE = Scope("1201", None, 1)


def acting(account):
    return Actor(account.id, account.username)


def role_named(session, name):
    return session.scalars(select(Role).where(Role.name == name)).one()


@pytest.mark.parametrize(
    ("held", "wanted", "yes"),
    [
        (Scope(""), Scope("1201"), True),
        (Scope(""), Scope(), True),
        (Scope("12"), Scope("1201"), True),
        (Scope("1201"), Scope("1201"), True),
        (Scope("1201"), Scope("12"), False),
        (Scope("1201"), Scope("1202"), False),
        (Scope("1201"), Scope(), False),
        (Scope("", 7), Scope("", 7), True),
        (Scope("", 7), Scope("", 8), False),
        (Scope("", 7), Scope(""), False),
        (Scope(""), Scope("", 7), True),
        (Scope("", None, 1), Scope("", None, 1), True),
        (Scope("", None, 1), Scope("", None, 2), False),
        (Scope("", None, 1), Scope(""), True),
    ],
)
def test_coverage(held, wanted, yes):
    assert grants.covers(held, wanted) is yes


def test_decisions_of_an_account(make_account):
    account = make_account("operator_kpu_kabko", "1201")
    assert can(account, READ)
    assert can(account, READ, Scope("1201010001"))
    assert not can(account, READ, Scope("1202"))
    assert not can(account, READ, Scope())
    assert not can(account, "situng:batch:confirm", Scope("1201"))
    assert not can(None, READ)
    assert grants.scopes(account, READ) == [Scope("1201")]
    assert grants.scopes(None, READ) == []
    assert grants.scopes(account, "identity:account:read") == []
    assert not can(None, SIGNED_IN)


def test_the_admin_has_no_way_around(make_account):
    admin = make_account("superadmin_pusdatin")
    assert not can(admin, READ)
    assert not can(admin, "privacy:nik:reveal")


def test_one_query_a_request_however_often_asked(make_account):
    account = make_account("operator_kpu_kabko", "1201")
    grants.forget()
    with count_queries(1):
        for region in ("1201", "1202", "12"):
            can(account, READ, Scope(region))


def test_the_nearest_grant_stands_in_the_trail(session, make_account):
    account = make_account("operator_kpu_kabko", "12")
    near = Grant(
        account_id=account.id,
        role_id=role_named(session, "operator_kpu_kabko").id,
        region="1201",
        given_by="uji",
    )
    session.add(near)
    session.flush()
    grants.forget()
    assert grants.deciding(account, READ, Scope("1201010001")) == near.id
    assert grants.deciding(account, READ, Scope("1202")) != near.id


@pytest.mark.parametrize(
    "change",
    [
        {"valid_from": func.now() + dt.timedelta(days=1)},
        {"valid_to": func.now()},
    ],
)
def test_a_grant_out_of_its_time_gives_nothing(session, make_account, change):
    account = make_account("operator_kpu_kabko", "1201")
    [grant] = account.grants
    if "valid_to" in change:
        grant.valid_from = func.now() - dt.timedelta(days=2)
    for name, value in change.items():
        setattr(grant, name, value)
    session.flush()
    grants.forget()
    assert not can(account, READ, Scope("1201"))


def test_a_disabled_account_may_nothing(make_account):
    account = make_account("operator_kpu_kabko", "1201")
    disable_account(account, actor=SYSTEM, reason="pindah tugas")
    assert not can(account, READ)
    assert effective(account) == []
    enable_account(account, actor=SYSTEM, reason="kembali")
    assert can(account, READ)


# --- giving -------------------------------------------------------------------------------------------


def test_give_and_end(session, admin, make_account):
    account = make_account()
    grant = give_grant(account, role_named(session, "operator_kpu_kabko"), actor=acting(admin), region="1201")
    assert can(account, READ, Scope("1201"))
    with pytest.raises(Refused, match="sudah memegang"):
        give_grant(account, grant.role, actor=acting(admin), region="1201")
    with pytest.raises(Refused, match="alasan"):
        end_grant(grant, actor=acting(admin), reason=" ")
    end_grant(grant, actor=acting(admin), reason="selesai")
    assert not can(account, READ, Scope("1201"))
    assert grant.ended_by == admin.username
    with pytest.raises(Refused, match="sudah berakhir"):
        end_grant(grant, actor=acting(admin), reason="lagi")
    give_grant(account, grant.role, actor=acting(admin), region="1201")
    kinds = session.scalars(select(Notice.kind).where(Notice.account_id == account.id)).all()
    assert kinds == ["identity.grant.give", "identity.grant.end", "identity.grant.give"]
    verbs = session.scalars(select(Act.verb).where(Act.region == "1201").order_by(Act.id)).all()
    assert verbs == ["identity:grant:give", "identity:grant:end", "identity:grant:give"]


@pytest.mark.parametrize(
    ("role", "region", "party", "said"),
    [
        ("operator_kpu_kabko", "", None, "tingkat wilayah"),
        ("operator_kpu_kabko", "12", None, "tingkat wilayah"),
        ("superadmin_pusdatin", "1201", None, "tingkat wilayah"),
        ("saksi", "12011", None, "tingkat wilayah"),
        ("saksi", "97", None, "tidak ada"),
        ("saksi", "1201012001001", None, "tidak ada"),
        ("admin_parpol_pusat", "", None, "satu partai"),
    ],
)
def test_a_grant_must_fit_its_role(session, admin, make_account, role, region, party, said):
    with pytest.raises(Refused, match=said):
        give_grant(
            make_account(), role_named(session, role), actor=acting(admin), region=region, party_id=party
        )


def test_nobody_gives_to_oneself(session, admin):
    with pytest.raises(Refused, match="akun sendiri") as refused:
        give_grant(admin, role_named(session, "operator_kpu_ri"), actor=acting(admin))
    assert refused.value.status == 403


def test_nobody_gives_beyond_ones_region(session, regional, make_account):
    account, role = make_account(), role_named(session, "operator_kpu_kabko")
    give_grant(account, role, actor=acting(regional), region="1201")
    with pytest.raises(Refused, match="tidak mencakup") as refused:
        give_grant(account, role, actor=acting(regional), region="1202")
    assert refused.value.status == 403


def test_rights_over_accounts_come_from_who_holds_them(session, make_account, areas):
    clerk = make_account(permissions=["identity:grant:manage"], region="")
    with pytest.raises(Refused, match="mengelola akun"):
        give_grant(make_account(), role_named(session, "admin_wilayah"), actor=acting(clerk), region="1201")


def test_a_grant_for_a_time(session, admin, make_account):
    account, role = make_account(), role_named(session, "saksi")
    past = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    with pytest.raises(Refused, match="sesudah hari mulainya"):
        give_grant(account, role, actor=acting(admin), region="1201", valid_to=past)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
    grant = give_grant(
        account, role, actor=acting(admin), region="1201", valid_from=later, valid_to=later + dt.timedelta(1)
    )
    assert not can(account, "situng:form:read", Scope("1201"))
    end_grant(grant, actor=acting(admin), reason="batal")
    session.refresh(grant)
    assert grant.valid_to == grant.valid_from


# --- accounts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": "Ada Spasi"}, "username"),
        ({"username": ".titik"}, "username"),
        ({"username": ""}, "username"),
        ({"email": "bukan-email"}, "email"),
        ({"name": " "}, "name"),
        ({"username": "kembar"}, "username"),
        ({"email": "kembar@test.invalid"}, "email"),
    ],
)
def test_accounts_are_checked(session, changed, field):
    plain = {"username": "baru", "name": "Baru", "email": "baru@test.invalid"}
    create_account("kembar", name="K", email="kembar@test.invalid", password=None, actor=SYSTEM)
    with pytest.raises(Refused) as refused:
        create_account(**(plain | changed), password=None, actor=SYSTEM)
    assert refused.value.field == field


def test_only_who_may_creates_and_changes(session, make_account, regional):
    nobody = make_account("operator_kpu_kabko", "1201")
    with pytest.raises(Refused) as refused:
        create_account("x.y", name="X", email="x@test.invalid", password=None, actor=acting(nobody))
    assert refused.value.status == 403
    far, near = make_account("operator_kpu_kabko", "1202"), make_account("operator_kpu_kabko", "1201")
    for operation, more in (
        (disable_account, {"reason": "x"}),
        (reset_factors, {"reason": "x"}),
        (unlock_account, {}),
        (update_profile, {"name": "x", "email": "x@test.invalid"}),
    ):
        with pytest.raises(Refused) as refused:
            operation(far, actor=acting(regional), **more)
        assert refused.value.status == 403, operation
    update_profile(near, name="Nama Baru", email="Baru@Test.invalid", actor=acting(regional))
    assert (near.name, near.email) == ("Nama Baru", "baru@test.invalid")
    assert reset_factors(near, actor=acting(regional), reason="ponsel hilang") == 0
    disable_account(near, actor=acting(regional), reason="pindah")
    with pytest.raises(Refused, match="sendiri"):
        disable_account(regional, actor=acting(regional), reason="x")
    with pytest.raises(Refused, match="sudah dipakai"):
        update_profile(near, name="x", email=far.email, actor=SYSTEM)


def test_an_account_with_more_rights_elsewhere_is_out_of_reach(session, regional, make_account):
    account = make_account("operator_kpu_kabko", "1201")
    assert scope_of(account) == Scope("1201")
    give_grant(account, role_named(session, "operator_kpu_ri"), actor=SYSTEM)
    assert scope_of(account) == Scope("")
    with pytest.raises(Refused):
        reset_factors(account, actor=acting(regional), reason="x")


def test_the_list_and_the_single_decision_agree(session, make_account, areas):
    accounts = [
        make_account(),
        make_account("operator_kpu_kabko", "1201"),
        make_account("operator_kpu_kabko", "1202"),
        make_account("superadmin_pusdatin"),
        make_account("admin_parpol_pusat", party=7),
        make_account("admin_parpol_pusat", party=8),
    ]
    give_grant(accounts[1], role_named(session, "ppk"), actor=SYSTEM, region="120101")
    for held in (Scope(""), Scope("12"), Scope("1201"), Scope("31"), Scope("", 7), Scope("12", 7)):
        listed = set(session.scalars(select(Account.id).where(within([held]))))
        for account in accounts:
            assert (account.id in listed) == grants.covers(held, scope_of(account)), (held, account.id)


def test_the_first_admin_needs_nobody_and_the_trail_says_so(session):
    session.query(Grant).delete()
    session.query(Account).delete()
    first = create_first_admin("pertama", name="Admin", email="a@test.invalid", password=None)
    assert can(first, "identity:account:manage", Scope())
    act = session.scalars(select(Act).where(Act.verb == "identity:account:first")).one()
    assert act.actor == "sistem:akun-pertama"
    with pytest.raises(Refused, match="Sudah ada akun"):
        create_first_admin("kedua", name="B", email="b@test.invalid", password=None)


def test_actor_named(session, make_account):
    account = make_account()
    assert actor_named(account.username).account_id == account.id
    for name in ("tidak.ada", ""):
        with pytest.raises(Refused):
            actor_named(name)
    disable_account(account, actor=SYSTEM, reason="x")
    with pytest.raises(Refused):
        actor_named(account.username)


# --- roles --------------------------------------------------------------------------------------------


def test_seeding_adds_what_is_missing_and_leaves_what_was_edited(session):
    seed_roles(actor=SYSTEM)
    role = role_named(session, "saksi")
    role.permissions = []
    session.delete(role_named(session, "media"))
    session.flush()
    assert seed_roles(actor=SYSTEM) == 1
    assert role_named(session, "saksi").permissions == []
    assert seed_roles(actor=SYSTEM) == 0


def test_the_catalogue_is_sound():
    names = [role.name for role in ROLES]
    assert len(names) == len(set(names))
    wanted = {
        *("superadmin_pusdatin", "operator_kpu_ri", "anggota_kpu_ri", "operator_kpu_prov"),
        *("anggota_kpu_prov", "operator_kpu_kabko", "anggota_kpu_kabko", "verifikator_kabko"),
        *("ppk", "operator_sirekap_ppk", "pps", "pantarlih"),
        *("kpps_ketua", "kpps_operator", "ppln", "kppsln"),
        *("admin_parpol_pusat", "operator_parpol_prov", "operator_parpol_kabko", "lo_calon_dpd"),
        *("lo_paslon", "saksi", "bawaslu_n", "bawaslu_p"),
        *("bawaslu_k", "panwascam", "pkd", "ptps"),
        *("pemantau", "media", "jdih_pengelola", "naskah_konseptor"),
        *("naskah_pemaraf", "naskah_penandatangan", "arsiparis"),
    }
    assert wanted <= set(names), "domain.md 2.2"
    for role in ROLES:
        assert role.permissions, role.name
        both = {"situng:batch:import", "situng:batch:confirm"}
        assert not both <= role.permissions, f"{role.name} would be its own second person"
        assert role.needs_party == ("parpol" in role.name), role.name
    admin = next(role for role in ROLES if role.name == "superadmin_pusdatin")
    assert not any(p.startswith(("situng:", "sidalih:", "sirekap:")) for p in admin.permissions)
    assert "identity:role:manage" in PERMISSIONS


def test_a_changed_role_holds_at_once_and_says_for_how_many(session, admin, make_account):
    account = make_account("saksi", "1201")
    role = role_named(session, "saksi")
    seen = list(role.permissions)
    assert can(account, "situng:form:read", Scope("1201"))
    change_role(role, {"jobs:job:read"}, seen=seen, actor=acting(admin))
    assert not can(account, "situng:form:read", Scope("1201"))
    assert can(account, "jobs:job:read", Scope("1201"))
    act = session.scalars(select(Act).where(Act.verb == "identity:role:change")).one()
    assert act.details["accounts"] == 1
    assert act.details["added"] == ["jobs:job:read"]
    with pytest.raises(Refused) as refused:
        change_role(role, set(), seen=seen, actor=acting(admin))
    assert refused.value.status == 409
    with pytest.raises(Refused, match="Tidak ada yang diubah"):
        change_role(role, set(role.permissions), seen=role.permissions, actor=acting(admin))
    with pytest.raises(Refused, match="tidak dikenal"):
        change_role(role, {"entah:apa:ini"}, seen=role.permissions, actor=acting(admin))


def test_nobody_widens_the_role_one_holds(session, admin):
    role = role_named(session, "superadmin_pusdatin")
    with pytest.raises(Refused, match="Anda memegang peran ini"):
        change_role(
            role, {*role.permissions, "situng:batch:import"}, seen=role.permissions, actor=acting(admin)
        )
    change_role(role, set(role.permissions) - {"jobs:job:read"}, seen=role.permissions, actor=acting(admin))


def test_rights_over_accounts_enter_a_role_only_by_who_holds_them(session, make_account):
    editor = make_account(permissions=["identity:role:manage"])
    role = role_named(session, "saksi")
    with pytest.raises(Refused, match="memegangnya sendiri"):
        change_role(
            role, {*role.permissions, "identity:account:manage"}, seen=role.permissions, actor=acting(editor)
        )


def test_a_new_role(session, admin, make_account):
    role = create_role("operator_gudang", "Operator gudang", actor=acting(admin))
    assert role.permissions == []
    for name, label in (("operator_gudang", "x"), ("Ada Spasi", "x"), ("a", "x"), ("baru_x", " ")):
        with pytest.raises(Refused):
            create_role(name, label, actor=acting(admin))
    with pytest.raises(Refused):
        create_role("lain_lagi", "x", actor=acting(make_account()))


@pytest.mark.parametrize(
    ("permission", "scope", "verdict"),
    [
        (READ, Scope("1201"), "memberi"),
        ("identity:account:read", Scope("1201"), "isi"),
        (READ, Scope("1202"), "wilayah"),
        (READ, Scope("12"), "wilayah"),
    ],
)
def test_why_an_account_may(make_account, permission, scope, verdict):
    account = make_account("operator_kpu_kabko", "1201")
    [finding] = explain(account, permission, scope)
    assert finding.verdict == verdict
    assert (verdict == "memberi") == can(account, permission, scope)


def test_why_an_account_may_not_for_other_reasons(session, make_account):
    party = make_account("admin_parpol_pusat", party=7)
    assert explain(party, "sipol:party:read", Scope("", 8))[0].verdict == "partai"
    [grant] = party.grants
    grant.valid_from = func.now() + dt.timedelta(days=1)
    session.flush()
    session.refresh(grant)
    assert explain(party, "sipol:party:read", Scope("", 7))[0].verdict == "belum"
    grant.valid_from, grant.valid_to = func.now() - dt.timedelta(days=2), func.now() - dt.timedelta(days=1)
    session.flush()
    session.refresh(grant)
    assert explain(party, "sipol:party:read", Scope("", 7))[0].verdict == "berakhir"
    party.active = False
    assert explain(party, "sipol:party:read", Scope("", 7))[0].verdict == "nonaktif"


def test_the_demo_has_an_account_for_each_role_that_matters(session, areas):
    made = seed_demo_accounts(actor=SYSTEM)
    assert {name for name, *_ in made} >= {"admin", "operator.1201", "anggota.1201", "ppk.120101", "jdih"}
    passwords = [password for _, password, *_ in made]
    assert all(passwords)
    assert len(set(passwords)) == len(passwords)
    operator = session.scalars(select(Account).where(Account.username == "operator.1201")).one()
    second = session.scalars(select(Account).where(Account.username == "anggota.1201")).one()
    assert can(operator, "situng:batch:import", HERE)
    assert can(second, "situng:batch:confirm", HERE)
    assert not can(operator, "situng:batch:confirm", HERE)
    assert all(password is None for _, password, *_ in seed_demo_accounts(actor=SYSTEM))
