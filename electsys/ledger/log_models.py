"""Tables of the public log: entries as writers leave them, their place in the tree, what was signed.

One log an election. A writer adds a :class:`LeafEntry` in its own transaction and waits for nobody;
one job gives the entries their index (:class:`Leaf`). Nothing here is ever changed or removed.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")


class LeafEntry(Base):
    """One published fact: canonical JSON, written with what it tells of. The database hashes it."""

    __tablename__ = "leaf_entry"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    #: What it tells of, such as ``C.Hasil:ppwp:1201011001001``; its entries are numbered from 1.
    subject: Mapped[str] = mapped_column(Code)
    seq: Mapped[int] = mapped_column(Integer)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(
        LargeBinary, Computed("sha256('\\x00'::bytea || body)", persisted=True)
    )
    cluster: Mapped[int] = mapped_column(
        BigInteger, server_default=text("(pg_control_system()).system_identifier")
    )
    xid: Mapped[int] = mapped_column(BigInteger, server_default=text("pg_current_xact_id()::text::bigint"))

    __table_args__ = (
        CheckConstraint("octet_length(body) between 2 and 65535", name="size"),
        CheckConstraint("seq > 0", name="seq"),
        UniqueConstraint("election_id", "subject", "seq", name="uq_leaf_entry_seq"),
        Index(None, "cluster", "xid"),
    )


class Leaf(Base):
    """The place of an entry in its election's tree: gapless from 0, given by one job."""

    __tablename__ = "leaf"

    election_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    index: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    entry_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("leaf_entry.id"), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class LogNode(Base):
    """The hash of a full subtree of ``256**level`` leaves, level 1 and up: a row of the tiles above."""

    __tablename__ = "log_node"

    election_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    index: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class LogHorizon(Base):
    """How far the entries are integrated: of a server, every transaction below ``horizon``."""

    __tablename__ = "log_horizon"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    cluster: Mapped[int] = mapped_column(BigInteger)
    horizon: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index(None, "cluster", "horizon"),)


class LogCheckpoint(Base):
    """A signed size and root. At most one a size."""

    __tablename__ = "log_checkpoint"

    election_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    #: The signed note, with the log's own signature alone.
    note: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("clock_timestamp()")
    )


class Witness(Base):
    """Somebody outside who watches that the log only grows; known by name and key."""

    __tablename__ = "log_witness"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    #: ``name+hash+base64``
    key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    #: The organisation behind it, for readers.
    holder: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("clock_timestamp()")
    )


class Cosignature(Base):
    """That a witness saw this checkpoint, and that it grew from what the witness had seen before."""

    __tablename__ = "log_cosignature"

    election_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    witness_id: Mapped[int] = mapped_column(Integer, ForeignKey("log_witness.id"), primary_key=True)
    line: Mapped[str] = mapped_column(Text)
    #: When, as the witness signed it.
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
