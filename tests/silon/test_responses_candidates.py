"""What the public says of a candidate, what the party answers, what KPU decides."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from sqlalchemy import select

from electsys.elections import calendar
from electsys.elections.models import Stage
from electsys.errors import Refused
from electsys.privacy import blind_index
from electsys.responses import kinds
from electsys.responses.models import PublicResponse
from electsys.responses.operations import decide_response, receive_response
from modules.jdih.models import Letter
from modules.silon.models import CandidateClarification
from modules.silon.operations import responses
from modules.silon.queries.responses import KIND, subject_of
from tests.silon import staging

NIK = "1201014903857777"
TEXT = "Ijazah calon ini diragukan; sekolah itu tidak pernah meluluskannya. NIK saya 1201014903857777."


@pytest.fixture
def listed(session):
    """A candidate on an announced DCS."""
    of, rows = staging.provisional(session)
    return of, rows


def respond(row):
    kind = kinds.ALL[KIND]
    return receive_response(
        kind,
        {"nama": "SITI RAHMAWATI", "kontak": "0812", "nik": NIK, "isi": TEXT},
        about=responses.about(subject_of(row.id)),
        files=[(io.BytesIO(staging.picture()), "bukti.jpg")],
    ).response


def officer(session):
    return staging.member(session, "operator_kpu_ri")


def liaison(session, of):
    return staging.member(session, "admin_parpol_pusat", party=of.party_id)


def test_a_response_knows_its_candidate_and_its_body(session, listed):
    _of, rows = listed
    made = respond(rows[0])
    assert (made.subject, made.region, made.party_id) == (f"candidate:{rows[0].id}", None, None)
    assert made.election_id == rows[0].election_id
    assert made.nik_index == blind_index(NIK)
    assert len(made.files) == 1


def test_nobody_is_responded_to_who_is_not_on_an_announced_dcs(session):
    staging.open_all(session)
    _of, rows = staging.party_list(session)
    assert responses.about(subject_of(rows[0].id)) is None
    assert responses.about("candidate:") is None
    assert responses.about("voter:1") is None


def test_a_response_without_its_candidate_is_refused(session, listed):
    with pytest.raises(Refused, match="Buka formulir ini"):
        receive_response(kinds.ALL[KIND], {"nama": "A", "isi": "x" * 30})


def test_outside_of_the_window_nobody_responds(session, listed, monkeypatch):
    _of, rows = listed
    stage = session.scalars(
        select(Stage).where(Stage.code == "tanggapan_dcs", Stage.election_id == rows[0].election_id)
    ).one()
    after = stage.closes_at + dt.timedelta(days=1)
    monkeypatch.setattr(calendar, "utc_now", lambda: after)
    with pytest.raises(Refused, match="sudah ditutup"):
        responses.about(subject_of(rows[0].id))


def test_the_party_answers_and_a_grounded_response_takes_the_candidate_off(session, listed):
    of, rows = listed
    response = respond(rows[0])
    kpu = officer(session)
    asked = responses.ask_party(
        response, f"Mohon penjelasan atas ijazah calon (pelapor NIK {NIK}).", actor=kpu
    )
    assert NIK not in asked.question
    assert asked.party_id == of.party_id
    responses.answer(
        asked, "Ijazah itu tidak dapat kami tunjukkan aslinya.", evidence=staging.evidence(),
        actor=liaison(session, of),
    )  # fmt: skip
    decide_response(response, "kabul", code="tidak_memenuhi", actor=officer(session))
    session.expire_all()
    assert rows[0].state == "dcs_tms"
    last = staging.newest(session, "dcs", of)
    assert last.reason == "Tidak memenuhi syarat berdasarkan tanggapan masyarakat"
    letter = session.scalars(select(Letter).where(Letter.source_key == f"silon:response:{response.id}")).one()
    said = " ".join(letter.data["paragraphs"])
    assert "beralasan" in said
    assert "SITI" not in said
    assert NIK not in said


def test_an_unfounded_response_leaves_the_candidate(session, listed):
    of, rows = listed
    response = respond(rows[1])
    decide_response(response, "tolak", code="memenuhi", actor=officer(session))
    session.expire_all()
    assert rows[1].state == "dcs"
    assert staging.newest(session, "dcs", of).version == 1
    assert session.scalars(select(Letter).where(Letter.source_key == f"silon:response:{response.id}")).one()


def test_nothing_is_grounded_before_the_party_was_heard(session, listed):
    _of, rows = listed
    response = respond(rows[0])
    who = officer(session)
    with pytest.raises(Refused, match="belum diklarifikasi"), session.begin_nested():
        decide_response(response, "kabul", code="tidak_memenuhi", actor=who)
    asked = responses.ask_party(response, "Mohon penjelasan atas ijazah calon ini.", actor=who)
    with pytest.raises(Refused, match="belum diklarifikasi"), session.begin_nested():
        decide_response(response, "kabul", code="tidak_memenuhi", actor=who)
    session.expire_all()
    assert rows[0].state == "dcs"
    assert asked.answered_at is None


def test_an_answer_comes_once_and_in_time(session, listed, monkeypatch):
    of, rows = listed
    asked = responses.ask_party(
        respond(rows[0]), "Mohon penjelasan atas ijazah calon ini.", actor=officer(session)
    )
    party = liaison(session, of)
    late = asked.due_at + dt.timedelta(seconds=1)
    with monkeypatch.context() as patch:
        patch.setattr(calendar, "utc_now", lambda: late)
        with pytest.raises(Refused, match="sudah lewat"):
            responses.answer(asked, "Ijazahnya asli, terlampir.", evidence=None, actor=party)
    responses.answer(asked, "Ijazahnya asli, terlampir.", evidence=None, actor=party)
    with pytest.raises(Refused, match="sudah dijawab"):
        responses.answer(asked, "Ijazahnya asli, terlampir.", evidence=None, actor=party)


def test_another_party_does_not_answer(session, listed):
    from tests.silon import conftest as make

    _of, rows = listed
    asked = responses.ask_party(
        respond(rows[0]), "Mohon penjelasan atas ijazah calon ini.", actor=officer(session)
    )
    stranger = staging.member(session, "admin_parpol_pusat", party=make.participant(session).party_id)
    with pytest.raises(Refused):
        responses.answer(asked, "Ijazahnya asli, terlampir.", evidence=None, actor=stranger)
    assert session.get_one(CandidateClarification, asked.id).answer is None


def test_open_responses_hold_up_the_replacement(session, listed):
    from modules.silon.operations import listings

    _of, rows = listed
    response = respond(rows[0])
    who = staging.member(session)
    for action in ("open_responses", "clarify"):
        listings.advance(staging.contest(session), "", action, actor=who)
    with pytest.raises(Refused, match="1 tanggapan masyarakat belum diputus"):
        listings.advance(staging.contest(session), "", "open_replacement", actor=who)
    decide_response(response, "tolak", code="memenuhi", actor=officer(session))
    session.expire_all()
    assert listings.advance(staging.contest(session), "", "open_replacement", actor=who) == 1
    assert session.get_one(PublicResponse, response.id).state == "ditolak"
