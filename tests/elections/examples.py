"""An election in any state, for the generated tests of the workflow."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from electsys.elections.models import Election
from electsys.elections.queries import by_code
from tests.workflow.examples import example


@example("elections_election")
def election(session, state):
    row = Election(
        code=f"uji-{uuid4().hex}",
        name="Pemilu uji",
        kind="pemilu",
        voting_day=dt.date(2029, 2, 14),
        map_id=by_code("pemilu-2024").map_id,
        state=state,
    )
    session.add(row)
    session.flush()
    return row
