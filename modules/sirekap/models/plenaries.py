"""Who sits in a plenary, what they object to and sign; and the files that leave it for work offline."""

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
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base
from electsys.elections.models import Participant

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class WitnessMandate(Base):
    """The written mandate (surat mandat) of a witness: one in force a participant and level (X19)."""

    __tablename__ = "witness_mandate"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    participant_id: Mapped[int] = mapped_column(Integer, ForeignKey("participant.id"))
    #: The region of the plenary, "" for the nation: its length is the level.
    region: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(Text)
    letter_number: Mapped[str] = mapped_column(Text)
    letter_date: Mapped[dt.date]
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    #: The witness's own account, where one is given.
    account_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    created_by: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    #: Set when the participant replaces its witness.
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    ended_because: Mapped[str | None] = mapped_column(Text)

    participant: Mapped[Participant] = relationship()

    __table_args__ = (
        CheckConstraint("btrim(name) <> '' and btrim(letter_number) <> ''", name="letter"),
        CheckConstraint("(ended_at is null) = (ended_because is null)", name="ended"),
        Index(
            "uq_witness_mandate",
            "participant_id",
            "region",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index("ix_witness_mandate_region", "election_id", "region"),
    )


class RecapAttendance(Base):
    """Who was there: members, witnesses, overseers (D.DAFTAR HADIR). Append-only."""

    __tablename__ = "recap_attendance"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    region: Mapped[str] = mapped_column(Code)
    day: Mapped[dt.date]
    name: Mapped[str] = mapped_column(Text)
    #: ``anggota``, ``saksi``, ``pengawas``, ``undangan``.
    role: Mapped[str] = mapped_column(Text)
    mandate_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("witness_mandate.id"))
    account_id: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("role in ('anggota', 'saksi', 'pengawas', 'undangan')", name="role"),
        CheckConstraint("(role = 'saksi') = (mandate_id is not null)", name="mandate"),
        UniqueConstraint("election_id", "region", "day", "name", "role", name="uq_recap_attendance"),
    )


class Objection(Base):
    """An objection of a witness or an overseer, and what the plenary did about it (UU 7/2017 art 398)."""

    __tablename__ = "recap_objection"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    recap_id: Mapped[int] = mapped_column(Integer, ForeignKey("recap.id"), index=True)
    #: The column and the row of the table that it is about; null: the form as a whole.
    unit: Mapped[str | None] = mapped_column(Code)
    row: Mapped[str | None] = mapped_column(Text)
    #: The witness's mandate; null for an overseer.
    mandate_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("witness_mandate.id"))
    filed_by: Mapped[str] = mapped_column(Text)
    statement: Mapped[str] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    state: Mapped[str] = mapped_column(Text, default="diajukan", server_default="diajukan")
    outcome: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    decided_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint(
            "state in ('diajukan', 'diterima_langsung_diperbaiki', 'ditolak', 'dicatat')", name="state"
        ),
        CheckConstraint("btrim(statement) <> ''", name="statement"),
        CheckConstraint(
            "(state = 'diajukan') = (decided_at is null) and (decided_at is null) = (decided_by is null)"
            " and (decided_at is null or btrim(coalesce(outcome, '')) <> '')",
            name="decided",
        ),
    )


class RecapSignature(Base):
    """Who signed a closed D.Hasil, or refused to and why. A refusal does not void the form. Append-only."""

    __tablename__ = "recap_signature"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    recap_id: Mapped[int] = mapped_column(Integer, ForeignKey("recap.id"))
    #: The version that was before the signer's eyes.
    version: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(Text)
    #: ``ketua``, ``anggota`` or ``saksi``.
    role: Mapped[str] = mapped_column(Text)
    mandate_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("witness_mandate.id"))
    signed: Mapped[bool]
    #: Why not.
    reason: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("role in ('ketua', 'anggota', 'saksi')", name="role"),
        CheckConstraint("(role = 'saksi') = (mandate_id is not null)", name="mandate"),
        CheckConstraint("signed = (reason is null)", name="reason"),
        UniqueConstraint("recap_id", "version", "role", "name", name="uq_recap_signature"),
    )


class RecapExport(Base):
    """A signed file of a D.Hasil that left for work without the centre; it may come back once."""

    __tablename__ = "recap_export"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    recap_id: Mapped[int] = mapped_column(Integer, ForeignKey("recap.id"), index=True)
    #: Random name of this export, inside its signature.
    nonce: Mapped[str] = mapped_column(Text, unique=True)
    #: What the file held: SHA-256 of its signed part.
    sha256: Mapped[str] = mapped_column(Text)
    #: Column numbers at the time of export (unit -> number), for the report of conflicts.
    base: Mapped[dict[str, int]] = mapped_column(JSONB)
    exported_by: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"))
    exported_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    returned_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    returned_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: What came back: counts and conflicts.
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    __table_args__ = (
        CheckConstraint(
            "(returned_at is null) = (returned_by is null) and (returned_at is null) = (report is null)",
            name="returned",
        ),
    )
