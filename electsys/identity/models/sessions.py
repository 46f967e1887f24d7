"""What guards the log-in: sessions, lock-outs, activation links."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base
from electsys.identity.models.accounts import Account

Instant = DateTime(timezone=True)


class AccountSession(Base):
    """A log-in on one device. The cookie carries its token; the table alone says whether it still holds."""

    __tablename__ = "account_session"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    #: Browser and system in two words.
    device: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    #: Kept to the minute.
    seen_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: ``keluar``, ``dicabut``, ``sandi``, ``nonaktif`` or ``kedaluwarsa``.
    ended_why: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("(ended_at is null) = (ended_why is null)", name="ended"),
        CheckConstraint("ended_why in ('keluar', 'dicabut', 'sandi', 'nonaktif', 'kedaluwarsa')", name="why"),
    )


class LoginLock(Base):
    """Failures in a row under one key, and how long the key must wait.

    A key is an HMAC: of an account, or of a name that no account has. Both count alike, so that the wait
    does not tell which names exist.
    """

    __tablename__ = "login_lock"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int] = mapped_column(SmallInteger)
    locked_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    failed_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (Index("ix_login_lock_failed_at", "failed_at"),)


class Activation(Base):
    """A one-time link by which the holder of an account sets a password. Only its hash is kept."""

    __tablename__ = "activation"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    issued_by: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    expires_at: Mapped[dt.datetime] = mapped_column(Instant)
    #: Used, or replaced by a newer link.
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    account: Mapped[Account] = relationship()
