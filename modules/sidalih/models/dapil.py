"""Proposals of electoral districts: public facts about areas, no voter in them."""

from __future__ import annotations

import datetime as dt
from typing import Any

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
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class DapilProposal(Base):
    """Plans of the dapil of one DPRD, or of the DPR in a province, made at one time from one population."""

    __tablename__ = "dapil_proposal"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    #: ``dpr``, ``dprd_prov`` or ``dprd_kabko``.
    chamber: Mapped[str] = mapped_column(Text)
    #: The province or kab/kota of the DPRD, or the province whose dapil of the DPR these are.
    body_code: Mapped[str] = mapped_column(Code)
    population: Mapped[int] = mapped_column(Integer)
    #: Where the numbers come from, such as "DAK2 semester I 2025".
    population_source: Mapped[str] = mapped_column(Text)
    seats: Mapped[int] = mapped_column(SmallInteger)
    #: ``code``, ``name``, ``population``, ``present``, ``whole``, ``villages`` of each unit.
    units: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    #: Units whose share exceeds a dapil: ``code``, ``name``, ``share``, ``parts``.
    splits: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    #: The dapil of today, judged alike; null where they are not known.
    present: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    plans: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    #: Whether neighbours were read from a map; else from the order of the codes.
    on_map: Mapped[bool]
    #: Number of the plan that goes on as the draft, and why.
    chosen: Mapped[int | None] = mapped_column(SmallInteger)
    chosen_reason: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    actor: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("chamber in ('dpr', 'dprd_prov', 'dprd_kabko')", name="chamber"),
        CheckConstraint("seats > 0 and population > 0", name="seats"),
        CheckConstraint("chosen >= 1 and chosen <= jsonb_array_length(plans)", name="chosen"),
        CheckConstraint("(chosen is null) = (chosen_reason is null)", name="reason"),
        Index("ix_dapil_proposal_body", "election_id", "body_code", "id"),
    )
