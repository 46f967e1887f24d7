"""Files that brought voters, and their balance: in = accepted + rejected + duplicate, village by village."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Text,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class VoterBatch(Base):
    """A file of voters that was applied."""

    __tablename__ = "voter_batch"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    #: Region prefix that the file may touch.
    region: Mapped[str] = mapped_column(Code)
    #: ``dp4``, ``dpb``, ``dpt`` or ``ppln``.
    source: Mapped[str] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("stored_file.id"))
    file_name: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str] = mapped_column(Text)
    received: Mapped[int] = mapped_column(Integer)
    accepted: Mapped[int] = mapped_column(Integer)
    rejected: Mapped[int] = mapped_column(Integer)
    duplicate: Mapped[int] = mapped_column(Integer)
    #: Of the accepted: rows that changed a voter who was there, and rows with a doubt.
    changed: Mapped[int] = mapped_column(Integer)
    doubtful: Mapped[int] = mapped_column(Integer)
    created_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    actor: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("source in ('dp4', 'dpb', 'dpt', 'ppln')", name="source"),
        CheckConstraint("received = accepted + rejected + duplicate", name="balance"),
        Index("ix_voter_batch_region", "election_id", "region"),
    )


class VoterBatchVillage(Base):
    """The same balance for one village; ``-`` gathers rows whose village could not be read."""

    __tablename__ = "voter_batch_village"

    batch_id: Mapped[int] = mapped_column(Integer, ForeignKey("voter_batch.id"), primary_key=True)
    village_code: Mapped[str] = mapped_column(Code, primary_key=True)
    received: Mapped[int] = mapped_column(Integer)
    accepted: Mapped[int] = mapped_column(Integer)
    rejected: Mapped[int] = mapped_column(Integer)
    duplicate: Mapped[int] = mapped_column(Integer)
    changed: Mapped[int] = mapped_column(Integer)
    doubtful: Mapped[int] = mapped_column(Integer)

    __table_args__ = (CheckConstraint("received = accepted + rejected + duplicate", name="balance"),)
