"""Documents of a party: one row an upload; the newest of a kind in an area is the one in force."""

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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base
from electsys.documents.models import StoredFile

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class PartyDocument(Base):
    """An uploaded document. Nothing is overwritten: a newer upload stands beside the old one."""

    __tablename__ = "party_document"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    registration_id: Mapped[int] = mapped_column(Integer, ForeignKey("party_registration.id"))
    party_id: Mapped[int] = mapped_column(Integer, ForeignKey("party.id"))
    region: Mapped[str] = mapped_column(Code)
    #: Code of the table ``dokumen_parpol`` of the election, such as ``sk_kepengurusan``.
    kind: Mapped[str] = mapped_column(Text)
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    #: False once a newer one of the same kind and area is there.
    current: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    uploaded_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    uploaded_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    file: Mapped[StoredFile] = relationship()

    __table_args__ = (
        CheckConstraint("length(region) in (0, 2, 4, 6)", name="region"),
        Index(
            "uq_party_document_current",
            *("registration_id", "kind", "region"),
            unique=True,
            postgresql_where=text("current"),
        ),
        Index("ix_party_document_region", "registration_id", "region"),
    )
