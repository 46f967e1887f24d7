"""Copies in any state, for the generated tests of the workflows."""

from __future__ import annotations

import datetime as dt
import io

from sqlalchemy import select

from electsys.documents import store_file
from electsys.elections.queries import by_code
from electsys.identity.models import Account
from electsys.identity.operations import create_account
from modules.sidalih.models import VoterCopy
from tests.sidalih.conftest import ACTOR, VILLAGE
from tests.sidalih.copying import freeze, some_voters
from tests.workflow.examples import example

MADE = ("dibuat", "diunduh", "kedaluwarsa")


def account(session, name):
    """An account that asks or decides."""
    found = session.scalars(select(Account).where(Account.username == name)).one_or_none()
    return found or create_account(
        name, name="Uji Salinan", email=f"{name}@test.invalid", password=None, actor=ACTOR, must_change=False
    )


def stored(session):
    """Some file of the house, in place of a locked PDF."""
    return store_file(
        io.BytesIO(b"a;b\n1;2\n"), kind="table", name="salinan.csv", actor=ACTOR, origin="sistem"
    )


def copy_in(session, state, *, asker=None, **changes) -> VoterCopy:
    """A copy in a state, all CHECKs satisfied."""
    now = dt.datetime.now(dt.UTC)
    facts = {
        "election_id": by_code("pemilu-2024").id,
        "list_id": freeze(session, some_voters(session, 2)).id,
        "region": VILLAGE,
        "profile": "peserta",
        "recipient": "DPC Partai Uji",
        "person": "Budi Uji",
        "purpose": "pencermatan",
        "state": state,
        "requested_by": (asker or account(session, "uji.meminta")).id,
    }
    if state != "diminta":
        facts |= {"decided_by": account(session, "uji.menyetujui").id, "decided_at": now}
    if state in MADE:
        facts |= {
            "file_id": stored(session).id,
            "rows": 2,
            "controls": 2,
            "built_at": now,
            "expires_at": now + dt.timedelta(hours=24),
        }
    if state == "diunduh":
        facts["downloaded_at"] = now
    copy = VoterCopy(**(facts | changes))
    session.add(copy)
    session.flush()
    return copy


def _values(copy, action, _account):
    from electsys.db import db

    now = dt.datetime.now(dt.UTC)
    if action in ("approve", "refuse"):
        return {"decided_by": account(db.session, "uji.menyetujui").id, "decided_at": now}
    if action == "build":
        return {
            "file_id": stored(db.session).id,
            "rows": 2,
            "controls": 2,
            "built_at": now,
            "expires_at": now + dt.timedelta(hours=24),
        }
    return {"downloaded_at": now} if action == "download" else {"sealed": None}


@example("sidalih_copy", prepare=_values)
def copy(session, state):
    """A copy of a village of Tapanuli Tengah."""
    return copy_in(session, state)
