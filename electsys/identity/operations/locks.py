"""Lock-out in the database: failures in a row under one key, and a wait that grows."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import case, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from electsys.db import db
from electsys.identity.models import LoginLock
from electsys.identity.rules import FREE_FAILURES, wait_after
from electsys.ledger import Actor, record
from electsys.privacy.indexes import fingerprint

#: After so long without a failure a key starts anew.
FORGOTTEN = dt.timedelta(days=1)


def key(kind: str, value: str | int) -> bytes:
    """The key of what is guessed: ``account`` (an id, or a name that no account has), ``code``, ``mail``,
    ``origin``."""
    return fingerprint(f"login {kind} {value}")


def wait(*keys: bytes) -> dt.timedelta | None:
    """How long the longest of these keys must still wait, or None.

    Attempts under one key stand in a queue until the request ends, so that a hundred at once are not
    all judged by the same count.
    """
    for each in sorted(keys):
        db.session.execute(
            text("select pg_advisory_xact_lock(:n)"), {"n": int.from_bytes(each[:8], "big", signed=True)}
        )
    until = db.session.scalar(
        select(func.max(LoginLock.locked_until)).where(
            LoginLock.key.in_(keys), LoginLock.locked_until > func.clock_timestamp()
        )
    )
    left = until - dt.datetime.now(dt.UTC) if until else None
    return left if left and left > dt.timedelta(0) else None


def fail(kind: str, value: str | int) -> dt.timedelta:
    """Count a failure; return the wait that it earns. The first wait of an account enters the trail."""
    now = func.clock_timestamp()
    failures = db.session.scalar(
        insert(LoginLock)
        .values(key=key(kind, value), failures=1, failed_at=now)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={
                "failures": case(
                    (LoginLock.failed_at < now - FORGOTTEN, 1),
                    else_=func.least(LoginLock.failures + 1, 1000),
                ),
                "failed_at": now,
            },
        )
        .returning(LoginLock.failures)
    )
    earned = wait_after(failures or 1, FREE_FAILURES[kind])
    if earned:
        db.session.execute(
            update(LoginLock)
            .where(LoginLock.key == key(kind, value))
            .values(locked_until=now + earned)
            .execution_options(synchronize_session=False)
        )
        if isinstance(value, int) and failures == FREE_FAILURES[kind]:
            record(
                "identity:session:lock",
                f"account:{value}",
                actor=Actor.system("masuk"),
                details={"failures": failures, "kind": kind},
            )
    return earned


def clear(kind: str, value: str | int) -> bool:
    """Forget the failures of a key; return whether it had to wait."""
    gone = db.session.scalar(
        delete(LoginLock)
        .where(LoginLock.key == key(kind, value))
        .returning(LoginLock.locked_until > func.clock_timestamp())
    )
    return bool(gone)


def tidy() -> int:
    """Remove keys that have been quiet; return how many."""
    gone = db.session.execute(
        delete(LoginLock)
        .where(LoginLock.failed_at < func.clock_timestamp() - FORGOTTEN)
        .returning(LoginLock.key)
    )
    return len(gone.all())
