"""The capture of a C.Hasil by people: two entries that never see each other, and what became of them.

A capture is one round of one form: (TPS, contest, round). Round 1 is the regular count; a vote or count
that is held again opens the next round, with a decision, and the old one stays as it was.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CHAR,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base
from modules.situng.models.results import Code

Instant = DateTime(timezone=True)
Numbers = list[int | None]


class Capture(Base):
    """One round of one form: its entries, the values that people agreed on, and the version they became.

    Values are in the order of the form model (``cells``) and of the ballot (``votes``); null is unknown,
    never zero. A value that a machine read is in none of these columns.
    """

    __tablename__ = "capture"

    province: Mapped[str] = mapped_column(CHAR(2), primary_key=True)
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"), primary_key=True)
    tps_code: Mapped[str] = mapped_column(Code, primary_key=True)
    #: 1 is the regular count; each decision to vote or count again opens the next.
    round: Mapped[int] = mapped_column(SmallInteger, primary_key=True, default=1)
    #: A code of the table ``jenis_pemungutan``: Reguler, Pemungutan Suara Ulang, ...
    vote_kind: Mapped[str] = mapped_column(Text, default="Reguler")
    ballot_id: Mapped[int] = mapped_column(Integer, ForeignKey("ballot.id"))
    form_model: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="kosong", server_default="kosong")

    first_person: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    first_key: Mapped[UUID | None] = mapped_column(Uuid)
    first_cells: Mapped[Numbers | None] = mapped_column(ARRAY(Integer))
    first_votes: Mapped[Numbers | None] = mapped_column(ARRAY(Integer))
    #: The sums of the parties (B of the paper) in the order of the ballot; empty where none is written.
    first_sums: Mapped[Numbers] = mapped_column(ARRAY(Integer), default=list, server_default=text("'{}'"))
    first_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    second_person: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    second_key: Mapped[UUID | None] = mapped_column(Uuid)
    second_cells: Mapped[Numbers | None] = mapped_column(ARRAY(Integer))
    second_votes: Mapped[Numbers | None] = mapped_column(ARRAY(Integer))
    second_sums: Mapped[Numbers] = mapped_column(ARRAY(Integer), default=list, server_default=text("'{}'"))
    second_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: Who settled the cells in which the two entries differ.
    third_person: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    third_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    #: What people agreed on: both entries, or the third person's word where they differ.
    cells: Mapped[Numbers | None] = mapped_column(ARRAY(Integer))
    votes: Mapped[Numbers | None] = mapped_column(ARRAY(Integer))
    sums: Mapped[Numbers] = mapped_column(ARRAY(Integer), default=list, server_default=text("'{}'"))
    complete: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    faults: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))
    warnings: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))
    #: Warning -> {"alasan", "akun", "waktu"}: who accepted it, and why.
    reasons: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    #: The version that it became.
    version_id: Mapped[int | None] = mapped_column(BigInteger)
    published_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    #: Who has it on the desk, and until when; then others may take it.
    claimed_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    claimed_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: Of a later round: the decision that opened it.
    decision: Mapped[str | None] = mapped_column(Text)
    decision_file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    opened_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint(
            "state in ('kosong', 'entri_pertama', 'selisih', 'menunggu_foto', 'diterima', 'anomali',"
            " 'belum_lengkap')",
            name="state",
        ),
        CheckConstraint("first_person <> second_person", name="second_person"),
        CheckConstraint("third_person <> first_person and third_person <> second_person", name="third"),
        CheckConstraint(
            "num_nulls(first_person, first_cells, first_votes, first_at) in (0, 4)"
            " and num_nulls(second_person, second_cells, second_votes, second_at) in (0, 4)"
            " and num_nulls(third_person, third_at) in (0, 2)",
            name="entries",
        ),
        CheckConstraint("state = 'kosong' or first_person is not null", name="first"),
        CheckConstraint("state in ('kosong', 'entri_pertama') or second_person is not null", name="second"),
        CheckConstraint(
            "state in ('kosong', 'entri_pertama', 'selisih') or (cells is not null and votes is not null)",
            name="agreed",
        ),
        CheckConstraint(
            "cells is null or third_person is not null"
            " or (first_cells, first_votes, first_sums)"
            " is not distinct from (second_cells, second_votes, second_sums)"
            " and (cells, votes, sums) is not distinct from (first_cells, first_votes, first_sums)",
            name="settled",
        ),
        CheckConstraint(
            "(state in ('diterima', 'anomali', 'belum_lengkap')) = (version_id is not null)",
            name="published",
        ),
        CheckConstraint("state <> 'diterima' or (complete and faults = '{}')", name="accepted"),
        CheckConstraint("state <> 'anomali' or faults <> '{}'", name="anomaly"),
        CheckConstraint("(claimed_by is null) = (claimed_until is null)", name="claimed"),
        CheckConstraint("round >= 1", name="round"),
        CheckConstraint(
            "round = 1 or (decision is not null and decision_file_id is not null and opened_by is not null)",
            name="decision",
        ),
        Index(
            "ix_capture_waiting",
            *("contest_id", "state", "tps_code"),
            postgresql_where=text(
                "state in ('kosong', 'entri_pertama', 'selisih', 'menunggu_foto', 'anomali')"
            ),
        ),
        Index("ix_capture_claimed", "claimed_by", postgresql_where=text("claimed_by is not null")),
        {"postgresql_partition_by": "LIST (province)"},
    )


class CaptureDraft(Base):
    """What somebody has typed so far, as typed; gone when the entry is sent. Nobody else reads it."""

    __tablename__ = "capture_draft"

    province: Mapped[str] = mapped_column(CHAR(2), primary_key=True)
    contest_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    tps_code: Mapped[str] = mapped_column(Code, primary_key=True)
    round: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    account_id: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"), primary_key=True)
    values: Mapped[dict[str, str]] = mapped_column(JSONB)
    saved_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
