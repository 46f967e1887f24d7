"""Lists as they were announced: the provisional (DCS) and the final (DCT), version by version. Append-only.

A listing stands for one contest in one dapil (or the whole ``region`` for the DPD and pairs). Its entries
hold what the public may read, and nothing else: pages, files and the difference of two stages come from here.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
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
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)

STAGES = ("rancangan_dcs", "dcs", "rancangan_dct", "dct")


class Listing(Base):
    """One version of a list; the highest version of a stage is in force."""

    __tablename__ = "listing"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"))
    dapil_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("dapil.id"))
    region: Mapped[str] = mapped_column(Code)
    stage: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    #: Why there is another version; "" for the first.
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: The minute or decision (jdih letter), and the ruling where one made it necessary.
    letter_id: Mapped[int | None] = mapped_column(Integer)
    ruling: Mapped[str | None] = mapped_column(Text)
    #: SHA-256 over the entries as canonical JSON.
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    #: Drafts are not public.
    public: Mapped[bool]
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    entries: Mapped[list[ListingEntry]] = relationship(order_by="ListingEntry.position")

    __table_args__ = (
        UniqueConstraint(
            *("contest_id", "dapil_id", "region", "stage", "version"),
            name="uq_listing_version",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint(f"stage in ({', '.join(repr(s) for s in STAGES)})", name="stage"),
        CheckConstraint("version = 1 or reason <> ''", name="reason"),
        CheckConstraint("octet_length(digest) = 32", name="digest"),
        Index("ix_listing_election", "election_id", "stage", "contest_id", "region"),
    )


class ListingEntry(Base):
    """One candidate of a list as it is published. Append-only."""

    __tablename__ = "listing_entry"

    listing_id: Mapped[int] = mapped_column(Integer, ForeignKey("listing.id"), primary_key=True)
    #: 1, 2, 3 ... over the whole list, parties by their number and candidates by theirs.
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    nomination_id: Mapped[int] = mapped_column(Integer, ForeignKey("nomination.id"))
    candidate_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("candidate.id"))
    #: Of the party, pair or person; and of the candidate in the list.
    participant_number: Mapped[int | None] = mapped_column(SmallInteger)
    participant: Mapped[str] = mapped_column(Text)
    number: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str] = mapped_column(Text)
    sex: Mapped[str] = mapped_column(CHAR(1))
    residence: Mapped[str] = mapped_column(Text)
    photo_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    #: Printed with its number, but votes go to the party.
    struck: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: Why it is struck, in the words of the law.
    struck_reason: Mapped[str | None] = mapped_column(Text)
    #: The CV, where the candidate consented; always whether somebody was convicted (MK 87/PUU-XX/2022).
    profile: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))

    __table_args__ = (
        CheckConstraint("sex in ('L', 'P')", name="sex"),
        CheckConstraint("struck = (struck_reason is not null)", name="struck"),
        Index("ix_listing_entry_candidate", "candidate_id"),
        Index("ix_listing_entry_nomination", "nomination_id"),
        Index("ix_listing_entry_name", text("upper(name) gin_trgm_ops"), postgresql_using="gin"),
    )
