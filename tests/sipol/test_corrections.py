"""An attempt that was written down wrongly: corrected, never erased; state and projection follow."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, InternalError

from electsys.errors import Refused
from electsys.ledger import Act, Actor
from electsys.verification.models import Contact
from electsys.verification.operations import contacts
from electsys.verification.queries import samples as reads
from electsys.verification.rules import sampling
from modules.sipol.operations import factual
from modules.sipol.permissions import READ_MEMBERS, VISIT
from tests.sipol.visiting import in_factual, meet, now, people, seed
from tests.sipol.visiting import officer as officer  # noqa: PLC0414  (a fixture)


@pytest.fixture
def row(session, election):
    seed(session, election)
    return in_factual(session, 3)


@pytest.fixture
def sample(row, officer):
    return factual.draw(row, "1201", actor=officer[1])


@pytest.fixture
def visitor(make_account):
    account = make_account(permissions=[VISIT, READ_MEMBERS], region="1201")
    return account, Actor(account.id, account.username)


def attempts(session, person) -> list[Contact]:
    return list(session.scalars(select(Contact).where(Contact.member_id == person.id).order_by(Contact.id)))


def test_a_wrong_result_is_corrected_and_the_person_follows(session, sample, visitor):
    person = people(session, sample)[0]
    meet(person, visitor[1], "menyangkal")
    [wrong] = attempts(session, person)
    assert (person.state, person.reason) == ("tms", "menyangkal")
    right = factual.correct_contact(wrong, "membenarkan", " salah  tekan ", actor=visitor[1])
    assert (person.state, person.reason) == ("ms", None) and person.decided_at is not None
    assert (right.corrects_id, right.number, right.method, right.reason) == (
        wrong.id,
        1,
        "rumah",
        "salah tekan",
    )
    rows = attempts(session, person)
    assert [r.result for r in rows] == ["menyangkal", "membenarkan"]
    assert [r.id for r in reads.counting(rows)] == [right.id]
    act = session.scalars(select(Act).where(Act.verb == "verification:contact:correct")).one()
    assert act.details["corrects"] == wrong.id and act.details["state"] == "ms"
    again = factual.correct_contact(right, "tidak_bertemu", "memang tidak bertemu", actor=visitor[1])
    assert (person.state, person.decided_at) == ("menunggu", None)
    with pytest.raises(Refused, match="sudah dibetulkan"):
        factual.correct_contact(wrong, "tidak_cocok", "terlambat", actor=visitor[1])
    assert reads.counting(attempts(session, person)) == [again]


def test_an_attempt_that_did_not_take_place_frees_its_number(session, sample, visitor):
    person = people(session, sample)[0]
    meet(person, visitor[1], "tidak_bertemu", "tidak_bertemu")
    first, second = attempts(session, person)
    with pytest.raises(Refused, match="Hanya upaya terakhir") as refusal:
        factual.correct_contact(first, sampling.VOID, "salah orang", actor=visitor[1])
    assert refusal.value.field == "hasil"
    void = factual.correct_contact(second, sampling.VOID, "salah orang", actor=visitor[1])
    assert person.state == "menunggu" and len(reads.counting(attempts(session, person))) == 1
    with pytest.raises(Refused, match="Upaya ke-2"):
        contacts.record_contact(person, "panggilan_video", "membenarkan", actor=visitor[1], visited_at=now())
    anew = contacts.record_contact(person, "kantor", "tidak_bertemu", actor=visitor[1], visited_at=now())
    assert (anew.number, anew.corrects_id) == (2, void.id)
    last = contacts.record_contact(
        person, "panggilan_video", "tidak_bertemu", actor=visitor[1], visited_at=now()
    )
    assert (person.state, person.reason) == ("tms", "tidak_ditemui")
    factual.correct_contact(last, sampling.VOID, "jaringan putus", actor=visitor[1])
    assert (person.state, person.reason, person.decided_at) == ("menunggu", None, None)


def test_a_correction_of_an_earlier_attempt_decides_before_the_later_ones(session, sample, visitor):
    person = people(session, sample)[0]
    meet(person, visitor[1], "tidak_bertemu", "menyangkal")
    first = attempts(session, person)[0]
    factual.correct_contact(first, "membenarkan", "bertemu di rumah", actor=visitor[1])
    assert (person.state, person.reason) == ("ms", None)


def test_the_projection_follows_and_a_closed_sample_stays(session, row, sample, officer):
    everybody = people(session, sample)
    for person in everybody:
        meet(person, officer[1], "menyangkal")
    wrong = attempts(session, everybody[0])[0]
    factual.correct_contact(wrong, "membenarkan", "tertukar", actor=officer[1])
    closed = factual.close_sample(row, "1201", actor=officer[1])
    assert (closed.found_ms, closed.projection) == (1, 1)
    right = attempts(session, everybody[0])[1]
    with pytest.raises(Refused, match="sudah ditutup"):
        factual.correct_contact(right, "menyangkal", "terlambat", actor=officer[1])
    assert everybody[0].state == "ms"


def test_ones_own_within_the_stage_or_a_supervisor(session, row, sample, officer, visitor, make_account):
    person = people(session, sample)[0]
    meet(person, visitor[1], "tidak_bertemu")
    [wrong] = attempts(session, person)
    other = make_account(permissions=[VISIT], region="1201")
    with pytest.raises(Refused) as refusal:
        factual.correct_contact(wrong, "membenarkan", "x", actor=Actor(other.id, other.username))
    assert refusal.value.status == 403
    _close_stage(session, row)
    with pytest.raises(Refused, match="Verifikasi faktual"):
        factual.correct_contact(wrong, "membenarkan", "x", actor=visitor[1])
    assert person.state == "menunggu"
    factual.correct_contact(wrong, "membenarkan", "salah tekan", actor=officer[1])
    assert person.state == "ms"


def _close_stage(session, row) -> None:
    import datetime as dt

    from electsys.elections.models import Stage

    stage = session.scalars(
        select(Stage).where(Stage.election_id == row.election_id, Stage.code == "verfak_parpol")
    ).one()
    stage.opens_at, stage.closes_at = now() - dt.timedelta(days=9), now() - dt.timedelta(days=1)
    session.flush()


def test_what_a_correction_must_say(session, sample, visitor):
    person = people(session, sample)[0]
    meet(person, visitor[1], "tidak_bertemu")
    [wrong] = attempts(session, person)
    for result, reason, field in (
        ("membenarkan", "  ", "alasan"),
        ("mungkin", "x", "hasil"),
        ("tidak_bertemu", "x", "hasil"),
    ):
        with pytest.raises(Refused) as refusal:
            factual.correct_contact(wrong, result, reason, actor=visitor[1])
        assert refusal.value.field == field
    assert len(attempts(session, person)) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"corrects_id": None, "reason": None},  # a second first row of the number
        {"number": 2},  # a correction of another number
        {"result": "dibatalkan", "reason": None},  # void without a reason
    ],
)
def test_the_database_keeps_one_line_of_rows_a_number(session, sample, visitor, changed):
    person, other = people(session, sample)[:2]
    for one in (person, other):
        meet(one, visitor[1], "tidak_bertemu")
    [wrong] = attempts(session, person)
    values = {
        "member_id": person.id,
        "number": 1,
        "method": "rumah",
        "result": "membenarkan",
        "corrects_id": wrong.id,
        "reason": "uji",
        "visited_at": now(),
        "actor": "test",
    }
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(Contact(**values | changed))
        session.flush()
    with pytest.raises(IntegrityError), session.begin_nested():  # nor of another person's attempt
        session.add(Contact(**values | {"member_id": other.id}))
        session.flush()
    session.add(Contact(**values))
    session.flush()
    with pytest.raises(IntegrityError), session.begin_nested():  # one row is corrected once
        session.add(Contact(**values))
        session.flush()


def test_nobody_changes_or_erases_an_attempt(session, sample, visitor):
    from sqlalchemy import text
    from sqlalchemy.exc import ProgrammingError

    meet(people(session, sample)[0], visitor[1], "tidak_bertemu")
    for statement in (
        "update verification_contact set result = 'membenarkan'",
        "delete from verification_contact",
    ):
        with pytest.raises((InternalError, IntegrityError, ProgrammingError)), session.begin_nested():
            session.execute(text(statement))


# --- pages -----------------------------------------------------------------------------------------


def test_the_page_strikes_through_what_was_corrected(session, client, login, sample, visitor, officer):
    person = people(session, sample)[0]
    meet(person, visitor[1], "menyangkal")
    [wrong] = attempts(session, person)
    login(client, visitor[0])
    page, form = f"/partai/faktual/orang/{person.id}", f"/partai/faktual/upaya/{wrong.id}/pembetulan"
    assert form in client.get(page).text
    shown = client.get(form).text
    assert "Bertemu, menyatakan bukan anggota" in shown and 'value="menyangkal"' not in shown
    refused = client.post(form, data={"hasil": "membenarkan", "alasan": ""})
    assert refused.status_code == 422 and "Tulis apa yang keliru" in refused.text
    assert client.post(form, data={"hasil": "dibatalkan", "alasan": "salah orang"}).status_code == 302
    shown = client.get(page).text
    assert "<s>Bertemu, menyatakan bukan anggota</s>" in shown and "salah orang" in shown
    assert "Catat upaya ke-1" in shown and "Kunjungan rumah" in shown
    gone = client.get(form)
    assert gone.status_code == 409 and "tidak dapat Anda betulkan" in gone.text


def test_another_verifier_is_offered_nothing(session, client, login, sample, visitor, make_account, officer):
    person = people(session, sample)[0]
    meet(person, visitor[1], "tidak_bertemu")
    [wrong] = attempts(session, person)
    form = f"/partai/faktual/upaya/{wrong.id}/pembetulan"
    login(client, make_account(permissions=[VISIT, READ_MEMBERS], region="1201"))
    assert form not in client.get(f"/partai/faktual/orang/{person.id}").text
    assert client.post(form, data={"hasil": "membenarkan", "alasan": "x"}).status_code == 409
    login(client, officer[0])
    assert form in client.get(f"/partai/faktual/orang/{person.id}").text
