"""The door for other modules, incoming mail, and the archive's table."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from electsys.documents.models import NumberEntry
from electsys.documents.papers import today
from electsys.errors import Refused
from electsys.ledger import Actor
from modules import jdih
from modules.jdih.models import ArchiveClass, Incoming, LawDocument, Letter
from modules.jdih.operations import archive, drafts, incoming, sending
from modules.jdih.queries import letters as queries
from modules.jdih.rules import letters as rules
from tests.jdih.lettering import DECISION, MINUTES, SIGNERS, SURAT, bring

ACTOR = Actor.system("uji")
MINUTE = {
    "unit": "1201",
    "title": "Rekapitulasi DPS",
    "data": MINUTES,
    "subject": "list:7",
    "signers": SIGNERS,
    "actor": ACTOR,
    "classification": "PP.05",
}


def test_minutes_of_another_module_once(session):
    first = jdih.draft_minutes("BA", **MINUTE, source_key="dps:1201:1", final=True, link="/daftar/7")
    again = jdih.draft_minutes("BA", **MINUTE, source_key="dps:1201:1", final=True)
    assert again is first
    assert (first.state, first.signature, first.link) == ("ditandatangani", "elektronik", "/daftar/7")
    assert first.number == f"1/PP.05-BA/1201/{first.date.year}"
    assert first.document.number == first.number
    other = jdih.draft_minutes("BA", **MINUTE, source_key="dps:1201:2", final=True)
    assert other.number.startswith("2/")


def test_a_draft_of_another_module_is_routed_by_people(session, staff):
    from modules.jdih.operations import routing

    letter = jdih.draft_minutes("BA", **MINUTE, source_key="x:1")
    assert (letter.state, letter.drafter_id) == ("konsep", None)
    drafts.edit_letter(
        letter,
        head=drafts.Head("Rapat", signers=SIGNERS, signer_id=staff.id("signer"), class_code="PP.05"),
        data=MINUTES,
        actor=staff.drafter,
    )
    routing.submit_letter(letter, actor=staff.drafter)
    assert letter.state == "paraf_berjenjang"
    assert jdih.draft_minutes("BA", **MINUTE, source_key="x:1") is letter


def test_a_decision_enters_the_register(session):
    decision = {**MINUTE, "data": DECISION, "classification": "HK.03.1", "title": "Penetapan DPT"}
    first = jdih.issue_decision(**decision, source_key="dpt:1201")
    again = jdih.issue_decision(**decision, source_key="dpt:1201")
    assert again is first
    law = session.scalars(select(LawDocument).where(LawDocument.official_id == first.document_id)).one()
    assert (law.title, law.unit) == ("Penetapan DPT", "1201")


@pytest.mark.parametrize(
    "wrong", [{"classification": "ZZ"}, {"title": " "}, {"classification": "PP.05", "title": "x" * 501}]
)
def test_the_door_refuses_with_words_and_takes_no_number(session, wrong):
    with pytest.raises(Refused):
        jdih.draft_minutes("BA", **{**MINUTE, **wrong}, source_key="y:1", final=True)
    assert session.scalar(select(func.count(NumberEntry.id)).where(NumberEntry.series == "BA")) == 0
    with pytest.raises(LookupError):
        jdih.draft_minutes("XX", **MINUTE, source_key="y:2")
    with pytest.raises(ValueError, match="source_key"):
        jdih.draft_minutes("BA", **MINUTE, source_key="")


def test_the_same_key_at_the_same_time_is_one_paper(own_app):
    from electsys.db import db

    numbers, failures = [], []

    def ask():
        with own_app.app_context():
            try:
                letter = jdih.draft_minutes("BA", **{**MINUTE, "unit": ""}, source_key="sama", final=True)
                db.session.commit()
                numbers.append(letter.number)
            except Exception as problem:
                failures.append(problem)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(set(numbers)) == 1
    assert db.session.scalar(select(func.count(Letter.id))) == 1
    assert db.session.scalar(select(func.count(NumberEntry.id))) == 1


# --- incoming ------------------------------------------------------------------------------------


def received(**more):
    day = today("1201")
    facts = {
        "sender": "Bawaslu",
        "number": "12/PM/2026",
        "date": day,
        "received_on": day,
        "title": "Permintaan data",
    }
    return incoming.Received(**(facts | more))


def test_a_letter_from_outside_to_its_end(session, staff):
    row = incoming.receive_letter("1201", received(), actor=staff.clerk)
    incoming.register_letter(row, actor=staff.clerk)
    assert (row.state, row.agenda) == ("diregistrasi", f"1/{today('1201').year}")
    with pytest.raises(Refused, match="berstatus"):
        incoming.register_letter(row, actor=staff.clerk)
    due = today("1201") + dt.timedelta(days=3)
    [given] = incoming.dispose_letter(
        row, [staff.id("first")], instruction="Siapkan jawaban", due_on=due, actor=staff.signer
    )
    assert row.state == "disposisi"
    with pytest.raises(Refused, match="melewati"):
        incoming.dispose_letter(
            row, [staff.id("drafter")], instruction="x", due_on=due + dt.timedelta(days=1), parent=given,
            actor=staff.first,
        )  # fmt: skip
    [below] = incoming.dispose_letter(
        row, [staff.id("drafter")], instruction="Konsepkan", due_on=due, parent=given, actor=staff.first
    )
    assert below.depth == 1
    with pytest.raises(Refused, match="teruskan"):
        incoming.report_disposition(given, report="Sudah", actor=staff.first)
    reply = drafts.draft_letter(
        "SD", unit="1201", head=drafts.Head("Jawaban"), data=SURAT, actor=staff.drafter, reply_to=row
    )
    incoming.report_disposition(below, report="Sudah dikonsepkan", actor=staff.drafter)
    assert row.state == "ditindaklanjuti"
    with pytest.raises(Refused, match="belum ditindaklanjuti"):
        incoming.close_letter(row, outcome="Dijawab", actor=staff.clerk)
    with pytest.raises(Refused, match="sudah dilaporkan"):
        incoming.report_disposition(below, report="Lagi", actor=staff.drafter)
    incoming.report_disposition(given, report="Sudah", actor=staff.first)
    incoming.close_letter(row, outcome="Dijawab", actor=staff.clerk)
    assert row.state == "selesai"
    session.expire(row)
    assert [each.id for each in row.replies] == [reply.id]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"received_on": dt.date(2020, 1, 1)}, "received_on"),
        ({"received_on": dt.date(2999, 1, 1)}, "received_on"),
        ({"class_code": "ZZ"}, "class_code"),
    ],
)
def test_what_cannot_have_been_received(staff, more, field):
    with pytest.raises(Refused) as refused:
        incoming.receive_letter("1201", received(**more), actor=staff.clerk)
    assert refused.value.field == field


def test_the_same_letter_twice_is_refused(staff):
    incoming.receive_letter("1201", received(), actor=staff.clerk)
    with pytest.raises(Refused, match="sudah diterima") as refused:
        incoming.receive_letter("1201", received(sender="BAWASLU "), actor=staff.clerk)
    assert refused.value.status == 409


def test_dispositions_that_are_none(staff, make_account):
    row = incoming.receive_letter("1201", received(), actor=staff.clerk)
    give = lambda to, by, **more: incoming.dispose_letter(  # noqa: E731
        row, to, **({"instruction": "x", "due_on": None} | more), actor=by
    )
    with pytest.raises(Refused, match="belum diagendakan"):
        give([staff.id("first")], staff.signer)
    incoming.register_letter(row, actor=staff.clerk)
    for to, more, words in (
        ([], {}, "paling sedikit satu"),
        ([staff.id("signer")], {}, "diri sendiri"),
        ([make_account(permissions=[]).id], {}, "tidak berwenang"),
        ([staff.id("first")], {"instruction": " "}, "belum diisi"),
        ([staff.id("first")], {"due_on": dt.date(2020, 1, 1)}, "sudah lewat"),
    ):
        with pytest.raises(Refused, match=words):
            give(to, staff.signer, **more)
    with pytest.raises(Refused, match="Hak akun"):
        give([staff.id("first")], staff.drafter)


def test_a_sent_letter_arrives_once_in_the_same_transaction(session, staff):
    to = [drafts.Addressee(unit="12"), drafts.Addressee(unit="", copy=True)]
    letter = bring(staff, "ditandatangani", "SD", recipients=to)
    sending.send_letter(letter, {}, actor=staff.clerk)
    rows = session.scalars(select(Incoming).where(Incoming.letter_id == letter.id)).all()
    assert {(r.unit, r.sender, r.number) for r in rows} == {
        (unit, "KPU Kabupaten Tapanuli Tengah", letter.number) for unit in ("12", "")
    }
    incoming.receive_sent(jdih.LetterSent(actor=staff.clerk, letter_id=letter.id, unit="12"))
    assert len(session.scalars(select(Incoming).where(Incoming.letter_id == letter.id)).all()) == 2


def test_sending_needs_a_way_to_each_outside(staff):
    letter = bring(staff, "ditandatangani", "SD", recipients=[drafts.Addressee("Bawaslu")])
    [to] = letter.recipients
    for outside in ({}, {to.id: ("merpati", letter.date)}, {to.id: ("pos", dt.date(2020, 1, 1))}):
        with pytest.raises(Refused, match="irim"):
            sending.send_letter(letter, outside, actor=staff.clerk)
        letter.state = "ditandatangani"
    sending.send_letter(letter, {to.id: ("pos", letter.date)}, actor=staff.clerk)
    assert (to.way, to.sent_on) == ("pos", letter.date)


# --- the archive ---------------------------------------------------------------------------------


@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)),
    st.integers(0, 50),
    st.integers(0, 50),
    st.dates(dt.date(1990, 1, 1), dt.date(2190, 1, 1)),
)
def test_retention_runs_active_then_inactive_then_ends(day, active, inactive, now):
    first, last = rules.retention(day, active, inactive)
    assert day <= first <= last
    stage = rules.stage_of(day, active, inactive, now)
    assert stage == ("aktif" if now <= first else "inaktif" if now <= last else "habis")
    assert rules.stage_of(day, None, None, now) == "belum"


def test_29_february_ends_on_the_28th():
    assert rules.years_later(dt.date(2024, 2, 29), 1) == dt.date(2025, 2, 28)
    assert rules.years_later(dt.date(2024, 2, 29), 4) == dt.date(2028, 2, 29)


@pytest.mark.parametrize(
    ("archived", "now"),
    [
        (dt.date(2024, 2, 29), dt.date(2025, 2, 28)),
        (dt.date(2024, 2, 29), dt.date(2025, 3, 1)),
        (dt.date(2020, 5, 1), dt.date(2022, 5, 1)),
        (dt.date(2020, 5, 1), dt.date(2023, 5, 1)),
        (dt.date(2020, 5, 1), dt.date(2023, 5, 2)),
    ],
)
def test_the_list_and_the_rule_agree(session, staff, archived, now):
    kept = archive.save_class(
        session.get(ArchiveClass, "PP.05"), code="PP.05", name="Data pemilih", parent="PP", active_years=1,
        inactive_years=2, fate="musnah", source="JRA", to_confirm=False, actor=staff.clerk,
    )  # fmt: skip
    letter = bring(staff, "ditandatangani", "BA")
    sending.archive_letter(letter, actor=staff.clerk)
    letter.archived_on = archived
    session.flush()
    rule = rules.stage_of(archived, kept.active_years, kept.inactive_years, now)
    found = [
        stage
        for stage in ("belum", "aktif", "inaktif", "habis")
        if session.execute(
            queries.archived_for(staff.accounts["clerk"]).where(queries.stage_is(stage, now))
        ).all()
    ]
    assert found == [rule]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "pl 1"}, "code"),
        ({"code": "PP.05"}, "code"),
        ({"parent": "XX"}, "parent"),
        ({"parent": "HK"}, "parent"),
        ({"active_years": 1}, "active_years"),
    ],
)
def test_classes_that_are_none(session, change, field):
    facts = {
        "code": "PL.09", "name": "Uji", "parent": "PL", "active_years": None, "inactive_years": None,
        "fate": None, "source": "", "to_confirm": False,
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        archive.save_class(None, **(facts | change), actor=ACTOR)
    assert refused.value.field == field
    assert archive.save_class(None, **facts, actor=ACTOR).code == "PL.09"


# --- the law -------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 5), max_size=5), st.integers(1, 6), st.integers(1, 6), st.booleans())
def test_no_route_lets_anybody_check_their_own_work(accounts, drafter, signer, apart):
    if rules.route_problem(accounts, drafter=drafter, signer=signer, signer_apart=apart) is None:
        assert drafter not in accounts
        assert signer not in accounts
        assert len(set(accounts)) == len(accounts)
        assert not apart or signer != drafter


@pytest.mark.parametrize("secrecy", ["biasa", "terbatas", "rahasia", "sangat_rahasia"])
def test_secret_letters_are_for_the_route(secrecy):
    assert rules.may_read(secrecy, 7, {7, None})
    assert rules.may_read(secrecy, 8, {7, None}) == (secrecy in ("biasa", "terbatas"))


@pytest.mark.parametrize(
    ("day", "before", "after", "problem"),
    [
        (dt.date(2026, 3, 5), dt.date(2026, 3, 1), dt.date(2026, 3, 9), None),
        (dt.date(2026, 3, 5), dt.date(2026, 3, 5), dt.date(2026, 3, 5), None),
        (dt.date(2026, 3, 5), None, None, None),
        (dt.date(2026, 3, 10), None, None, "future"),
        (dt.date(2025, 3, 5), None, None, "year"),
        (dt.date(2026, 3, 5), dt.date(2026, 3, 6), None, "early"),
        (dt.date(2026, 3, 5), dt.date(2026, 3, 1), dt.date(2026, 3, 4), "late"),
    ],
)
def test_numbers_rise_with_days(day, before, after, problem):
    now = dt.date(2026, 3, 10)
    assert rules.backdate_problem(day, today=now, year=2026, before=before, after=after) == problem
