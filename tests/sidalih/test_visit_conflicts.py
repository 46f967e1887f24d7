"""A phone's visit that did not fit: kept sealed, shown with three values, decided once, told to the phone."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import func, select, text

from electsys.devices import issue_activation
from electsys.errors import Refused
from electsys.identity.access import Scope
from electsys.ledger import Act, Actor
from modules.sidalih import field
from modules.sidalih.claims import claims_of
from modules.sidalih.menu.visits import conflicts_to_decide
from modules.sidalih.models import HouseholdVisit, VisitConflict, VisitPhoto, Voter
from modules.sidalih.operations import visit_conflicts as operations
from modules.sidalih.operations.visits import give_station
from modules.sidalih.operations.voters import amend_voter, place_voter, strike_voter
from modules.sidalih.permissions import ASSIGN, EDIT, READ, RECORD, VISIT
from modules.sidalih.queries import visits as queries
from tests.devices.phone import Phone
from tests.pages import Html
from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE
from tests.sidalih.test_field import _small, found, house, say

TPS = VILLAGE + "001"
FRESH = {
    "name": "siti pemula",
    "birth_place": "Barus",
    "birth_date": "2005-06-07",
    "sex": "P",
    "marital_status": "B",
    "address": "Jalan Melati 4",
    "rt": "1",
    "rw": "2",
    "nik": "1201014706058125",
}


@pytest.fixture
def new_phone(app, session, client, make_account, election, coklit, actor_with, tmp_path, monkeypatch):
    """Make an activated phone of a Pantarlih of the village."""
    monkeypatch.setitem(app.config, "FILE_STORE", str(tmp_path / "files"))
    monkeypatch.setitem(app.config, "HOME", tmp_path)

    def make() -> Phone:
        account = make_account(permissions=[VISIT], region=VILLAGE)
        give_station(election, TPS, account, actor=actor_with(ASSIGN))
        code = issue_activation(
            field.KIND,
            account,
            region=VILLAGE,
            election_id=election.id,
            until=dt.datetime.now(dt.UTC) + dt.timedelta(days=30),
            actor=Actor.system("test"),
        )
        session.commit()
        made = Phone(client)
        assert made.activate(code).status_code == 201
        return made

    return make


@pytest.fixture
def phone(new_phone) -> Phone:
    return new_phone()


@pytest.fixture
def office(actor_with):
    return actor_with(EDIT, region="1201")


@pytest.fixture
def clerk(actor_with):
    return actor_with(RECORD, region=VILLAGE)


def sent_too_late(session, phone, voter, hasil, office, changes=None, **more):
    """A visit of a voter whom the office changed meanwhile; the conflict that it left."""
    late = house(found(voter, hasil, **more), rumah=str(voter.family))
    amend_voter(voter, changes or {"name": "DIUBAH KANTOR"}, actor=office, reason="KTP-el")
    session.commit()
    assert say(phone, late)["code"] == "berubah"
    return session.scalars(select(VisitConflict).order_by(VisitConflict.id.desc())).first()


def settle(conflict, clerk, choices=None, fresh=(), reason="KTP-el dilihat lagi"):
    seen = queries.seen_text(queries.compared(conflict))
    return operations.settle_conflict(conflict, choices or {}, fresh, seen=seen, reason=reason, actor=clerk)


# --- what is kept ----------------------------------------------------------------------------------


def test_what_did_not_fit_is_kept_sealed(session, phone, make_voter, office):
    voter = make_voter()
    nik = "1201015705808899"
    conflict = sent_too_late(
        session, phone, voter, "ubah", office, ubah={"nik": nik, "birth_date": "1981-02-03"}
    )
    assert (conflict.state, conflict.voters, conflict.house) == ("terbuka", [voter.id], voter.family)
    kept = str(session.execute(text("select c::text from visit_conflict c")).all())
    assert nik not in kept and "1981-02-03" not in kept
    [finding], fresh = queries.kept_visit(conflict)
    assert finding.changes == {"nik": nik, "birth_date": dt.date(1981, 2, 3)} and fresh == []
    assert nik not in repr(finding)


def test_the_three_values(session, phone, make_voter, office):
    voter = make_voter(name="NAMA DIUNDUH", rt="001")
    conflict = sent_too_late(
        session,
        phone,
        voter,
        "ubah",
        office,
        {"name": "NAMA KANTOR", "rw": "009"},
        ubah={"name": "nama pantarlih"},
    )
    [one] = queries.compared(conflict)
    lines = {line.field: (line.base, line.said, line.now, line.open) for line in one.lines}
    assert lines == {
        "hasil": ("potensial", "ubah", "ubah", False),
        "name": ("NAMA DIUNDUH", "NAMA PANTARLIH", "NAMA KANTOR", True),
        "rw": ("002", "002", "009", True),
    }
    assert (one.last.kind, one.last.reason) == ("ubah", "KTP-el")


def test_sent_again_it_is_one_conflict(session, phone, make_voter, office):
    voter = make_voter()
    packet = phone.packet(house(found(voter, "sesuai")))
    amend_voter(voter, {"name": "LAIN"}, actor=office, reason="KTP-el")
    session.commit()
    for _ in range(2):
        assert phone.send(packet).json["answers"][0]["outcome"] == "conflict"
    assert session.scalar(select(func.count()).select_from(VisitConflict)) == 1


def test_two_phones_in_one_house(session, new_phone, make_voter):
    voter, other = make_voter(), make_voter()
    one, two = new_phone(), new_phone()
    first = house(found(voter, "ubah", ubah={"name": "DARI PONSEL SATU"}), found(other, "sesuai"))
    second = house(found(voter, "ubah", ubah={"name": "DARI PONSEL DUA"}), found(other, "sesuai"))
    assert say(one, first)["outcome"] == "ok"
    answer = say(two, second)
    assert (answer["outcome"], answer["values"]) == ("conflict", {"pemilih": [voter.id]})
    conflict = session.scalars(select(VisitConflict)).one()
    compared = {c.voter.id: {line.field: line for line in c.lines} for c in queries.compared(conflict)}
    assert compared[other.id] == {}  # both found it right
    name = compared[voter.id]["name"]
    assert (name.said, name.now, name.open) == ("DARI PONSEL DUA", "DARI PONSEL SATU", True)


def test_two_phones_that_find_the_same_need_nobody(session, new_phone, make_voter):
    same, gone = make_voter(), make_voter()
    one, two = new_phone(), new_phone()
    visits = [house(found(same, "sesuai"), found(gone, "tms", kode="1")) for _ in range(2)]
    assert [say(p, v)["outcome"] for p, v in zip((one, two), visits, strict=True)] == ["ok", "ok"]
    assert session.scalar(select(func.count()).select_from(HouseholdVisit)) == 2
    assert session.scalars(select(VisitConflict)).all() == []


# --- the decision ----------------------------------------------------------------------------------


def test_what_was_chosen_is_written_field_by_field(session, phone, make_voter, office, clerk):
    voter = make_voter(name="NAMA DIUNDUH")
    conflict = sent_too_late(
        session,
        phone,
        voter,
        "ubah",
        office,
        {"name": "NAMA KANTOR", "rw": "009"},
        ubah={"name": "nama pantarlih", "rt": "7"},
    )
    row = settle(conflict, clerk, {voter.id: ["name"]})
    assert (voter.name, voter.rw, voter.rt, voter.state) == ("NAMA PANTARLIH", "009", "001", "ubah")
    assert (row.source, row.packet_key, row.actor) == ("gawai", conflict.packet_key, clerk.name)
    assert (conflict.state, conflict.decided_by) == ("dicatat", clerk.name)
    act = session.scalars(select(Act).where(Act.verb == "sidalih:visit:settle")).one()
    assert act.reason == "KTP-el dilihat lagi"
    assert act.details["phone"] == {str(voter.id): ["name"]}
    assert "NAMA" not in str(act.details)


def test_nothing_chosen_leaves_the_list(session, phone, make_voter, office, clerk):
    voter = make_voter()
    conflict = sent_too_late(session, phone, voter, "sesuai", office)
    assert settle(conflict, clerk) is None
    assert (voter.name, conflict.state) == ("DIUBAH KANTOR", "dibuang")
    assert session.scalar(select(func.count()).select_from(HouseholdVisit)) == 0


def test_a_struck_row_is_chosen_back(session, phone, make_voter, office, clerk):
    voter = make_voter()
    late = house(found(voter, "sesuai"))
    strike_voter(voter, "1", actor=office, reason="Laporan kematian")
    session.commit()
    say(phone, late)
    conflict = session.scalars(select(VisitConflict)).one()
    settle(conflict, clerk, {voter.id: ["hasil"]})
    assert (voter.state, voter.tms_code) == ("sesuai", None)


def test_a_striking_of_the_phone_by_choice_alone(session, phone, make_voter, office, clerk):
    voter, other = make_voter(), make_voter()
    first = sent_too_late(session, phone, voter, "tms", office, kode="1", alasan="akta 12")
    settle(first, clerk, {voter.id: ["hasil"]})
    assert (voter.state, voter.tms_code) == ("tms", "1")
    second = sent_too_late(session, phone, other, "tms", office, kode="1")
    settle(second, clerk, {other.id: []})
    assert (other.state, second.state) == ("ubah", "dibuang")


def test_a_voter_who_was_placed_elsewhere_comes_back(session, phone, make_voter, office, clerk):
    voter, mate = make_voter(), make_voter()
    late = house(found(voter, "sesuai"), found(mate, "sesuai"))
    place_voter(voter, VILLAGE + "002", actor=office, reason="Salah TPS")
    session.commit()
    say(phone, late)
    conflict = session.scalars(select(VisitConflict)).one()
    settle(conflict, clerk, {voter.id: ["tps_code"]})
    assert (voter.tps_code, voter.state, mate.state) == (TPS, "sesuai", "sesuai")


def test_new_voters_are_taken_by_choice(session, phone, make_voter, office, clerk):
    voter = make_voter()
    late = house(found(voter, "sesuai"), baru=[FRESH])
    amend_voter(voter, {"name": "LAIN"}, actor=office, reason="KTP-el")
    session.commit()
    say(phone, late)
    conflict = session.scalars(select(VisitConflict)).one()
    row = settle(conflict, clerk, fresh=[0])
    assert row.outcomes["baru"] == 1
    assert session.scalars(select(Voter.name).where(Voter.source == "coklit")).all() == ["SITI PEMULA"]


def test_a_decision_is_taken_once_with_a_reason_on_what_was_shown(
    session, phone, make_voter, office, clerk, actor_with
):
    voter = make_voter()
    conflict = sent_too_late(session, phone, voter, "sesuai", office)
    seen = queries.seen_text(queries.compared(conflict))
    with pytest.raises(Refused) as refused:
        settle(conflict, clerk, reason="  ")
    assert refused.value.field == "reason"
    for other in (actor_with(VISIT, EDIT), actor_with(RECORD, region=OTHER_VILLAGE)):
        with pytest.raises(Refused):
            settle(conflict, other)
    amend_voter(voter, {"name": "LAGI"}, actor=office, reason="KTP-el")
    with pytest.raises(Refused, match="berubah lagi"):
        operations.settle_conflict(conflict, {}, [], seen=seen, reason="x", actor=clerk)
    settle(conflict, clerk)
    with pytest.raises(Refused, match="sudah diputus"):
        settle(conflict, clerk)
    with pytest.raises(Refused, match="sudah diputus"):
        operations.drop_conflict(conflict, permission=RECORD, reason="x", actor=clerk)


def test_after_coklit_only_dropping_is_left(session, phone, coklit, make_voter, office, clerk):
    conflict = sent_too_late(session, phone, make_voter(), "sesuai", office)
    coklit.state = "dphp"
    session.flush()
    with pytest.raises(Refused, match="sudah selesai"):
        settle(conflict, clerk)
    operations.drop_conflict(conflict, permission=RECORD, reason="Coklit selesai", actor=clerk)
    assert (conflict.state, conflict.reason) == ("dibuang", "Coklit selesai")


# --- the phone decides, and hears of decisions -----------------------------------------------------


def test_the_phone_decides_with_a_packet_of_its_own(session, phone, make_voter, office):
    voter = make_voter()
    conflict = sent_too_late(session, phone, voter, "ubah", office, ubah={"name": "nama pantarlih"})
    fitted = house(found(voter, "ubah", ubah={"name": "nama pantarlih"}), rumah=str(voter.family))
    answer = say(phone, fitted | {"bentrok": str(conflict.packet_key), "alasan": "KTP-el di tangan"})
    assert answer["outcome"] == "ok"
    session.expire_all()
    assert (voter.name, conflict.state, conflict.reason) == ("NAMA PANTARLIH", "dicatat", "KTP-el di tangan")
    late = say(phone, fitted | {"bentrok": str(conflict.packet_key), "alasan": "lagi"})
    assert (late["outcome"], late["code"]) == ("refused", "diputus")


def test_the_phone_says_that_the_list_is_right(session, phone, make_voter, office):
    voter = make_voter()
    conflict = sent_too_late(session, phone, voter, "sesuai", office)
    answer = say(phone, house() | {"bentrok": str(conflict.packet_key), "alasan": "Benar menurut KTP-el"})
    assert answer["outcome"] == "ok"
    session.expire_all()
    assert (conflict.state, voter.name) == ("dibuang", "DIUBAH KANTOR")
    assert session.scalar(select(func.count()).select_from(HouseholdVisit)) == 0


def test_another_phones_conflict_is_not_its_own(session, new_phone, make_voter, office):
    one = new_phone()
    conflict = sent_too_late(session, one, make_voter(), "sesuai", office)
    other = new_phone()
    answer = say(other, house() | {"bentrok": str(conflict.packet_key), "alasan": "x"})
    assert (answer["outcome"], answer["code"]) == ("refused", "diputus")
    session.expire_all()
    assert conflict.state == "terbuka"


def test_a_house_visited_anew_by_the_same_phone_leaves_nothing_to_decide(session, phone, make_voter, office):
    voter = make_voter()
    conflict = sent_too_late(session, phone, voter, "sesuai", office)
    assert say(phone, house(found(voter, "sesuai"), rumah=str(voter.family)))["outcome"] == "ok"
    session.expire_all()
    assert (conflict.state, voter.state) == ("diulang", "sesuai")


def test_the_phone_hears_of_the_decision_and_its_photo_is_kept(session, phone, make_voter, office, clerk):
    gone = make_voter()
    key, photo = str(uuid.uuid4()), str(uuid.uuid4())
    late = house(found(gone, "tms", kode="1", foto=0))
    amend_voter(gone, {"name": "LAIN"}, actor=office, reason="KTP-el")
    session.commit()
    assert say(phone, late, key=key, files=(photo,))["outcome"] == "conflict"
    assert phone.get("/bekal").json["bundle"]["diputus"] == []
    settle(session.scalars(select(VisitConflict)).one(), clerk, {gone.id: ["hasil"]})
    session.commit()
    assert phone.get("/bekal").json["bundle"]["diputus"] == [{"kunci": key, "putusan": "dicatat"}]
    content = _small()
    assert phone.put(photo, key, content, 0, content).status_code in (200, 201)
    assert session.scalars(select(VisitPhoto.voter_id)).all() == [gone.id]


# --- the page --------------------------------------------------------------------------------------


@pytest.fixture
def pps(client, login, make_account):
    account = make_account(permissions=[READ, ASSIGN, RECORD], region=VILLAGE)
    login(client, account)
    return account


def test_a_conflict_is_decided_on_its_page(app, client, session, coklit, phone, pps, make_voter, office):
    voter = make_voter(name="NAMA DIUNDUH")
    nik = claims_of(voter).nik
    conflict = sent_too_late(
        session,
        phone,
        voter,
        "ubah",
        office,
        {"name": "NAMA KANTOR", "marital_status": "P"},
        ubah={"name": "nama pantarlih", "nik": "1201015705808899", "birth_date": "1980-05-18"},
    )
    with app.test_request_context():
        [task] = conflicts_to_decide(pps)
    assert (task.count, task.link) == (1, f"/pemilih/coklit/benturan/{conflict.id}")
    area = f"/pemilih/coklit/{coklit.id}/{VILLAGE}"
    assert "1 kunjungan tidak cocok lagi" in Html(client.get(area).text).text()
    listed = client.get(area + "/benturan")
    assert task.link in {a.get("href") for a in Html(listed.text).all("a")}
    assert "NAMA" not in Html(listed.text).text()
    page = Html(client.get(task.link).text)
    shown = page.text()
    for value in ("NAMA DIUNDUH", "NAMA PANTARLIH", "NAMA KANTOR", "Sudah kawin", "Pernah kawin", "KTP-el"):
        assert value in shown
    for secret in (nik, "1201015705808899", "18 Mei 1980", "1980-05-18"):
        assert secret not in shown
    form = page.values(next(f for f in page.all("form") if f.get("action") == task.link))
    asked = {i.get("name") for i in page.all("input") if i.get("type") == "radio"}
    assert {n.split("_", 1)[1] for n in asked} == {"name", "nik", "birth_date", "marital_status"}
    missing = client.post(task.link, data=form | {"putus": "1", "reason": "Dicek"}, check=False)
    assert missing.status_code == 422 and "Pilih salah satu." in Html(missing.text).text()
    choices = dict.fromkeys(asked, "kini") | {f"v{voter.id}_name": "gawai"}
    done = client.post(
        task.link, data=form | choices | {"putus": "1", "reason": "KTP-el dilihat"}, follow_redirects=True
    )
    assert "Putusan dicatat." in Html(done.text).text()
    session.expire_all()
    assert (voter.name, voter.marital_status, claims_of(voter).nik) == ("NAMA PANTARLIH", "P", nik)
    assert (conflict.state, conflict.reason) == ("dicatat", "KTP-el dilihat")


def test_a_whole_visit_is_dropped_with_a_reason_alone(client, session, phone, pps, make_voter, office):
    voter = make_voter()
    conflict = sent_too_late(session, phone, voter, "sesuai", office)
    url = f"/pemilih/coklit/benturan/{conflict.id}"
    page = Html(client.get(url).text)
    form = page.values(next(f for f in page.all("form") if f.get("action") == url))
    assert client.post(url, data=form | {"buang": "1"}, check=False).status_code == 422
    assert client.post(url, data=form | {"buang": "1", "reason": "Salah rumah"}).status_code == 302
    session.expire_all()
    assert (conflict.state, conflict.reason, voter.name) == ("dibuang", "Salah rumah", "DIUBAH KANTOR")


def test_conflicts_of_another_village_are_not_there(
    client, login, make_account, session, phone, make_voter, office
):
    conflict = sent_too_late(session, phone, make_voter(), "sesuai", office)
    login(client, make_account(permissions=[RECORD], region=OTHER_VILLAGE))
    assert client.get(f"/pemilih/coklit/benturan/{conflict.id}", check=False).status_code in (403, 404)
    assert queries.conflicts_waiting(conflict.election_id, [Scope(OTHER_VILLAGE)]) == (0, None)
    assert queries.conflicts_waiting(conflict.election_id, [Scope("1201")]) == (1, conflict.id)
