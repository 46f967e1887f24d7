"""Rows in any state, for the generated tests of the workflows (tests/workflow)."""

from __future__ import annotations

from modules.sipol.workflow import MEMBER
from tests.sipol import conftest as make
from tests.workflow.examples import example


def _fit(row, action, account):
    """Parties pass on to the factual step or past it by what the law demands of them."""
    from sqlalchemy.orm import object_session

    if row.state in ("vermin", "vermin_perbaikan"):
        row.needs_factual = action != "clear"
        object_session(row).flush()
    return {}


@example("sipol_registration", prepare=_fit)
def registration(session, state):
    return make.registration(session, state)


def _event(row, action, account):
    from sqlalchemy.orm import object_session

    move = MEMBER.find(row.state, action)
    target = move.target if move else "ms"
    return {"event_id": make.event(object_session(row), row, row.state, target).id}


@example("sipol_member", prepare=_event)
def member(session, state):
    return make.member(session, make.registration(session, "vermin"), state)
