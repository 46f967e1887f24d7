"""Coklit's packets as a phone sends them: taken once, answered in words, and nothing of theirs in clear."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid

import pytest
from sqlalchemy import func, select, text

from electsys.devices import issue_activation
from electsys.devices.models import DevicePacket
from electsys.ledger import Act, Actor
from modules.sidalih import field
from modules.sidalih.models import HouseholdVisit, VisitPhoto, Voter, VoterEvent
from modules.sidalih.operations.visits import give_station
from modules.sidalih.permissions import ASSIGN, EDIT, VISIT
from tests.devices.journey import noise
from tests.devices.phone import Phone
from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE

TPS = VILLAGE + "001"
NEW = {
    "name": "siti  pemula",
    "birth_place": "Barus",
    "birth_date": "2005-06-07",
    "sex": "P",
    "marital_status": "B",
    "address": "Jalan Melati 4",
    "rt": "1",
    "rw": "2",
    "nik": "1201014706058123",
    "nkk": "1201010101208123",
}


@pytest.fixture
def holder(session, election, coklit, make_account, actor_with):
    account = make_account(permissions=[VISIT], region=VILLAGE)
    give_station(election, TPS, account, actor=actor_with(ASSIGN))
    return account


@pytest.fixture
def phone(app, session, client, holder, election, tmp_path, monkeypatch) -> Phone:
    monkeypatch.setitem(app.config, "FILE_STORE", str(tmp_path / "files"))
    monkeypatch.setitem(app.config, "HOME", tmp_path)
    code = issue_activation(
        field.KIND,
        holder,
        region=VILLAGE,
        election_id=election.id,
        until=dt.datetime.now(dt.UTC) + dt.timedelta(days=30),
        actor=Actor.system("test"),
    )
    session.commit()
    made = Phone(client)
    assert made.activate(code).status_code == 201
    return made


def found(voter, hasil, **more):
    return {"id": voter.id, "versi": voter.version, "status": voter.state, "hasil": hasil, **more}


def house(*pemilih, baru=(), tps=TPS, rumah="77"):
    return {"tps": tps, "rumah": rumah, "pemilih": list(pemilih), "baru": list(baru)}


def say(phone, payload, **more):
    answer = phone.send(phone.packet(payload, **more))
    assert answer.status_code == 200, answer.text
    return answer.json["answers"][0]


def visits(session):
    return session.scalars(select(HouseholdVisit).order_by(HouseholdVisit.id)).all()


def test_a_household_sent_twice_is_one_visit(session, phone, make_voter):
    right, changed, gone, moved = (make_voter() for _ in range(4))
    packet = phone.packet(
        house(
            found(right, "sesuai"),
            found(changed, "ubah", ubah={"name": "nama  benar", "rt": "7", "birth_date": "1981-02-03"}),
            found(gone, "tms", kode="1", alasan="akta  kematian"),
            found(moved, "tempat", tps=VILLAGE + "002"),
            baru=[NEW],
        )
    )
    first = phone.send(packet).json["answers"][0]
    again = phone.send(packet).json["answers"][0]
    assert (first["outcome"], first["again"], again["again"]) == ("ok", False, True)
    assert {k: first["values"][k] for k in ("sesuai", "ubah", "tms", "tempat", "baru")} == dict.fromkeys(
        ("sesuai", "ubah", "tms", "tempat", "baru"), 1
    )
    [visit] = visits(session)
    assert str(visit.packet_key) == packet["key"]
    assert (visit.source, visit.house, visit.device_id is not None) == ("gawai", 77, True)
    assert visit.made_at == dt.datetime.fromisoformat(packet["made_at"])
    session.expire_all()
    assert [v.state for v in (right, changed, gone, moved)] == ["sesuai", "ubah", "tms", "potensial"]
    assert (changed.name, changed.rt, changed.birth_year) == ("NAMA BENAR", "007", 1981)
    assert (gone.tms_code, moved.tps_code) == ("1", VILLAGE + "002")
    fresh = session.scalars(select(Voter).where(Voter.source == "coklit")).one()
    assert (fresh.name, fresh.state, fresh.tps_code, fresh.rt) == ("SITI PEMULA", "baru", TPS, "001")
    assert session.scalar(select(func.count()).select_from(VoterEvent)) == 5


def test_what_the_office_changed_is_a_conflict_and_nothing_of_the_house_is_written(
    session, phone, make_voter, actor_with
):
    from modules.sidalih.operations.voters import amend_voter

    first, second = make_voter(), make_voter()
    sent = house(found(first, "sesuai"), found(second, "sesuai"))
    amend_voter(second, {"name": "DIUBAH KANTOR"}, actor=actor_with(EDIT), reason="KTP-el")
    session.commit()
    answer = say(phone, sent)
    assert (answer["outcome"], answer["status"], answer["code"]) == ("conflict", 409, "berubah")
    assert "berubah sejak terakhir diunduh" in answer["message"]
    assert answer["values"] == {"pemilih": [second.id]}
    session.expire_all()
    assert (first.state, visits(session)) == ("potensial", [])
    assert say(phone, house(found(first, "sesuai"), found(second, "sesuai")))["outcome"] == "ok"
    assert len(visits(session)) == 1


def test_refusals_are_answers_in_words(session, phone, coklit, make_voter):
    voter, there = make_voter(), make_voter(village=OTHER_VILLAGE)
    assert say(phone, house(found(voter, "tms", kode="8")))["message"].startswith("Pemilih yang salah TPS")
    assert say(phone, house(found(voter, "tempat", tps=OTHER_VILLAGE + "001")))["outcome"] == "refused"
    assert say(phone, house())["outcome"] == "refused"
    assert say(phone, house(found(there, "sesuai"), tps=OTHER_VILLAGE + "001"))["outcome"] == "refused"
    coklit.state = "dphp"
    session.commit()
    late = say(phone, house(found(voter, "sesuai")))
    assert "sudah selesai" in late["message"]
    session.expire_all()
    assert (voter.state, there.state, voter.tps_code, visits(session)) == ("potensial", "potensial", TPS, [])


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"baru": [NEW | {"nik": "12"}]}, "NIK"),
        ({"baru": [NEW | {"birth_date": "2005-02-31"}]}, "tanggal lahir"),
        ({"baru": [{k: v for k, v in NEW.items() if k != "name"}]}, "nama"),
        ({"baru": [NEW | {"agama": "x"}]}, "agama"),
        ({"rumah": "9" * 19}, ""),
        ({"tps": "12"}, "tps"),
        ({"pemilih": [{"id": 2**70, "versi": 1, "status": "potensial", "hasil": "sesuai"}]}, "id"),
        ({"pemilih": [{"id": 1, "versi": 1, "status": "potensial", "hasil": "hapus"}]}, "hasil"),
    ],
)
def test_what_cannot_be_read_is_refused_for_good(session, phone, change, where):
    answer = say(phone, house(baru=[NEW]) | change)
    assert (answer["outcome"], answer["code"]) == ("refused", "isian")
    assert where.lower() in answer["message"].lower()
    assert visits(session) == []


def test_a_photo_proves_the_voter_it_was_taken_for(session, phone, make_voter):
    from electsys.documents.models import StoredFile

    gone, right = make_voter(), make_voter()
    key, photo = str(uuid.uuid4()), str(uuid.uuid4())
    sent = house(found(gone, "tms", kode="1", foto=0), found(right, "sesuai"))
    assert say(phone, sent, key=key, files=(photo,))["outcome"] == "ok"
    content = _small()
    for _ in range(2):  # the answer to the first was lost
        assert phone.put(photo, key, content, 0, content).status_code in (200, 201, 204, 409)
    kept = session.scalars(select(VisitPhoto)).one()
    assert (kept.voter_id, kept.visit_id) == (gone.id, visits(session)[0].id)
    assert session.get(StoredFile, kept.file_id).kind == "field_photo"


def _small() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.open(io.BytesIO(noise())).resize((120, 90)).save(out, "JPEG", quality=60)
    return out.getvalue()


def test_the_phone_gets_the_houses_of_its_stations_and_no_number(session, phone, make_voter):
    from modules.sidalih.claims import claims_of

    mine = make_voter(disability="5")
    make_voter(tps="002")
    make_voter(village=OTHER_VILLAGE)
    session.commit()
    answer = phone.get("/bekal")
    assert answer.status_code == 200, answer.text
    got = answer.json["bundle"]
    assert got["tugas"] == [TPS]
    assert [v["id"] for h in got["rumah"] for v in h["pemilih"]] == [mine.id]
    assert len(got["tps"]) == 5
    assert "8" not in {row["kode"] for row in got["tms"]}
    facts = claims_of(mine)
    for secret in (facts.nik, facts.nkk, "1980-05-17"):
        assert secret not in answer.text
    assert got["rumah"][0]["pemilih"][0]["nik"][-2:] == facts.nik[-2:]


def test_who_lost_the_station_gets_no_houses(
    session, election, phone, holder, make_voter, make_account, actor_with
):
    make_voter()
    other = make_account(permissions=[VISIT], region=VILLAGE)
    give_station(election, TPS, other, actor=actor_with(ASSIGN))
    session.commit()
    got = phone.get("/bekal").json["bundle"]
    assert (got["tugas"], got["rumah"]) == ([], [])


def test_nothing_of_a_packet_stays_in_clear(session, phone, make_voter, caplog):
    assert say(phone, house(baru=[NEW]))["outcome"] == "ok"
    tables = (DevicePacket, HouseholdVisit, VoterEvent, Act, Voter)
    kept = "\n".join(
        str(session.execute(text(f"select t::text from {t.__tablename__} t")).all()) for t in tables
    )
    for secret in (NEW["nik"], NEW["nkk"], NEW["birth_date"]):
        assert secret not in kept + caplog.text
        assert hashlib.sha256(secret.encode()).hexdigest() not in kept
        assert json.dumps(secret) not in kept
