"""Seats that fall vacant and who takes them (penggantian antarwaktu; domain.md 4.7)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
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
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base
from electsys.elections.models import Contest, Participant
from electsys.regions.models import Dapil

Code = Text(collation="C")
Instant = DateTime(timezone=True)

STATES = ("diterima", "verifikasi", "klarifikasi", "tertunda", "siap", "dikirim", "dilantik", "ditolak")


class SeatCase(Base):
    """One vacancy, from the letter of the chamber's leadership to the name that KPU sends."""

    __tablename__ = "seat_case"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"))
    #: Null for the DPD, whose members stand for the whole province.
    dapil_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("dapil.id"))
    #: The body that decides: "" is KPU RI, a province, a kab/kota.
    region: Mapped[str] = mapped_column(Code)
    #: Where the votes were cast: the dapil's own area is told by ``dapil_id``, a province for the DPD.
    voted_in: Mapped[str] = mapped_column(Code)
    participant_id: Mapped[int] = mapped_column(Integer, ForeignKey("participant.id"))
    holder_number: Mapped[int | None] = mapped_column(SmallInteger)
    holder_name: Mapped[str] = mapped_column(Text)
    #: ``meninggal``, ``mengundurkan_diri`` or ``diberhentikan``.
    cause: Mapped[str] = mapped_column(Text)
    letter_number: Mapped[str] = mapped_column(Text)
    letter_date: Mapped[dt.date] = mapped_column(Date)
    letter_file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    received_on: Mapped[dt.date] = mapped_column(Date)
    term_ends: Mapped[dt.date] = mapped_column(Date)
    #: Last day on which the name may be sent.
    due_on: Mapped[dt.date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(Text, default="diterima", server_default="diterima")
    #: Who comes next; null while nothing decides.
    next_number: Mapped[int | None] = mapped_column(SmallInteger)
    next_participant_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("participant.id"))
    next_name: Mapped[str | None] = mapped_column(Text)
    #: ``peringkat``, ``pleno`` (a tie that the law leaves open) or ``usulan`` (the party names somebody).
    chosen_by: Mapped[str | None] = mapped_column(Text)
    #: The comparison that chose, step by step (modules.silon.rules.ties).
    trace: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    #: Those who came before in rank and were found unfit: ``[[number, reason]]``.
    passed_over: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    #: What was checked of the next in rank: code -> ``ms`` or ``tms``; and whether all of it is ``ms``.
    checks: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    qualified: Mapped[bool] = mapped_column(default=False)
    #: Until when a dispute inside the party holds the case.
    waits_until: Mapped[dt.date | None] = mapped_column(Date)
    minutes_id: Mapped[int | None] = mapped_column(Integer)
    sent_id: Mapped[int | None] = mapped_column(Integer)
    sent_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    contest: Mapped[Contest] = relationship(lazy="joined")
    dapil: Mapped[Dapil | None] = relationship(lazy="joined")
    participant: Mapped[Participant] = relationship(lazy="joined", foreign_keys=[participant_id])

    __table_args__ = (
        CheckConstraint(f"state in ({', '.join(repr(s) for s in STATES)})", name="state"),
        CheckConstraint("cause in ('meninggal', 'mengundurkan_diri', 'diberhentikan')", name="cause"),
        CheckConstraint("chosen_by in ('peringkat', 'pleno', 'usulan')", name="chosen_by"),
        CheckConstraint("(next_name is null) = (chosen_by is null)", name="chosen"),
        CheckConstraint("state not in ('siap', 'dikirim', 'dilantik') or qualified", name="qualified"),
        CheckConstraint("(state = 'tertunda') = (waits_until is not null)", name="waits"),
        CheckConstraint("(state in ('dikirim', 'dilantik')) = (sent_at is not null)", name="sent"),
        Index("ix_seat_case_place", "election_id", "region", "state"),
        Index(
            "uq_seat_case_open",
            *("contest_id", "dapil_id", "voted_in", "participant_id", "holder_number"),
            unique=True,
            postgresql_where=text("state <> 'ditolak'"),
            postgresql_nulls_not_distinct=True,
        ),
    )


class SeatEvent(Base):
    """What was done in a case, with its paper. Append-only."""

    __tablename__ = "seat_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(Integer, ForeignKey("seat_case.id"))
    #: ``terima``, ``peringkat``, ``periksa``, ``klarifikasi``, ``lewati``, ``tunda``, ``lanjut``, ``siap``,
    #: ``kirim``, ``lantik`` or ``tolak``.
    kind: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.clock_timestamp())

    __table_args__ = (
        CheckConstraint(
            "kind in ('terima', 'peringkat', 'periksa', 'klarifikasi', 'lewati', 'tunda', 'lanjut', 'siap',"
            " 'kirim', 'lantik', 'tolak')",
            name="kind",
        ),
        Index("ix_seat_event_case", "case_id", "id"),
    )
