"""Letters that go out: draft, route, files, recipients, back-dating, and what a kind of letter demands."""

from __future__ import annotations

import datetime as dt
from typing import Any

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
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from electsys.db import Base
from electsys.documents.models import DocumentKind, NumberEntry, OfficialDocument, StoredFile
from electsys.identity.models import Account

Code = Text(collation="C")
Instant = DateTime(timezone=True)

SECRECY = ("biasa", "terbatas", "rahasia", "sangat_rahasia")
URGENCY = ("biasa", "segera", "sangat_segera")
NUMBERED = "('bernomor', 'ditandatangani', 'terkirim', 'diarsipkan')"
SIGNED = "('ditandatangani', 'terkirim', 'diarsipkan')"


class LetterKind(Base):
    """What a kind of letter demands here: an admin's setting beside ``document_kind``."""

    __tablename__ = "letter_kind"

    kind: Mapped[str] = mapped_column(ForeignKey("document_kind.code"), primary_key=True)
    #: The sequence that its numbers come from; kinds of one series count on together.
    series: Mapped[str] = mapped_column(Text)
    #: Whether the signer must be another account than the drafter.
    signer_apart: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    #: How many initials (paraf) a draft needs at least before it may be approved.
    initials: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    #: Whether anybody may read the issued paper, or only confirm that it exists.
    public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    class_code: Mapped[str | None] = mapped_column(ForeignKey("archive_class.code"))

    kind_row: Mapped[DocumentKind] = relationship()

    __table_args__ = (
        CheckConstraint("initials between 0 and 9", name="initials"),
        CheckConstraint("series <> ''", name="series"),
    )


class Letter(Base):
    """One outgoing letter or minute (naskah dinas), from draft to archive."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(ForeignKey("letter_kind.kind"))
    #: Region code of the satker that writes it; "" is KPU RI.
    unit: Mapped[str] = mapped_column(Code)
    #: Hal, tentang.
    title: Mapped[str] = mapped_column(Text)
    #: What its template prints: the fields of the kind's layout.
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: ``[{"name", "role"}]`` in the order of signing, as printed.
    signers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    class_code: Mapped[str | None] = mapped_column(ForeignKey("archive_class.code"), index=True)
    secrecy: Mapped[str] = mapped_column(Text, default="biasa", server_default="biasa")
    urgency: Mapped[str] = mapped_column(Text, default="biasa", server_default="biasa")
    state: Mapped[str] = mapped_column(Text, default="konsep", server_default="konsep")
    #: Null where another module's act made it.
    drafter_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_by: Mapped[str] = mapped_column(Text)
    #: The account that approves and signs.
    signer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    #: How often the draft has been submitted; initials count in the round in force.
    round: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    #: Moves with every change of the text: who looked at an older one does not approve a newer one.
    revision: Mapped[int] = mapped_column(SmallInteger, default=1, server_default=text("1"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("number_entry.id"), unique=True)
    number: Mapped[str | None] = mapped_column(Text)
    #: The day of the number, printed on the paper.
    date: Mapped[dt.date | None] = mapped_column(Date)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("official_document.id"), unique=True)
    #: ``elektronik`` or ``basah``.
    signature: Mapped[str | None] = mapped_column(Text)
    signed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    sent_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    archived_on: Mapped[dt.date | None] = mapped_column(Date)
    #: What it is about elsewhere, such as ``recap:12``; and the page of that act.
    subject: Mapped[str] = mapped_column(Text, default="", server_default="")
    link: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: The key by which another module asks for it again; never a second paper.
    source_key: Mapped[str | None] = mapped_column(Text, unique=True)
    #: The incoming letter that it answers.
    reply_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("incoming_letter.id", use_alter=True, name="fk_letter_reply_to_id_incoming_letter")
    )
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    changed_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    kind_row: Mapped[LetterKind] = relationship()
    drafter: Mapped[Account | None] = relationship(foreign_keys=[drafter_id])
    signer: Mapped[Account | None] = relationship(foreign_keys=[signer_id])
    document: Mapped[OfficialDocument | None] = relationship()
    entry: Mapped[NumberEntry | None] = relationship()
    steps: Mapped[list[LetterStep]] = relationship(
        order_by="LetterStep.round, LetterStep.position", back_populates="letter"
    )
    files: Mapped[list[LetterFile]] = relationship(order_by="LetterFile.id", back_populates="letter")
    recipients: Mapped[list[LetterRecipient]] = relationship(
        order_by="LetterRecipient.position", back_populates="letter"
    )

    __table_args__ = (
        CheckConstraint(
            "state in ('konsep', 'paraf_berjenjang', 'revisi', 'disetujui', 'bernomor', 'ditandatangani',"
            " 'terkirim', 'diarsipkan', 'dibatalkan')",
            name="state",
        ),
        CheckConstraint(f"secrecy in {SECRECY}", name="secrecy"),
        CheckConstraint(f"urgency in {URGENCY}", name="urgency"),
        CheckConstraint("signature in ('elektronik', 'basah')", name="signature"),
        CheckConstraint(
            f"state not in {NUMBERED} or num_nulls(entry_id, number, date, class_code) = 0", name="numbered"
        ),
        CheckConstraint(
            f"state not in {SIGNED} or num_nulls(document_id, signature, signed_at) = 0", name="signed"
        ),
        CheckConstraint("state <> 'diarsipkan' or archived_on is not null", name="archived"),
        Index("ix_letter_unit", "unit", "state"),
        Index("ix_letter_drafter", "drafter_id", "state"),
        Index("ix_letter_signer", "signer_id", "state"),
        Index("ix_letter_reply_to_id", "reply_to_id"),
        Index("ix_letter_subject", "subject"),
    )

    @property
    def closed(self) -> bool:
        """Whether its words can no longer change: it has a number, or never will."""
        return self.state not in ("konsep", "revisi", "paraf_berjenjang", "disetujui")

    @property
    def secret(self) -> bool:
        """Whether only those on its route may read it."""
        return self.secrecy in ("rahasia", "sangat_rahasia")


class LetterStep(Base):
    """One initial (paraf) of the route, in one round. Old rounds stay as they were answered."""

    __tablename__ = "letter_step"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    round: Mapped[int] = mapped_column(SmallInteger)
    position: Mapped[int] = mapped_column(SmallInteger)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    #: The drafter again, so that the database itself refuses an initial under one's own draft.
    drafter_id: Mapped[int | None] = mapped_column(Integer)
    #: Position (jabatan) in which the account initials.
    role: Mapped[str] = mapped_column(Text)
    #: ``setuju`` or ``kembali``; null while it waits.
    verdict: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    #: The revision of the text that was looked at.
    revision: Mapped[int | None] = mapped_column(SmallInteger)
    at: Mapped[dt.datetime | None] = mapped_column(Instant)

    letter: Mapped[Letter] = relationship(back_populates="steps")
    account: Mapped[Account] = relationship()

    __table_args__ = (
        UniqueConstraint("letter_id", "round", "position", name="uq_letter_step_position"),
        UniqueConstraint("letter_id", "round", "account_id", name="uq_letter_step_account"),
        CheckConstraint("account_id <> drafter_id", name="not_own_draft"),
        CheckConstraint("verdict in ('setuju', 'kembali')", name="verdict"),
        CheckConstraint("(verdict is null) = (at is null)", name="answered"),
        CheckConstraint("verdict <> 'kembali' or note is not null", name="note"),
        Index("ix_letter_step_waiting", "account_id", "letter_id", postgresql_where=text("verdict is null")),
    )


class LetterFile(Base):
    """A file of a letter: an annex, or the signed paper as it was scanned or signed elsewhere."""

    __tablename__ = "letter_file"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    #: ``lampiran`` or ``pindaian``.
    role: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    #: What the check of the electronic signatures found on arrival, one entry a signature.
    signatures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    letter: Mapped[Letter] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship()

    __table_args__ = (
        UniqueConstraint("letter_id", "file_id", name="uq_letter_file_file"),
        CheckConstraint("role in ('lampiran', 'pindaian')", name="role"),
    )


class LetterRecipient(Base):
    """Whom a letter goes to (yth., tembusan): another satker of the house, or somebody outside."""

    __tablename__ = "letter_recipient"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    #: Region code of a satker of KPU ("" is KPU RI); null for somebody outside.
    unit: Mapped[str | None] = mapped_column(Code)
    name: Mapped[str] = mapped_column(Text)
    #: Whether it only gets a copy (tembusan).
    copy: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    sent_on: Mapped[dt.date | None] = mapped_column(Date)
    #: How it went: ``sistem`` (into the incoming register), ``kurir``, ``pos``, ``email``, ``langsung``.
    way: Mapped[str | None] = mapped_column(Text)

    letter: Mapped[Letter] = relationship(back_populates="recipients")

    __table_args__ = (
        UniqueConstraint("letter_id", "position", name="uq_letter_recipient_position"),
        CheckConstraint("way in ('sistem', 'kurir', 'pos', 'email', 'langsung')", name="way"),
        CheckConstraint("(sent_on is null) = (way is null)", name="sent"),
        CheckConstraint("way <> 'sistem' or unit is not null", name="internal"),
    )


class BackDate(Base):
    """A number between two others for a paper of a day gone by, which another account must allow."""

    __tablename__ = "letter_backdate"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    unit: Mapped[str] = mapped_column(Code)
    date: Mapped[dt.date] = mapped_column(Date)
    #: The number after which it stands: 12 gives 12.a.
    after: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="diminta", server_default="diminta")
    asked_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    letter: Mapped[Letter] = relationship()
    asker: Mapped[Account] = relationship(foreign_keys=[asked_by])

    __table_args__ = (
        CheckConstraint("state in ('diminta', 'diizinkan', 'ditolak')", name="state"),
        CheckConstraint("(state = 'diminta') = (decided_by is null)", name="decided"),
        CheckConstraint("decided_by <> asked_by", name="second_person"),
        CheckConstraint('"after" > 0', name="after"),
        Index(
            "uq_letter_backdate_open", "letter_id", unique=True, postgresql_where=text("state = 'diminta'")
        ),
    )
