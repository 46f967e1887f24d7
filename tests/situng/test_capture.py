"""A form from the first entry to the total: blind second entry, difference, third person, photo, anomaly."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from electsys.db import db
from electsys.errors import Refused
from electsys.events import subscribe
from electsys.ledger import Actor
from modules.situng import FormAccepted, FormCorrected, accepted_forms
from modules.situng.layouts import FormKey, qr_text
from modules.situng.models import Capture, FormPhoto, RegionTotal, ResultVersion
from modules.situng.operations.captures import Unexplained, open_capture, settle_difference, submit_entry
from modules.situng.operations.desk import claim, save_draft, take_next
from modules.situng.operations.photos import add_photo
from modules.situng.operations.totals import derive_totals, fold_totals
from modules.situng.queries.captures import draft_of
from modules.situng.queries.forms import history, tps_form
from tests.situng.conftest import CLEAN

A, B, C = "1201011001001", "1201011001002", "1201011001003"


def picture(n=0):
    """A small photo, another one for every number."""
    out = io.BytesIO()
    Image.new("RGB", (40, 40), (n % 256, n // 256, 90)).save(out, "PNG")
    out.seek(0)
    return out


def total(contest, code=""):
    fold_totals(contest.id)
    db.session.expire_all()
    return db.session.get(RegionTotal, (contest.id, "wilayah", code))


def as_actor(account):
    return Actor(account.id, account.username)


@pytest.fixture
def people(make_account):
    """First and second entry, and the third person."""
    return (
        as_actor(make_account(role="operator_sirekap_ppk", region="120101")),
        as_actor(make_account(role="operator_kpu_kabko", region="1201")),
        as_actor(make_account(role="ppk", region="120101")),
    )


@pytest.fixture
def entered(count, people):
    """A form that two people entered; its photo is there unless it shall not be."""

    def enter(code=A, first=None, second=None, *, photo=True, reasons=None):
        capture = open_capture(count, code, actor=people[0])
        if photo:
            add_photo(capture, picture(int(code[-3:])), page=1, actor=people[0])
        submit_entry(capture, CLEAN | (first or {}), actor=people[0])
        return submit_entry(
            capture, CLEAN | (first if second is None and first else second or {}), actor=people[1],
            reasons=reasons,
        )  # fmt: skip

    return enter


@pytest.fixture
def told():
    """The events that Situng tells."""
    from electsys import events

    heard = []

    def hear(event):
        heard.append(event)

    subscribe(FormAccepted, hear)
    yield heard
    events._SUBSCRIPTIONS.popitem()


def test_two_equal_entries_count_at_every_tier(contest, count, entered, people, told):
    capture = entered()
    assert (capture.state, capture.faults, capture.complete) == ("diterima", [], True)
    assert (capture.first_person, capture.second_person) == (people[0].account_id, people[1].account_id)
    for code in (A[:10], A[:6], "1201", "12", ""):
        row = total(contest, code)
        assert (row.votes, row.received, row.accepted, row.flagged) == ([17, 124, 9], 1, 1, 0)
    assert derive_totals(contest.id) == []
    [version] = history(count, A)
    assert (version.source, version.vote_kind, len(version.photos)) == ("entri", "Reguler", 1)
    [event] = told
    assert (event.tps_code, event.version_id, event.photos) == (A, version.id, version.photos)
    assert not isinstance(event, FormCorrected)


def test_the_second_entry_is_by_somebody_else(session, count, people):
    capture = open_capture(count, A, actor=people[0])
    submit_entry(capture, CLEAN, actor=people[0])
    with pytest.raises(Refused, match="akun lain"):
        submit_entry(capture, CLEAN, actor=people[0])
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text(
                "update capture set second_person = first_person, second_cells = first_cells,"
                " second_votes = first_votes, second_at = now()"
            )
        )


def test_an_entry_sent_again_changes_nothing(count, people):
    capture = open_capture(count, A, actor=people[0])
    key = uuid4()
    submit_entry(capture, CLEAN, actor=people[0], idempotency_key=key)
    at = capture.first_at
    submit_entry(capture, CLEAN | {"suara_1": 18}, actor=people[0], idempotency_key=key)
    assert (capture.state, capture.first_at, capture.first_votes) == ("entri_pertama", at, [17, 124, 9])


def test_only_what_differs_goes_to_a_third_person(contest, count, entered, people):
    capture = entered(second={"suara_2": 142, "disabilitas_l": None})
    assert (capture.state, capture.cells, capture.version_id) == ("selisih", None, None)
    assert total(contest).received == 0
    for who in people[:2]:
        with pytest.raises(Refused):
            settle_difference(capture, {"suara_2": 124, "disabilitas_l": 1}, actor=who)
    with pytest.raises(Refused) as refusal:
        settle_difference(capture, {"suara_2": 124}, actor=people[2])
    assert refusal.value.field == "disabilitas_l"
    with pytest.raises(Refused):
        settle_difference(capture, {"suara_2": 124, "disabilitas_l": 1, "suara_1": 99}, actor=people[2])
    settle_difference(capture, {"suara_2": 124, "disabilitas_l": 1}, actor=people[2])
    assert (capture.state, capture.votes, capture.third_person) == (
        "diterima",
        [17, 124, 9],
        people[2].account_id,
    )
    assert total(contest).votes == [17, 124, 9]


def test_the_third_person_needs_the_right_to_settle(make_account, entered):
    capture = entered(second={"suara_2": 142})
    typist = as_actor(make_account(role="operator_kpu_kabko", region="1201"))
    with pytest.raises(Refused) as refusal:
        settle_difference(capture, {"suara_2": 124}, actor=typist)
    assert refusal.value.status == 403


def test_an_open_f_is_stored_as_written_and_stays_out(contest, count, entered, told):
    capture = entered(first={"suara_2": 624}, reasons={"W.119:suara_besar": "Tertulis 624 pada foto."})
    assert (capture.state, capture.faults) == ("anomali", ["F.107:suara_sah"])
    row = total(contest)
    assert (row.votes, row.received, row.accepted, row.flagged) == ([0, 0, 0], 1, 0, 1)
    form = tps_form(count, A)
    assert (form.state, form.latest.votes, form.accepted) == ("anomali", (17, 624, 9), None)
    assert told == [] and derive_totals(contest.id) == []


def test_a_warning_needs_a_reason_and_who_gave_it_stands_beside(count, people):
    values = CLEAN | {"surat_suara_diterima": 207, "surat_suara_tidak_digunakan": 56}
    capture = open_capture(count, A, actor=people[0])
    add_photo(capture, picture(), page=1, actor=people[0])
    submit_entry(capture, values, actor=people[0])
    with pytest.raises(Unexplained) as refusal, db.session.begin_nested():
        submit_entry(capture, values, actor=people[1])
    assert refusal.value.keys == ["W.112:cadangan"]
    db.session.expire_all()
    assert capture.state == "entri_pertama"
    submit_entry(capture, values, actor=people[1], reasons={"W.112:cadangan": "Ditambah dari TPS lain."})
    assert capture.state == "diterima"
    said = capture.reasons["W.112:cadangan"]
    assert (said["alasan"], said["akun"]) == ("Ditambah dari TPS lain.", people[1].account_id)
    assert said["waktu"]


def test_a_number_without_its_photo_waits(contest, count, entered, people, told):
    capture = entered(photo=False)
    assert (capture.state, capture.version_id) == ("menunggu_foto", None)
    assert total(contest).received == 0 and history(count, A) == [] and told == []
    add_photo(capture, picture(), page=1, actor=people[0])
    assert capture.state == "diterima"
    assert total(contest).votes == [17, 124, 9] and len(told) == 1
    assert history(count, A)[0].photos


def test_an_incomplete_form_is_shown_and_not_counted(contest, count, entered):
    capture = entered(first={"suara_tidak_sah": None})
    assert capture.state == "belum_lengkap"
    assert tps_form(count, A).state == "belum_lengkap"
    assert total(contest).accepted == 0


def test_the_same_photo_twice_is_recognised(session, count, people):
    capture, other = (open_capture(count, code, actor=people[0]) for code in (A, B))
    first = add_photo(capture, picture(), page=1, actor=people[0])
    again = add_photo(capture, picture(), page=1, actor=people[1])
    assert (first.again, again.again, again.photo.id) == (False, True, first.photo.id)
    with pytest.raises(Refused, match=A):
        add_photo(other, picture(), page=1, actor=people[0])
    assert session.scalar(select(func.count()).select_from(FormPhoto)) == 1
    for attack in ("update form_photo set page = 2", "delete from form_photo"):
        with pytest.raises(DBAPIError, match=r"append-only|permission denied"), session.begin_nested():
            session.execute(text(attack))


def test_a_qr_of_another_tps_keeps_the_form_out(contest, count, people):
    import segno

    out = io.BytesIO()
    segno.make(qr_text(FormKey(1, "ppwp", B, 1, 3, "ABC")), micro=False).save(
        out, kind="png", scale=6, border=4
    )
    out.seek(0)
    capture = open_capture(count, A, actor=people[0])
    photo = add_photo(capture, out, page=1, actor=people[0]).photo
    assert (photo.seen_tps, photo.seen_page) == (B, 1)
    for who in people[:2]:
        submit_entry(capture, CLEAN, actor=who)
    assert (capture.state, capture.faults) == ("anomali", ["F.120:qr"])
    assert total(contest).accepted == 0


def test_votes_like_a_neighbour_s_ask_for_a_second_look(entered):
    entered(A)
    with pytest.raises(Unexplained) as refusal:
        entered(B)
    assert refusal.value.keys == ["W.120:kembar"]


def test_a_machine_can_never_be_the_source(session, entered):
    entered()
    assert not session.scalar(
        select(func.count())
        .select_from(ResultVersion)
        .where(ResultVersion.source.not_in(("berkas", "entri")))
    )
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text(
                "insert into result_version (province, contest_id, tps_code, source, capture_round, photos,"
                " vote_kind, cells, votes, complete, faults, warnings) select province, contest_id, tps_code,"
                " 'mesin', 1, photos, vote_kind, cells, votes, true, '{}', '{}' from result_version"
            )
        )


def test_an_entered_version_has_a_capture_of_two_people_behind_it(session, count, people):
    capture = open_capture(count, A, actor=people[0])
    add_photo(capture, picture(), page=1, actor=people[0])
    submit_entry(capture, CLEAN, actor=people[0])
    with pytest.raises(IntegrityError, match="two entries"), session.begin_nested():
        session.execute(
            text(
                "insert into result_version (province, contest_id, tps_code, source, capture_round, photos,"
                " vote_kind, cells, votes, complete, faults, warnings) select province, contest_id, tps_code,"
                " 'entri', 1, '{x}', vote_kind, first_cells, first_votes, true, '{}', '{}' from capture"
            )
        )


def test_the_queue_never_gives_one_form_to_two_people(session, count, people, make_account):
    for code in (A, B, C):
        open_capture(count, code, actor=people[0])
    first = take_next(count, "pertama", actor=people[0])
    second = take_next(count, "pertama", actor=people[1])
    assert (first.tps_code, second.tps_code) == (A, B)
    assert take_next(count, "pertama", actor=people[0]).tps_code == A  # still on the desk
    assert not claim(first, actor=people[1])
    submit_entry(first, CLEAN, actor=people[0])
    assert take_next(count, "kedua", actor=people[0]) is None  # never one's own
    assert take_next(count, "kedua", actor=people[1]).tps_code == A
    session.execute(
        text("update capture set claimed_until = now() - interval '1 minute' where claimed_by is not null")
    )
    session.expire_all()
    assert take_next(count, "pertama", actor=people[0]).tps_code == B  # the claim ran out
    elsewhere = as_actor(make_account(role="operator_kpu_kabko", region="3171"))
    assert take_next(count, "pertama", actor=elsewhere) is None


def test_a_draft_is_one_s_own_and_goes_with_the_entry(count, people):
    capture = open_capture(count, A, actor=people[0])
    save_draft(capture, {"suara_1": "17", "suara_2": "", "lain": "9"}, actor=people[0])
    save_draft(capture, {"suara_1": "18"}, actor=people[0])
    assert draft_of(capture, people[0].account_id).values == {"suara_1": "18"}
    assert draft_of(capture, people[1].account_id) is None
    submit_entry(capture, CLEAN, actor=people[0])
    db.session.expire_all()
    assert draft_of(capture, people[0].account_id) is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"suara_1": -1}, "suara_1"), ({"suara_1": 1_000_000}, "suara_1"), ({"suara_9": 1}, "suara_9"),
     ({"suara_sah": True}, "suara_sah"), (dict.fromkeys(CLEAN), None)],
)  # fmt: skip
def test_what_no_form_can_hold_is_named(count, people, wrong, field):
    capture = open_capture(count, A, actor=people[0])
    with pytest.raises(Refused) as refusal:
        submit_entry(capture, CLEAN | wrong, actor=people[0])
    assert refusal.value.field == field


def test_an_unknown_tps_is_refused(count, people):
    with pytest.raises(Refused, match="daftar TPS"):
        open_capture(count, "1201011001999", actor=people[0])


def test_the_door_gives_every_tps_with_what_counts(contest, count, entered):
    entered(A)
    entered(B, first={"suara_2": 624}, reasons={"W.119:suara_besar": "ya"})
    forms = {f.tps_code: f for f in accepted_forms(contest.id, A[:10])}
    assert (forms[A].state, forms[A].votes, forms[A].source) == ("diterima", (17, 124, 9), "entri")
    assert len(forms[A].photos) == 1
    assert forms[A].cells == tps_form(count, A).accepted.cells
    assert (forms[B].state, forms[B].version_id, forms[B].votes) == ("anomali", None, ())
    assert forms[C].state is None
    assert len(accepted_forms(contest.id, A[:6])) > len(forms)
    with pytest.raises(ValueError):
        accepted_forms(contest.id, "1201")


def test_a_capture_and_its_states_are_tied(session, count, people):
    capture = open_capture(count, A, actor=people[0])
    for state in ("entri_pertama", "selisih", "menunggu_foto", "diterima", "anomali"):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text("update capture set state = :s"), {"s": state})
    assert isinstance(capture, Capture)
