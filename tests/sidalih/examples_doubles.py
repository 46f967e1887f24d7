"""A pair in any state, for the generated tests of its workflow."""

from __future__ import annotations

import datetime as dt

from electsys.elections.queries import by_code
from modules.sidalih.models.doubles import DoubleCase
from modules.sidalih.operations.voters import ensure_roll
from tests.sidalih.conftest import ACTOR, VILLAGE, store
from tests.workflow.examples import example

NOW = dt.datetime(2023, 3, 1, tzinfo=dt.UTC)


def decided(row, action, account):
    """What the operation writes together with the state."""
    return {
        "keep": {"keep_id": row.first_id, "decided_at": NOW, "decided_by": account.id},
        "part": {"decided_at": NOW, "decided_by": account.id},
        "undo": {"keep_id": None, "decided_at": None, "decided_by": None},
    }.get(action, {})


@example("sidalih_double", prepare=decided)
def pair(session, state):
    """Two rows of one village of Tapanuli Tengah."""
    election = by_code("pemilu-2024")
    ensure_roll(election.id, "1201", actor=ACTOR)
    one, other = (store(session, election, VILLAGE + "001") for _ in range(2))
    return case_of(session, one, other, state)


def case_of(session, one, other, state="terbuka", rule="ejaan", weight=9.5, region=None):
    """A case of two rows."""
    first, second = sorted((one, other), key=lambda voter: voter.id)
    same = next((n for n in (10, 6, 4, 2) if first.village_code[:n] == second.village_code[:n]), 0)
    case = DoubleCase(
        election_id=first.election_id,
        region=first.village_code[:same] if region is None else region,
        first_id=first.id,
        first_village=first.village_code,
        second_id=second.id,
        second_village=second.village_code,
        rule=rule,
        weight=weight,
        state=state,
        keep_id=first.id if state == "sama" else None,
        decided_at=NOW if state in ("sama", "berbeda") else None,
    )
    session.add(case)
    session.flush()
    return case
