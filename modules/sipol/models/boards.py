"""Boards at four levels with their officers, offices and bank accounts (UU 7/2017 art. 173(2)b-e, g, i)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CHAR,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Double,
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
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)

#: Levels of a board by the length of its region code: centre, province, kab/kota, kecamatan.
LEVELS = (0, 2, 4, 6)


class PartyBoard(Base):
    """The board (kepengurusan) of a party in one area; at most one is in force there."""

    __tablename__ = "party_board"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    registration_id: Mapped[int] = mapped_column(Integer, ForeignKey("party_registration.id"))
    party_id: Mapped[int] = mapped_column(Integer, ForeignKey("party.id"))
    #: "" for the centre, then 2, 4 or 6 digits.
    region: Mapped[str] = mapped_column(Code)
    decree_number: Mapped[str] = mapped_column(Text)
    decree_date: Mapped[dt.date] = mapped_column(Date)
    term_from: Mapped[dt.date] = mapped_column(Date)
    term_to: Mapped[dt.date | None] = mapped_column(Date)
    changed_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    officers: Mapped[list[PartyOfficer]] = relationship(order_by="PartyOfficer.position")

    __table_args__ = (
        UniqueConstraint("registration_id", "region", name="uq_party_board_region"),
        CheckConstraint("length(region) in (0, 2, 4, 6)", name="region"),
        CheckConstraint("term_to >= term_from", name="term"),
    )


class PartyOfficer(Base):
    """An officer (pengurus). The envelope holds ``nik`` and ``birth_date``, bound to ``party_officer``."""

    __tablename__ = "party_officer"

    #: From ``party_officer_id_seq`` beforehand.
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    board_id: Mapped[int] = mapped_column(Integer, ForeignKey("party_board.id"), index=True)
    party_id: Mapped[int] = mapped_column(Integer, ForeignKey("party.id"))
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    #: Copied from the board for row-level security.
    region: Mapped[str] = mapped_column(Code)
    position: Mapped[int] = mapped_column(SmallInteger)
    #: ``ketua``, ``sekretaris``, ``bendahara`` (all three are demanded) or ``anggota``.
    office: Mapped[str] = mapped_column(Text)
    #: As the decree calls it, such as "Ketua Umum".
    title: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    sex: Mapped[str] = mapped_column(CHAR(1))
    card_number: Mapped[str | None] = mapped_column(Text)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    nik_index: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        CheckConstraint("office in ('ketua', 'sekretaris', 'bendahara', 'anggota')", name="office"),
        CheckConstraint("sex in ('L', 'P')", name="sex"),
        UniqueConstraint("board_id", "nik_index", name="uq_party_officer_person"),
        Index(
            "uq_party_officer_office",
            *("board_id", "office"),
            unique=True,
            postgresql_where=text("office <> 'anggota'"),
        ),
        Index("ix_party_officer_nik", "nik_index"),
        Index("ix_party_officer_counts", "party_id", "board_id", postgresql_include=["office", "sex"]),
    )
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012


class PartyOffice(Base):
    """A permanent office (kantor tetap) of the party in one area, to the end of the election."""

    __tablename__ = "party_office"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    registration_id: Mapped[int] = mapped_column(Integer, ForeignKey("party_registration.id"))
    party_id: Mapped[int] = mapped_column(Integer, ForeignKey("party.id"))
    region: Mapped[str] = mapped_column(Code)
    address: Mapped[str] = mapped_column(Text)
    #: ``milik``, ``sewa`` or ``pinjam_pakai``.
    tenure: Mapped[str] = mapped_column(Text)
    #: Last day of a lease or loan.
    valid_to: Mapped[dt.date | None] = mapped_column(Date)
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    changed_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        UniqueConstraint("registration_id", "region", name="uq_party_office_region"),
        CheckConstraint("length(region) in (0, 2, 4)", name="region"),
        CheckConstraint("tenure in ('milik', 'sewa', 'pinjam_pakai')", name="tenure"),
        CheckConstraint("(tenure = 'milik') or valid_to is not null", name="valid_to"),
        CheckConstraint("latitude between -90 and 90 and longitude between -180 and 180", name="place"),
        CheckConstraint("(latitude is null) = (longitude is null)", name="both"),
    )


class PartyAccount(Base):
    """A bank account for campaign funds in one area."""

    __tablename__ = "party_account"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    registration_id: Mapped[int] = mapped_column(Integer, ForeignKey("party_registration.id"))
    party_id: Mapped[int] = mapped_column(Integer, ForeignKey("party.id"))
    region: Mapped[str] = mapped_column(Code)
    bank: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    holder: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        UniqueConstraint("registration_id", "region", name="uq_party_account_region"),
        CheckConstraint("length(region) in (0, 2, 4)", name="region"),
        CheckConstraint("number ~ '^[0-9-]{6,30}$'", name="number"),
    )
