"""What somebody who went there found of an office, a board, or its women (domain.md 3.6)."""

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
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class FactualCheck(Base):
    """One visit that judged one aspect of an area. Append-only: the newest of an aspect is in force."""

    __tablename__ = "party_factual_check"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    registration_id: Mapped[int] = mapped_column(Integer, ForeignKey("party_registration.id"))
    party_id: Mapped[int] = mapped_column(Integer, ForeignKey("party.id"))
    #: ``verfak`` or ``verfak_perbaikan``, and which time it is done.
    step: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(SmallInteger)
    region: Mapped[str] = mapped_column(Code)
    #: ``kantor``, ``kepengurusan`` or ``perempuan``.
    aspect: Mapped[str] = mapped_column(Text)
    #: ``ms``, or ``bms`` before the repair and ``tms`` after it.
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    #: What was ticked: who was there, whether the address is right and used.
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    note: Mapped[str | None] = mapped_column(Text)
    #: Idempotency key of the phone's packet; its photos come later (:class:`FactualPhoto`).
    packet: Mapped[str | None] = mapped_column(Text, unique=True)
    #: Photos (stored_file ids) that came with it.
    photos: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    visited_at: Mapped[dt.datetime] = mapped_column(Instant)
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("step in ('verfak', 'verfak_perbaikan')", name="step"),
        CheckConstraint("aspect in ('kantor', 'kepengurusan', 'perempuan')", name="aspect"),
        CheckConstraint("state in ('ms', 'bms', 'tms')", name="state"),
        CheckConstraint("state = 'ms' or reason is not null", name="reason"),
        Index("ix_party_factual_check_area", "registration_id", "step", "sequence", "region", "aspect", "id"),
    )


class FactualPhoto(Base):
    """A photo that a phone sent after its visit to an office or a board. Append-only."""

    __tablename__ = "party_factual_photo"

    check_id: Mapped[int] = mapped_column(Integer, ForeignKey("party_factual_check.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
