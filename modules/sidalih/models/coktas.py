"""Coktas: the limited visit of a quarter, its frame, its drawn sample and what each visit found."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    ARRAY,
    CHAR,
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

#: What a visit of a voter of the sample may find, in the order of the form.
OUTCOMES = ("sesuai", "ubah", "tms", "tidak_ditemui")


class LimitedVisit(Base):
    """The limited visit of a quarter (PKPU 1/2025): ``kerangka`` -> ``ditetapkan``, or ``dibuang``.

    The frame is frozen before the seed is drawn in public, so that nobody chooses who is visited. The sample
    follows from frame and seed alone (modules.sidalih.rules.coktas.draw), for whoever draws it again.
    """

    __tablename__ = "limited_visit"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    quarter_id: Mapped[int] = mapped_column(Integer, ForeignKey("voter_quarter.id"))
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    #: The kab/kota of the quarter.
    region: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Text, default="kerangka", server_default="kerangka")
    #: Rows in doubt when the frame was frozen.
    frame: Mapped[int] = mapped_column(Integer)
    #: SHA-256 over the keys of the rows of the frame, in order; they are no numbers of persons.
    frame_digest: Mapped[bytes] = mapped_column(LargeBinary)
    #: Public; null until the sample is drawn.
    seed: Mapped[str | None] = mapped_column(Text)
    size: Mapped[int | None] = mapped_column(Integer)
    sample_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    frozen_by: Mapped[str] = mapped_column(Text)
    frozen_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    drawn_by: Mapped[str | None] = mapped_column(Text)
    drawn_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("state in ('kerangka', 'ditetapkan', 'dibuang')", name="state"),
        CheckConstraint("length(region) = 4", name="region"),
        CheckConstraint("frame > 0 and (size between 1 and frame)", name="size"),
        CheckConstraint(
            "num_nulls(seed, size, sample_digest, drawn_by, drawn_at) = case state when 'ditetapkan' then 0"
            " else 5 end",
            name="drawn",
        ),
        Index(
            "uq_limited_visit_quarter", "quarter_id", unique=True, postgresql_where=text("state <> 'dibuang'")
        ),
    )


class LimitedVisitVoter(Base):
    """A row of the frame; with a ``rank`` it is in the sample. Read through row-level security.

    Triggers refuse every change of a drawn sample but the outcome.
    """

    __tablename__ = "limited_visit_voter"

    visit_id: Mapped[int] = mapped_column(Integer, ForeignKey("limited_visit.id"), primary_key=True)
    voter_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    province: Mapped[str] = mapped_column(CHAR(2))
    village_code: Mapped[str] = mapped_column(Code)
    #: The doubts of the row when the frame was frozen.
    doubts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    rank: Mapped[int | None] = mapped_column(Integer)
    #: One of :data:`OUTCOMES`; null while nobody was there.
    outcome: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("outcome in ('sesuai', 'ubah', 'tms', 'tidak_ditemui')", name="outcome"),
        CheckConstraint("num_nulls(outcome, actor, recorded_at) in (0, 3)", name="recorded"),
        CheckConstraint("outcome is null or rank is not null", name="sampled"),
        CheckConstraint("outcome <> 'tidak_ditemui' or note is not null", name="note"),
        CheckConstraint("province = left(village_code, 2)", name="province"),
        UniqueConstraint("visit_id", "rank", name="uq_limited_visit_voter_rank"),
        Index("ix_limited_visit_voter_voter", "voter_id"),
    )
