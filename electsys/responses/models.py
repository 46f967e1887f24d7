"""Token buckets and spent proofs of public questions; objections and responses of the public."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base
from electsys.documents.models import StoredFile

Instant = DateTime(timezone=True)
Code = Text(collation="C")


class RateBucket(Base):
    """A token bucket, kept as the moment at which it is full again; a full one needs no row. UNLOGGED."""

    __tablename__ = "rate_bucket"

    bucket: Mapped[str] = mapped_column(Code, primary_key=True)
    #: Keyed fingerprint of an address or a device.
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    full_at: Mapped[dt.datetime] = mapped_column(Instant)


class SpentProof(Base):
    """A proof of work that has been used, until it expires by itself. UNLOGGED."""

    __tablename__ = "pow_spent"

    nonce: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    expires_at: Mapped[dt.datetime] = mapped_column(Instant)


class PublicResponse(Base):
    """One objection or response of somebody outside the house. Row-level security keeps it in its area.

    What people wrote about themselves lies in one envelope: name, contact, text, NIK, further fields.
    """

    __tablename__ = "public_response"

    #: Taken from the sequence beforehand (privacy.reserve_ids): the envelope is bound to it.
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    #: A key of electsys.responses.kinds.
    kind: Mapped[str] = mapped_column(Text)
    #: What it is about, in the module's own code, such as ``voter:12``; None where only the text says it.
    subject: Mapped[str | None] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Code)
    election_id: Mapped[int | None] = mapped_column(SmallInteger, ForeignKey("election.id"))
    party_id: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(Text, default="diterima")
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    nik_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: Keyed index of receipt and code: whoever has both follows the response without an account.
    code_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    #: Whether the sender proved NIK and birth date or name by a check first.
    proven: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    due_at: Mapped[dt.datetime] = mapped_column(Instant)
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    taken_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    reason_code: Mapped[str | None] = mapped_column(Text)
    #: The answer that the sender reads; without personal data.
    reason: Mapped[str | None] = mapped_column(Text)

    files: Mapped[list[StoredFile]] = relationship(
        secondary="public_response_file", order_by=StoredFile.id, viewonly=True
    )

    __table_args__ = (
        CheckConstraint("state in ('diterima', 'diproses', 'diterima_isinya', 'ditolak')", name="state"),
        CheckConstraint(
            "(state in ('diterima_isinya', 'ditolak')) = (decided_at is not null) "
            "and (decided_at is null) = (reason is null) and (decided_at is null) = (decided_by is null)",
            name="decided",
        ),
        CheckConstraint("due_at >= created_at", name="due"),
        Index("ix_public_response_region", "region", "due_at"),
        Index("ix_public_response_open", "due_at", postgresql_where=text("decided_at is null")),
        Index("ix_public_response_kind_subject", "kind", "subject"),
        Index("ix_public_response_nik_index", "nik_index"),
    )
    # The public writes rows that it cannot read back.
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012

    @property
    def number(self) -> str:
        """Number of the receipt, such as ``TGP-2026-000042``."""
        return f"TGP-{self.created_at.year}-{self.id:06d}"

    @property
    def open(self) -> bool:
        """Whether it waits for a decision."""
        return self.decided_at is None


class ResponseFile(Base):
    """A file that was sent with a response."""

    __tablename__ = "public_response_file"

    response_id: Mapped[int] = mapped_column(ForeignKey("public_response.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), primary_key=True, index=True)
