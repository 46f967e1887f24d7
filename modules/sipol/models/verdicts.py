"""What a step of verification found in an area, aspect by aspect, and the minutes that say it."""

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
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)

STEPS = ("vermin", "vermin_perbaikan", "verfak", "verfak_perbaikan")
ASPECTS = ("dokumen", "kepengurusan", "perempuan", "kantor", "rekening", "anggota", "akhir")


class PartyVerdict(Base):
    """One aspect of one party in one area after one step; ``akhir`` is the area as a whole.

    The verdict of a kab/kota stands in its minutes, goes up to the province and from there to the nation.
    """

    __tablename__ = "party_verdict"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    registration_id: Mapped[int] = mapped_column(Integer, ForeignKey("party_registration.id"))
    party_id: Mapped[int] = mapped_column(Integer, ForeignKey("party.id"))
    step: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Code)
    aspect: Mapped[str] = mapped_column(Text)
    #: ``ms``, ``bms`` or ``tms``.
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    #: Numbers that the verdict rests on: needed, found, projected.
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: 1, or higher where a ruling made the step be done again.
    sequence: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    letter_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        UniqueConstraint(
            *("registration_id", "step", "region", "aspect", "sequence"), name="uq_party_verdict_aspect"
        ),
        CheckConstraint(f"step in ({', '.join(repr(s) for s in STEPS)})", name="step"),
        CheckConstraint(f"aspect in ({', '.join(repr(a) for a in ASPECTS)})", name="aspect"),
        CheckConstraint("state in ('ms', 'bms', 'tms')", name="state"),
        CheckConstraint("state = 'ms' or reason is not null", name="reason"),
        Index("ix_party_verdict_region", "step", "region"),
    )
