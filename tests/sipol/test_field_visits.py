"""Visits to offices and boards on a phone: what it takes along, taken once, photos, what changed."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid

import pytest
from PIL import Image
from sqlalchemy import event, select

from electsys.db import db
from electsys.devices import issue_activation
from electsys.devices.models import DevicePacket
from electsys.errors import Refused
from electsys.ledger import Act, Actor
from modules.sipol import field
from modules.sipol.models import FactualCheck, FactualPhoto
from modules.sipol.operations import factual
from modules.sipol.permissions import VISIT
from modules.sipol.queries import factual as queries
from modules.sipol.queries.conclusions import sequence_of
from modules.sipol.queries.visits import _sequences, due_in
from modules.sipol.rules.factual import ASPECTS
from tests.devices.phone import Phone
from tests.sipol import conftest as make
from tests.sipol.verifying import board, concluded, district, housed, open_step
from tests.sipol.visiting import BOARD, OFFICE, checked, in_factual, now, photo
from tests.sipol.visiting import officer as officer  # noqa: PLC0414  (a fixture)


@pytest.fixture
def row(session, election):
    return in_factual(session, 0)


def activated(client, session, account, region, election) -> Phone:
    code = issue_activation(
        field.KIND,
        account,
        region=region,
        election_id=election.id,
        until=now() + dt.timedelta(days=30),
        actor=Actor.system("test"),
    )
    session.commit()
    made = Phone(client)
    assert made.activate(code).status_code == 201
    return made


@pytest.fixture
def store(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "FILE_STORE", str(tmp_path / "files"))
    monkeypatch.setitem(app.config, "HOME", tmp_path)


@pytest.fixture
def phone(session, client, make_account, election, row, store) -> Phone:
    return activated(client, session, make_account(permissions=[VISIT], region="1201"), "1201", election)


def carried(phone) -> dict[tuple[int, str], dict]:
    bundle = phone.get("/bekal").json["bundle"]
    return {(v["partai"], v["aspek"]): v for v in bundle["kunjungan"]}


def visit(row, aspek: str = "kantor", benar=None, **more):
    return {
        "partai": row.party_id,
        "aspek": aspek,
        "tahap": "verfak",
        "benar": OFFICE if benar is None else benar,
        "dasar": "",
        "catatan": "",
    } | more


def say(phone, payload, *, photos: int = 1):
    packet = phone.packet(payload, files=tuple(str(uuid.uuid4()) for _n in range(photos)))
    answer = phone.send(packet)
    assert answer.status_code == 200, answer.text
    return answer.json["answers"][0], packet


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (120, 90), "white").save(out, "JPEG")
    return out.getvalue()


# --- what it takes along ---------------------------------------------------------------------------


def test_a_phone_carries_the_offices_and_boards_of_its_area(session, phone, row):
    bundle = phone.get("/bekal").json["bundle"]
    found = {(v["partai"], v["aspek"]): v for v in bundle["kunjungan"]}
    assert set(found) == {(row.party_id, "kantor"), (row.party_id, "kepengurusan")}
    office, people = found[row.party_id, "kantor"], found[row.party_id, "kepengurusan"]
    assert office["kantor"] == {"alamat": "JALAN MAWAR 1", "status": "Milik sendiri"}
    assert [name for _office, name in people["inti"]] and people["orang"] == 4 and people["perempuan"] == 1
    assert (office["dasar"], office["status"]) == ("", "menunggu")
    assert [key for key, _words in bundle["pertanyaan"]["kantor"]] == list(OFFICE)
    assert bundle["rows"] == 3  # the mandatory three
    text = json.dumps(bundle)
    import re

    assert not re.search(r"\d{16}", text) and "birth" not in text


def test_other_areas_other_steps_and_what_is_done_stay_at_the_office(session, election, row, officer):
    elsewhere = make.registration(session, "verfak")
    board(session, elsewhere, "1202")
    early = make.registration(session, "vermin")
    district(session, early, 0)
    done = in_factual(session, 0)
    checked(done, officer[1])
    factual.close_area(done, "1201", actor=officer[1])
    local = make.registration(session, "verfak", region="11")
    board(session, local, "1201")
    assert [due.registration.id for due in due_in(election.id, "1201")] == [row.id]
    assert due_in(election.id, "3171") == []


def test_the_centre_has_its_women_and_a_province_its_own(session, election, store, client, make_account):
    row = make.registration(session, "verfak")
    open_step(session, row, "verfak")
    for region in ("", "12"):
        board(session, row, region, people=10, women=3)
        housed(session, row, region)
    assert {a for due in due_in(election.id, "") for a in due.aspects} == set(ASPECTS)
    assert {a for due in due_in(election.id, "12") for a in due.aspects} == {"kepengurusan", "kantor"}
    phone = activated(client, session, make_account(permissions=[VISIT]), "", election)
    assert (row.party_id, "perempuan") in carried(phone)
    answer, _packet = say(phone, visit(row, "perempuan", {"cocok": True}))
    assert (answer["outcome"], answer["values"]["status"]) == ("ok", "ms")
    assert session.scalars(select(FactualCheck)).one().region == ""


def test_after_the_repair_what_was_met_is_not_carried(session, election, row, officer):
    checked(row, officer[1])
    factual.record_check(
        row,
        "1201",
        "kantor",
        OFFICE | {"digunakan": False},
        visited_at=now(),
        photos=[photo().id],
        actor=officer[1],
    )
    factual.close_area(row, "1201", actor=officer[1])
    concluded(session, row, "", "bms", step="verfak")
    row.state = "verfak_perbaikan"
    session.flush()
    [due] = due_in(election.id, "1201")
    assert due.aspects == ("kantor",) and due.checks == {}
    assert _sequences([row]) == {row.id: sequence_of(row, "verfak_perbaikan")}


def test_the_number_of_queries_does_not_follow_the_number_of_parties(session, election, row):
    def queries_of() -> int:
        seen: list[str] = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listener)
        try:
            session.expire_all()
            due_in(election.id, "1201")
        finally:
            event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    queries_of()
    one = queries_of()
    for _n in range(3):
        in_factual(session, 0)
    session.expire_all()
    four = queries_of()
    assert one and four <= one + 1


# --- packets ---------------------------------------------------------------------------------------


def test_a_visit_sent_twice_is_one_and_its_photos_follow(session, phone, row, officer):
    answer, packet = say(phone, visit(row, benar=OFFICE | {"papan": False}, catatan=" tanpa papan "))
    again = phone.send(packet).json["answers"][0]
    assert (answer["outcome"], again["again"]) == ("ok", True)
    assert answer["values"] == {"partai": row.party_id, "aspek": "kantor", "status": "ms"}
    assert answer["receipt"]["number"]
    [check] = session.scalars(select(FactualCheck)).all()
    assert (check.packet, check.photos, check.note) == (packet["key"], [], "tanpa papan")
    assert check.details["papan"] is False
    assert check.visited_at == dt.datetime.fromisoformat(packet["made_at"])
    say(phone, visit(row, "kepengurusan", BOARD))
    session.expire_all()
    with pytest.raises(Refused, match="Foto kunjungan belum tiba"):
        factual.close_area(row, "1201", actor=officer[1])
    content = jpeg()
    for _n in range(2):
        got = phone.put(packet["files"][0], packet["key"], content, 0, content)
        assert got.status_code in (200, 201), got.text
    [kept] = session.scalars(select(FactualPhoto)).all()
    assert kept.check_id == check.id
    assert queries.photos_of_checks([check]) == {check.id: [kept.file_id]}
    assert session.scalars(select(Act).where(Act.verb == "sipol:factual:attach")).one()


def test_a_visit_without_a_photo_is_refused_in_words(session, phone, row):
    answer, _packet = say(phone, visit(row), photos=0)
    assert (answer["outcome"], answer["code"]) == ("refused", "foto")
    assert "paling sedikit satu foto" in answer["message"]
    assert session.scalars(select(FactualCheck)).all() == []


def test_what_somebody_else_found_meanwhile_is_a_conflict(session, phone, row, officer):
    checked(row, officer[1])
    session.commit()
    answer, _packet = say(phone, visit(row))
    assert (answer["outcome"], "orang lain" in answer["message"]) == ("conflict", True)
    fresh = carried(phone)[row.party_id, "kantor"]
    assert (fresh["status"], fresh["dasar"] != "") == ("ms", True)
    answer, packet = say(phone, visit(row, benar=OFFICE | {"alamat": False}, dasar=fresh["dasar"]))
    assert (answer["outcome"], answer["values"]["status"]) == ("ok", "bms")
    # The phone's own next visit quotes its packet, before any newer data came.
    answer, _packet = say(phone, visit(row, dasar=packet["key"]))
    assert (answer["outcome"], answer["values"]["status"]) == ("ok", "ms")


@pytest.mark.parametrize(
    ("changed", "outcome", "code"),
    [
        ({"nik": "1"}, "refused", "isian"),
        ({"aspek": "anggota"}, "refused", "isian"),
        ({"benar": {"alamat": True}}, "refused", "tidak_ada"),
        ({"benar": BOARD}, "refused", "tidak_ada"),
        ({"partai": 2**30}, "refused", "tidak_ada"),
        ({"tahap": "verfak_perbaikan"}, "conflict", "tahap"),
        ({"aspek": "perempuan", "benar": {"cocok": True}}, "refused", "ditolak"),
    ],
)
def test_refusals_are_answers(session, phone, row, changed, outcome, code):
    answer, _packet = say(phone, visit(row) | changed)
    assert (answer["outcome"], answer["code"]) == (outcome, code)
    assert session.scalars(select(FactualCheck)).all() == []
    assert session.scalars(select(DevicePacket)).one().outcome == outcome


def test_the_calendar_and_a_closed_area_decide_when_it_arrives(session, phone, row, officer):
    checked(row, officer[1])
    factual.close_area(row, "1201", actor=officer[1])
    session.commit()
    answer, _packet = say(phone, visit(row))
    assert answer["outcome"] == "conflict" and "sudah ditutup" in answer["message"]
    assert carried(phone) == {}


def test_photos_of_a_phone_stand_on_the_page(session, client, login, phone, row, officer):
    _answer, packet = say(phone, visit(row))
    page = f"/partai/pemilu-2024/{row.party_id}/faktual/1201"
    login(client, officer[0])
    assert "foto menunggu kiriman ponsel" in client.get(page).text
    content = jpeg()
    phone.put(packet["files"][0], packet["key"], content, 0, content)
    check = session.scalars(select(FactualCheck)).one()
    kept = session.scalars(select(FactualPhoto.file_id)).one()
    address = f"/partai/faktual/kunjungan/{check.id}/{kept}"
    assert address in client.get(page).text
    assert client.get(address).mimetype == "image/jpeg"
    assert client.get(f"/partai/faktual/kunjungan/{check.id}/{kept + 1}").status_code == 404
