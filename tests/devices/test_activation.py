"""A code makes one phone a device, once, in time, and never beyond the right of its account."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from electsys.devices import rules
from electsys.devices.models import Device, DeviceActivation
from electsys.devices.operations.devices import revoke_device
from electsys.errors import Refused
from electsys.identity.models import Grant
from electsys.ledger import Act, Actor
from tests.devices import usable
from tests.devices.conftest import TPS, VILLAGE, later
from tests.devices.phone import Phone


def only(session, model):
    return session.scalars(sa.select(model).order_by(model.id.desc()).limit(1)).one()


def test_a_code_makes_a_device_that_works(session, client, issue, holder):
    code = issue()
    session.commit()
    phone = Phone(client)
    answer = phone.activate(rules.show_code(code).lower(), proof=phone.sign(f"aktivasi\n{code}"))
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json["device"]
    assert (told["kind"], told["region"], told["label"]) == (usable.KIND, VILLAGE, "ponsel uji")
    assert told["task"] == "Kunjungan uji"
    assert (
        dt.datetime.fromisoformat(told["erase_at"]) - dt.datetime.fromisoformat(told["until"]) == rules.GRACE
    )
    found = only(session, Device)
    assert found.account_id == holder.id
    assert phone.token.encode() not in found.token_hash
    answer = phone.get("/saya?menunggu=3")
    assert answer.json["protocols"] == [2, 1]
    session.refresh(found)
    assert found.pending == 3
    assert found.seen_at is not None
    verbs = session.scalars(sa.select(Act.verb).where(Act.verb.startswith("devices:")).order_by(Act.id)).all()
    assert verbs == ["devices:activation:issue", "devices:device:activate"]


def test_a_code_works_once(session, client, issue):
    code = issue()
    session.commit()
    assert Phone(client).activate(code).status_code == 201
    again = Phone(client).activate(code)
    assert (again.status_code, again.json["code"]) == (410, "kode_terpakai")
    assert "sudah dipakai" in again.json["title"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Device)) == 1


def test_a_phone_whose_answer_was_lost_asks_again_with_its_own_key(session, client, issue):
    code = issue()
    session.commit()
    phone = Phone(client)
    phone.activate(code)
    lost = phone.token
    assert phone.activate(code).status_code == 201
    assert phone.token != lost
    assert session.scalar(sa.select(sa.func.count()).select_from(Device)) == 1
    assert phone.get("/saya").status_code == 200
    assert phone.activate(code).json["code"] == "kode_terpakai"  # it has been in contact: the code is spent
    phone.token = lost
    assert phone.get("/saya").json["code"] == "tidak_dikenal"


def test_a_newer_code_replaces_the_one_before(session, client, issue):
    old, new = issue(), issue()
    elsewhere = issue(region=TPS)
    session.commit()
    assert Phone(client).activate(old).json["code"] == "kode_terpakai"
    assert Phone(client).activate(new).status_code == 201
    assert Phone(client).activate(elsewhere).status_code == 201


def test_a_code_expires(session, client, issue):
    code = issue()
    row = only(session, DeviceActivation)
    assert row.expires_at - dt.datetime.now(dt.UTC) > rules.ACTIVATION_VALID - dt.timedelta(minutes=1)
    row.expires_at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    session.commit()
    answer = Phone(client).activate(code)
    assert (answer.status_code, answer.json["code"]) == (410, "kode_kedaluwarsa")


def test_a_code_never_outlives_its_task(session, issue):
    until = later(days=2)
    issue(until=until)
    assert only(session, DeviceActivation).expires_at == until


@pytest.mark.parametrize("typed", ["", "ABC", "A" * 20, "I" * 20, "0" * 20])
def test_a_code_that_is_none(client, typed):
    answer = Phone(client).activate(typed)
    assert (answer.status_code, answer.json["code"]) == (404, "kode_tidak_dikenal")


def test_the_key_that_is_registered_must_be_held(session, client, issue):
    code = issue()
    session.commit()
    phone = Phone(client)
    answer = phone.activate(code, proof=Phone(client).sign(f"aktivasi\n{code}"))
    assert (answer.status_code, answer.json["code"]) == (422, "tanda_tangan")
    answer = phone.activate(code, public_key="BAAA")
    assert answer.json["code"] == "kode_tidak_dikenal"
    assert phone.activate(code).status_code == 201


def test_what_is_sent_is_read_strictly(session, client, issue):
    code = issue()
    session.commit()
    phone = Phone(client)
    assert phone.activate(code, more=1).json["code"] == "rusak"
    assert phone.activate(code, protocol="2").json["code"] == "rusak"
    assert phone.activate(code, protocol=9).json["code"] == "protokol"
    answer = client.post("/api/perangkat/aktivasi", data=b"\xff{", csrf=False)
    assert (answer.status_code, answer.json["code"]) == (400, "rusak")


def test_an_officer_activates_only_where_the_right_reaches(issue, make_account):
    from electsys.devices.permissions import MANAGE

    other = make_account(permissions=[MANAGE], region="3171")
    with pytest.raises(Refused) as refused:
        issue(actor=Actor(other.id, other.username))
    assert refused.value.status == 403


def test_an_activation_gives_no_right_of_its_own(issue, make_account):
    stranger = make_account(permissions=["devices:none:none"], region=VILLAGE)
    with pytest.raises(Refused, match="tidak berhak"):
        issue(account=stranger)
    with pytest.raises(Refused, match="tidak berhak"):
        issue(region="1201011002")  # the next village


def test_a_task_that_is_over_gets_no_phone(issue):
    with pytest.raises(Refused) as refused:
        issue(until=later(days=-1))
    assert refused.value.field == "until"


def test_a_right_that_ended_before_the_code_was_used(session, client, issue, holder):
    code = issue()
    grant = session.scalars(sa.select(Grant).where(Grant.account_id == holder.id)).one()
    grant.valid_to = grant.valid_from
    session.commit()
    answer = Phone(client).activate(code)
    assert (answer.status_code, answer.json["code"]) == (403, "hak_berakhir")


# --- the token ------------------------------------------------------------------------------------


def test_nobody_passes_without_a_token(phone):
    phone.token = ""
    answer = phone.get("/bekal")
    assert (answer.status_code, answer.json["code"]) == (401, "tanpa_token")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    phone.token = "salah"
    assert phone.get("/bekal").json["code"] == "tidak_dikenal"


def test_a_revoked_device_is_told_to_erase_itself(session, phone, officer, rows):
    device = only(session, Device)
    revoke_device(device, reason="hilang", actor=Actor(officer.id, officer.username))
    session.commit()
    for answer in (phone.get("/saya"), phone.get("/bekal"), phone.send(phone.packet({"isi": "x"}))):
        assert (answer.status_code, answer.json["code"]) == (401, "dicabut")
    assert rows() == []
    with pytest.raises(Refused, match="sudah berakhir"):
        revoke_device(device, reason="lagi", actor=Actor(officer.id, officer.username))


def test_who_manages_elsewhere_revokes_nothing_here(session, phone, make_account):
    from electsys.devices.permissions import MANAGE

    other = make_account(permissions=[MANAGE], region="3171")
    with pytest.raises(Refused):
        revoke_device(only(session, Device), reason="x", actor=Actor(other.id, other.username))


def test_a_device_signs_itself_out(session, client, phone):
    answer = client.post("/api/perangkat/keluar", headers=phone.headers, csrf=False)
    assert answer.status_code == 204
    assert only(session, Device).ended_why == "keluar"
    assert phone.get("/saya").json["code"] == "dicabut"


def test_after_its_task_a_device_sends_what_is_left_then_no_more(session, phone, rows):
    device = only(session, Device)
    device.until = later(days=-6.9)
    session.commit()
    assert phone.say("sisa")["outcome"] == "ok"
    device.until = later(days=-7.1)
    session.commit()
    assert phone.send(phone.packet({"isi": "lambat"})).json["code"] == "berakhir"
    assert [row.isi for row in rows()] == ["sisa"]


def test_a_right_that_ends_stops_the_device_and_erases_nothing(session, phone, holder, rows):
    grant = session.scalars(sa.select(Grant).where(Grant.account_id == holder.id)).one()
    grant.valid_to = dt.datetime.now(dt.UTC)
    session.commit()
    for answer in (phone.get("/bekal"), phone.send(phone.packet({"isi": "x"}))):
        assert (answer.status_code, answer.json["code"]) == (403, "hak_berakhir")
    assert phone.get("/saya").status_code == 200
    holder.active = False
    session.commit()
    assert phone.get("/saya").json["code"] == "akun_nonaktif"
    assert rows() == []


def test_the_bundle_is_bounded_by_the_region_and_noted(session, phone):
    answer = phone.get("/bekal")
    assert answer.json["bundle"]["wilayah"] == VILLAGE
    assert answer.json["bundle"]["scope"] == VILLAGE
    assert answer.headers["Cache-Control"] == "no-store"
    again = phone.get("/bekal", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    acts = session.scalars(sa.select(Act).where(Act.verb == "devices:bundle:give")).all()
    assert [act.details for act in acts] == [{"kind": usable.KIND, "rows": 2}]
    assert acts[0].region == VILLAGE
    assert acts[0].grant_id is not None


def test_a_device_of_one_tps_reaches_its_village_and_no_further(session, client, issue):
    code = issue(region=TPS)
    session.commit()
    phone = Phone(client)
    assert phone.activate(code).status_code == 201
    assert phone.get("/bekal").json["bundle"]["scope"] == VILLAGE


def test_a_code_is_read_as_people_type_it():
    assert rules.read_code(" abcde-fghjk mnpqr-stuvw ") == "ABCDEFGHJKMNPQRSTUVW"
    assert rules.show_code("ABCDEFGHJKMNPQRSTUVW") == "ABCDE-FGHJK-MNPQR-STUVW"
    assert not set("ILO01") & set(rules.LETTERS)
    assert len(set(rules.LETTERS)) ** rules.CODE_LENGTH > 2**99
