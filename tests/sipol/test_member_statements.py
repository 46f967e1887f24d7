"""Statements and hearings (PKPU 4/2022 art. 38-39): who keeps a person, and what each party learns of it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text

from electsys.errors import Refused
from electsys.ledger import Act, Actor
from modules.sipol.models import MemberClarification, MemberEvent, MemberFlagEvent, MemberStatement
from modules.sipol.operations import clarifications, members, statements
from modules.sipol.operations.flags import reflag_members
from modules.sipol.operations.member_events import move_member
from modules.sipol.operations.own_flags import recheck_niks
from modules.sipol.permissions import EDIT_MEMBERS, HEAR_MEMBERS, VERIFY
from tests.sipol import conftest as make
from tests.sipol.membering import ELSEWHERE, FAR, REPAIR, REVIEW, VILLAGE, at

NIK = "1201010903858801"


@pytest.fixture(autouse=True)
def repairs(monkeypatch):
    at(monkeypatch, REPAIR)


@pytest.fixture
def office(make_account):
    account = make_account(permissions=[EDIT_MEMBERS, VERIFY, HEAR_MEMBERS])
    return Actor(account.id, account.username)


@pytest.fixture
def letter(session):
    return session.scalar(
        text(
            "insert into stored_file (sha256, received_sha256, size, media_type, kind, name, origin)"
            " values (repeat('0', 64), repeat('0', 64), 1, 'application/pdf', 'evidence', 'uji.pdf',"
            " 'unggahan') returning id"
        )
    )


@pytest.fixture
def double(session):
    """Members of several parties with one NIK, flagged and put off by the verifier for it."""

    def double(*places, name="BUDI SATU"):
        rows = [
            make.member(session, make.registration(session, "bms_vermin"), nik=NIK, name=name, village=place)
            for place in places
        ]
        reflag_members(rows, cause="uji", actor=make.ACTOR)
        for row in rows:
            event = make.event(session, row, "baru", "bms")
            session.execute(
                text("update party_member set state = 'bms', event_id = :e where id = :id"),
                {"e": _because(session, event, "ganda_eksternal"), "id": row.id},
            )
            session.expire(row)
        return rows

    return double


def _because(session, event, reason):
    """The same event with a reason of our own: events are append-only, so a new one."""
    made = MemberEvent(
        member_id=event.member_id,
        party_id=event.party_id,
        village_code=event.village_code,
        kind="putus",
        from_state=event.from_state,
        to_state=event.to_state,
        reason=reason,
        actor="uji",
    )
    session.add(made)
    session.flush()
    return made.id


@pytest.fixture
def answer(office, letter):
    def answer(member, accept=True, flag="ganda_eksternal"):
        brought = statements.upload_statement(member, flag, letter, actor=office)
        statements.decide_statement(brought, accept=accept, reason="tidak ditandatangani", actor=office)
        return brought

    return answer


@pytest.fixture
def settle(session, election, office, monkeypatch):
    def settle(region="1201"):
        at(monkeypatch, REVIEW)
        numbers = clarifications.settle_doubles(election.id, region, actor=office)
        session.expire_all()
        at(monkeypatch, REPAIR)
        return numbers

    return settle


def standing(*rows):
    return [(row.state, list(row.flags)) for row in rows]


def why(session, row):
    event = session.get(MemberEvent, row.event_id)
    return event.kind, event.from_state, event.to_state, event.reason


def test_the_only_party_with_a_statement_keeps_the_person(session, double, answer, settle, make_account):
    ours, theirs = double(VILLAGE, FAR)
    readers = [
        make_account(permissions=[EDIT_MEMBERS], region=row.village_code[:4], party=row.party_id)
        for row in (ours, theirs)
    ]
    assert standing(ours, theirs) == [("bms", ["ganda_eksternal"])] * 2
    answer(ours)
    assert ours.state == "bms"  # who keeps the person is settled over all parties, not here
    assert settle() == {"kept": 1, "struck": 0, "heard": 0, "waiting": 0}
    assert standing(ours, theirs) == [("ms", []), ("tms", ["ganda_eksternal"])]
    assert why(session, ours)[:3] == ("pernyataan", "bms", "ms")
    assert why(session, theirs) == ("pernyataan", "bms", "tms", "pernyataan_lain")
    told = session.execute(
        text("select account_id, values, link from notice where kind = 'sipol.member.settle' order by id")
    ).all()
    assert {row.account_id: (row.values["kept"], row.values["struck"]) for row in told} == {
        readers[0].id: (1, 0),
        readers[1].id: (0, 1),
    }
    for row, own in zip(sorted(told), sorted([ours, theirs], key=lambda m: m.party_id), strict=True):
        assert f"/{own.party_id}/" in row.link  # its own page, and nothing of the other party
        assert set(row.values) == {"kept", "struck", "region"}


def test_without_any_statement_no_party_keeps_the_person(session, double, answer, settle):
    ours, theirs = double(VILLAGE, ELSEWHERE)
    answer(ours, accept=False)
    assert settle() == {"kept": 0, "struck": 1, "heard": 0, "waiting": 0}
    assert standing(ours, theirs) == [("tms", []), ("tms", [])]
    assert why(session, theirs)[3] == "tanpa_pernyataan"


def test_nothing_is_settled_while_a_statement_waits(double, office, letter, settle):
    ours, theirs = double(VILLAGE, FAR)
    statements.upload_statement(theirs, "ganda_eksternal", letter, actor=office)
    assert settle() == {"kept": 0, "struck": 0, "heard": 0, "waiting": 1}
    assert standing(ours, theirs) == [("bms", ["ganda_eksternal"])] * 2


def test_nothing_is_settled_while_parties_may_still_bring_statements(double, election, office, monkeypatch):
    double(VILLAGE, FAR)
    for moment in (REPAIR, dt.datetime(2022, 8, 1, tzinfo=dt.UTC)):
        at(monkeypatch, moment)
        with pytest.raises(Refused, match="masa perbaikan"):
            clarifications.settle_doubles(election.id, "1201", actor=office)


def test_outside_verification_a_new_double_may_be_answered_first(
    session, double, answer, election, office, monkeypatch
):
    ours, theirs = double(VILLAGE, FAR)
    answer(ours)
    now = dt.datetime.now(dt.UTC)
    for moment, numbers in (
        (now, {"kept": 0, "struck": 0, "heard": 0, "waiting": 1}),
        (now + dt.timedelta(days=3, minutes=1), {"kept": 1, "struck": 0, "heard": 0, "waiting": 0}),
    ):
        at(monkeypatch, moment)
        assert clarifications.settle_doubles(election.id, "1201", actor=office) == numbers
    session.expire_all()
    assert standing(ours, theirs) == [("ms", []), ("tms", ["ganda_eksternal"])]


@pytest.fixture
def called(session, double, answer, settle):
    """Three parties, two of which brought a good statement: the person is called."""
    rows = double(VILLAGE, FAR, ELSEWHERE)
    answer(rows[0])
    answer(rows[1])
    assert settle() == {"kept": 0, "struck": 0, "heard": 1, "waiting": 0}
    [hearing] = session.scalars(select(MemberClarification)).all()
    return hearing, rows


def test_several_statements_lead_to_a_hearing_where_the_first_came_from(session, called, settle, election):
    hearing, rows = called
    assert (hearing.region, hearing.state, hearing.party_id) == ("1201", "dipanggil", None)
    left = hearing.due_at - dt.datetime.now(dt.UTC)
    assert dt.timedelta(days=2, hours=23) < left <= dt.timedelta(days=3)
    assert settle()["heard"] == 0  # called once
    assert standing(*rows) == [("bms", ["ganda_eksternal"])] * 3


def test_the_chosen_party_keeps_the_person(session, called, office, letter):
    hearing, (one, two, three) = called
    clarifications.record_hearing(hearing, two.party_id, file_id=letter, heard_at=REVIEW, actor=office)
    session.expire_all()
    assert standing(one, two, three) == [
        ("tms", ["ganda_eksternal"]),
        ("ms", []),
        ("tms", ["ganda_eksternal"]),
    ]
    assert why(session, one) == ("klarifikasi", "bms", "tms", "memilih_lain")
    assert (hearing.state, hearing.party_id, hearing.file_id) == ("memilih", two.party_id, letter)
    assert session.get(MemberEvent, one.event_id).file_id == letter
    with pytest.raises(Refused, match="sudah selesai"):
        clarifications.record_hearing(hearing, one.party_id, file_id=letter, heard_at=REVIEW, actor=office)


def test_who_chooses_none_stays_in_none(session, called, office, letter):
    hearing, rows = called
    clarifications.record_hearing(hearing, None, file_id=letter, heard_at=REVIEW, actor=office)
    session.expire_all()
    assert standing(*rows) == [("tms", [])] * 3
    assert {why(session, row)[3] for row in rows} == {"tidak_memilih"}
    assert hearing.state == "tidak_satu_pun"


def test_a_strange_party_cannot_be_chosen(session, called, office, letter):
    hearing, _rows = called
    other = make.party(session)
    with pytest.raises(Refused, match="salah satu partai"):
        clarifications.record_hearing(hearing, other.id, file_id=letter, heard_at=REVIEW, actor=office)
    assert hearing.state == "dipanggil"


def test_who_is_not_brought_is_struck_after_the_deadline_only(session, called, office):
    hearing, rows = called
    with pytest.raises(Refused, match="belum lewat"):
        clarifications.close_unheard(hearing, actor=office)
    hearing.due_at = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    session.flush()
    clarifications.close_unheard(hearing, actor=office)
    session.expire_all()
    assert standing(*rows) == [("tms", [])] * 3
    assert {why(session, row)[3] for row in rows} == {"tidak_dihadirkan"}


def test_only_the_office_of_the_region_hears(session, called, letter, make_account):
    hearing, (one, *_rest) = called
    for more in ({"region": "3171"}, {"region": "1201", "party": one.party_id + 1}):
        account = make_account(permissions=[HEAR_MEMBERS], **more)
        with pytest.raises(Refused):
            clarifications.record_hearing(
                hearing,
                one.party_id,
                file_id=letter,
                heard_at=REVIEW,
                actor=Actor(account.id, account.username),
            )
    assert hearing.state == "dipanggil"


def test_a_row_with_another_flag_is_kept_but_not_yet_eligible(session, double, answer, settle):
    ours, theirs = double(VILLAGE, FAR)
    session.execute(
        text("update party_member set own_flags = '{usia}', flags = flags || '{usia}' where id = :id"),
        {"id": ours.id},
    )
    session.expire_all()
    answer(ours)
    settle()
    assert standing(ours, theirs) == [("bms", ["usia"]), ("tms", ["ganda_eksternal"])]
    answer(ours, flag="usia")
    session.expire_all()
    assert ours.state == "ms"
    assert why(session, ours) == ("pernyataan", "bms", "ms", "usia")


def test_a_row_that_was_put_off_for_its_papers_waits_for_the_desk(session, double, answer, settle):
    ours, _theirs = double(VILLAGE, FAR)
    event = session.get(MemberEvent, ours.event_id)
    session.execute(
        text("update party_member set event_id = :e where id = :id"),
        {"e": _because(session, event, "kta"), "id": ours.id},
    )
    session.expire_all()
    answer(ours)
    settle()
    assert standing(ours) == [("bms", [])]


def test_a_member_who_comes_back_elsewhere_spoils_the_winner_and_is_heard_again(
    session, called, office, letter, answer, settle
):
    hearing, (one, _two, _three) = called
    clarifications.record_hearing(hearing, one.party_id, file_id=letter, heard_at=REVIEW, actor=office)
    again = make.member(session, make.registration(session, "bms_vermin"), nik=NIK, name="BUDI SATU")
    reflag_members([again], cause="uji", actor=make.ACTOR)
    session.expire_all()
    assert standing(one, again) == [("bms", ["ganda_eksternal"]), ("baru", ["ganda_eksternal"])]
    answer(again)
    assert settle("1201")["heard"] == 1
    assert hearing.state == "dipanggil" and hearing.party_id is None


# --- statements ----------------------------------------------------------------------------------


def test_a_statement_answers_only_a_flag_that_the_member_has(session, double, office, letter):
    ours, _theirs = double(VILLAGE, FAR)
    with pytest.raises(Refused, match="tidak mempunyai tanda"):
        statements.upload_statement(ours, "usia", letter, actor=office)
    with pytest.raises(Refused, match="tidak dijawab"):
        statements.upload_statement(ours, "ganda_identik", letter, actor=office)
    assert session.scalars(select(MemberStatement)).all() == []


def test_a_newer_statement_takes_the_place_of_one_that_waits(double, office, letter):
    ours, _theirs = double(VILLAGE, FAR)
    old = statements.upload_statement(ours, "ganda_eksternal", letter, actor=office)
    new = statements.upload_statement(ours, "ganda_eksternal", letter, actor=office)
    with pytest.raises(Refused, match="lebih baru"):
        statements.decide_statement(old, accept=True, reason=None, actor=office)
    statements.decide_statement(new, accept=True, reason=None, actor=office)
    with pytest.raises(Refused, match="sudah diputus"):
        statements.decide_statement(new, accept=False, reason="x", actor=office)
    with pytest.raises(Refused, match="sudah diterima"):
        statements.upload_statement(ours, "ganda_eksternal", letter, actor=office)


def test_a_statement_is_turned_down_with_a_reason(double, office, letter):
    ours, _theirs = double(VILLAGE, FAR)
    brought = statements.upload_statement(ours, "ganda_eksternal", letter, actor=office)
    with pytest.raises(Refused) as refusal:
        statements.decide_statement(brought, accept=False, reason="  ", actor=office)
    assert refusal.value.field == "reason"
    assert brought.state == "menunggu"


def test_statements_come_while_the_party_may_mend_and_are_decided_by_verifiers(
    session, double, letter, make_account, office, monkeypatch
):
    ours, _theirs = double(VILLAGE, FAR)
    party = make_account(permissions=[EDIT_MEMBERS], region="1201", party=ours.party_id)
    liaison = Actor(party.id, party.username)
    brought = statements.upload_statement(ours, "ganda_eksternal", letter, actor=liaison)
    with pytest.raises(Refused):
        statements.decide_statement(brought, accept=True, reason=None, actor=liaison)
    at(monkeypatch, REVIEW)
    with pytest.raises(Refused, match="ditutup"):
        statements.upload_statement(ours, "ganda_eksternal", letter, actor=liaison)


# --- one by one ----------------------------------------------------------------------------------


def test_withdrawing_frees_the_other_party(session, double, office):
    ours, theirs = double(VILLAGE, FAR)
    members.withdraw_member(ours, reason="mengundurkan diri", actor=office)
    session.expire_all()
    assert standing(ours, theirs) == [("ditarik", []), ("bms", [])]
    with pytest.raises(Refused):
        members.change_member(ours, {"address": "JALAN LAIN"}, actor=office)


def test_a_changed_nik_leaves_one_double_and_may_make_another(session, double, office):
    ours, theirs = double(VILLAGE, FAR)
    third = make.member(
        session, make.registration(session, "bms_vermin"), nik="1201010903858802", name="ORANG LAIN"
    )
    assert members.change_member(ours, {"nik": "1201010903858802"}, actor=office) == ["nik"]
    session.expire_all()
    assert [list(row.flags) for row in (ours, theirs, third)] == [
        ["ganda_eksternal"],
        [],
        ["ganda_eksternal"],
    ]
    assert session.scalars(select(Act).where(Act.verb == "sipol:member:change")).one().details == {
        "fields": ["nik"]
    }


def test_what_is_eligible_becomes_doubtful_when_it_is_changed(session, office):
    row = make.member(session, make.registration(session, "bms_vermin"), "ms")
    members.change_member(row, {"name": "NAMA LAIN"}, actor=office)
    assert (row.state, why(session, row)[1:]) == ("bms", ("ms", "bms", "data_diubah"))
    assert members.change_member(row, {"name": "NAMA LAIN"}, actor=office) == []


def test_judging_brings_the_flags_of_others_up_to_date(session, double, office):
    ours, theirs = double(VILLAGE, FAR)
    move_member(ours, "refuse", kind="putus", reason="kta", actor=office)
    session.expire_all()
    assert standing(ours, theirs) == [("tms", ["ganda_eksternal"]), ("bms", [])]
    move_member(ours, "undo", kind="putus", reason=None, actor=office)
    session.expire_all()
    assert standing(ours, theirs) == [("baru", ["ganda_eksternal"]), ("bms", ["ganda_eksternal"])]
    assert reflag_members([ours], cause="uji", actor=office) == []  # nothing is left to do


def test_a_changed_voter_list_starts_the_recheck(app, session, election, office):
    from electsys import jobs
    from electsys.events import publish
    from modules.sidalih import VotersImported
    from tests.sidalih.conftest import store

    row = make.member(session, make.registration(session, "bms_vermin"), nik="1201010903858814")
    store(session, election, VILLAGE + "001", nik="1201010903858815")
    publish(VotersImported(actor=make.ACTOR, election_id=election.id, batch_id=7, region="1201"))
    session.commit()
    jobs.run_pending(app)
    session.expire_all()
    assert list(row.flags) == ["nik"]
    [event] = session.scalars(select(MemberFlagEvent).where(MemberFlagEvent.member_id == row.id)).all()
    assert (event.raised, event.cause) == (True, "voter_batch:7")


def test_the_voter_list_decides_which_nik_is_known(session, election, office):
    from tests.sidalih.conftest import store

    inside = make.member(session, make.registration(session, "bms_vermin"), nik="1201010903858811")
    outside = make.member(session, make.registration(session, "bms_vermin"), nik="1201010903858812")
    far = make.member(session, make.registration(session, "bms_vermin"), nik="1201010903858813", village=FAR)
    at_once = recheck_niks(election.id, "", cause="uji", actor=office)
    assert at_once == {"raised": 0, "cleared": 0}  # no list yet: nobody is blamed for it
    store(session, election, VILLAGE + "001", nik="1201010903858811")
    assert recheck_niks(election.id, "1201", cause="voter_batch:1", actor=office) == {
        "raised": 1,
        "cleared": 0,
    }
    assert [list(m.flags) for m in (inside, outside, far)] == [[], ["nik"], []]
    struck = store(session, election, VILLAGE + "001", state="tms", nik="1201010903858812")
    assert recheck_niks(election.id, "1201", cause="voter_batch:2", actor=office)["cleared"] == 0
    struck.state, struck.tms_code = "potensial", None
    session.flush()
    assert recheck_niks(election.id, "1201", cause="voter_batch:3", actor=office) == {
        "raised": 0,
        "cleared": 1,
    }
    assert list(outside.flags) == list(outside.own_flags) == []
