"""What is decided: outcomes of a contest in an area, version after version, with everything that shows them.

While a version is a draft or before the plenary its parts may be computed again; once determined (or
dropped) the database lets nothing of it be changed.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

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
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base
from electsys.elections.models import Contest, Participant
from electsys.regions.models import Dapil

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class Determination(Base):
    """One version of the outcome of a contest in an area: the nation, or the area of a DPRD or a head."""

    __tablename__ = "determination"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"))
    #: "" for president, DPR and DPD; a province or kab/kota for a DPRD or a regional head.
    area: Mapped[str] = mapped_column(Code)
    version: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(Text, default="konsep", server_default="konsep")
    #: The ruling that asked for another version; null for the first.
    ruling: Mapped[str | None] = mapped_column(Text)
    #: The locked D.Hasil that it rests on: [id, version] each.
    recaps: Mapped[list[list[int]]] = mapped_column(JSONB)
    #: Settings of the law as applied: key -> [value, article].
    law: Mapped[dict[str, list[str]]] = mapped_column(JSONB)
    #: Threshold, test by province, seats of each party, in the shape that ``determination_words`` reads.
    summary: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: Ties that wait for the plenary.
    open_ties: Mapped[int] = mapped_column(Integer, default=0)
    valid: Mapped[int] = mapped_column(BigInteger)
    computed_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    computed_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    submitted_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    submitted_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: Letters of JDIH: the minutes of the plenary and the decision.
    minutes_id: Mapped[int | None] = mapped_column(Integer)
    decision_id: Mapped[int | None] = mapped_column(Integer)
    decision_number: Mapped[str | None] = mapped_column(Text)

    contest: Mapped[Contest] = relationship()
    parts: Mapped[list[DeterminationPart]] = relationship(order_by="DeterminationPart.key", viewonly=True)
    ties: Mapped[list[DeterminationTie]] = relationship(order_by="DeterminationTie.id", viewonly=True)

    __table_args__ = (
        CheckConstraint("state in ('konsep', 'pleno', 'ditetapkan', 'dibatalkan')", name="state"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("(submitted_by is null) = (submitted_at is null)", name="submitted"),
        CheckConstraint("(decided_by is null) = (decided_at is null)", name="decided"),
        CheckConstraint("state <> 'pleno' or submitted_by is not null", name="plenary"),
        CheckConstraint(
            "(state = 'ditetapkan') = (decided_at is not null)"
            " and (state = 'ditetapkan') = (decision_number is not null)"
            " and (state <> 'ditetapkan' or submitted_by is not null and open_ties = 0)",
            name="determined",
        ),
        CheckConstraint("decided_by <> submitted_by", name="second_person"),
        UniqueConstraint("contest_id", "area", "version", name="uq_determination_version"),
        Index(
            "uq_determination_open",
            "contest_id",
            "area",
            unique=True,
            postgresql_where=text("state in ('konsep', 'pleno')"),
        ),
    )


class DeterminationPart(Base):
    """A dapil, or the area that votes as one, with the trace of its outcome."""

    __tablename__ = "determination_part"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    determination_id: Mapped[int] = mapped_column(Integer, ForeignKey("determination.id"))
    #: Code of the dapil, or of the area; "" is the nation.
    key: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(Text)
    dapil_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("dapil.id"))
    region: Mapped[str] = mapped_column(Code)
    seats: Mapped[int | None] = mapped_column(SmallInteger)
    valid: Mapped[int] = mapped_column(BigInteger)
    #: Every quotient, the closest pair, settled ties, votes by province.
    trace: Mapped[dict[str, Any]] = mapped_column(JSONB)

    dapil: Mapped[Dapil | None] = relationship()

    __table_args__ = (
        UniqueConstraint("determination_id", "key", name="uq_determination_part"),
        CheckConstraint("seats > 0", name="seats"),
        CheckConstraint("valid >= 0", name="valid"),
    )


class DeterminationResult(Base):
    """What a participant, or a candidate of its list, won in a part: votes, seats, rank, elected or not."""

    __tablename__ = "determination_result"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    determination_id: Mapped[int] = mapped_column(Integer, ForeignKey("determination.id"))
    part_id: Mapped[int] = mapped_column(Integer, ForeignKey("determination_part.id"))
    participant_id: Mapped[int] = mapped_column(Integer, ForeignKey("participant.id"))
    candidate_number: Mapped[int | None] = mapped_column(SmallInteger)
    name: Mapped[str] = mapped_column(Text)
    votes: Mapped[int] = mapped_column(BigInteger)
    seats: Mapped[int | None] = mapped_column(SmallInteger)
    rank: Mapped[int | None] = mapped_column(SmallInteger)
    elected: Mapped[bool]
    spread: Mapped[dict[str, int]] = mapped_column(JSONB)

    part: Mapped[DeterminationPart] = relationship()
    participant: Mapped[Participant] = relationship()

    __table_args__ = (
        UniqueConstraint(
            *("part_id", "participant_id", "candidate_number"),
            name="uq_determination_result",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("votes >= 0 and seats >= 0 and rank > 0", name="numbers"),
        Index("ix_determination_result_elected", "determination_id", "elected"),
    )


class DeterminationTie(Base):
    """A tie that no strategy of the law separates, and how the plenary decided it."""

    __tablename__ = "determination_tie"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    determination_id: Mapped[int] = mapped_column(Integer, ForeignKey("determination.id"))
    #: ``kursi:<dapil>``, ``calon:<dapil>:<party number>``, ``dpd:<dapil>``, ``ppwp:``.
    place: Mapped[str] = mapped_column(Text)
    #: [key, name] of those who tie.
    tied: Mapped[list[list[str]]] = mapped_column(JSONB)
    places: Mapped[int] = mapped_column(SmallInteger)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    #: Keys in the order that the plenary decided.
    decided: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("determination_id", "place", name="uq_determination_tie"),
        CheckConstraint(
            "(decided is null) = (decided_at is null) and (decided_at is null) = (decided_by is null)"
            " and (decided is null or btrim(coalesce(reason, '')) <> '')",
            name="decided",
        ),
    )
