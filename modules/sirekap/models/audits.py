"""Audits of what was published: the stations that are drawn from, the draw, and what the paper says."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
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
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base
from electsys.elections.models import Contest

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class Audit(Base):
    """One risk-limiting audit of a contest: the published forms, fixed before the seed is known."""

    __tablename__ = "result_audit"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"))
    #: Where it draws: "" everywhere, or a province (a president's 20 % there).
    region: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Text, default="disiapkan", server_default="disiapkan")
    #: ``{"kind": "beats", "who", "other"}`` or ``{"kind": "exceeds", "who", "share"}``, by participant id.
    assertions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    #: Participants in the order of the votes.
    participants: Mapped[list[int]] = mapped_column(JSONB)
    #: The risk limit, a fraction such as ``1/100``.
    risk_limit: Mapped[str] = mapped_column(Text)
    #: U, the sum of the bounds, a fraction; how many stations there are, how many had no form that counts.
    total: Mapped[str] = mapped_column(Text)
    stations: Mapped[int] = mapped_column(Integer)
    missing: Mapped[int] = mapped_column(Integer)
    #: SHA-256 over the stations in order of code: ``code,ballots,votes...`` a line.
    frame_sha256: Mapped[str] = mapped_column(Text)
    #: Draws so far; those that are enough if the paper overstates nothing.
    draws: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    planned: Mapped[int] = mapped_column(Integer)
    seed: Mapped[str | None] = mapped_column(Text)
    seed_source: Mapped[str | None] = mapped_column(Text)
    prepared_by: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"))
    prepared_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    seeded_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    seeded_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    contest: Mapped[Contest] = relationship()

    __table_args__ = (
        CheckConstraint("state in ('disiapkan', 'diundi', 'selesai', 'hitung_penuh')", name="state"),
        CheckConstraint(
            "(state = 'disiapkan') = (seed is null) and (seed is null) = (seeded_by is null)"
            " and (seed is null) = (seed_source is null) and (seed is null) = (seeded_at is null)",
            name="seed",
        ),
        CheckConstraint("seeded_by <> prepared_by", name="second_person"),
        CheckConstraint("(state in ('selesai', 'hitung_penuh')) = (closed_at is not null)", name="closed"),
        CheckConstraint("stations > 0 and planned > 0 and draws >= 0 and missing >= 0", name="numbers"),
        Index("ix_result_audit_contest", "contest_id", "region"),
    )


class AuditStation(Base):
    """A station that may be drawn, as published when the audit was prepared. Append-only."""

    __tablename__ = "audit_station"

    audit_id: Mapped[int] = mapped_column(Integer, ForeignKey("result_audit.id"), primary_key=True)
    code: Mapped[str] = mapped_column(Code, primary_key=True)
    ballots: Mapped[int] = mapped_column(Integer)
    votes: Mapped[list[int]] = mapped_column(ARRAY(Integer))

    __table_args__ = (CheckConstraint("ballots >= 0 and 0 <= all (votes)", name="numbers"),)


class AuditDraw(Base):
    """The station that draw ``number`` fell on. Append-only."""

    __tablename__ = "audit_draw"

    audit_id: Mapped[int] = mapped_column(Integer, ForeignKey("result_audit.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(Code)


class AuditEntry(Base):
    """What one person read on the paper of a station. Append-only; two equal entries of two people count."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    audit_id: Mapped[int] = mapped_column(Integer, ForeignKey("result_audit.id"))
    code: Mapped[str] = mapped_column(Code)
    votes: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    account_id: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("0 <= all (votes)", name="votes"),
        Index("ix_audit_entry_station", "audit_id", "code"),
    )
