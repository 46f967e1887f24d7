"""Activated phones, the codes that activate them, and the packets and photos that they sent."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import (
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
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base
from electsys.documents.models import StoredFile
from electsys.identity.models import Account

Instant = DateTime(timezone=True)
Code = Text(collation="C")


class Device(Base):
    """A phone that works for one account on one task. Its token is known to it alone."""

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    #: The use of phones: a key of electsys.devices.kinds.
    kind: Mapped[str] = mapped_column(Text)
    #: Where it works: a village or a TPS; what it fetches and sends lies inside.
    region: Mapped[str] = mapped_column(Code)
    election_id: Mapped[int | None] = mapped_column(SmallInteger, ForeignKey("election.id"))
    #: What its holder calls it.
    label: Mapped[str] = mapped_column(Text)
    #: P-256 point, uncompressed: the phone signs each packet.
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    #: Keyed HMAC of the token.
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    protocol: Mapped[int] = mapped_column(SmallInteger)
    #: End of the task; what is left may be sent a little longer (rules.GRACE).
    until: Mapped[dt.datetime] = mapped_column(Instant)
    activated_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    #: Its last contact, kept to the minute; null before the first.
    seen_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: Packets and photos that waited on it at that time.
    pending: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: ``dicabut`` by an officer, ``keluar`` by its holder.
    ended_why: Mapped[str | None] = mapped_column(Text)

    account: Mapped[Account] = relationship()

    __table_args__ = (
        CheckConstraint("octet_length(public_key) = 65", name="public_key"),
        CheckConstraint("pending >= 0", name="pending"),
        CheckConstraint("(ended_at is null) = (ended_why is null)", name="ended"),
        CheckConstraint("ended_why in ('dicabut', 'keluar')", name="why"),
        Index("ix_device_account", "account_id", "kind"),
        Index("ix_device_region", "region", postgresql_ops={"region": "text_pattern_ops"}),
    )


class DeviceActivation(Base):
    """A one-time code that makes a phone a device. Only its keyed hash is kept."""

    __tablename__ = "device_activation"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Code)
    election_id: Mapped[int | None] = mapped_column(SmallInteger, ForeignKey("election.id"))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    #: End of the task of the device that it makes.
    until: Mapped[dt.datetime] = mapped_column(Instant)
    issued_by: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    expires_at: Mapped[dt.datetime] = mapped_column(Instant)
    #: Used, or replaced by a newer one.
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))

    account: Mapped[Account] = relationship()
    device: Mapped[Device | None] = relationship()

    __table_args__ = (
        CheckConstraint("device_id is null or closed_at is not null", name="used"),
        Index("ix_device_activation_account", "account_id", "kind"),
        Index("ix_device_activation_device", "device_id"),
    )


class DevicePacket(Base):
    """That a packet came and what was answered, once for ever. What was in it stands with its module."""

    __tablename__ = "device_packet"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    #: Chosen by the phone: sending again changes nothing.
    key: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(Text)
    protocol: Mapped[int] = mapped_column(SmallInteger)
    #: By the phone's clock.
    made_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    received_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.clock_timestamp())
    #: ``ok``, ``conflict`` or ``refused``.
    outcome: Mapped[str] = mapped_column(Text)
    #: Code, words and ids; nothing about people.
    answer: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: Keyed HMAC of what was signed: tells equal packets, tells nothing of what they hold.
    digest: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        UniqueConstraint("device_id", "key"),
        CheckConstraint("outcome in ('ok', 'conflict', 'refused')", name="outcome"),
        CheckConstraint("octet_length(digest) = 32", name="digest"),
    )

    @property
    def receipt(self) -> str:
        """Number of the receipt, such as ``TP-2026-000042``."""
        return f"TP-{self.received_at.year}-{self.id:06d}"


class DeviceFile(Base):
    """A photo of a packet, under way or whole."""

    __tablename__ = "device_file"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    key: Mapped[UUID] = mapped_column(Uuid)
    packet_id: Mapped[int] = mapped_column(ForeignKey("device_packet.id"))
    length: Mapped[int] = mapped_column(Integer)
    #: What the phone says of the whole, in hex.
    sha256: Mapped[str] = mapped_column(Text)
    #: Its pieces, while they come (electsys.documents.models.Upload).
    upload_token: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    packet: Mapped[DevicePacket] = relationship()
    file: Mapped[StoredFile | None] = relationship()

    __table_args__ = (
        UniqueConstraint("device_id", "key"),
        CheckConstraint("length > 0", name="length"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="hash"),
        CheckConstraint("(file_id is null) = (upload_token is not null)", name="whole"),
        Index("ix_device_file_packet", "packet_id"),
        Index("ix_device_file_file", "file_id"),
    )
