"""Building of polling stations: proposals, the families they would move, and changes that can be undone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    ARRAY,
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
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class TpsProposal(Base):
    """A proposed placement of the voters of one village; at most one waits for a decision."""

    __tablename__ = "tps_proposal"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    village_code: Mapped[str] = mapped_column(Code)
    #: ``tetap`` moves only who must move; ``ulang`` places everybody anew.
    mode: Mapped[str] = mapped_column(Text)
    #: ``menunggu``, ``diterapkan`` or ``dibuang`` (given up, also for a newer one).
    state: Mapped[str] = mapped_column(Text, default="menunggu", server_default="menunggu")
    #: Most voters of a TPS, as the election said then.
    cap: Mapped[int] = mapped_column(SmallInteger)
    voters: Mapped[int] = mapped_column(Integer)
    families: Mapped[int] = mapped_column(Integer)
    #: Scores (modules.sidalih.rules.tps.Score) of the placement as it was, and as proposed.
    before: Mapped[dict[str, int]] = mapped_column(JSONB)
    score: Mapped[dict[str, int]] = mapped_column(JSONB)
    #: One row a TPS: ``code``, ``cap``, ``special``, ``new``, ``before``, ``after``.
    loads: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    #: Families that no TPS can hold: ``voter`` (its first member), ``voters``.
    oversize: Mapped[list[dict[str, int]]] = mapped_column(JSONB)
    #: SHA-256 over who stood where: the proposal holds only as long as that is so.
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    created_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    actor: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    decided_by: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("mode in ('tetap', 'ulang')", name="mode"),
        CheckConstraint("state in ('menunggu', 'diterapkan', 'dibuang')", name="state"),
        CheckConstraint(
            "(state = 'menunggu') = (decided_at is null) and (decided_at is null) = (decided_by is null)",
            name="decided",
        ),
        Index(
            "uq_tps_proposal_waiting",
            "election_id",
            "village_code",
            unique=True,
            postgresql_where=text("state = 'menunggu'"),
        ),
    )


class TpsProposalFamily(Base):
    """A family that the proposal moves or places. Read through row-level security."""

    __tablename__ = "tps_proposal_family"

    proposal_id: Mapped[int] = mapped_column(Integer, ForeignKey("tps_proposal.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    village_code: Mapped[str] = mapped_column(Code)
    #: The voters of the family that are placed together.
    members: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    #: TPS -> how many of them stand there now.
    present: Mapped[dict[str, int]] = mapped_column(JSONB)
    tps_code: Mapped[str] = mapped_column(Code)

    __table_args__ = (
        CheckConstraint("cardinality(members) > 0", name="members"),
        CheckConstraint("left(tps_code, 10) = village_code", name="village"),
    )


class TpsChange(Base):
    """One act that gave voters of a village other TPS: an applied proposal, or families moved by hand.

    Its events carry its id, so that it can be undone as a whole.
    """

    __tablename__ = "tps_change"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    village_code: Mapped[str] = mapped_column(Code)
    proposal_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("tps_proposal.id"))
    voters: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    undone_by: Mapped[str | None] = mapped_column(Text)
    undone_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("(undone_at is null) = (undone_by is null)", name="undone"),
        Index("ix_tps_change_village", "election_id", "village_code", "id"),
    )
