"""One-time links by which the holder of an account sets the password."""

from __future__ import annotations

import datetime as dt
import secrets

from flask_babel import gettext as _
from flask_security import hash_password
from sqlalchemy import func, select, update

from electsys.db import db
from electsys.errors import Refused
from electsys.identity.models import Account, Activation
from electsys.identity.operations.sessions import digest, end_sessions
from electsys.ledger import Actor, record

VALID = dt.timedelta(days=14)


def issue_activation(account: Account, *, actor: Actor) -> str:
    """A new link for an account; earlier ones stop working. Return its token, which is kept nowhere."""
    _close(account.id)
    token = secrets.token_urlsafe(24)
    db.session.add(
        Activation(
            account_id=account.id,
            token_hash=digest(token),
            issued_by=actor.name,
            expires_at=dt.datetime.now(dt.UTC) + VALID,
        )
    )
    record("identity:activation:issue", f"account:{account.id}", actor=actor)
    return token


def open_activation(token: str) -> Activation:
    """The link of a token, if it can still be used; locked, so that it is used once."""
    found = db.session.scalar(
        select(Activation).where(Activation.token_hash == digest(token)).with_for_update()
    )
    if found is None or not found.account.active:
        raise Refused(
            _("Tautan aktivasi ini tidak dikenal."),
            hint=_("Pindai lagi kode QR pada lembar aktivasi Anda, atau minta lembar baru kepada admin."),
            status=404,
        )
    if found.closed_at is not None:
        raise Refused(
            _("Tautan aktivasi ini sudah dipakai atau sudah diganti."),
            hint=_("Bila bukan Anda yang memakainya, segera beri tahu admin. Bila sudah, silakan masuk."),
            status=410,
        )
    if found.expires_at <= dt.datetime.now(dt.UTC):
        raise Refused(
            _("Masa berlaku tautan aktivasi ini sudah habis."),
            hint=_("Minta lembar aktivasi baru kepada admin Anda."),
            status=410,
        )
    return found


def activate(activation: Activation, password: str) -> None:
    """Set the password that the holder chose, use up the link, and end sessions of an earlier password."""
    account = activation.account
    account.password = hash_password(password)
    account.password_at = dt.datetime.now(dt.UTC)
    account.must_change_password = False
    account.fs_uniquifier = secrets.token_hex(16)
    _close(account.id)
    actor = Actor(account.id, account.username)
    end_sessions(account.id, "sandi", actor=actor)
    record("identity:account:activate", f"account:{account.id}", actor=actor)


def _close(account_id: int) -> None:
    db.session.execute(
        update(Activation)
        .where(Activation.account_id == account_id, Activation.closed_at.is_(None))
        .values(closed_at=func.clock_timestamp())
    )
