"""A store of its own, officers, and a phone that has been activated."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import text

from electsys.devices import issue_activation
from electsys.devices.permissions import MANAGE, READ
from electsys.ledger import Actor
from tests.devices import usable
from tests.devices.phone import Phone

VILLAGE = "1201011001"
TPS = VILLAGE + "001"


def later(**days: float) -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(**days)


@pytest.fixture(autouse=True)
def ground(app, session, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "FILE_STORE", str(tmp_path / "files"))
    monkeypatch.setitem(app.config, "HOME", tmp_path)
    session.execute(text(usable.TABLE.format(temp="temp")))


@pytest.fixture
def officer(make_account):
    return make_account(permissions=[MANAGE, READ], region="1201")


@pytest.fixture
def holder(make_account):
    return make_account(permissions=[usable.PERMISSION], region=VILLAGE)


@pytest.fixture
def issue(officer, holder) -> Any:
    """A code for the holder's phone."""

    def issue(**changed: Any) -> str:
        asked = {
            "region": VILLAGE,
            "election_id": None,
            "until": later(days=30),
            "actor": Actor(officer.id, officer.username),
        } | changed
        return issue_activation(asked.pop("kind", usable.KIND), asked.pop("account", holder), **asked)

    return issue


@pytest.fixture
def phone(session, client, issue) -> Phone:
    """A phone at work."""
    found = Phone(client)
    code = issue()
    session.commit()
    assert found.activate(code).status_code == 201
    return found


@pytest.fixture
def rows(session) -> Any:
    """What the module has taken."""
    return lambda: session.execute(text("select isi, foto from uji_kiriman order by isi")).all()
