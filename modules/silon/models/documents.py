"""Documents of candidates and of nominations: one row an upload; the newest of a kind is in force."""

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
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base
from electsys.documents.models import StoredFile

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class CandidateDocument(Base):
    """An uploaded document, sealed. Nothing is overwritten: a newer upload stands beside the old one."""

    __tablename__ = "candidate_document"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    nomination_id: Mapped[int] = mapped_column(Integer, ForeignKey("nomination.id"))
    #: Null for a document of the nomination itself.
    candidate_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("candidate.id"))
    region: Mapped[str] = mapped_column(Code)
    party_id: Mapped[int | None] = mapped_column(Integer)
    #: Code of the table ``dokumen_calon`` of the election, such as ``ijazah``.
    kind: Mapped[str] = mapped_column(Text)
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    #: False once a newer one of the same kind is there.
    current: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    #: ``menunggu``, ``ms``, ``bms`` or ``tms``; the round that judged it (1 first, 2 the repair).
    state: Mapped[str] = mapped_column(Text, default="menunggu", server_default="menunggu")
    reason: Mapped[str | None] = mapped_column(Text)
    round: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    uploaded_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    uploaded_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    decided_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    file: Mapped[StoredFile] = relationship()

    __table_args__ = (
        CheckConstraint("state in ('menunggu', 'ms', 'bms', 'tms')", name="state"),
        CheckConstraint("(state = 'menunggu') = (decided_at is null)", name="decided"),
        CheckConstraint("state not in ('bms', 'tms') or reason is not null", name="reason"),
        Index(
            "uq_candidate_document_current",
            *("nomination_id", "candidate_id", "kind"),
            unique=True,
            postgresql_where=text("current"),
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_candidate_document_candidate", "candidate_id", "kind"),
    )
