"""Factual verification on a phone: whom it carries, attempts taken once, conflicts, photos."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import uuid

import pytest
from PIL import Image
from sqlalchemy import select

from electsys.devices import issue_activation
from electsys.devices.models import DevicePacket
from electsys.ledger import Actor
from electsys.verification.models import Contact, ContactPhoto, SampleMember
from electsys.verification.operations import samples
from modules.sipol import field
from modules.sipol.operations import factual
from modules.sipol.permissions import VISIT
from tests.devices.phone import Phone
from tests.sipol.visiting import in_factual, meet, people, seed
from tests.sipol.visiting import officer as officer  # noqa: PLC0414  (a fixture)


@pytest.fixture
def sample(session, election, officer):
    seed(session, election)
    return factual.draw(in_factual(session, 4), "1201", actor=officer[1])


@pytest.fixture
def holder(make_account):
    return make_account(permissions=[VISIT], region="1201")


@pytest.fixture
def phone(app, session, client, holder, election, sample, officer, tmp_path, monkeypatch) -> Phone:
    monkeypatch.setitem(app.config, "FILE_STORE", str(tmp_path / "files"))
    monkeypatch.setitem(app.config, "HOME", tmp_path)
    first = people(session, sample)[:3]
    samples.assign_people(sample, [p.id for p in first], holder, actor=officer[1])
    code = issue_activation(
        field.KIND,
        holder,
        region="1201",
        election_id=election.id,
        until=dt.datetime.now(dt.UTC) + dt.timedelta(days=30),
        actor=Actor.system("test"),
    )
    session.commit()
    made = Phone(client)
    assert made.activate(code).status_code == 201
    return made


def attempt(person: SampleMember, hasil: str = "membenarkan", *, upaya: int = 1, cara: str = "rumah"):
    return {"orang": person.id, "upaya": upaya, "cara": cara, "hasil": hasil, "catatan": ""}


def say(phone, payload, **more):
    answer = phone.send(phone.packet(payload, **more))
    assert answer.status_code == 200, answer.text
    return answer.json["answers"][0]


def test_a_phone_carries_its_own_people_without_numbers(session, phone, sample):
    carried = phone.get("/bekal").json["bundle"]
    text = json.dumps(carried)
    mine = people(session, sample)[:3]
    assert [p["id"] for p in carried["orang"]] == [p.id for p in mine]
    one = carried["orang"][0]
    assert "**********" in one["nik"] and one["upaya"] == 0 and one["status"] == "menunggu"
    assert carried["upaya"] == ["rumah", "kantor", "panggilan_video"]
    assert not re.search(r"\d{16}", text) and "birth" not in text


def test_an_attempt_sent_twice_is_one(session, phone, sample):
    person = people(session, sample)[0]
    packet = phone.packet(attempt(person))
    first, again = (phone.send(packet).json["answers"][0] for _n in range(2))
    assert (first["outcome"], again["again"]) == ("ok", True)
    assert first["values"] == {"upaya": 1, "status": "ms"}
    [contact] = session.scalars(select(Contact)).all()
    assert contact.packet == packet["key"]
    assert contact.visited_at == dt.datetime.fromisoformat(packet["made_at"])
    session.expire_all()
    assert person.state == "ms"


def test_three_attempts_by_phone(session, phone, sample):
    person = people(session, sample)[1]
    for n, cara in enumerate(("rumah", "kantor", "panggilan_video"), 1):
        assert say(phone, attempt(person, "tidak_bertemu", upaya=n, cara=cara))["outcome"] == "ok"
    session.expire_all()
    assert (person.state, person.reason) == ("tms", "tidak_ditemui")


def test_what_the_office_wrote_meanwhile_is_a_conflict(session, phone, sample, officer):
    person = people(session, sample)[0]
    meet(person, officer[1], "tidak_bertemu")
    session.commit()
    answer = say(phone, attempt(person))
    assert (answer["outcome"], answer["code"]) == ("conflict", "berubah")
    meet_again = say(phone, attempt(person, upaya=2, cara="kantor"))
    assert meet_again["outcome"] == "ok"
    decided = say(phone, attempt(person, upaya=3, cara="panggilan_video"))
    assert decided["outcome"] == "conflict" and "sudah diputus" in decided["message"]


def test_refusals_are_answers_in_words(session, phone, sample):
    person = people(session, sample)[0]
    assert say(phone, attempt(person) | {"nik": "1"})["code"] == "isian"
    assert say(phone, attempt(person) | {"orang": 10**9})["code"] == "tidak_ada"
    wrong = say(phone, attempt(person, cara="kantor"))
    assert wrong["outcome"] == "conflict" and "Upaya ke-1" in wrong["message"]
    assert session.scalars(select(Contact)).all() == []
    assert session.scalars(select(DevicePacket)).all()


def _small() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (120, 90), "white").save(out, "JPEG")
    return out.getvalue()


def test_a_photo_follows_its_attempt(session, phone, sample):
    person, key = people(session, sample)[0], str(uuid.uuid4())
    packet = phone.packet(attempt(person), files=(key,))
    assert phone.send(packet).json["answers"][0]["outcome"] == "ok"
    content = _small()
    answer = phone.put(key, packet["key"], content, 0, content)
    assert answer.status_code in (200, 201), answer.text
    [photo] = session.scalars(select(ContactPhoto)).all()
    assert photo.contact_id == session.scalars(select(Contact)).one().id


def test_the_page_of_the_phone_names_nobody(client, phone):
    shown = client.get("/lapangan/verfak/").get_data(as_text=True)
    assert "js/verfak/field" in shown and "BUDI" not in shown


def test_the_worker_stores_everything_once(app):
    from electsys.devices.views.field import contents

    with app.test_request_context():
        stored = contents()["assets"]
    assert len(stored) == len(set(stored))
    assert any(name.endswith("js/verfak/field.js") for name in stored)
