"""Uploads whose place is not known from their name: people place them by hand."""

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
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base
from electsys.documents.models import StoredFile

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class PartyUpload(Base):
    """A stored file of a party that waits to be placed; its receipt stands whatever becomes of it."""

    __tablename__ = "party_upload"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    registration_id: Mapped[int] = mapped_column(Integer, ForeignKey("party_registration.id"))
    party_id: Mapped[int] = mapped_column(Integer, ForeignKey("party.id"))
    #: Area of the page where it was dropped; whoever may edit there may place it.
    region: Mapped[str] = mapped_column(Code)
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    #: Why it was not placed: a code of modules.sipol.rules.documents.
    problem: Mapped[str] = mapped_column(Text)
    #: What of it could be told from the name: kind of document, area; offered when it is placed.
    kind: Mapped[str | None] = mapped_column(Text)
    place: Mapped[str | None] = mapped_column(Code)
    #: What the words of the problem name, such as the other area.
    detail: Mapped[str | None] = mapped_column(Text)
    #: ``menunggu``, ``ditempatkan`` or ``dibuang``.
    state: Mapped[str] = mapped_column(Text, default="menunggu", server_default="menunggu")
    document_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("party_document.id"))
    uploaded_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    uploaded_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    file: Mapped[StoredFile] = relationship()

    __table_args__ = (
        CheckConstraint("state in ('menunggu', 'ditempatkan', 'dibuang')", name="state"),
        CheckConstraint("(state = 'ditempatkan') = (document_id is not null)", name="placed"),
        CheckConstraint("length(region) in (0, 2, 4, 6)", name="region"),
        UniqueConstraint("file_id", name="uq_party_upload_file"),
        Index(
            "ix_party_upload_waiting",
            *("registration_id", "region"),
            postgresql_where=text("state = 'menunggu'"),
        ),
    )
