"""Coklit: who visits which polling station, each household's visit, and the proofs that came with it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CHAR,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class VisitTask(Base):
    """A polling station in the hands of a Pantarlih (PKPU 7/2022: one for each station)."""

    __tablename__ = "visit_task"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    tps_code: Mapped[str] = mapped_column(Code)
    account_id: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"), index=True)
    given_by: Mapped[str] = mapped_column(Text)
    given_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    #: When somebody else took over; null while it holds.
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("length(tps_code) = 13", name="tps"),
        Index(
            "uq_visit_task_tps",
            "election_id",
            "tps_code",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )


class HouseholdVisit(Base):
    """One visit of one household: its voters were asked together. Append-only.

    ``house`` is the family (Voter.family), or minus the voter's key where no family card is known.
    """

    __tablename__ = "household_visit"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    province: Mapped[str] = mapped_column(CHAR(2))
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    tps_code: Mapped[str] = mapped_column(Code)
    house: Mapped[int] = mapped_column(BigInteger)
    #: ``gawai`` by a phone, ``kertas`` from paper by the office.
    source: Mapped[str] = mapped_column(Text)
    device_id: Mapped[int | None] = mapped_column(Integer)
    packet_key: Mapped[UUID | None] = mapped_column(Uuid)
    #: ``{"sesuai": 2, "ubah": 1, "tms": 0, "tempat": 0, "baru": 1}``
    outcomes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: Keys of announced photos and the voter that each proves.
    photos: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    #: When the phone says it was.
    made_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: Paper only: the Pantarlih who was there, and the day; ``actor`` is who entered it.
    visitor: Mapped[str | None] = mapped_column(Text)
    visited_on: Mapped[dt.date | None] = mapped_column(Date)
    received_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("source in ('gawai', 'kertas')", name="source"),
        CheckConstraint(
            "(source = 'kertas') = (visitor is not null) and (visitor is null) = (visited_on is null)",
            name="paper",
        ),
        CheckConstraint("province = left(tps_code, 2)", name="province"),
        UniqueConstraint("device_id", "packet_key", name="uq_household_visit_packet"),
        Index("ix_household_visit_tps", "election_id", "tps_code", "house"),
    )


class VisitPhoto(Base):
    """A proof that arrived for a voter of a visit. Append-only."""

    __tablename__ = "visit_photo"

    visit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("household_visit.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(Integer, ForeignKey("stored_file.id"), primary_key=True)
    voter_id: Mapped[int] = mapped_column(BigInteger, index=True)
    received_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())


class VisitConflict(Base):
    """A visit that did not fit the list any more, kept whole until somebody decides what stands.

    ``voters`` are those that somebody changed after the phone had fetched them. The visit lies sealed: it
    holds numbers of persons.
    """

    __tablename__ = "visit_conflict"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    tps_code: Mapped[str] = mapped_column(Code)
    house: Mapped[int] = mapped_column(BigInteger)
    device_id: Mapped[int] = mapped_column(Integer)
    packet_key: Mapped[UUID] = mapped_column(Uuid)
    voters: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[int | None] = mapped_column(Integer)
    #: Who visited.
    actor: Mapped[str] = mapped_column(Text)
    made_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    received_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    #: ``terbuka``; ``dicatat`` what was decided was written, ``dibuang`` the list stands as it is,
    #: ``diulang`` the same phone visited the house anew.
    state: Mapped[str] = mapped_column(Text, default="terbuka", server_default="terbuka")
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("state in ('terbuka', 'dicatat', 'dibuang', 'diulang')", name="state"),
        CheckConstraint("(state = 'terbuka') = (decided_at is null)", name="decided"),
        CheckConstraint("(decided_at is null) = (decided_by is null)", name="by"),
        UniqueConstraint("device_id", "packet_key", name="uq_visit_conflict_packet"),
        Index("ix_visit_conflict_place", "election_id", "tps_code", "state"),
    )
