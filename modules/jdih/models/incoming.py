"""Letters that come in: the agenda, their scans, and who is to do what about them (disposisi)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    Date,
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
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base
from electsys.documents.models import NumberEntry, StoredFile
from electsys.identity.models import Account
from modules.jdih.models.letters import SECRECY, URGENCY, Letter

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class Incoming(Base):
    """One letter that a satker received."""

    __tablename__ = "incoming_letter"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    #: Region code of the satker that received it; "" is KPU RI.
    unit: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Text, default="diterima", server_default="diterima")
    sender: Mapped[str] = mapped_column(Text)
    #: Number and date that the sender gave it.
    number: Mapped[str] = mapped_column(Text)
    date: Mapped[dt.date] = mapped_column(Date)
    received_on: Mapped[dt.date] = mapped_column(Date)
    title: Mapped[str] = mapped_column(Text)
    secrecy: Mapped[str] = mapped_column(Text, default="biasa", server_default="biasa")
    urgency: Mapped[str] = mapped_column(Text, default="biasa", server_default="biasa")
    class_code: Mapped[str | None] = mapped_column(ForeignKey("archive_class.code"))
    #: Its line in the agenda: gap-free per satker and year.
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("number_entry.id"), unique=True)
    #: The letter of this house that it is, where another satker sent it.
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    received_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    #: How it was settled.
    outcome: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    entry: Mapped[NumberEntry | None] = relationship()
    letter: Mapped[Letter | None] = relationship(foreign_keys=[letter_id])
    receiver: Mapped[Account | None] = relationship()
    files: Mapped[list[IncomingFile]] = relationship(order_by="IncomingFile.id", back_populates="incoming")
    dispositions: Mapped[list[Disposition]] = relationship(
        order_by="Disposition.id", back_populates="incoming"
    )
    replies: Mapped[list[Letter]] = relationship(
        primaryjoin="foreign(Letter.reply_to_id) == Incoming.id", viewonly=True, order_by="Letter.id"
    )

    __table_args__ = (
        CheckConstraint(
            "state in ('diterima', 'diregistrasi', 'disposisi', 'ditindaklanjuti', 'selesai')", name="state"
        ),
        CheckConstraint(f"secrecy in {SECRECY}", name="secrecy"),
        CheckConstraint(f"urgency in {URGENCY}", name="urgency"),
        CheckConstraint("state = 'diterima' or entry_id is not null", name="agenda"),
        CheckConstraint("(state = 'selesai') = (outcome is not null)", name="outcome"),
        CheckConstraint("received_on >= date", name="dates"),
        UniqueConstraint("unit", "letter_id", name="uq_incoming_letter_letter"),
        Index("ix_incoming_letter_unit", "unit", "state"),
    )

    @property
    def agenda(self) -> str | None:
        """The agenda number as people say it, such as ``12/2026``; None before registration."""
        return f"{self.entry.number}/{self.entry.year}" if self.entry else None

    @property
    def secret(self) -> bool:
        """Whether only those it was handed to may read it."""
        return self.secrecy in ("rahasia", "sangat_rahasia")


class IncomingFile(Base):
    """A scan of an incoming letter."""

    __tablename__ = "incoming_file"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming_letter.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    label: Mapped[str] = mapped_column(Text)

    incoming: Mapped[Incoming] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship()

    __table_args__ = (UniqueConstraint("incoming_id", "file_id", name="uq_incoming_file_file"),)


class Disposition(Base):
    """One account hands a letter to another, with an instruction and a day by which it is due."""

    __tablename__ = "disposition"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming_letter.id"), index=True)
    #: The disposition that this one passes on.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("disposition.id"))
    depth: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    from_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    instruction: Mapped[str] = mapped_column(Text)
    due_on: Mapped[dt.date | None] = mapped_column(Date)
    #: What was done about it.
    report: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    incoming: Mapped[Incoming] = relationship(back_populates="dispositions")
    sender: Mapped[Account] = relationship(foreign_keys=[from_id])
    receiver: Mapped[Account] = relationship(foreign_keys=[to_id])

    __table_args__ = (
        CheckConstraint("from_id <> to_id", name="not_oneself"),
        CheckConstraint("(done_at is null) = (report is null)", name="done"),
        Index("ix_disposition_waiting", "to_id", "due_on", postgresql_where=text("done_at is null")),
    )
