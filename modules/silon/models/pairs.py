"""The parties that put up a pair, and the draw of the pairs' numbers."""

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
    Integer,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class NominationParty(Base):
    """A party of those that put up a pair. It stands behind one pair in a contest and no other."""

    __tablename__ = "nomination_party"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    nomination_id: Mapped[int] = mapped_column(Integer, ForeignKey("nomination.id"))
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"))
    #: Of the pair: regional heads of two regions are two contests, but stand apart all the same.
    region: Mapped[str] = mapped_column(Code)
    party_id: Mapped[int] = mapped_column(Integer)
    #: Taken back before the pair was submitted, or with its withdrawal.
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    added_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    added_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        Index(
            "uq_nomination_party_contest",
            *("contest_id", "region", "party_id"),
            unique=True,
            postgresql_where=text("active"),
        ),
        Index("ix_nomination_party_nomination", "nomination_id"),
    )


class PairDraw(Base):
    """The draw of the numbers of pairs, so that anyone can draw it again. Append-only."""

    __tablename__ = "pair_draw"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"))
    region: Mapped[str] = mapped_column(Code)
    #: What was drawn by lot in public before the numbers, and how it came about.
    seed: Mapped[str] = mapped_column(Text)
    seed_source: Mapped[str] = mapped_column(Text)
    #: ``[{"nomination", "name", "number", "lot"}]``; nomination 0 is the empty column.
    result: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    listing_id: Mapped[int] = mapped_column(Integer, ForeignKey("listing.id"))
    letter_id: Mapped[int | None] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(Text)
    held_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("seed <> '' and seed_source <> ''", name="seed"),
        Index("ix_pair_draw_contest", "contest_id", "region"),
    )
