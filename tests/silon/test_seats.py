"""A seat falls vacant: who comes next, what is checked, until when, and what is refused (PKPU 3/2025)."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from sqlalchemy import func, select

from electsys.elections.models import Standing
from electsys.errors import Refused
from electsys.ledger import Act, Actor
from modules.jdih.models import Letter
from modules.silon.models.seats import SeatCase, SeatEvent
from modules.silon.operations import seats as operations
from modules.silon.permissions import CONCLUDE, READ, REPLACE
from modules.silon.rules.seats import CHECKS
from tests.silon import seating


def acting(account):
    return Actor(account.id, account.name)


@pytest.fixture
def office(make_account):
    return acting(make_account(permissions=[REPLACE, READ]))


@pytest.fixture
def plenary(make_account):
    return acting(make_account(permissions=[CONCLUDE, READ]))


def passes(case, actor):
    for check in CHECKS:
        operations.record_check(case, check, "ms", actor=actor)


def kinds(session, case):
    return list(
        session.scalars(select(SeatEvent.kind).where(SeatEvent.case_id == case.id).order_by(SeatEvent.id))
    )


def test_the_next_by_votes_takes_the_seat_and_every_step_leaves_its_paper(session, office, plenary):
    case = seating.opened(session, seating.won(session, 500, 800, 20), office)
    assert (case.next_number, case.next_name, case.chosen_by) == (3, "CITRA LESTARI", "peringkat")
    assert case.due_on == dt.date(2025, 3, 11), "five working days after the fourth of March"
    operations.verify(case, actor=office)
    passes(case, office)
    assert case.qualified
    operations.prepare(case, actor=plenary)
    minutes = session.get_one(Letter, case.minutes_id)
    assert "CITRA LESTARI" in str(minutes.data)
    operations.send(case, actor=office)
    assert (case.state, session.get_one(Letter, case.sent_id).kind) == ("dikirim", "SD")
    operations.inaugurate(case, note="Dilantik 1 April 2025", actor=office)
    assert case.state == "dilantik"
    assert kinds(session, case) == ["terima", "peringkat", *["periksa"] * 5, "siap", "kirim", "lantik"]
    verbs = set(session.scalars(select(Act.verb).where(Act.subject == f"seat_case:{case.id}")))
    assert {"silon:seat:open", "silon:seat:prepare", "silon:seat:announce", "silon:seat:seat"} <= verbs


def test_whoever_was_given_a_seat_leaves_the_line(session, office, plenary):
    first = seating.opened(session, seating.won(session, 500, 800), office)
    operations.verify(first, actor=office)
    passes(first, office)
    operations.prepare(first, actor=plenary)
    other = seating.opened(session, seating.standing(session, 4, 70_000, elected=True), office)
    assert other.next_number == 2


def test_a_struck_candidate_is_nobody(session, office):
    assert seating.opened(session, seating.won(session, 500, 800, struck=(3,)), office).next_number == 2


def test_a_newer_version_of_a_result_counts(session, office):
    holder = seating.won(session, 500, 800)
    row = Standing(
        **{
            c.name: getattr(holder, c.name)
            for c in Standing.__table__.columns
            if c.name not in ("id", "at", "version", "candidate_number", "votes", "elected")
        },
        version=2,
        candidate_number=2,
        votes=900,
        elected=False,
    )
    session.add(row)
    session.flush()
    assert seating.opened(session, holder, office).next_number == 2


def test_the_unfit_are_passed_over_with_a_reason(session, office):
    case = seating.opened(session, seating.won(session, 500, 800), office)
    operations.verify(case, actor=office)
    operations.record_check(case, "anggota", "tms", note="Pindah partai 2024", actor=office)
    assert not case.qualified
    with pytest.raises(Refused, match="alasannya"):
        operations.pass_over(case, reason=" ", actor=office)
    operations.pass_over(case, reason="Bukan anggota partai lagi", actor=office)
    assert (case.next_number, case.checks) == (2, {})
    operations.rank(case, actor=office)
    assert case.next_number == 2, "who was passed over does not come back"


def test_a_failure_needs_its_reason(session, office):
    case = seating.opened(session, seating.won(session, 500), office)
    with pytest.raises(Refused) as told:
        operations.record_check(case, "lhkpn", "tms", actor=office)
    assert told.value.field == "note"
    assert case.checks == {}


def test_a_tie_that_nothing_decides_goes_to_the_plenary(session, office, plenary):
    case = seating.opened(session, seating.won(session, 500, 500), office)
    assert (case.next_name, case.trace["tied"], case.trace["unknown"]) == (None, [2, 3], "sebaran_kabko")
    with pytest.raises(Refused):
        operations.choose_by_plenary(case, 4, reason="lebih senior", actor=plenary)
    with pytest.raises(Refused):
        operations.choose_by_plenary(case, 2, reason="undian", actor=office)
    operations.choose_by_plenary(case, 2, reason="Diundi di hadapan saksi", actor=plenary)
    assert (case.next_number, case.chosen_by) == (2, "pleno")


def test_spread_breaks_a_tie_and_the_trace_says_how(session, office):
    seating.final_list(session)
    seating.standing(session, 2, 500, kabko=4, kecamatan=20)
    seating.standing(session, 3, 500, kabko=4, kecamatan=21)
    case = seating.opened(session, seating.standing(session, 1, 9_000, elected=True), office)
    assert case.next_number == 3
    assert [(s["strategy"], s["outcome"]) for s in case.trace["steps"]] == [
        ("sebaran_kabko", "masih_sama"),
        ("sebaran_kecamatan", "memutus"),
    ]


def test_the_party_proposes_only_where_nobody_is_left(session, office):
    file = seating.letter(session).file_id
    case = seating.opened(session, seating.won(session, 500), office)
    with pytest.raises(Refused, match="Masih ada calon"):
        operations.propose(case, "EKO", reason="dapil Sumut I", file_id=file, actor=office)
    operations.pass_over(case, reason="Meninggal dunia", actor=office)
    assert case.next_name is None
    operations.propose(case, "Eko  Prasetyo", reason="Dapil Sumut I", file_id=file, actor=office)
    assert (case.next_name, case.chosen_by, case.next_number) == ("EKO PRASETYO", "usulan", None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"received_on": dt.date(2025, 3, 1)}, "received_on"),
        ({"received_on": dt.date(2999, 1, 1), "letter_date": dt.date(2998, 1, 1)}, "received_on"),
        ({"term_ends": dt.date(2025, 9, 3)}, "term_ends"),
        ({"cause": "bosan"}, "cause"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_stays(session, office, changes, field):
    holder = seating.won(session, 500)
    with pytest.raises(Refused) as told:
        seating.opened(session, holder, office, **changes)
    assert told.value.field == field
    assert session.scalar(select(func.count()).select_from(SeatCase)) == 0


def test_one_seat_has_one_case_until_it_is_refused(session, office, plenary):
    holder = seating.won(session, 500)
    case = seating.opened(session, holder, office)
    with pytest.raises(Refused, match=str(case.id)):
        seating.opened(session, holder, office)
    operations.refuse(case, reason="Surat bukan dari pimpinan", actor=plenary)
    assert seating.opened(session, holder, office).id != case.id


def test_only_who_holds_a_seat_leaves_one(session, office):
    seating.won(session, 500)
    with pytest.raises(Refused, match="tidak menduduki"):
        seating.opened(session, seating.standing(session, 4, 3), office)


def test_nothing_is_prepared_before_all_is_checked(session, office, plenary):
    case = seating.opened(session, seating.won(session, 500), office)
    operations.verify(case, actor=office)
    with pytest.raises(Refused, match="syarat"):
        operations.prepare(case, actor=plenary)
    passes(case, office)
    with pytest.raises(Refused):
        operations.prepare(case, actor=office)
    operations.prepare(case, actor=plenary)
    with pytest.raises(Refused, match="tidak dapat diubah"):
        operations.record_check(case, "dct", "tms", note="x", actor=office)


def test_a_dispute_stops_the_clock_and_it_counts_anew(session, office):
    case = seating.opened(session, seating.won(session, 500), office)
    operations.verify(case, actor=office)
    operations.suspend(case, reason="Mahkamah partai", file_id=None, actor=office)
    assert case.state == "tertunda"
    assert case.waits_until is not None
    operations.resume(case, reason="Putusan mahkamah partai", file_id=None, actor=office)
    assert (case.state, case.waits_until) == ("verifikasi", None)
    assert case.due_on > dt.date.today()  # noqa: DTZ011  (today in WIB)


def test_a_stranger_does_nothing(session, make_account):
    holder = seating.won(session, 500)
    province = acting(make_account(permissions=[REPLACE], region="12"))
    with pytest.raises(Refused):
        seating.opened(session, holder, province)


# --- pages ---------------------------------------------------------------------------------------


def test_the_whole_case_on_its_pages(session, client, login, make_account, election):
    account = make_account(permissions=[REPLACE, READ, CONCLUDE])
    holder = seating.won(session, 500, 500)
    login(client, account)
    picked = client.get(f"/calon/paw/pemilu/{election.code}/kursi")
    assert f"/calon/paw/kursi/{holder.id}" in picked.text
    page = client.get(f"/calon/paw/kursi/{holder.id}")
    said = {
        "cause": "mengundurkan_diri",
        "letter_number": "B/7",
        "letter_date": "2025-03-03",
        "received_on": "2025-03-04",
        "term_ends": "2029-09-30",
        "letter": (io.BytesIO(seating.PDF), "surat.pdf"),
    }
    sent = client.submit(page, f"/calon/paw/kursi/{holder.id}", **said)
    assert sent.status_code == 302, sent.text
    case = client.get(sent.location)
    assert "Suara 2 calon sama" in case.text
    assert "AGUS TERPILIH" in case.text
    listed = client.get(f"/calon/paw/pemilu/{election.code}")
    assert "AGUS TERPILIH" in listed.text
    assert "2025-03-11" in client.get(f"/calon/paw/pemilu/{election.code}?unduh=csv").text
    chosen = client.submit(case, f"{sent.location}/pleno", number="2", reason="Diundi")
    assert chosen.status_code == 302
    case = client.get(sent.location)
    assert "BUNGA MELATI" in case.text
    begun = client.submit(case, f"{sent.location}/tombol/verify")
    assert begun.status_code == 302
    case = client.get(sent.location)
    failed = {"periksa-check": "anggota", "periksa-found": "tms"}
    without = client.submit(case, f"{sent.location}/periksa", **failed)
    assert without.status_code == 422
    assert "Tulis" in without.text or "wajib" in without.text
    noted = client.submit(case, f"{sent.location}/periksa", **failed | {"periksa-note": "pindah partai"})
    assert noted.status_code == 302
    case = client.get(sent.location)
    assert "tidak terpenuhi" in case.text
    passed = client.submit(case, f"{sent.location}/langkah", step="lewati", note="pindah partai")
    assert passed.status_code == 302
    case = client.get(sent.location)
    assert "CITRA LESTARI" in case.text
    refused = client.submit(case, f"{sent.location}/tolak", **{"tolak-note": "surat ditarik pimpinan"})
    assert refused.status_code == 302
    assert "ditolak" in client.get(sent.location).text


def test_a_public_page_shows_holders_and_who_followed(session, client, election, office, plenary):
    case = seating.opened(session, seating.won(session, 500), office)
    operations.verify(case, actor=office)
    passes(case, office)
    operations.prepare(case, actor=plenary)
    operations.send(case, actor=office)
    session.flush()
    page = client.get(f"/calon/kursi/{election.code}")
    assert "AGUS TERPILIH" in page.text
    assert "BUNGA MELATI (nama dikirim)" in page.text
    assert "BUNGA MELATI" in client.get(f"/calon/kursi/{election.code}?unduh=csv").text


def test_without_results_the_page_says_what_comes(client, election):
    assert "Belum ada hasil yang ditetapkan" in client.get(f"/calon/kursi/{election.code}").text
