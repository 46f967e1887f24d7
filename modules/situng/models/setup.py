"""The check of an election's set-up: asked for by one person, run by another, with what came of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Instant = DateTime(timezone=True)


class SetupCheck(Base):
    """One check of one configuration. Only one that passed for the present one lets a count be opened."""

    __tablename__ = "setup_check"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    state: Mapped[str] = mapped_column(Text, default="diminta", server_default="diminta")
    #: SHA-256 of the forms, ballots, contests and settings that were checked; null until it has run.
    fingerprint: Mapped[str | None] = mapped_column(Text)
    #: [{"level", "subject", "what", "advice"}], in the order in which they were found.
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    requested_by: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"))
    requested_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    #: The second person, in whose and the first one's names the made-up forms are entered.
    run_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    finished_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("state in ('diminta', 'dibatalkan', 'berjalan', 'lulus', 'gagal')", name="state"),
        CheckConstraint("run_by <> requested_by", name="second_person"),
        CheckConstraint("state in ('diminta', 'dibatalkan') or run_by is not null", name="run"),
        CheckConstraint(
            "(state in ('lulus', 'gagal')) = (finished_at is not null and fingerprint is not null)",
            name="finished",
        ),
        Index("ix_setup_check_election", "election_id", "id"),
    )
