"""The job as people see it; procrastinate's own tables only carry its turn in the queue."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import func

from electsys.db import Base
from electsys.jobs.rules import remaining
from electsys.ledger.actor import Actor

Instant = DateTime(timezone=True)
#: States in which nothing will happen any more.
FINISHED = ("selesai", "gagal", "dibatalkan")


class Job(Base):
    """One piece of background work: what it does, to what, how far it is, how it ended."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    #: Name of the task, such as ``situng.import``.
    task: Mapped[str] = mapped_column(Text)
    #: What it works on, such as ``result_batch:12``.
    subject: Mapped[str | None] = mapped_column(Text)
    #: Jobs of one lock run one after the other, in the order of their start.
    lock: Mapped[str | None] = mapped_column(Text)
    queue: Mapped[str] = mapped_column(Text)
    #: Ids, codes and paths only; never personal data.
    args: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(Text, default="menunggu", server_default="menunggu")
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    cancel_requested: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    done: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    #: 0 where the size of the work is not known yet.
    total: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    #: What it is doing now, in the reader's words.
    stage: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: How it ended, in the reader's words.
    message: Mapped[str | None] = mapped_column(Text)
    #: Found again in the log.
    error_id: Mapped[str | None] = mapped_column(Text)
    #: Path of the page with the outcome.
    result_url: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    grant_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(Text)
    #: Its row in procrastinate's queue.
    queue_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    started_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    progress_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    finished_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("state in ('menunggu', 'berjalan', 'selesai', 'gagal', 'dibatalkan')", name="state"),
        CheckConstraint(
            "(finished_at is not null) = (state in ('selesai', 'gagal', 'dibatalkan'))", name="finished"
        ),
        CheckConstraint("state <> 'berjalan' or started_at is not null", name="started"),
        CheckConstraint("done >= 0 and total >= 0", name="progress"),
        CheckConstraint("result_url like '/%' and result_url not like '//%'", name="result_url"),
        Index("ix_job_account", "account_id", text("id desc")),
        Index("ix_job_subject", "subject"),
        Index("ix_job_lock", "lock", "id", postgresql_where=text("state in ('menunggu', 'berjalan')")),
    )

    @property
    def actor(self) -> Actor:
        """Who started it; the body acts in the same name."""
        return Actor(self.account_id, self.actor_name, self.grant_id)

    @property
    def finished(self) -> bool:
        """Whether nothing will happen any more."""
        return self.state in FINISHED

    @property
    def percent(self) -> int | None:
        """Whole percent of the work done, rounded down; None while its size is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else None

    @property
    def seconds_left(self) -> int | None:
        """Seconds to the end at the rate so far; None while there is no rate."""
        if self.state != "berjalan" or self.started_at is None or self.progress_at is None:
            return None
        return remaining(self.done, self.total, (self.progress_at - self.started_at).total_seconds())


class Beat(Base):
    """When a piece of periodic work last ran, and whether it failed."""

    __tablename__ = "job_beat"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    started_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    finished_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: Failures since it last succeeded.
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    error_id: Mapped[str | None] = mapped_column(Text)
