"""Identity: people, accounts, roles and grants; log-in; the access rule of every route.

An account acts through its grants alone: a role inside a region, a party, an election and a time. One
function decides (:func:`electsys.identity.grants.can`), and a route without a rule stops the start.
"""

from __future__ import annotations

from flask import Flask
from flask_login import current_user
from flask_security import Security, SQLAlchemyUserDatastore
from sqlalchemy import select

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import grants, permissions
from electsys.identity.catalogue import PERMISSIONS
from electsys.identity.models import Account, Grant, Role, WebAuthn
from electsys.ledger.actor import Actor

__all__ = [
    "Account",
    "Grant",
    "Role",
    "actor_named",
    "current_actor",
    "grants",
    "init_app",
    "permissions",
]


def current_actor() -> Actor:
    """The logged-in account as the actor of an operation."""
    return Actor(current_user.id, current_user.username)


def actor_named(username: str) -> Actor:
    """The account of that user name as an actor: the command line's ``--as``."""
    account = db.session.scalar(select(Account).where(Account.username == username, Account.active))
    if account is None:
        raise Refused(f"Akun {username!r} tidak ada atau tidak aktif.")
    return Actor(account.id, account.username)


def init_app(app: Flask) -> None:
    """Join the room to the app."""
    for name, label in PERMISSIONS.items():
        permissions.declare(name, label)
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_LENGTH_MIN=12,
        SECURITY_PASSWORD_COMPLEXITY_CHECKER="zxcvbn",
        SECURITY_USERNAME_ENABLE=True,
        SECURITY_LOGIN_URL="/masuk",
        SECURITY_LOGOUT_URL="/keluar",
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_USER_IDENTITY_ATTRIBUTES=[
            {"username": {"mapper": _lower, "case_insensitive": True}},
            {"email": {"mapper": _lower, "case_insensitive": True}},
        ],
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_JOIN_USER_ROLES=False,  # there are none: rights come from grants
    )
    Security(app, SQLAlchemyUserDatastore(db, Account, Role, WebAuthn))


def _lower(identity: str) -> str | None:
    return identity.strip().lower() or None
