"""What a plenary concluded about a nomination, and uploads whose place is not known from their name."""

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
from electsys.documents.models import StoredFile

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class NominationVerdict(Base):
    """The conclusion of one round of verification for one nomination. Append-only.

    Odd rounds come before a repair, even ones after it; 3 and 4 follow where a ruling began anew. What was
    concluded about each candidate stands in its events.
    """

    __tablename__ = "nomination_verdict"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    nomination_id: Mapped[int] = mapped_column(Integer, ForeignKey("nomination.id"))
    round: Mapped[int] = mapped_column(SmallInteger)
    #: ``clear``, ``defer`` or ``fail``: the move that it made.
    outcome: Mapped[str] = mapped_column(Text)
    #: Candidates by verdict, and codes of what the list breaks.
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str | None] = mapped_column(Text)
    #: The minutes (jdih letter).
    letter_id: Mapped[int] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        UniqueConstraint("nomination_id", "round", name="uq_nomination_verdict_round"),
        CheckConstraint("outcome in ('clear', 'defer', 'fail')", name="outcome"),
        CheckConstraint("outcome = 'clear' or reason is not null", name="reason"),
        CheckConstraint("round > 0", name="round"),
    )


class CandidateUpload(Base):
    """A stored file that waits to be placed; its receipt stands whatever becomes of it."""

    __tablename__ = "candidate_upload"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    nomination_id: Mapped[int] = mapped_column(Integer, ForeignKey("nomination.id"))
    region: Mapped[str] = mapped_column(Code)
    party_id: Mapped[int | None] = mapped_column(Integer)
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    #: Why it was not placed: a code of modules.silon.rules.naming.
    problem: Mapped[str] = mapped_column(Text)
    #: What of it could be told from the name; offered when it is placed.
    kind: Mapped[str | None] = mapped_column(Text)
    number: Mapped[int | None] = mapped_column(SmallInteger)
    #: ``menunggu``, ``ditempatkan`` or ``dibuang``.
    state: Mapped[str] = mapped_column(Text, default="menunggu", server_default="menunggu")
    document_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("candidate_document.id"))
    uploaded_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    uploaded_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    file: Mapped[StoredFile] = relationship()

    __table_args__ = (
        CheckConstraint("state in ('menunggu', 'ditempatkan', 'dibuang')", name="state"),
        CheckConstraint("(state = 'ditempatkan') = (document_id is not null)", name="placed"),
        UniqueConstraint("file_id", name="uq_candidate_upload_file"),
        Index(
            "ix_candidate_upload_waiting",
            "nomination_id",
            postgresql_where=text("state = 'menunggu'"),
        ),
    )
