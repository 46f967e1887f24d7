"""Conclusions: what keeps an area from one, what it says, its minutes, and the move at the top."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from electsys import verification
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.ledger import Act, Actor
from electsys.notices.models import Notice
from electsys.regions.models import Region
from electsys.verification.operations import desk, second
from modules.jdih import Letter
from modules.sipol.models import PartyVerdict
from modules.sipol.operations.judging import open_round
from modules.sipol.operations.verdicts import conclude_area
from modules.sipol.permissions import CONCLUDE, EDIT, READ, VERIFY
from modules.sipol.queries import conclusions
from modules.sipol.queries import verdict_items as queues
from modules.sipol.queries import verdicts as queries
from tests.sipol import conftest as make
from tests.sipol.conftest import ACTOR
from tests.sipol.verifying import board, concluded, district, document, housed, items, judge, open_step
from tests.sipol.verifying import few_members as few_members  # noqa: PLC0414  (a fixture)

CENTRE_PAPERS = ("surat_pendaftaran", "surat_pernyataan", "berita_negara", "sk_kemenkumham", "ad_art")


@pytest.fixture
def actor(make_account):
    account = make_account(permissions=[VERIFY, CONCLUDE, READ])
    return Actor(account.id, account.username)


@pytest.fixture
def row(session, election, few_members):
    """A party with a kab/kota that has everything; its round is open and so is the stage."""
    found = make.registration(session, "vermin")
    district(session, found)
    open_step(session, found)
    open_round(found, "vermin", actor=ACTOR)
    return found


def states(session, registration, region, sequence=1):
    rows = session.scalars(
        select(PartyVerdict).where(
            PartyVerdict.registration_id == registration.id,
            PartyVerdict.region == region,
            PartyVerdict.sequence == sequence,
        )
    )
    return {row.aspect: row.state for row in rows}


def test_a_kabko_with_everything_is_met_and_its_minutes_say_so(session, row, actor, make_account):
    liaison = make_account(permissions=[EDIT], region="1201", party=row.party_id)
    judge(session, row, actor)
    last = conclude_area(row, "1201", actor=actor)
    assert last.state == "ms"
    assert states(session, row, "1201") == dict.fromkeys(
        ("kepengurusan", "perempuan", "kantor", "rekening", "anggota", "akhir"), "ms"
    )
    letter = session.get(Letter, last.letter_id)
    assert "BA.VERMIN-PARPOL" in letter.title and letter.unit == "1201"
    assert "Tapanuli Tengah" in letter.title
    assert letter.data["table"]["rows"][-1][1:3] == ["Kesimpulan", "memenuhi syarat"]
    assert "3 anggota" in str(letter.data) or "anggota" in str(letter.data).lower()
    [act] = session.scalars(select(Act).where(Act.verb == "sipol:verdict:conclude"))
    assert (act.region, act.details["state"]) == ("1201", "ms")
    [notice] = session.scalars(select(Notice).where(Notice.account_id == liaison.id))
    assert notice.link.endswith(f"/{row.party_id}/verifikasi/1201")
    assert row.state == "vermin", "only the verdict on the whole party moves it"


def test_what_waits_keeps_it_open_and_is_named(session, row, actor):
    with pytest.raises(Refused) as refusal:
        conclude_area(row, "1201", actor=actor)
    assert refusal.value.status == 409
    assert "3 anggota partai belum diputus (Tapanuli Tengah)" in refusal.value.message
    assert "kantor partai" in refusal.value.message
    assert states(session, row, "1201") == {}


def test_what_never_came_to_the_desk_keeps_it_open(session, election, few_members, actor):
    row = make.registration(session, "vermin")
    district(session, row)
    open_step(session, row)
    with pytest.raises(Refused, match="butir belum dibuka di meja"):
        conclude_area(row, "1201", actor=actor)
    open_round(row, "vermin", actor=ACTOR)
    judge(session, row, actor)
    late = make.member(session, row)
    with pytest.raises(Refused, match="1 butir belum dibuka"):
        conclude_area(row, "1201", actor=actor)
    assert open_round(row, "vermin", actor=ACTOR)[queues.MEMBERS] == 1
    judge(session, row, actor)
    session.refresh(late)
    assert late.state == "ms"
    assert conclude_area(row, "1201", actor=actor).state == "ms"


def test_a_second_look_keeps_it_open_until_it_is_settled(session, row, actor, make_account):
    def person():
        account = make_account(permissions=[VERIFY, CONCLUDE, READ])
        return Actor(account.id, account.username)

    judge(session, row, actor)
    queue = verification.find(queues.MEMBERS)
    second.draw_second(queue, election_id=row.election_id, region="1201", seed="1", actor=actor)
    with pytest.raises(Refused, match="1 anggota partai menunggu periksa kedua"):
        conclude_area(row, "1201", actor=actor)
    item = next(i for i in items(session, row, queues.MEMBERS) if i.second_look)
    second.look_again(queue, item, "tms", actor=person(), reason="kta")
    with pytest.raises(Refused, match="1 anggota partai dengan beda pendapat"):
        conclude_area(row, "1201", actor=actor)
    second.settle(queue, item, "ms", actor=person(), note="KTA terbaca.")
    assert conclude_area(row, "1201", actor=actor).state == "ms"


@pytest.mark.parametrize("wrong", [queues.BOARDS, queues.OFFICES, queues.DOCUMENTS, queues.MEMBERS])
def test_one_thing_that_is_not_met_is_told(session, row, actor, wrong):
    queue = verification.find(wrong)
    item = next(i for i in items(session, row, wrong) if wrong != queues.BOARDS or i.priority == 0)
    desk.decide(queue, item, "bms", actor=actor, reason=queue.reasons[0].code)
    judge(session, row, actor)
    last = conclude_area(row, "1201", actor=actor)
    assert (last.state, last.reason) == ("bms", "aspek_kurang")
    aspect = {
        queues.BOARDS: "kepengurusan",
        queues.OFFICES: "kantor",
        queues.DOCUMENTS: "rekening",
        queues.MEMBERS: "anggota",
    }[wrong]
    assert last.details["wanting"] == [aspect]
    assert states(session, row, "1201")[aspect] == "bms"


def test_half_of_the_kecamatan_is_counted_by_what_was_met(session, election, few_members, actor):
    row = make.registration(session, "vermin")
    district(session, row)
    open_step(session, row)
    open_round(row, "vermin", actor=ACTOR)
    queue = verification.find(queues.BOARDS)
    lower = [i for i in items(session, row, queues.BOARDS) if i.priority == 2]
    desk.decide(queue, lower[0], "bms", actor=actor, reason="tidak_terbaca")
    judge(session, row, actor)
    seen = queries.outlook(row, "vermin", "1201")
    [aspect] = [a for a in seen.aspects if a.name == "kepengurusan"]
    assert (aspect.state, aspect.reason) == ("bms", "kecamatan_kurang")
    assert aspect.details["found"] == aspect.details["needed"] - 1


def test_who_may_and_when(session, row, actor, make_account, monkeypatch):
    judge(session, row, actor)
    office = make_account(permissions=[VERIFY, READ], region="1201")
    with pytest.raises(Refused) as refusal:
        conclude_area(row, "1201", actor=Actor(office.id, office.username))
    assert refusal.value.status == 403
    other = make_account(permissions=[CONCLUDE], region="1202")
    with pytest.raises(Refused):
        conclude_area(row, "1201", actor=Actor(other.id, other.username))
    with pytest.raises(Refused) as refusal:
        conclude_area(row, "120101", actor=actor)
    assert refusal.value.status == 404
    from electsys.elections.models import Stage

    stage = session.scalars(select(Stage).where(Stage.code == "vermin_parpol")).one()
    stage.opens_at -= dt.timedelta(days=9)
    stage.closes_at = stage.opens_at + dt.timedelta(days=1)
    session.flush()
    with pytest.raises(Refused):
        conclude_area(row, "1201", actor=actor)
    row.state = "lolos"
    session.flush()
    with pytest.raises(Refused, match="Tidak ada verifikasi yang berjalan"):
        conclude_area(row, "1201", actor=actor)


def test_it_is_concluded_once(session, row, actor):
    judge(session, row, actor)
    conclude_area(row, "1201", actor=actor)
    with pytest.raises(Refused, match="sudah disimpulkan"):
        conclude_area(row, "1201", actor=actor)
    queue = verification.find(queues.MEMBERS)
    with pytest.raises(Refused, match="sudah disimpulkan"):
        desk.undo(queue, items(session, row, queues.MEMBERS)[0], actor=actor)


def kabko_of(session, election, province):
    map_id = session.get(Election, election.id).map_id
    return session.scalars(
        select(Region.code)
        .where(Region.map_id == map_id, Region.level == len(province) // 2 + 1)
        .where(Region.code.startswith(province), ~Region.code.startswith("99"))
        .order_by(Region.code)
    ).all()


def test_a_province_waits_for_its_kabko_and_needs_three_quarters(session, election, row, actor):
    board(session, row, "12", people=3)
    housed(session, row, "12")
    board(session, row, "1202", people=3)
    open_round(row, "vermin", actor=ACTOR)
    judge(session, row, actor)
    with pytest.raises(Refused) as refusal:
        conclude_area(row, "12", actor=actor)
    assert "2 wilayah belum disimpulkan" in refusal.value.message
    assert "Tapanuli Tengah" in refusal.value.message
    conclude_area(row, "1201", actor=actor)
    assert conclude_area(row, "1202", actor=actor).state == "bms"
    codes = [code for code in kabko_of(session, election, "12") if code not in ("1201", "1202")]
    for code in codes[:23]:
        concluded(session, row, code)
    seen = queries.outlook(row, "vermin", "12")
    assert (seen.parts.of, seen.parts.needed, seen.parts.found) == (33, 25, 24)
    assert (seen.end.state, seen.end.reason) == ("bms", "bagian_kurang")
    concluded(session, row, codes[23])
    assert conclude_area(row, "12", actor=actor).state == "ms"


@pytest.fixture
def nation(session, election, few_members):
    """A party whose provinces are all concluded as met but one, and whose centre has everything."""
    found = make.registration(session, "vermin")
    board(session, found, "", people=10, women=3)
    housed(session, found, "")
    for kind in CENTRE_PAPERS:
        document(session, found, kind, "")
    open_step(session, found)
    open_round(found, "vermin", actor=ACTOR)
    provinces = kabko_of(session, election, "")
    for code in provinces[1:]:
        concluded(session, found, code)
    return found, provinces[0]


@pytest.mark.parametrize(("factual", "after"), [(True, "verfak"), (False, "lolos")])
def test_the_nation_moves_the_registration(session, nation, actor, factual, after):
    row, last = nation
    row.needs_factual = factual
    concluded(session, row, last)
    judge(session, row, actor)
    assert conclude_area(row, "", actor=actor).state == "ms"
    assert row.state == after
    assert states(session, row, "")["dokumen"] == "ms"


def test_one_province_less_is_a_repair_and_then_a_failure(session, nation, actor):
    row, last = nation
    concluded(session, row, last, "bms")
    judge(session, row, actor)
    assert conclude_area(row, "", actor=actor).state == "bms"
    assert row.state == "bms_vermin"
    act = session.scalars(select(Act).where(Act.verb == "sipol:registration:defer")).one()
    assert "37 dari 38" in act.reason
    row.state = "vermin_perbaikan"
    session.flush()
    open_step(session, row, "vermin_perbaikan")
    assert sum(open_round(row, "vermin_perbaikan", actor=ACTOR).values()) == 0
    seen = queries.outlook(row, "vermin_perbaikan", "")
    assert seen.parts.found == 37, "what was met and not touched stays met"
    assert all(aspect.met for aspect in seen.aspects)
    end = conclude_area(row, "", actor=actor)
    assert (end.state, row.state) == ("tms", "tms")


def test_a_ruling_makes_the_step_be_done_again_under_the_next_number(session, nation, actor):
    row, last = nation
    concluded(session, row, last, "bms")
    queue = verification.find(queues.DOCUMENTS)
    wrong = items(session, row, queues.DOCUMENTS)[0]
    desk.decide(queue, wrong, "bms", actor=actor, reason="tidak_terbaca")
    judge(session, row, actor)
    conclude_area(row, "", actor=actor)
    row.state = "vermin"  # as the ruling leaves it
    session.flush()
    assert conclusions.sequence_of(row, "vermin") == 2
    made = open_round(row, "vermin", actor=ACTOR)
    assert made[queues.DOCUMENTS] == 1, "what was met stays met"
    [again] = items(session, row, queues.DOCUMENTS, round_=3)
    desk.decide(queue, again, "ms", actor=actor)
    for code in kabko_of(session, session.get(Election, row.election_id), ""):
        concluded(session, row, code, sequence=2)
    assert conclude_area(row, "", actor=actor).state == "ms"
    assert row.state == "verfak"
    assert states(session, row, "", 1)["akhir"] == "bms", "the old verdict stays"


def test_a_local_party_begins_in_aceh(session, election, few_members, actor):
    party = make.party(session, kind="lokal_aceh")
    row = make.registration(session, "vermin", of=party, region="11")
    board(session, row, "11", people=4, women=2)
    housed(session, row, "11")
    for kind in CENTRE_PAPERS:
        document(session, row, kind, "11")
    open_step(session, row)
    open_round(row, "vermin", actor=ACTOR)
    judge(session, row, actor)
    codes = kabko_of(session, election, "11")
    for code in codes[: len(codes) // 2]:
        concluded(session, row, code)
    seen = queries.outlook(row, "vermin", "11")
    assert (seen.parts.needed, seen.parts.found) == (12, 11)
    concluded(session, row, codes[-1])
    row.needs_factual = False
    assert conclude_area(row, "11", actor=actor).state == "ms"
    assert row.state == "lolos"


def test_the_factual_step_waits_for_its_findings(session, election, actor):
    row = make.registration(session, "verfak")
    board(session, row, "1201", people=3)
    open_step(session, row, "verfak")
    with pytest.raises(Refused, match="hasil faktual belum ditutup") as refusal:
        conclude_area(row, "1201", actor=actor)
    assert "anggota" in refusal.value.message
    for aspect, state in (("kepengurusan", "ms"), ("kantor", "ms"), ("anggota", "bms")):
        session.add(
            PartyVerdict(
                registration_id=row.id,
                party_id=row.party_id,
                step="verfak",
                region="1201",
                aspect=aspect,
                state=state,
                reason=None if state == "ms" else "anggota_kurang",
                details={"found": 80, "needed": 92},
                actor="test",
            )
        )
    session.flush()
    last = conclude_area(row, "1201", actor=actor)
    assert (last.state, last.details["wanting"]) == ("bms", ["anggota"])
    assert "BA.VERFAK-PARPOL" in session.get(Letter, last.letter_id).title
    assert set(states(session, row, "1201")) == {"kepengurusan", "kantor", "anggota", "akhir"}
