"""Am I a member of a party? And: I am none. Nobody is counted as a member against their word."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, text

from electsys.errors import Refused
from electsys.ledger import Act, Actor
from electsys.notices.models import Notice
from electsys.responses.models import PublicResponse
from electsys.responses.operations import decide_response
from modules.sipol.models import MemberEvent, PartyLookup, PartyMember
from modules.sipol.operations.lookup import fill_lookup
from modules.sipol.operations.member_events import move_member
from modules.sipol.permissions import EDIT_MEMBERS, RESPOND
from modules.sipol.queries.counts import members_by
from tests.sipol import conftest as make

ASK = "/api/cek/anggota-partai"
NIK, NAME, BORN = "1201010903857777", "SITI RAHMAWATI", "1985-03-09"


@pytest.fixture
def row(session, election):
    return make.registration(session, "vermin")


@pytest.fixture
def listed(session, row):
    found = make.member(session, row, "ms", nik=NIK, name=NAME)
    fill_lookup()
    return found


def asked(client, nik=NIK, **proof):
    return client.post(ASK, json={"nik": nik, **(proof or {"tanggal_lahir": BORN})})


# --- the check -----------------------------------------------------------------------------------


def test_the_pair_tells_the_party_and_a_masked_name(client, row, listed):
    for proof in ({"tanggal_lahir": BORN}, {"nama": "Siti  Rahmawati, S.Pd."}):
        answer = asked(client, **proof)
        assert answer.status_code == 200
        data = answer.json["data"]
        assert [p["nama"] for p in data["partai"]] == [row.party.name]
        assert data["nama"] == "S*** R********"
        for secret in (NIK, "RAHMAWATI", "1985", listed.card_number):
            assert secret not in answer.text


def test_an_unknown_nik_and_a_wrong_pair_are_the_same_bytes(client, listed):
    wrong = asked(client, tanggal_lahir="1985-03-10")
    none = asked(client, "3171014903857001")
    assert (wrong.status_code, wrong.data) == (none.status_code, none.data) == (200, b'{"ditemukan":false}')


def test_who_left_or_was_struck_is_not_told_as_a_member(client, session, row, listed, make_account):
    account = make_account(permissions=[EDIT_MEMBERS])
    move_member(listed, "withdraw", kind="tarik", reason="uji", actor=Actor(account.id, account.username))
    assert asked(client).json == {"ditemukan": False}


def test_a_changed_row_is_asked_for_by_what_it_says_now(client, session, row, listed):
    listed.name = "SITI RAHAYU"
    session.flush()
    fill_lookup()
    assert asked(client, nama="Siti Rahmawati").json == {"ditemukan": False}
    assert asked(client, nama="Siti Rahayu").json["data"]["nama"] == "S*** R*****"
    assert session.scalar(text("select count(*) from party_lookup_due")) == 0


def test_a_rehearsal_answers_nobody_and_two_parties_are_both_told(client, session, election, row, listed):
    other = make.registration(session, "vermin")
    make.member(session, other, nik=NIK, name=NAME)
    fill_lookup()
    assert {p["nama"] for p in asked(client).json["data"]["partai"]} == {row.party.name, other.party.name}
    election.kind = "simulasi"
    session.flush()
    assert asked(client).json == {"ditemukan": False}


def test_the_projection_holds_no_number_no_date_and_no_full_name(session, listed):
    rows = session.execute(select(PartyLookup.__table__)).all()
    assert len(rows) == 2
    said = str(rows) + "".join(bytes(row.pair).hex() for row in rows)
    assert not any(secret in said for secret in (NIK, "1985", "RAHMAWATI"))
    assert all(len(bytes(row.pair)) == 16 for row in rows)


def test_a_batch_is_taken_up_once(session, row, listed):
    for _n in range(3):
        make.member(session, row)
    assert fill_lookup(2) == 2
    assert fill_lookup(2) == 1
    assert fill_lookup(2) == 0
    assert session.scalar(text("select count(*) from party_lookup")) == 8


def inside(session):
    """What follows is no request of a stranger."""
    session.execute(text("select set_config('app.scope', '', true)"))
    session.expire_all()


# --- the objection -------------------------------------------------------------------------------


@pytest.fixture
def object_(client, session):
    """From the check to the receipt, as a browser without scripts does it; the number of clicks."""

    def send(**changes):
        answer = client.post("/cek/anggota-partai", data={"nik": NIK, "lahir": "09-03-1985"})
        ticket = re.search(r'name="tiket"[^>]*value="([^"]+)"', answer.text)[1]
        form = client.post("/tanggapan/sipol_pencatutan/mulai", data={"tiket": ticket})
        assert "Saya bukan anggota partai ini dan tidak pernah" in form.text
        said = "Saya bukan anggota partai ini dan tidak pernah menyetujuinya."
        values = {"tiket": ticket, "nama": "Siti Rahmawati", "isi": said} | changes
        assert ('name="partai"' in form.text) == ("partai" in changes)
        receipt = client.post("/tanggapan/sipol_pencatutan", data=values)
        assert receipt.status_code == changes.get("status", 200)
        inside(session)
        return receipt

    return send


def counted(row):
    return sum(members_by(row).values())


def test_an_objection_stops_the_count_at_once_and_tells_the_party(
    client, session, row, listed, object_, make_account
):
    make.member(session, row, "ms")
    liaison = make_account(permissions=[EDIT_MEMBERS], party=row.party_id)
    before = counted(row)
    receipt = object_()
    assert re.search(r"TGP-\d{4}-\d{6}", receipt.text)
    session.refresh(listed)
    response = session.scalars(select(PublicResponse)).one()
    assert (listed.response_id, listed.state) == (response.id, "ms")
    assert response.region == listed.village_code
    assert (response.due_at - response.created_at).days == 3
    assert counted(row) == before - 1
    told = session.scalars(select(Notice).where(Notice.kind == "sipol.member.disputed")).all()
    assert [n.account_id for n in told] == [liaison.id]
    assert NIK not in str([n.values for n in told]) and "RAHMAWATI" not in str([n.values for n in told])
    events = session.scalars(select(MemberEvent).where(MemberEvent.member_id == listed.id)).all()
    assert events[-1].kind == "tanggapan" and events[-1].to_state == "ms"
    shown = asked(client).json["data"]["partai"]
    assert [p["disanggah"] for p in shown] == [True]


def test_accepted_it_is_struck_with_an_event_that_says_why(session, row, listed, object_, make_account):
    object_()
    office = make_account(permissions=[RESPOND, "responses:response:decide"], region="1201")
    response = session.scalars(select(PublicResponse)).one()
    decide_response(response, "kabul", code="dicoret", actor=Actor(office.id, office.username))
    session.refresh(listed)
    assert (listed.state, listed.response_id) == ("tms", None)
    event = session.get(MemberEvent, listed.event_id)
    assert (event.kind, event.reason, event.from_state) == ("tanggapan", "pencatutan", "ms")
    assert session.scalars(select(Act).where(Act.verb == "sipol:member:undispute")).one().details["accepted"]


def test_turned_down_it_counts_again(session, row, listed, object_, make_account):
    before = counted(row)
    object_()
    office = make_account(permissions=[RESPOND, "responses:response:decide"], region="1201")
    response = session.scalars(select(PublicResponse)).one()
    decide_response(response, "tolak", code="terbukti_anggota", actor=Actor(office.id, office.username))
    session.refresh(listed)
    assert (listed.state, listed.response_id) == ("ms", None)
    assert counted(row) == before


def test_of_two_parties_only_the_one_that_is_meant(client, session, row, listed, object_):
    other = make.registration(session, "vermin")
    second = make.member(session, other, "ms", nik=NIK, name=NAME, village="3171011001")
    fill_lookup()
    names = [p["nama"] for p in asked(client).json["data"]["partai"]]
    inside(session)
    numbers = {row.party.name: listed.id, other.party.name: second.id}
    object_(partai=[str(numbers[names[1]])])
    session.expire_all()
    rows = {row.party.name: listed, other.party.name: second}
    assert rows[names[0]].response_id is None
    assert rows[names[1]].response_id is not None
    # The rows lie in two provinces: the nation decides.
    assert session.scalars(select(PublicResponse.region)).one() is None


@pytest.fixture
def four(session, row, listed):
    """The same person in four parties; the rows by party id."""
    rows = {row.party_id: listed}
    for _n in range(3):
        other = make.registration(session, "vermin")
        rows[other.party_id] = make.member(session, other, "ms", nik=NIK, name=NAME)
    fill_lookup()
    return rows


def test_of_four_parties_three_are_told_at_once_with_one_receipt(
    client, session, four, object_, make_account
):
    liaisons = {make_account(permissions=[EDIT_MEMBERS], party=key).id: key for key in four}
    kept, *denied = four
    receipt = object_(partai=[str(four[key].id) for key in denied])
    assert len(set(re.findall(r"TGP-\d{4}-\d{6}", receipt.text))) == 1
    response = session.scalars(select(PublicResponse)).one()
    assert four[kept].response_id is None
    assert {four[key].response_id for key in denied} == {response.id}
    told = session.scalars(select(Notice).where(Notice.kind == "sipol.member.disputed")).all()
    assert sorted(liaisons[n.account_id] for n in told) == sorted(denied)
    assert max((n.created_at - response.created_at).total_seconds() for n in told) < 60
    shown = {p["nama"]: p["disanggah"] for p in asked(client).json["data"]["partai"]}
    assert sorted(shown.values()) == [False, True, True, True]
    inside(session)
    office = make_account(permissions=[RESPOND, "responses:response:decide"], region="1201")
    decide_response(response, "kabul", code="dicoret", actor=Actor(office.id, office.username))
    session.expire_all()
    assert {four[key].state for key in denied} == {"tms"}
    assert four[kept].state != "tms" and four[kept].flags == []


def test_every_party_is_ticked_at_first_and_the_office_reads_their_names(
    client, session, four, object_, login, make_account
):
    answer = client.post("/cek/anggota-partai", data={"nik": NIK, "lahir": "09-03-1985"})
    ticket = re.search(r'name="tiket"[^>]*value="([^"]+)"', answer.text)[1]
    form = client.post("/tanggapan/sipol_pencatutan/mulai", data={"tiket": ticket}).text
    boxes = re.findall(r'<input[^>]*name="partai"[^>]*>', form)
    assert len(boxes) == 4 and all("checked" in box for box in boxes)
    inside(session)
    names = [row.party_id for row in four.values()]
    object_(partai=[str(row.id) for row in list(four.values())[:3]])
    reader = make_account(
        permissions=[RESPOND, "responses:response:decide", "responses:response:read"], region="1201"
    )
    login(client, reader)
    response = session.scalars(select(PublicResponse)).one()
    shown = client.get(f"/kelola/tanggapan/{response.id}").text
    from modules.sipol.models import Party

    for key in names[:3]:
        assert session.get(Party, key).name in shown
    assert session.get(Party, names[3]).name not in shown


@pytest.mark.parametrize("ticked", [[], ["999999999"]])
def test_none_or_a_strangers_row_is_refused(client, session, four, object_, ticked):
    if ticked:
        ticked = [str(make.member(session, make.registration(session, "vermin"), "ms").id)]
        session.commit()
    refused = object_(partai=ticked, status=422)
    assert "tiket" in refused.text
    assert session.scalars(select(PublicResponse)).all() == []
    assert {row.response_id for row in four.values()} == {None}


def test_nobody_objects_without_a_proof_or_for_another(client, session, row, listed):
    stranger = make.member(session, row, "ms")
    session.commit()
    sent = client.post(
        "/tanggapan/sipol_pencatutan",
        data={"nama": "X", "isi": "Saya bukan anggota partai ini sama sekali.", "partai": [str(listed.id)]},
    )
    assert sent.status_code in (409, 422)
    inside(session)
    assert session.scalars(select(PublicResponse)).all() == []
    assert session.scalars(select(PartyMember.response_id).where(PartyMember.id == stranger.id)).one() is None


def test_a_second_objection_changes_nothing(session, client, row, listed, object_):
    object_()
    answer = client.post("/cek/anggota-partai", data={"nik": NIK, "lahir": "09-03-1985"})
    assert "sedang diperiksa" in answer.text
    assert "tiket" not in answer.text


def test_office_elsewhere_may_not_decide(session, row, listed, object_, make_account):
    object_()
    office = make_account(permissions=[RESPOND, "responses:response:decide"], region="3171")
    response = session.scalars(select(PublicResponse)).one()
    with pytest.raises(Refused):
        decide_response(response, "kabul", code="dicoret", actor=Actor(office.id, office.username))
