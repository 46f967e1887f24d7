"""What stands beside the lists: their papers and portraits, who looked at them, what a party was asked.

Listings and ballots are append-only and know nothing of these rows; they point at them.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base
from electsys.documents.models import StoredFile

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class CandidatePortrait(Base):
    """The small picture of lists, pages and proofs, made once from a candidate's photo. Append-only."""

    __tablename__ = "candidate_portrait"

    #: The photo as it was uploaded; it may lie sealed.
    source_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"), primary_key=True)
    #: The picture that everybody may see once a public list names it.
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))


class ListingPaper(Base):
    """The PDF of a list with its photographs, or the proof of a ballot. Append-only."""

    __tablename__ = "listing_paper"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    listing_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("listing.id"), unique=True)
    ballot_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ballot.id"), unique=True)
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    file: Mapped[StoredFile] = relationship()

    __table_args__ = (CheckConstraint("(listing_id is null) <> (ballot_id is null)", name="one"),)


class ListingReview(Base):
    """What those who put up say of a draft, or of the proof of a ballot. Append-only: the newest counts."""

    __tablename__ = "listing_review"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    nomination_id: Mapped[int] = mapped_column(Integer, ForeignKey("nomination.id"))
    #: One of the two: the draft list, or the ballot.
    listing_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("listing.id"))
    ballot_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ballot.id"))
    #: ``sesuai`` or ``koreksi``; and what is wrong.
    outcome: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    account_id: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("(listing_id is null) <> (ballot_id is null)", name="one"),
        CheckConstraint("outcome in ('sesuai', 'koreksi')", name="outcome"),
        CheckConstraint("outcome = 'sesuai' or note <> ''", name="note"),
        Index("ix_listing_review_listing", "listing_id", "nomination_id", "id"),
        Index("ix_listing_review_ballot", "ballot_id", "nomination_id", "id"),
    )


class CandidateClarification(Base):
    """What a party is asked because of a public response, and its answer; read through row-level security.

    ``question`` is what KPU tells the party: the response in KPU's words, never who sent it.
    """

    __tablename__ = "candidate_clarification"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    response_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("public_response.id"), unique=True)
    candidate_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("candidate.id"))
    nomination_id: Mapped[int] = mapped_column(Integer, ForeignKey("nomination.id"))
    region: Mapped[str] = mapped_column(Code)
    party_id: Mapped[int | None] = mapped_column(Integer)
    question: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int | None] = mapped_column(Integer)
    asked_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    due_at: Mapped[dt.datetime] = mapped_column(Instant)
    answer: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    answered_by: Mapped[int | None] = mapped_column(Integer)
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("question <> ''", name="question"),
        CheckConstraint("(answer is null) = (answered_at is null)", name="answered"),
        CheckConstraint("due_at > asked_at", name="due"),
        Index("ix_candidate_clarification_candidate", "candidate_id"),
        Index("ix_candidate_clarification_nomination", "nomination_id"),
    )
