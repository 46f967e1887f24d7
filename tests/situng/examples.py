"""A results file in any state, for the generated tests of its workflow (tests/workflow)."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from electsys.elections.models import Ballot, Contest, Election
from electsys.identity.models import Account
from electsys.regions.models import RegionMap
from modules.situng.models import ResultBatch
from tests.workflow.examples import example

NOW = dt.datetime(2024, 2, 14, 8, tzinfo=dt.UTC)


def people(session, count):
    """Accounts that only stand in the row."""
    names = [uuid4().hex for _ in range(count)]
    found = [Account(username=n, email=f"{n}@test.invalid", name="Akun Uji", fs_uniquifier=n) for n in names]
    session.add_all(found)
    session.flush()
    return found


def before_the_move(row, action, account):
    """What the operation writes together with the state."""
    return {
        "confirm": {"confirmed_by": account.id, "confirmed_at": NOW},
        "apply": {"applied_at": NOW},
    }.get(action, {})


@example("situng_batch", prepare=before_the_move)
def batch(session, state):
    """A file of Tapanuli Tengah, in an election of its own."""
    if session.get(RegionMap, 2024) is None:
        session.add(RegionMap(id=2024, name="2024", valid_from=NOW.date()))
        session.flush()
    election = Election(
        code=f"uji-{uuid4().hex}", name="Uji", kind="simulasi", voting_day=NOW.date(), map_id=2024
    )
    contest = Contest(election=election, kind="ppwp", name="Uji")
    session.add(contest)
    session.flush()
    ballot = Ballot(contest_id=contest.id, source="uji")
    session.add(ballot)
    session.flush()
    creator, second = people(session, 2)
    confirmed = state in ("dikonfirmasi", "diterapkan")
    row = ResultBatch(
        contest_id=contest.id,
        ballot_id=ballot.id,
        form_model="c_hasil_2024",
        source="impor",
        region="1201",
        state=state,
        created_by=creator.id,
        confirmed_by=second.id if confirmed else None,
        confirmed_at=NOW if confirmed else None,
        applied_at=NOW if state == "diterapkan" else None,
    )
    session.add(row)
    session.flush()
    return row
