"""Identity: people, accounts, roles and grants; log-in; the access rule of every route.

An account acts through its grants alone: a role inside a region, a party, an election and a time. One
function decides (:func:`electsys.identity.grants.can`), and a route without a rule stops the start.
"""

from __future__ import annotations

from flask import Flask, g
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import access, grants, permissions
from electsys.identity.catalogue import PERMISSIONS
from electsys.identity.models import Account, Grant, Person, Role
from electsys.ledger.actor import Actor

__all__ = [
    "Account",
    "Grant",
    "Person",
    "Role",
    "access",
    "actor_named",
    "current_actor",
    "grants",
    "init_app",
    "permissions",
    "seed_demo_accounts",
]


def current_actor() -> Actor:
    """The logged-in account as the actor of an operation, in the grant that opened the route."""
    return Actor(current_user.id, current_user.username, g.get("acting_grant"))


def actor_named(username: str) -> Actor:
    """The account of that user name as an actor: the command line's ``--as``."""
    account = db.session.scalar(select(Account).where(Account.username == username, Account.active))
    if account is None:
        raise Refused(f"Akun {username!r} tidak ada atau tidak aktif.")
    return Actor(account.id, account.username)


def seed_demo_accounts(*, actor: Actor) -> list[tuple[str, str | None, str, str]]:
    """The demo's accounts (operations.seeding.seed_demo_accounts)."""
    from electsys.identity.operations.seeding import seed_demo_accounts as seed

    return seed(actor=actor)


def init_app(app: Flask) -> None:
    """Join the room to the app."""
    from electsys.identity import cli, jobs, login, views, wording  # noqa: F401  (jobs registers)
    from electsys.ledger.wording import VERBS
    from electsys.notices import kind
    from electsys.privacy import SealedColumn, declare_sealed

    declare_sealed(
        SealedColumn(
            "person", _l("Orang"), region="home_region", fields=("nik", "nkk", "birth_date", "disability")
        )
    )
    for name, label in PERMISSIONS.items():
        permissions.declare(name, label)
    VERBS.update(wording.VERBS)
    kind(
        "identity.grant.give",
        title=_l("Anda menerima hak baru"),
        text=_l("Anda menerima hak baru: peran %(role)s."),
    )
    kind(
        "identity.grant.end",
        title=_l("Salah satu hak Anda diakhiri"),
        text=_l("Hak Anda dengan peran %(role)s diakhiri."),
    )
    login.init_app(app)
    access.close_routes(app)
    views.init_app(app)
    cli.init_app(app)
