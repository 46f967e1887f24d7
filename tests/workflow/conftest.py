"""Accounts that hold just one permission, and a calendar that the test sets."""

from __future__ import annotations

from uuid import uuid4

import pytest

from electsys.errors import Refused
from electsys.identity.models import Account, Role
from electsys.identity.operations import give_grant
from electsys.ledger.actor import Actor
from tests.workflow import toy


@pytest.fixture
def holder(session):
    """Make an account that holds ``permissions`` inside a scope."""

    def make(*permissions, region="", party=None):
        name = f"uji.{uuid4().hex}"
        account = Account(username=name, email=f"{name}@test.invalid", name="Akun Uji", fs_uniquifier=name)
        role = Role(name=name, label="Uji", permissions=list(permissions))
        session.add_all((account, role))
        session.flush()
        give_grant(account, role, actor=Actor.system("uji"), region=region, party_id=party)
        return account

    return make


@pytest.fixture
def calendar(monkeypatch):
    """Which stages are closed: a set of (stage, region prefix). Everything else is open."""
    closed = set()

    def require_open(election_id, stage, region=None, now=None):
        if any(stage == s and (region or "").startswith(r) for s, r in closed):
            raise Refused(f"Tahapan “{stage}” sudah ditutup pada 14 Februari 2024 13.00 WIB.", status=409)

    monkeypatch.setattr("electsys.elections.calendar.require_open", require_open)
    return closed


@pytest.fixture
def toy_table(session):
    toy.create(session)


def actor_of(account):
    return Actor(account.id, account.username)
