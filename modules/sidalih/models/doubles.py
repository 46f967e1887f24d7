"""Doubles: pairs of rows that may be one voter, how they were found, and what people decided."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Float,
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
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)

#: The rule of pairs with one NIK, found by the blind index across the nation.
SAME_NIK = "nik_sama"


class DoubleRun(Base):
    """One search for doubles: where, with which engine, and what it came to."""

    __tablename__ = "double_run"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    #: Region prefix whose rows were compared; "" is the nation.
    region: Mapped[str] = mapped_column(Code)
    #: ``nik`` (blind index alone), ``duckdb`` or ``spark``.
    engine: Mapped[str] = mapped_column(Text)
    rows: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    #: Pairs found; of them new, known before, and open ones that were not found again.
    pairs: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    fresh: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    known: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    vanished: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    actor: Mapped[str] = mapped_column(Text)
    started_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    finished_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("engine in ('nik', 'duckdb', 'spark')", name="engine"),
        CheckConstraint("pairs = fresh + known", name="pairs"),
    )


class DoubleCase(Base):
    """Two rows that may be one voter. A pair stands here once, however often it is found.

    ``region`` is where it is decided: what the two villages have in common (a kab/kota, the province, or ""
    the nation), or the kab/kota that it was handed to.
    """

    __tablename__ = "double_case"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    region: Mapped[str] = mapped_column(Code)
    first_id: Mapped[int] = mapped_column(BigInteger)
    first_village: Mapped[str] = mapped_column(Code)
    second_id: Mapped[int] = mapped_column(BigInteger)
    second_village: Mapped[str] = mapped_column(Code)
    #: A key of modules.sidalih.linkage.pairs.RULES.
    rule: Mapped[str] = mapped_column(Text)
    #: Binary logarithm of the odds that it is one voter; null for pairs found by NIK alone.
    weight: Mapped[float | None] = mapped_column(Float)
    #: ``[[comparison, level, weight], ...]``: codes and weights, no value of a person.
    waterfall: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    state: Mapped[str] = mapped_column(Text, default="terbuka", server_default="terbuka")
    #: The row that stays, where the two are one voter.
    keep_id: Mapped[int | None] = mapped_column(BigInteger)
    #: How the other row was taken out: ``strike``, ``update_strike`` or ``mark``; and a merge of persons.
    how: Mapped[str | None] = mapped_column(Text)
    merge_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("person_merge.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    run_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("double_run.id"))
    decided_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: Who looks at it now, so that two people do not work on one pair.
    leased_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    leased_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        UniqueConstraint("election_id", "first_id", "second_id", name="uq_double_case_pair"),
        CheckConstraint("first_id < second_id", name="order"),
        CheckConstraint("state in ('terbuka', 'sama', 'berbeda', 'hilang')", name="state"),
        CheckConstraint(
            "(state = 'sama') = (keep_id is not null)"
            " and (keep_id is null or keep_id in (first_id, second_id))",
            name="keep",
        ),
        CheckConstraint("(state in ('sama', 'berbeda')) = (decided_at is not null)", name="decided"),
        Index(
            "ix_double_case_open", "election_id", "region", "id", postgresql_where=text("state = 'terbuka'")
        ),
        Index("ix_double_case_first", "first_id"),
        Index("ix_double_case_second", "second_id"),
        Index("ix_double_case_village", "election_id", "first_village"),
    )


class DoubleEvent(Base):
    """What was decided about a pair, by whom, why. Append-only."""

    __tablename__ = "double_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("double_case.id"), index=True)
    #: ``sama``, ``berbeda``, ``batal``, ``serah``, ``hilang``, ``kembali``.
    kind: Mapped[str] = mapped_column(Text)
    keep_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint(
            "kind in ('sama', 'berbeda', 'batal', 'serah', 'hilang', 'kembali')",
            name="kind",
        ),
    )
