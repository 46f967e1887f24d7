"""Copies of frozen lists that were asked for and handed out, and the control rows (canaries) in them."""

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
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class VoterCopy(Base):
    """One copy of a frozen list for one recipient: asked for by one account, approved by another."""

    __tablename__ = "voter_copy"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    list_id: Mapped[int] = mapped_column(Integer, ForeignKey("voter_list.id"))
    #: What part of the list: kab/kota, kecamatan, desa or TPS (4, 6, 10 or 13 digits).
    region: Mapped[str] = mapped_column(Code)
    #: Which columns: a key of modules.sidalih.rules.copies.PROFILES.
    profile: Mapped[str] = mapped_column(Text)
    #: The office that gets it (public), and who takes it there (not public).
    recipient: Mapped[str] = mapped_column(Text)
    person: Mapped[str] = mapped_column(Text)
    #: A key of modules.sidalih.rules.copies.PURPOSES; its words are public.
    purpose: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    #: ``diminta``, ``disetujui``, ``dibuat``, ``diunduh``, ``kedaluwarsa`` or ``ditolak``.
    state: Mapped[str] = mapped_column(Text, default="diminta", server_default="diminta")
    requested_by: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"))
    requested_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    #: Who approved or refused it: never the account that asked.
    decided_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: The encrypted file, how many voters it holds, and how many control rows beside them.
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    rows: Mapped[int | None] = mapped_column(Integer)
    controls: Mapped[int | None] = mapped_column(Integer)
    built_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    expires_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    downloaded_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: The file's password in an envelope, until it has been shown once or the copy has expired.
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    shown_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint(
            "state in ('diminta', 'disetujui', 'dibuat', 'diunduh', 'kedaluwarsa', 'ditolak')", name="state"
        ),
        CheckConstraint("decided_by <> requested_by", name="two_people"),
        CheckConstraint(
            "(state = 'diminta') = (decided_by is null) and (decided_by is null) = (decided_at is null)",
            name="decided",
        ),
        CheckConstraint(
            "(state in ('dibuat', 'diunduh', 'kedaluwarsa')) = (file_id is not null)"
            " and num_nulls(file_id, rows, controls, built_at, expires_at) in (0, 5)",
            name="built",
        ),
        CheckConstraint("state <> 'diunduh' or downloaded_at is not null", name="downloaded"),
        CheckConstraint("state <> 'kedaluwarsa' or sealed is null", name="password"),
        CheckConstraint("length(region) in (4, 6, 10, 13)", name="region"),
        Index("ix_voter_copy_list", "list_id"),
        Index("ix_voter_copy_region", "region", "id"),
    )


class VoterCanary(Base):
    """A control row of a copy: a voter who does not exist, by whom a leak is recognised. Append-only.

    Only keyed fingerprints are kept: of a NIK whose first digits belong to no region (99), and of the name in
    its village. Whoever looks one of them up has read that copy.
    """

    __tablename__ = "voter_canary"

    nik_index: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    name_index: Mapped[bytes] = mapped_column(LargeBinary)
    copy_id: Mapped[int] = mapped_column(Integer, ForeignKey("voter_copy.id"))
    tps_code: Mapped[str] = mapped_column(Code)

    __table_args__ = (
        CheckConstraint("octet_length(nik_index) = 32 and octet_length(name_index) = 32", name="indexes"),
        Index("ix_voter_canary_name", "name_index"),
        Index("ix_voter_canary_copy", "copy_id"),
    )


class CanaryTouch(Base):
    """Somebody looked up a control row: the copy leaked. Append-only."""

    __tablename__ = "voter_canary_touch"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    copy_id: Mapped[int] = mapped_column(Integer, ForeignKey("voter_copy.id"))
    #: Which look-up: a key of modules.sidalih.rules.copies.PLACES.
    place: Mapped[str] = mapped_column(Text)
    #: The account that looked, if one was logged in.
    account_id: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.clock_timestamp())

    __table_args__ = (Index("ix_voter_canary_touch_copy", "copy_id", "id"),)
