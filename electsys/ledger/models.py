"""Tables of the trail: what was done, and the seals that chain it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Identity, Index, LargeBinary, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base


class Act(Base):
    """One act: who, in which grant, did what to what, why. Written in the act's own transaction.

    Nothing personal stands here: ids, counts and codes only, so that the trail can be kept for ever
    and shown to Bawaslu. No foreign keys: the trail outlives what it names. The database itself
    sets ``id``, ``at``, ``cluster`` and ``xid``; the application has no right to write them.
    """

    __tablename__ = "act"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(Text)
    grant_id: Mapped[int | None] = mapped_column(BigInteger)
    #: ``module:resource:action``, such as ``situng:batch:confirm``
    verb: Mapped[str] = mapped_column(Text)
    #: ``table:id``, such as ``result_batch:12``
    subject: Mapped[str] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    election_id: Mapped[int | None] = mapped_column(SmallInteger)
    reason: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    request_id: Mapped[str | None] = mapped_column(Text)
    #: keyed fingerprint of the caller's network address, 16 bytes; the address itself is not kept
    origin: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: the server (its system identifier) and the transaction that wrote the row: a dump that is
    #: restored elsewhere goes on with other transaction numbers
    cluster: Mapped[int] = mapped_column(
        BigInteger, server_default=text("(pg_control_system()).system_identifier")
    )
    xid: Mapped[int] = mapped_column(BigInteger, server_default=text("pg_current_xact_id()::text::bigint"))

    __table_args__ = (
        Index(None, "cluster", "xid"),
        Index(None, "account_id", "id"),
        Index(None, "actor", "id"),
        Index(None, "subject", "id", postgresql_ops={"subject": "text_pattern_ops"}),
        Index(None, "verb", "id", postgresql_ops={"verb": "text_pattern_ops"}),
        Index(None, "region", "id", postgresql_ops={"region": "text_pattern_ops"}),
        Index(None, "at"),
    )


class ActSeal(Base):
    """One link of the chain: every act written by the transactions [from_xid, to_xid) of a server.

    The ranges of one server lie end to end, so every act belongs to exactly one seal, in whatever
    order ids and commits came. ``leaves`` holds the SHA-256 of each row (32 bytes each, in the order
    of ``ids``), which lets ``ledger verify`` name the row that was touched.
    """

    __tablename__ = "act_seal"

    batch: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    cluster: Mapped[int] = mapped_column(BigInteger)
    from_xid: Mapped[int] = mapped_column(BigInteger)
    to_xid: Mapped[int] = mapped_column(BigInteger)
    first_id: Mapped[int] = mapped_column(BigInteger)
    last_id: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int] = mapped_column(BigInteger)
    ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    leaves: Mapped[bytes] = mapped_column(LargeBinary)
    #: SHA-256 of ``leaves``
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    #: ``hash`` of the batch before; 32 zero bytes for the first
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    #: SHA-256 of the canonical JSON of all other columns but ``ids`` and ``leaves``
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index(None, "cluster", "from_xid", unique=True),)
