"""Rows in any state, for the generated tests of the workflows (tests/workflow)."""

from __future__ import annotations

from modules.silon.workflow import CANDIDATE
from tests.silon import conftest as make
from tests.workflow.examples import example


@example("silon_nomination")
def nomination(session, state):
    return make.nomination(session, state)


@example("silon_pair")
def pair(session, state):
    return make.nomination(session, state, kind="pasangan")


def _event(row, action, account):
    from sqlalchemy.orm import object_session

    move = CANDIDATE.find(row.state, action)
    return {"event_id": make.event(object_session(row), row, row.state, move.target if move else "ms").id}


@example("silon_candidate", prepare=_event)
def candidate(session, state):
    return make.candidate(session, make.nomination(session, "vermin"), state)
