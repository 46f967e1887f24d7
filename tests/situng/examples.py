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


def _photo(session, row, account):
    """The newest round's photo, without its content: guards ask only whether there is one."""
    from electsys.documents.models import StoredFile
    from modules.situng.models import FormPhoto

    digest = uuid4().hex * 2
    stored = StoredFile(
        sha256=digest,
        received_sha256=digest,
        size=1,
        media_type="image/png",
        kind="c_hasil",
        name="c.png",
        origin="unggahan",
    )
    session.add(stored)
    session.flush()
    session.add(
        FormPhoto(
            province=row.province,
            contest_id=row.contest_id,
            tps_code=row.tps_code,
            round=row.round,
            page=1,
            file_id=stored.id,
            sha256=digest,
            received_sha256=digest,
            account_id=account,
        )
    )
    session.flush()


#: What each action asks of the capture before it: has it a photo, is it complete, which findings has it.
BEFORE = {
    "wait": (False, True, []),
    "accept": (True, True, []),
    "hold": (True, True, ["F.107:suara_sah"]),
    "lack": (True, False, []),
}


def agreed(row, action, account):
    """What two people agreed on, as the operation writes it with the state."""
    from electsys.db import db

    if action == "enter":
        return {"first_person": account.id, "first_cells": [1], "first_votes": [1], "first_at": NOW}
    if row.state not in ("entri_pertama", "selisih", "menunggu_foto"):
        return {}
    second = (
        {"second_person": account.id, "second_cells": [1], "second_votes": [1], "second_at": NOW}
        if row.second_person is None
        else {}
    )
    if action == "differ":
        return second
    action = action.rpartition("_")[2]
    photo, complete, faults = BEFORE[action]
    if photo:
        _photo(db.session, row, row.first_person)
    row.complete, row.faults = complete, faults
    third = {"third_person": account.id, "third_at": NOW} if row.state == "selisih" else {}
    values = second | third | {"cells": [1], "votes": [1]}
    return values if action == "wait" else values | {"version_id": 1}


@example("situng_capture", prepare=agreed)
def capture(session, state):
    """A form of Tapanuli Tengah, in an election of its own."""
    from modules.situng.models import Capture

    file = batch(session, "menunggu")
    first, second, _third = people(session, 3)
    rows = {}
    if state != "kosong":
        rows |= {"first_person": first.id, "first_cells": [1], "first_votes": [1], "first_at": NOW}
    if state not in ("kosong", "entri_pertama"):
        rows |= {"second_person": second.id, "second_cells": [1], "second_votes": [1], "second_at": NOW}
    if state in ("menunggu_foto", "diterima", "anomali", "belum_lengkap"):
        rows |= {"cells": [1], "votes": [1]}
    if state in ("diterima", "anomali", "belum_lengkap"):
        rows |= {"version_id": 1}
    row = Capture(
        province="12",
        contest_id=file.contest_id,
        tps_code="1201011001001",
        round=1,
        ballot_id=file.ballot_id,
        form_model="c_hasil_2024",
        state=state,
        complete=state == "diterima",
        faults=["F.107:suara_sah"] if state == "anomali" else [],
        **rows,
    )
    session.add(row)
    session.flush()
    return row


def outcome(row, action, account):
    """What the operation writes together with the state."""
    if action == "run":
        return {"run_by": account.id}
    return {"fingerprint": "0" * 64, "finished_at": NOW} if action in ("pass", "fail") else {}


@example("situng_setup", prepare=outcome)
def setup_check(session, state):
    """A check of an election of its own."""
    from modules.situng.models import SetupCheck

    file = batch(session, "menunggu")
    election = session.get_one(Contest, file.contest_id).election_id
    one, two = people(session, 2)
    over = state in ("lulus", "gagal")
    row = SetupCheck(
        election_id=election,
        state=state,
        requested_by=one.id,
        run_by=two.id if over or state == "berjalan" else None,
        fingerprint="0" * 64 if over else None,
        finished_at=NOW if over else None,
    )
    session.add(row)
    session.flush()
    return row
