"""The inbox, the mail preference of an account, and the mails that wait to be sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import func

from electsys.db import Base

Instant = DateTime(timezone=True)
#: When mails go out: at once, once a day, never.
MAIL = ("langsung", "harian", "tidak")


class Notice(Base):
    """One line in an account's inbox. The words belong to its kind; the row has values and a path."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    #: Ids, codes, counts and names of places; never a person's data.
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: Path of the page where the matter stands.
    link: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text, default="info", server_default="info")
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    read_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: When a mail about it, or a digest with it, was put into the queue.
    mailed_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("level in ('info', 'tugas', 'penting')", name="level"),
        CheckConstraint("link like '/%' and link not like '//%'", name="link"),
        Index("ix_notice_account", "account_id", text("id desc")),
        Index("ix_notice_unread", "account_id", postgresql_where=text("read_at is null")),
    )


class NoticeSetting(Base):
    """How an account wants its mails; without a row they come at once."""

    __tablename__ = "notice_setting"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    mail: Mapped[str] = mapped_column(Text, default=MAIL[0])
    #: Day (WIB) of the last digest.
    digest_on: Mapped[dt.date | None] = mapped_column(Date)

    __table_args__ = (CheckConstraint("mail in ('langsung', 'harian', 'tidak')", name="mail"),)


class Mail(Base):
    """A mail that waits; the row goes when it is sent, so no body stays behind."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    recipient: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
