"""Samples of people who are visited, drawn with a public seed, and each attempt to meet them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
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


class SampleSeed(Base):
    """The seed of all samples of a kind in an election, drawn in public before the first. Append-only.

    ``source`` says where and when it was drawn, so that anybody can look it up.
    """

    __tablename__ = "verification_seed"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    kind: Mapped[str] = mapped_column(Text)
    seed: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        UniqueConstraint("election_id", "kind", name="uq_verification_seed_kind"),
        CheckConstraint("seed <> '' and source <> ''", name="seed"),
    )


class Sample(Base):
    """A sample of a frame, as it was drawn: whoever has the frame and the seed draws the same again.

    The frame are the ids of the subjects in ascending order; ``frame_digest`` is SHA-256 of them, one a line.
    """

    __tablename__ = "verification_sample"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    #: Key of a registered kind of sample, such as ``sipol_anggota``.
    kind: Mapped[str] = mapped_column(Text)
    #: Whose people they are, such as ``party_registration:7``.
    owner: Mapped[str] = mapped_column(Text)
    party_id: Mapped[int | None] = mapped_column(Integer)
    region: Mapped[str] = mapped_column(Code)
    round: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    #: ``krejcie_morgan``, ``sistematis_10`` or ``sensus`` (domain.md 3.6).
    method: Mapped[str] = mapped_column(Text)
    seed: Mapped[str] = mapped_column(Text)
    #: N, n, and the first number of the systematic draw (1..interval).
    frame_size: Mapped[int] = mapped_column(Integer)
    size: Mapped[int] = mapped_column(Integer)
    start: Mapped[int] = mapped_column(Integer)
    frame_digest: Mapped[bytes] = mapped_column(LargeBinary)
    #: How many there must be, and what came out; null until it is closed. The projection is rounded down.
    minimum: Mapped[int] = mapped_column(Integer)
    found_ms: Mapped[int | None] = mapped_column(Integer)
    projection: Mapped[int | None] = mapped_column(Integer)
    deficit: Mapped[int | None] = mapped_column(Integer)
    #: ``berjalan`` or ``ditutup``.
    state: Mapped[str] = mapped_column(Text, default="berjalan", server_default="berjalan")
    letter_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    drawn_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("kind", "owner", "region", "round", name="uq_verification_sample_owner"),
        CheckConstraint("method in ('krejcie_morgan', 'sistematis_10', 'sensus')", name="method"),
        CheckConstraint("0 < size and size <= frame_size and start >= 1", name="sizes"),
        CheckConstraint("state in ('berjalan', 'ditutup')", name="state"),
        CheckConstraint(
            "(state = 'ditutup') = (found_ms is not null)"
            " and num_nulls(found_ms, projection, deficit, closed_at) in (0, 4)",
            name="closed",
        ),
        CheckConstraint("octet_length(frame_digest) = 32", name="digest"),
        CheckConstraint("seed <> ''", name="seed"),
        Index("ix_verification_sample_region", "kind", "election_id", "region"),
    )


class SampleMember(Base):
    """One person of a sample, who visits, and what came of it."""

    __tablename__ = "verification_sample_member"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    sample_id: Mapped[int] = mapped_column(Integer, ForeignKey("verification_sample.id"))
    #: 1, 2, 3 ... in the sample, and its place in the frame.
    position: Mapped[int] = mapped_column(Integer)
    frame_position: Mapped[int] = mapped_column(Integer)
    #: The row that is visited, such as ``party_member:12``.
    subject: Mapped[str] = mapped_column(Text)
    #: Where the person lives: village code.
    region: Mapped[str] = mapped_column(Code)
    assigned_to: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    #: ``menunggu``, ``ms`` or ``tms``.
    state: Mapped[str] = mapped_column(Text, default="menunggu", server_default="menunggu")
    reason: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("sample_id", "position", name="uq_verification_sample_member_position"),
        UniqueConstraint("sample_id", "subject", name="uq_verification_sample_member_subject"),
        CheckConstraint("state in ('menunggu', 'ms', 'tms')", name="state"),
        CheckConstraint("(state = 'menunggu') = (decided_at is null)", name="decided"),
        CheckConstraint("state <> 'tms' or reason is not null", name="reason"),
        Index("ix_verification_sample_member_subject", "subject"),
        Index("ix_verification_sample_member_assigned", "assigned_to", "state"),
    )


class Contact(Base):
    """One of at most three attempts to meet a person (home, party office, video call). Append-only.

    What was written down wrongly is corrected by a row of the same number that names it (``corrects_id``):
    of each number the last row counts, and ``dibatalkan`` says that the attempt did not take place. The one
    that is made instead names that row in turn, without a reason.
    """

    __tablename__ = "verification_contact"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("verification_sample_member.id"))
    #: 1, 2 or 3.
    number: Mapped[int] = mapped_column(SmallInteger)
    #: ``rumah``, ``kantor`` or ``panggilan_video``.
    method: Mapped[str] = mapped_column(Text)
    #: ``membenarkan``, ``menyangkal``, ``tidak_bertemu``, ``tidak_cocok``; ``dibatalkan`` of corrections.
    result: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    #: The row that this one stands in place of, and why that was wrong.
    corrects_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(Text)
    #: When the visit was, by the verifier's phone or by hand; and the account that went.
    visited_at: Mapped[dt.datetime] = mapped_column(Instant)
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    photo_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    #: Idempotency key of the phone's packet.
    packet: Mapped[str | None] = mapped_column(Text, unique=True)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        Index(
            "uq_verification_contact_first",
            *("member_id", "number"),
            unique=True,
            postgresql_where=text("corrects_id is null"),
        ),
        UniqueConstraint("corrects_id", name="uq_verification_contact_corrects"),
        UniqueConstraint("id", "member_id", "number", name="uq_verification_contact_place"),
        ForeignKeyConstraint(
            ["corrects_id", "member_id", "number"],
            [f"verification_contact.{name}" for name in ("id", "member_id", "number")],
            name="fk_verification_contact_corrects_id",
        ),
        CheckConstraint("number between 1 and 3", name="number"),
        CheckConstraint("method in ('rumah', 'kantor', 'panggilan_video')", name="method"),
        CheckConstraint(
            "result in ('membenarkan', 'menyangkal', 'tidak_bertemu', 'tidak_cocok', 'dibatalkan')",
            name="result",
        ),
        CheckConstraint(
            "(reason is null or corrects_id is not null) and (result <> 'dibatalkan' or reason is not null)",
            name="correction",
        ),
    )


class ContactPhoto(Base):
    """A photo that a phone sent after its contact. Append-only."""

    __tablename__ = "verification_contact_photo"

    contact_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("verification_contact.id"), primary_key=True
    )
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
