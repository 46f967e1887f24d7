"""The register of log-ins: begun, seen, ended."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from flask import current_app
from sqlalchemy import func, or_, select, update

from electsys.db import db
from electsys.identity.models import Account, AccountSession
from electsys.identity.rules import device_of
from electsys.ledger import Actor, record

#: How often the time of the last request is written down.
SEEN_EVERY = dt.timedelta(minutes=1)


def digest(token: str) -> bytes:
    """What the database knows of a token."""
    return hashlib.sha256(token.encode()).digest()


def start_session(account: Account, *, agent: str, via: str) -> str:
    """Register a log-in; return the token that its cookie carries."""
    token = secrets.token_urlsafe(32)
    row = AccountSession(account_id=account.id, token_hash=digest(token), device=device_of(agent))
    db.session.add(row)
    db.session.flush()
    record(
        "identity:session:start",
        f"account:{account.id}",
        actor=Actor(account.id, account.username),
        details={"session": row.id, "via": via},
    )
    return token


def find(token: str, uniquifier: str) -> tuple[Account, AccountSession] | None:
    """Account and session of a cookie, if both still hold: one query, asked on every request."""
    idle, absolute = current_app.config["SESSION_IDLE"], current_app.config["SESSION_ABSOLUTE"]
    now = func.clock_timestamp()
    found = db.session.execute(
        select(Account, AccountSession)
        .join(AccountSession, AccountSession.account_id == Account.id)
        .where(
            Account.fs_uniquifier == uniquifier,
            Account.active,
            AccountSession.token_hash == digest(token),
            AccountSession.ended_at.is_(None),
            AccountSession.seen_at > now - idle,
            AccountSession.created_at > now - absolute,
        )
        .execution_options(populate_existing=True)
    ).first()
    return (found[0], found[1]) if found else None


def see(session: AccountSession) -> None:
    """Write down that the session was used; at most once a minute."""
    if dt.datetime.now(dt.UTC) - session.seen_at > SEEN_EVERY:
        session.seen_at = func.clock_timestamp()


def end_sessions(
    account_id: int,
    why: str,
    *,
    actor: Actor,
    only: int | None = None,
    token: str | None = None,
    keep: str | None = None,
) -> int:
    """End an account's sessions, or ``only`` one of them by its id, or the one with a ``token``, or all
    but the one with the token ``keep``. Return how many were open.
    """
    ended = update(AccountSession).where(
        AccountSession.account_id == account_id, AccountSession.ended_at.is_(None)
    )
    if only is not None:
        ended = ended.where(AccountSession.id == only)
    if token is not None:
        ended = ended.where(AccountSession.token_hash == digest(token))
    if keep is not None:
        ended = ended.where(AccountSession.token_hash != digest(keep))
    count = len(
        db.session.execute(
            ended.values(ended_at=func.clock_timestamp(), ended_why=why).returning(AccountSession.id)
        ).all()
    )
    if count:
        record(
            "identity:session:end",
            f"account:{account_id}",
            actor=actor,
            details={"sessions": count, "why": why},
        )
    return count


def expire_sessions() -> int:
    """Mark sessions whose time is over; they let nobody in already. Return how many."""
    idle, absolute = current_app.config["SESSION_IDLE"], current_app.config["SESSION_ABSOLUTE"]
    now = func.clock_timestamp()
    ended = db.session.execute(
        update(AccountSession)
        .where(
            AccountSession.ended_at.is_(None),
            or_(AccountSession.seen_at < now - idle, AccountSession.created_at < now - absolute),
        )
        .values(ended_at=now, ended_why="kedaluwarsa")
        .returning(AccountSession.id)
    )
    return len(ended.all())
