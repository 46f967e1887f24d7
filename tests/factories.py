"""Fixtures that every room uses: accounts with a role in a region, and logging in."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from flask import g

_numbers = itertools.count(1)


@pytest.fixture
def make_account(session: Any) -> Any:
    """Make an account that holds ``role`` inside ``region`` (and ``party``, ``election``)."""
    from sqlalchemy import select

    from electsys.identity.models import Role
    from electsys.identity.operations import create_account, give_grant, seed_roles
    from electsys.ledger import Actor

    actor = Actor.system("test")

    def make(
        role: str | None = None,
        region: str = "",
        *,
        party: int | None = None,
        election: int | None = None,
        password: str | None = None,
    ) -> Any:
        seed_roles(actor=actor)
        username = f"akun.{next(_numbers)}"
        account = create_account(
            username,
            name="Akun Uji",
            email=f"{username}@test.invalid",
            password=password,
            actor=actor,
            must_change=False,
        )
        if role is not None:
            found = session.scalar(select(Role).where(Role.name == role))
            give_grant(account, found, actor=actor, region=region, party_id=party, election_id=election)
        return account

    return make


@pytest.fixture
def login() -> Any:
    """Log an account in on a client, without going through the log-in page."""

    def login(client: Any, account: Any) -> None:
        g.pop("_login_user", None)  # requests of one test share its app context
        with client.session_transaction() as cookie:
            cookie["_user_id"] = account.fs_uniquifier
            cookie["_fresh"] = True
            cookie["_id"] = None

    return login
