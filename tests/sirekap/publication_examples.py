"""A stop of publication in any state, for the generated tests of its workflow (tests/workflow)."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from electsys.elections.models import Election
from electsys.regions.models import RegionMap
from modules.sirekap.publication.models import PublicationStop
from tests.situng.examples import people
from tests.workflow.examples import example

NOW = dt.datetime(2024, 2, 14, 8, tzinfo=dt.UTC)


def before_the_move(row, action, account):
    """What the operation writes together with the state."""
    return {
        "order": {"ordered_by": account.id, "ordered_at": NOW},
        "end": {"ended_by": account.id, "ended_at": NOW},
    }.get(action, {})


@example("sirekap_stop", prepare=before_the_move)
def stop(session, state):
    """A stop of an election of its own."""
    if session.get(RegionMap, 2024) is None:
        session.add(RegionMap(id=2024, name="2024", valid_from=NOW.date()))
        session.flush()
    election = Election(
        code=f"henti-{uuid4().hex}", name="Uji", kind="pemilu", voting_day=NOW.date(), map_id=2024
    )
    session.add(election)
    asker, second = people(session, 2)
    session.flush()
    ordered, ended = state in ("berlaku", "berakhir"), state == "berakhir"
    row = PublicationStop(
        election_id=election.id,
        state=state,
        notice="Pemberitahuan untuk uji coba.",
        asked_by=asker.id,
        ordered_by=second.id if ordered else None,
        ordered_at=NOW if ordered else None,
        ended_by=second.id if ended else None,
        ended_at=NOW if ended else None,
    )
    session.add(row)
    session.flush()
    return row
