"""Files of candidates: what came in, with numbers that add up."""

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
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base
from electsys.elections.models import Contest

Code = Text(collation="C")


class CandidateBatch(Base):
    """A file of candidates that was taken: rows received = accepted + rejected + duplicate."""

    __tablename__ = "candidate_batch"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    election_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("election.id"))
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"))
    #: The party whose account brought it, and the prefix of the bodies that it might touch; None is KPU.
    party_id: Mapped[int | None] = mapped_column(Integer)
    region: Mapped[str] = mapped_column(Code)
    #: A final list that was published elsewhere, not drafts.
    published: Mapped[bool]
    file_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    file_name: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str] = mapped_column(Text)
    received: Mapped[int] = mapped_column(Integer)
    #: Candidates that came, and those among them that changed one who was there.
    accepted: Mapped[int] = mapped_column(Integer)
    rejected: Mapped[int] = mapped_column(Integer)
    duplicate: Mapped[int] = mapped_column(Integer)
    changed: Mapped[int] = mapped_column(Integer)
    #: Lists that were begun for it.
    lists: Mapped[int] = mapped_column(Integer)
    flagged: Mapped[int] = mapped_column(Integer)
    created_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    actor: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    contest: Mapped[Contest] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint("received = accepted + rejected + duplicate and changed <= accepted", name="balance"),
        Index("ix_candidate_batch_contest", "contest_id", "id"),
    )
