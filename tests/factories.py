"""Fixtures that every room uses: accounts with a role in a region, and logging in."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

_numbers = itertools.count(1)
PASSWORD = "perahu-senja-melati-27"


@pytest.fixture
def make_account(session: Any) -> Any:
    """Make an account that holds ``role`` inside ``region`` (and ``party``, ``election``).

    A test may give a role where the catalogue would not (an operator of a kab/kota for the nation).
    ``permissions`` makes a role of its own with just these.
    """
    from sqlalchemy import select

    from electsys.identity import grants
    from electsys.identity.models import Grant, Role
    from electsys.identity.operations import create_account
    from electsys.ledger import Actor

    actor = Actor.system("test")

    def make(
        role: str | None = None,
        region: str = "",
        *,
        party: int | None = None,
        election: int | None = None,
        password: str | None = None,
        permissions: list[str] | None = None,
    ) -> Any:
        number = next(_numbers)
        username = f"akun.{number}"
        account = create_account(
            username,
            name="Akun Uji",
            email=f"{username}@test.invalid",
            password=password,
            actor=actor,
            must_change=False,
        )
        if permissions is not None:
            found = Role(name=f"uji_{number}", label=f"Uji {number}", permissions=permissions)
            session.add(found)
            session.flush()
        elif role is not None:
            found = session.scalars(select(Role).where(Role.name == role)).one()
        else:
            return account
        session.add(
            Grant(
                account_id=account.id,
                role_id=found.id,
                region=region,
                party_id=party,
                election_id=election,
                given_by=actor.name,
            )
        )
        session.flush()
        grants.forget(account.id)
        return account

    return make


@pytest.fixture
def login(session: Any) -> Any:
    """Log an account in on a client, without going through the log-in page."""
    from electsys.identity.login import TOKEN
    from electsys.identity.operations.sessions import start_session

    def login(client: Any, account: Any) -> None:
        import time

        token = start_session(account, agent="", via="test")
        session.commit()  # a refused request rolls back what was not
        with client.session_transaction() as cookie:
            cookie["_user_id"] = account.fs_uniquifier
            cookie["_fresh"] = True
            cookie["fs_paa"] = time.time()
            cookie[TOKEN] = token

    return login
