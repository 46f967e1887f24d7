"""What the centre of a party approved: the names of a list as they stood. Append-only."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Instant = DateTime(timezone=True)


class NominationApproval(Base):
    """One approval (UU 7/2017 art. 243(2)); it holds while ``nomination.approved_at`` stands."""

    __tablename__ = "nomination_approval"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    nomination_id: Mapped[int] = mapped_column(Integer, ForeignKey("nomination.id"))
    #: SHA-256 over the names in their order (modules.silon.queries.submissions.names_digest).
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    #: How many names the list had.
    names: Mapped[int] = mapped_column(SmallInteger)
    #: Chair and secretary general of the centre, in whose names it was given.
    chair: Mapped[str] = mapped_column(Text)
    secretary: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("octet_length(digest) = 32", name="digest"),
        CheckConstraint("chair <> '' and secretary <> '' and names > 0", name="said"),
        Index("ix_nomination_approval_nomination", "nomination_id", "id"),
    )
