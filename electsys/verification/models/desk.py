"""Items that people judge at the desk, and every judgement that was ever made."""

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


class VerificationItem(Base):
    """One thing to be judged in one round: a document, a board, an office, a member.

    ``menunggu`` until somebody judges it ``ms`` (memenuhi syarat), ``bms`` (belum) or ``tms`` (tidak);
    ``ditarik`` when its owner took it back before that. Who has it on the desk holds it until
    ``claimed_until``, so that two people never judge one item.
    """

    __tablename__ = "verification_item"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    #: Key of a registered queue, such as ``sipol_anggota``.
    queue: Mapped[str] = mapped_column(Text)
    #: The row that is judged, such as ``party_member:12``.
    subject: Mapped[str] = mapped_column(Text)
    #: 1 is the first verification, 2 that of the repair.
    round: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    #: Where it is judged; "" is the nation.
    region: Mapped[str] = mapped_column(Code)
    party_id: Mapped[int | None] = mapped_column(Integer)
    #: Smaller comes first.
    priority: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    state: Mapped[str] = mapped_column(Text, default="menunggu", server_default="menunggu")
    #: Code of a canned reason of the queue; a ``bms`` or ``tms`` has one.
    reason: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    claimed_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    claimed_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: Drawn for a second look by another account.
    second_look: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    second_state: Mapped[str | None] = mapped_column(Text)
    second_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    second_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: Who settled a second look that disagreed with the first: a third account.
    settled_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    settled_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        UniqueConstraint("queue", "subject", "round", name="uq_verification_item_subject"),
        CheckConstraint("state in ('menunggu', 'ms', 'bms', 'tms', 'ditarik')", name="state"),
        CheckConstraint("second_state in ('ms', 'bms', 'tms')", name="second_state"),
        CheckConstraint("(state in ('ms', 'bms', 'tms')) = (decided_at is not null)", name="decided"),
        CheckConstraint("state not in ('bms', 'tms') or reason is not null", name="reason"),
        CheckConstraint("(claimed_by is null) = (claimed_until is null)", name="claimed"),
        CheckConstraint("num_nulls(second_state, second_by, second_at) in (0, 3)", name="second"),
        CheckConstraint("second_by <> decided_by", name="two_people"),
        CheckConstraint(
            "(settled_by is null) = (settled_at is null)"
            " and (settled_by is null or second_state is not null)",
            name="settled",
        ),
        CheckConstraint("settled_by <> decided_by and settled_by <> second_by", name="third"),
        Index(
            "ix_verification_item_waiting",
            *("queue", "election_id", "region", "priority", "id"),
            postgresql_where=text("state = 'menunggu'"),
        ),
        Index("ix_verification_item_place", "queue", "election_id", "region", "party_id", "state"),
        Index(
            "ix_verification_item_second",
            *("queue", "election_id", "region", "id"),
            postgresql_where=text("second_look and second_state is null"),
        ),
        Index(
            "ix_verification_item_claimed",
            "claimed_by",
            postgresql_where=text("claimed_by is not null"),
        ),
        Index(
            "ix_verification_item_look",
            *("queue", "election_id", "region"),
            postgresql_where=text("second_look"),
        ),
        Index(
            "ix_verification_item_decided",
            *("queue", "election_id", "decided_at"),
            postgresql_where=text("decided_at is not null"),
        ),
        Index(
            "ix_verification_item_decider",
            *("decided_by", "decided_at"),
            postgresql_where=text("decided_by is not null"),
        ),
    )


class VerificationEvent(Base):
    """One judgement, one that was taken back, or a second look. Append-only."""

    __tablename__ = "verification_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    item_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("verification_item.id"))
    #: ``putus``, ``batal``, ``periksa_kedua``, ``selesai`` (a disagreement was settled) or ``tarik``.
    kind: Mapped[str] = mapped_column(Text)
    from_state: Mapped[str] = mapped_column(Text)
    to_state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.clock_timestamp())

    __table_args__ = (
        CheckConstraint("kind in ('putus', 'batal', 'periksa_kedua', 'tarik', 'selesai')", name="kind"),
        Index("ix_verification_event_item", "item_id", "id"),
    )


class SecondDraw(Base):
    """A draw of judgements for a second look, so that anybody can draw it again. Append-only.

    The frame are the items of the queue under ``region`` that were judged up to ``until`` and after the draw
    before; ``frame_digest`` is SHA-256 of their ids in ascending order, one a line. Drawn are the ``size``
    first by SHA-256 of ``seed:id`` (lower-case hex).
    """

    __tablename__ = "verification_draw"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    queue: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Code)
    #: Drawn in public before; and the share, as a fraction such as ``1/50``.
    seed: Mapped[str] = mapped_column(Text)
    share: Mapped[str] = mapped_column(Text)
    frame_size: Mapped[int] = mapped_column(Integer)
    size: Mapped[int] = mapped_column(Integer)
    frame_digest: Mapped[bytes] = mapped_column(LargeBinary)
    until: Mapped[dt.datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("seed <> ''", name="seed"),
        CheckConstraint("0 < size and size <= frame_size", name="sizes"),
        CheckConstraint("octet_length(frame_digest) = 32", name="digest"),
        Index("ix_verification_draw_queue", "queue", "election_id", "region", "id"),
    )
