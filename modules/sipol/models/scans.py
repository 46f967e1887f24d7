"""Scans of the card and the KTP-el of members: one row an upload, the newest of a kind in force."""

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


class MemberScan(Base):
    """A scan that a party brought for one member; read through row-level security as the member is.

    The file lies sealed. Nothing is overwritten: a newer upload stands beside the old one.
    """

    __tablename__ = "party_member_scan"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("party_member.id"))
    party_id: Mapped[int] = mapped_column(Integer, ForeignKey("party.id"))
    #: Copied from the member, and kept as it moves, for row-level security.
    village_code: Mapped[str] = mapped_column(Text(collation="C"))
    #: ``kta`` (card of the party) or ``ktp`` (KTP-el).
    kind: Mapped[str] = mapped_column(Text)
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    #: False once a newer one of the same kind is there.
    current: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    uploaded_by: Mapped[int | None] = mapped_column(Integer, ForeignKey("account.id"))
    uploaded_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    file: Mapped[StoredFile] = relationship()

    __table_args__ = (
        CheckConstraint("kind in ('kta', 'ktp')", name="kind"),
        UniqueConstraint("file_id", name="uq_party_member_scan_file"),
        Index(
            "uq_party_member_scan_current",
            *("member_id", "kind"),
            unique=True,
            postgresql_where=text("current"),
        ),
        Index("ix_party_member_scan_member", "member_id", "id"),
    )
