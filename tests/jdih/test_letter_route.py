"""The way of a letter: whose turn it is, what comes back, who may not, and the number at its end."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from electsys.documents.models import NumberEntry
from electsys.errors import Refused
from electsys.ledger import Act
from electsys.notices.models import Notice
from modules.jdih.models import LetterKind, LetterStep
from modules.jdih.operations import drafts, numbering, routing, signing
from tests.jdih.lettering import DECISION, MINUTES, SIGNERS, Staff, bring, draft, head


def inbox(session, account):
    session.flush()
    return session.scalars(select(Notice.kind).where(Notice.account_id == account).order_by(Notice.id)).all()


def test_from_draft_to_signature(session, staff):
    letter = draft(staff)
    assert letter.state == "konsep"
    routing.submit_letter(letter, actor=staff.drafter)
    assert (letter.state, letter.round) == ("paraf_berjenjang", 1)
    assert inbox(session, staff.id("first")) == ["jdih.letter.initial"]
    assert inbox(session, staff.id("second")) == []
    routing.initial_letter(letter, actor=staff.first)
    assert inbox(session, staff.id("second")) == ["jdih.letter.initial"]
    routing.initial_letter(letter, note="Sudah diperiksa.", actor=staff.second)
    assert inbox(session, staff.id("signer")) == ["jdih.letter.approve"]
    routing.approve_letter(letter, actor=staff.signer)
    assert letter.state == "disetujui"
    numbering.number_letter(letter, actor=staff.clerk)
    assert letter.state == "bernomor"
    assert letter.number == f"1 Tahun {letter.date.year}"
    assert letter.entry.status == "dipesan"
    document = signing.sign_letter(letter, actor=staff.signer)
    session.refresh(letter)
    assert letter.state == "ditandatangani"
    assert letter.signature == "elektronik"
    assert document.number == letter.number
    assert document.subject == f"letter:{letter.id}"
    assert letter.entry.status == "terbit"
    assert [s.kind for s in document.signatures] == ["elektronik"]
    verbs = session.scalars(
        select(Act.verb).where(Act.subject == f"letter:{letter.id}").order_by(Act.id)
    ).all()
    assert verbs == [
        f"jdih:letter:{verb}"
        for verb in ("draft", "route", "submit", "initial", "initial", "approve", "number", "sign")
    ]


def test_initials_go_in_order_and_once(staff):
    letter = bring(staff, "paraf_berjenjang")
    with pytest.raises(Refused, match="giliran") as refused:
        routing.initial_letter(letter, actor=staff.second)
    assert refused.value.status == 403
    routing.initial_letter(letter, actor=staff.first)
    with pytest.raises(Refused, match="giliran"):
        routing.initial_letter(letter, actor=staff.first)
    with pytest.raises(Refused, match="Paraf belum lengkap"):
        routing.approve_letter(letter, actor=staff.signer)
    routing.initial_letter(letter, actor=staff.second)
    with pytest.raises(Refused, match="tidak sedang menunggu paraf"):
        routing.initial_letter(letter, actor=staff.second)


def test_a_returned_draft_starts_a_new_round_and_keeps_the_old_answers(session, staff):
    letter = bring(staff, "paraf_berjenjang")
    routing.initial_letter(letter, actor=staff.first)
    with pytest.raises(Refused) as refused:
        routing.return_letter(letter, note=" ", actor=staff.second)
    assert refused.value.field == "reason"
    routing.return_letter(letter, note="Perbaiki diktum kedua.", actor=staff.second)
    assert letter.state == "revisi"
    assert inbox(session, staff.id("drafter")) == ["jdih.letter.returned"]
    drafts.edit_letter(letter, head=head(staff, "Penetapan TPS"), data=DECISION, actor=staff.drafter)
    routing.submit_letter(letter, actor=staff.drafter)
    assert letter.round == 2
    assert [(s.round, s.verdict) for s in letter.steps] == [
        (1, "setuju"),
        (1, "kembali"),
        (2, None),
        (2, None),
    ]
    with pytest.raises(Refused, match="giliran"):
        routing.initial_letter(letter, actor=staff.second)


def test_who_looked_at_an_older_text_does_not_approve_the_newer(session, staff):
    letter = bring(staff, "diparaf")
    seen = letter.revision
    routing.decline_letter(letter, reason="Ganti tanggal.", actor=staff.signer)
    drafts.edit_letter(letter, head=head(staff), data=DECISION | {"diktum": ["Lain."]}, actor=staff.drafter)
    routing.submit_letter(letter, actor=staff.drafter)
    with pytest.raises(Refused, match="berubah"):
        routing.initial_letter(letter, revision=seen, actor=staff.first)
    routing.initial_letter(letter, revision=letter.revision, actor=staff.first)


def test_withdrawn_initials_count_no_more(staff):
    letter = bring(staff, "diparaf")
    with pytest.raises(Refused, match="penyusunnya"):
        routing.withdraw_letter(letter, reason="Salah", actor=staff.officer)
    routing.withdraw_letter(letter, reason="Salah lampiran", actor=staff.drafter)
    assert letter.state == "konsep"
    routing.submit_letter(letter, actor=staff.drafter)
    with pytest.raises(Refused, match="Paraf belum lengkap"):
        routing.approve_letter(letter, actor=staff.signer)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (["drafter"], "konsepnya sendiri"),
        (["first", "first"], "satu kali"),
        (["signer"], "Penanda tangan tidak ikut"),
        (["clerk"], "tidak berwenang memaraf"),
    ],
)
def test_routes_that_are_none(staff, steps, words):
    letter = draft(staff)
    with pytest.raises(Refused, match=words):
        drafts.set_route(letter, [(staff.id(who), "Jabatan") for who in steps], actor=staff.drafter)


def test_the_database_refuses_an_initial_under_ones_own_draft(session, staff):
    letter = draft(staff)
    session.add(
        LetterStep(
            letter_id=letter.id,
            round=1,
            position=9,
            account_id=staff.id("drafter"),
            drafter_id=staff.id("drafter"),
            role="x",
        )
    )
    with pytest.raises(IntegrityError, match="not_own_draft"):
        session.flush()


def test_the_signer_is_another_account_where_the_kind_demands_it(session, staff, make_account):
    both = make_account(permissions=["jdih:letter:draft", "jdih:letter:sign", "jdih:letter:approve"])
    staff.accounts["drafter"] = staff.accounts["signer"] = both
    with pytest.raises(Refused, match="akun lain") as refused:
        draft(staff)
    assert refused.value.field == "signer_id"
    session.get(LetterKind, "Kpt").signer_apart = False
    assert draft(staff).signer_id == both.id


def test_a_decision_needs_its_initials_and_a_signer(session, staff):
    assert session.get(LetterKind, "Kpt").initials == 1
    letter = draft(staff)
    drafts.set_route(letter, [], actor=staff.drafter)
    with pytest.raises(Refused, match="Lengkapi dulu"):
        routing.submit_letter(letter, actor=staff.drafter)
    bare = drafts.draft_letter(
        "BA", unit="1201", head=drafts.Head("Rapat"), data=MINUTES, actor=staff.drafter
    )
    with pytest.raises(Refused, match="Lengkapi dulu"):
        routing.submit_letter(bare, actor=staff.drafter)
    drafts.edit_letter(bare, head=head(staff, signers=SIGNERS), data=MINUTES, actor=staff.drafter)
    routing.submit_letter(bare, actor=staff.drafter)
    routing.approve_letter(bare, actor=staff.signer)
    assert bare.state == "disetujui"


def test_only_the_drafter_writes_and_only_before_the_route(staff, make_account):
    letter = draft(staff)
    with pytest.raises(Refused, match="akun lain"):
        drafts.edit_letter(letter, head=head(staff), data=DECISION, actor=staff.officer)
    routing.submit_letter(letter, actor=staff.drafter)
    with pytest.raises(Refused, match="tidak sedang disusun") as refused:
        drafts.edit_letter(letter, head=head(staff), data=DECISION, actor=staff.drafter)
    assert refused.value.status == 409
    elsewhere = Staff(make_account, "3171")
    with pytest.raises(Refused, match="Hak akun"):
        drafts.draft_letter("BA", unit="1201", head=head(staff), data=MINUTES, actor=elsewhere.drafter)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"class_code": "ZZ.9"}, "class_code"),
        ({"recipients": [drafts.Addressee(unit="1299")]}, "recipients"),
        ({"recipients": [drafts.Addressee(unit="1201")]}, "recipients"),
        ({"recipients": [drafts.Addressee("A", copy=True), drafts.Addressee("A", copy=True)]}, "copies"),
    ],
)
def test_what_a_draft_refuses(staff, more, field):
    with pytest.raises(Refused) as refused:
        draft(staff, **more)
    assert refused.value.field == field


def test_another_signs_or_approves_nothing(staff, make_account):
    other = make_account(role="naskah_penandatangan", region="1201")
    actor = type(staff.signer)(other.id, other.username)
    letter = bring(staff, "diparaf")
    with pytest.raises(Refused, match="penanda tangan"):
        routing.approve_letter(letter, actor=actor)
    routing.approve_letter(letter, actor=staff.signer)
    numbering.number_letter(letter, actor=staff.clerk)
    with pytest.raises(Refused, match="penanda tangan"):
        signing.sign_letter(letter, actor=actor)


# --- numbers -------------------------------------------------------------------------------------


def test_a_void_number_is_never_given_again(session, staff):
    first = bring(staff, "bernomor")
    with pytest.raises(Refused) as refused:
        numbering.void_number(first, reason=" ", actor=staff.clerk)
    assert refused.value.field == "reason"
    numbering.void_number(first, reason="Salah satker.", actor=staff.clerk)
    assert first.state == "dibatalkan"
    second = bring(staff, "bernomor")
    assert second.number.startswith("2 Tahun")
    rows = session.execute(
        select(NumberEntry.number, NumberEntry.status, NumberEntry.note)
        .where(NumberEntry.series == "Kpt")
        .order_by(NumberEntry.number)
    ).all()
    assert [tuple(row) for row in rows] == [(1, "batal", "Salah satker."), (2, "dipesan", None)]


def test_a_refused_numbering_takes_no_number(session, staff):
    letter = bring(staff, "diparaf")
    with pytest.raises(Refused, match="berstatus"):
        numbering.number_letter(letter, actor=staff.clerk)
    routing.approve_letter(letter, actor=staff.signer)
    with pytest.raises(Refused) as refused:
        numbering.number_letter(letter, actor=staff.drafter)
    assert refused.value.status == 403
    numbering.number_letter(letter, actor=staff.clerk)
    with pytest.raises(Refused, match="berstatus"):
        numbering.number_letter(letter, actor=staff.clerk)
    assert session.scalar(select(func.count(NumberEntry.id)).where(NumberEntry.series == "Kpt")) == 1


def test_a_number_is_written_with_class_kind_and_satker(staff):
    letter = bring(staff, "bernomor", "BA", class_code="PL.01.08")
    assert letter.number == f"1/PL.01.08-BA/1201/{letter.date.year}"


def test_the_database_keeps_the_number_and_the_paper_with_the_state(session, staff):
    letter = draft(staff)
    for state, name in (("bernomor", "numbered"), ("ditandatangani", "numbered")):
        with pytest.raises(IntegrityError, match=name), session.begin_nested():
            session.execute(
                text("update letter set state = :s where id = :id"), {"s": state, "id": letter.id}
            )
