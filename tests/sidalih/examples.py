"""Rows in any state, for the generated tests of the workflows (tests/workflow)."""

from __future__ import annotations

from sqlalchemy import func, select

from electsys.elections.queries import by_code
from modules.sidalih.models import Quarter
from modules.sidalih.operations.voters import ensure_roll
from tests.sidalih import (
    examples_coktas,  # noqa: F401  (it registers itself)
    examples_doubles,  # noqa: F401
)
from tests.sidalih.conftest import ACTOR, VILLAGE, store
from tests.workflow.examples import example


def _roll(session, state):
    roll = ensure_roll(by_code("pemilu-2024").id, "1201", actor=ACTOR)
    roll.state = state
    session.flush()
    return roll


def _quarter(session, roll, state="terbuka"):
    made = session.scalar(select(func.count()).where(Quarter.roll_id == roll.id)) or 0
    closing = 10 if state == "ditutup" else None
    quarter = Quarter(roll_id=roll.id, year=2025 + made, number=1, state=state, opening=10, closing=closing)
    session.add(quarter)
    session.flush()
    return quarter


def _code(row, action, account):
    return {"tms_code": "1"} if action.endswith("strike") else {"tms_code": None}


@example("sidalih_voter", prepare=_code)
def voter(session, state):
    """A voter of Tapanuli Tengah while coklit runs and, as nowhere in life, a quarter is open too."""
    _quarter(session, _roll(session, "coklit"))
    return store(session, by_code("pemilu-2024"), VILLAGE + "001", state)


@example("sidalih_roll")
def roll(session, state):
    """The roll of Tapanuli Tengah with one voter who has a polling station."""
    made = _roll(session, state)
    store(session, by_code("pemilu-2024"), VILLAGE + "001")
    return made


@example("sidalih_quarter", prepare=lambda row, action, account: {"closing": 10} if action == "close" else {})
def quarter(session, state):
    """A quarter in which nobody moved."""
    return _quarter(session, _roll(session, "dpt"), state)


from tests.sidalih import (  # noqa: E402  (they use the makers above)
    examples_copies,  # noqa: F401
    move_examples,  # noqa: F401
)
