"""What was published, and the stops of publication that two people ordered."""

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
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Instant = DateTime(timezone=True)


class Publication(Base):
    """One publication that was completed: how far of the log, how many files. Append-only."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"), index=True)
    target: Mapped[str] = mapped_column(Text)
    #: Leaves that the published numbers rest on; size of the checkpoint that was published with them.
    as_of: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[int] = mapped_column(BigInteger)
    manifest_sha256: Mapped[str] = mapped_column(Text)
    files: Mapped[int] = mapped_column(Integer)
    written: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[dt.datetime] = mapped_column(Instant)
    ended_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())


class PublicationStop(Base):
    """That publication stands still: asked by one person, ordered by another, announced to everybody."""

    __tablename__ = "publication_stop"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    state: Mapped[str] = mapped_column(Text, default="diajukan", server_default="diajukan")
    #: What the public reads on the published side while it stands still.
    notice: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"))
    asked_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    ordered_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    ordered_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    ended_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("state in ('diajukan', 'berlaku', 'berakhir', 'ditolak')", name="state"),
        CheckConstraint("length(trim(notice)) >= 20", name="notice"),
        CheckConstraint("ordered_by <> asked_by", name="second_person"),
        CheckConstraint(
            "state not in ('berlaku', 'berakhir') or (ordered_by is not null and ordered_at is not null)",
            name="ordered",
        ),
        CheckConstraint(
            "state <> 'berakhir' or (ended_by is not null and ended_at is not null)", name="ended"
        ),
        Index(
            "uq_publication_stop_open",
            "election_id",
            unique=True,
            postgresql_where=text("state in ('diajukan', 'berlaku')"),
        ),
    )
