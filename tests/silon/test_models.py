"""The tables of Silon agree with the models; a state never changes without its reason."""

from __future__ import annotations

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from modules.silon.models import Candidate, CandidateEvent
from modules.silon.operations.candidate_events import move_candidate
from tests.silon import conftest as make


def test_a_state_needs_an_event(session):
    row = make.candidate(session, make.nomination(session, "vermin"))
    with pytest.raises(IntegrityError, match="says why"), session.begin_nested():
        session.execute(update(Candidate).where(Candidate.id == row.id).values(state="ms", event_id=1))


def test_a_move_leaves_its_event(session):
    row = make.candidate(session, make.nomination(session, "dcs"), "dcs")
    event = move_candidate(row, "die", kind="coret", reason="akta kematian", actor=make.ACTOR)
    assert (row.state, row.event_id) == ("meninggal", event.id)
    assert (event.from_state, event.to_state, event.reason) == ("dcs", "meninggal", "akta kematian")


def test_events_cannot_be_changed(session):
    row = make.candidate(session, make.nomination(session, "vermin"), "ms")
    with pytest.raises((IntegrityError, ProgrammingError)), session.begin_nested():
        session.execute(update(CandidateEvent).where(CandidateEvent.candidate_id == row.id).values(note="x"))


def test_two_number_ones_cannot_stand(session):
    of = make.nomination(session)
    make.candidate(session, of, number=1)
    with pytest.raises(IntegrityError), session.begin_nested():
        make.candidate(session, of, number=1)


def test_no_number_of_a_person_lies_in_clear(session):
    said = make.claim()
    row = make.candidate(session, make.nomination(session), nik=said.nik)
    [stored] = session.execute(text("select cast(c as text) from candidate c where id = :i"), {"i": row.id})
    assert row.name in stored[0]
    assert said.nik not in stored[0]
    assert "1980-05-17" not in stored[0]
