"""What members declare themselves: signed statements, and their word before the KPU kab/kota."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class MemberStatement(Base):
    """A signed statement that a party uploaded for one member to cure a flag (PKPU 4/2022 art. 38(4))."""

    __tablename__ = "party_member_statement"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("party_member.id"))
    party_id: Mapped[int] = mapped_column(Integer, ForeignKey("party.id"))
    village_code: Mapped[str] = mapped_column(Code)
    #: The flag that it answers: ``ganda_eksternal``, ``potensi_ganda``, ``usia``, ``pekerjaan`` or ``nik``.
    flag: Mapped[str] = mapped_column(Text)
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    #: ``menunggu``, ``diterima`` or ``ditolak``.
    state: Mapped[str] = mapped_column(Text, default="menunggu", server_default="menunggu")
    reason: Mapped[str | None] = mapped_column(Text)
    uploaded_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    uploaded_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    decided_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint(
            "flag in ('ganda_eksternal', 'potensi_ganda', 'usia', 'pekerjaan', 'nik')", name="flag"
        ),
        CheckConstraint("state in ('menunggu', 'diterima', 'ditolak')", name="state"),
        CheckConstraint("(state = 'menunggu') = (decided_at is null)", name="decided"),
        CheckConstraint("state <> 'ditolak' or reason is not null", name="reason"),
        Index("ix_party_member_statement_member", "member_id", "flag"),
        Index(
            "ix_party_member_statement_waiting", "village_code", postgresql_where=text("state = 'menunggu'")
        ),
    )


class MemberClarification(Base):
    """Whom two parties claim with statements says before KPU kab/kota which one (PKPU 4/2022 art. 39)."""

    __tablename__ = "party_clarification"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    nik_index: Mapped[bytes] = mapped_column(LargeBinary)
    #: The kab/kota that hears the person.
    region: Mapped[str] = mapped_column(Code)
    #: ``dipanggil``, ``memilih``, ``tidak_satu_pun`` or ``tidak_hadir``.
    state: Mapped[str] = mapped_column(Text, default="dipanggil", server_default="dipanggil")
    #: The party that the person chose.
    party_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("party.id"))
    due_at: Mapped[dt.datetime] = mapped_column(Instant)
    heard_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    decided_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        UniqueConstraint("election_id", "nik_index", "region", name="uq_party_clarification_person"),
        CheckConstraint("state in ('dipanggil', 'memilih', 'tidak_satu_pun', 'tidak_hadir')", name="state"),
        CheckConstraint("(state = 'memilih') = (party_id is not null)", name="party"),
        CheckConstraint("length(region) = 4", name="region"),
        Index("ix_party_clarification_region", "election_id", "region", "state"),
    )
