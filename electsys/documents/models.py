"""Stored files, uploads under way, numbers, and official documents."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from electsys.db import Base

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class FileLimit(Base):
    """What an admin allows for one purpose, in place of the limits that the code declares."""

    __tablename__ = "file_limit"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    max_bytes: Mapped[int] = mapped_column(BigInteger)
    max_pages: Mapped[int | None] = mapped_column(Integer)
    max_pixels: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (CheckConstraint("max_bytes > 0 and max_pages > 0 and max_pixels > 0", name="positive"),)


class StoredFile(Base):
    """One file as somebody gave it, or as the house made it. The content lies under its SHA-256.

    Two uploads of the same content are two rows, with a receipt each, and one content in the store. A sealed
    content (electsys.documents.sealing) has a key of its own, and so is its own even where it says the same.
    """

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    #: SHA-256, in hex, of what lies in the store: its address.
    sha256: Mapped[str] = mapped_column(Text)
    stored_sha256 = synonym("sha256")
    #: SHA-256 of what came in. Differs where a photo was cleaned of EXIF.
    received_sha256: Mapped[str] = mapped_column(Text)
    #: Size in bytes of the content, as :func:`open_file` gives it.
    size: Mapped[int] = mapped_column(BigInteger)
    #: By its magic bytes, never by its name.
    media_type: Mapped[str] = mapped_column(Text)
    #: Purpose: a key of electsys.documents.kinds.
    kind: Mapped[str] = mapped_column(Text)
    #: The name it had; shown to its owner, never used as a path.
    name: Mapped[str] = mapped_column(Text)
    #: ``unggahan`` came from a person, ``sistem`` was made here.
    origin: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(Integer)
    #: The key of a content that lies sealed, in an envelope; null for one that lies as it is.
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$' and received_sha256 ~ '^[0-9a-f]{64}$'", name="hashes"),
        CheckConstraint("size >= 0", name="size"),
        CheckConstraint("origin in ('unggahan', 'sistem')", name="origin"),
        Index("ix_stored_file_sha256", "sha256"),
        Index("ix_stored_file_account", "account_id", text("id desc")),
    )

    @property
    def receipt(self) -> str:
        """Number of the receipt, such as ``TT-2026-000042``."""
        return f"TT-{self.created_at.year}-{self.id:06d}"

    @property
    def cleaned(self) -> bool:
        """Whether what is stored differs from what came in."""
        return self.sealed is None and self.sha256 != self.received_sha256


class Upload(Base):
    """A resumable upload. How far it is, the size of its part file on disk says."""

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    #: Its name in URLs and on disk; cannot be guessed.
    token: Mapped[str] = mapped_column(Text, unique=True)
    account_id: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    length: Mapped[int] = mapped_column(BigInteger)
    #: What the sender says the SHA-256 will be.
    expected_sha256: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    #: The key of a part file that lies sealed, in an envelope.
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    expires_at: Mapped[dt.datetime] = mapped_column(Instant)

    file: Mapped[StoredFile | None] = relationship()

    __table_args__ = (
        CheckConstraint("length > 0", name="length"),
        CheckConstraint("expected_sha256 ~ '^[0-9a-f]{64}$'", name="hash"),
        Index("ix_upload_account", "account_id", "id"),
        Index("ix_upload_expires_at", "expires_at"),
        Index("ix_upload_file", "file_id"),
    )


class DocumentKind(Base):
    """A kind of official document and the suffix that its number carries (PKPU 2/2021)."""

    __tablename__ = "document_kind"

    #: Suffix in the number, such as ``BA`` or ``Kpt``.
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    #: ``arahan``, ``korespondensi`` or ``khusus`` (domain.md 9.2).
    family: Mapped[str] = mapped_column(Text)
    #: Which number templates apply: ``produk_hukum`` (peraturan, keputusan) or ``naskah``.
    number_group: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("family in ('arahan', 'korespondensi', 'khusus')", name="family"),
        CheckConstraint("number_group in ('produk_hukum', 'naskah')", name="number_group"),
    )


class NumberTemplate(Base):
    """How a number is written, in one era, for a group of kinds, in all units or in one."""

    __tablename__ = "number_template"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    number_group: Mapped[str] = mapped_column(Text)
    #: Region code of the unit that writes differently ("" is KPU RI); null for all units.
    unit: Mapped[str | None] = mapped_column(Code)
    #: Text with the places of electsys.documents.rules.PLACES, such as ``{urut}/{jenis}/{tahun}``.
    pattern: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[dt.date] = mapped_column(Date)
    #: Last day; null while it is in force.
    valid_to: Mapped[dt.date | None] = mapped_column(Date)
    #: The regulation it comes from.
    source: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="validity"),
        CheckConstraint("number_group in ('produk_hukum', 'naskah')", name="number_group"),
        ExcludeConstraint(
            ("number_group", "="),
            (text("coalesce(unit, '*')"), "="),
            (text("daterange(valid_from, valid_to, '[]')"), "&&"),
            name="ex_number_template_one_at_a_time",
        ),
    )


class NumberCounter(Base):
    """The last number of one series of one unit in one year; locked while a number is taken."""

    __tablename__ = "number_counter"

    series: Mapped[str] = mapped_column(Text, primary_key=True)
    unit: Mapped[str] = mapped_column(Code, primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class NumberEntry(Base):
    """One line of the register of numbers: every number that was ever taken, cancelled ones too."""

    __tablename__ = "number_entry"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    series: Mapped[str] = mapped_column(Text)
    #: Region code of the satker; "" is KPU RI.
    unit: Mapped[str] = mapped_column(Code)
    year: Mapped[int] = mapped_column(SmallInteger)
    number: Mapped[int] = mapped_column(Integer)
    #: "" or, for a number set in between afterwards, a letter: 12.a.
    suffix: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: ``dipesan`` (reserved), ``terbit`` (issued) or ``batal`` (cancelled).
    status: Mapped[str] = mapped_column(Text)
    #: Why it was cancelled.
    note: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(Integer)
    #: Who allowed a number with a suffix: another account than that which asked.
    approved_by: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        UniqueConstraint("series", "unit", "year", "number", "suffix", name="uq_number_entry_number"),
        CheckConstraint("status in ('dipesan', 'terbit', 'batal')", name="status"),
        CheckConstraint("(status = 'batal') = (note is not null)", name="note"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("suffix ~ '^[a-z]?$'", name="suffix"),
        CheckConstraint("(suffix <> '') = (approved_by is not null)", name="approved"),
        CheckConstraint("approved_by <> account_id", name="two_people"),
    )

    @property
    def serial(self) -> str:
        """The number as it is written inside the whole: ``12`` or ``12.a``."""
        return f"{self.number}.{self.suffix}" if self.suffix else f"{self.number}"


class OfficialDocument(Base):
    """An official document (naskah dinas) with its number, its signers and its PDF."""

    __tablename__ = "official_document"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    #: What its QR leads to; cannot be guessed.
    token: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(ForeignKey("document_kind.code"))
    #: The whole number as printed.
    number: Mapped[str] = mapped_column(Text)
    entry_id: Mapped[int] = mapped_column(ForeignKey("number_entry.id"), unique=True)
    title: Mapped[str] = mapped_column(Text)
    #: Region code of the satker that issues it; "" is KPU RI.
    unit: Mapped[str] = mapped_column(Code)
    series: Mapped[str] = mapped_column(Text)
    #: The day it was set.
    date: Mapped[dt.date] = mapped_column(Date)
    #: What it is about, such as ``recap:12``.
    subject: Mapped[str] = mapped_column(Text)
    #: ``[{"name", "role"}]`` in the order of signing; with ``capacity`` (a.n., u.b., Plt., Plh.) and
    #: ``on_behalf`` where somebody signs for another.
    signers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    #: SHA-256 of what is printed (template and data); it stands at the foot of each page. Null for old ones.
    content_sha256: Mapped[str | None] = mapped_column(Text)
    #: ``terbit`` or ``batal``.
    status: Mapped[str] = mapped_column(Text, default="terbit", server_default="terbit")
    #: Why it was cancelled.
    note: Mapped[str | None] = mapped_column(Text)
    #: Whether anyone may read it, or only confirm that it exists.
    public: Mapped[bool]
    #: The act that created it, in the trail.
    act_id: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    file: Mapped[StoredFile] = relationship()
    entry: Mapped[NumberEntry] = relationship()
    kind_row: Mapped[DocumentKind] = relationship()
    signatures: Mapped[list[DocumentSignature]] = relationship(
        back_populates="document", order_by="DocumentSignature.id"
    )

    __table_args__ = (
        CheckConstraint("status in ('terbit', 'batal')", name="status"),
        CheckConstraint("(status = 'batal') = (note is not null)", name="note"),
        Index("ix_official_document_unit", "unit", text("id desc")),
        Index("ix_official_document_subject", "subject"),
        Index("ix_official_document_file", "file_id"),
    )


class DocumentSignature(Base):
    """One signature of an official document: electronic (inside its PDF), or on a scan of the paper."""

    __tablename__ = "document_signature"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("official_document.id"), index=True)
    #: ``elektronik`` or ``basah`` (by hand).
    kind: Mapped[str] = mapped_column(Text)
    #: The file that bears it: the document's own PDF, or the scan.
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    signer: Mapped[str] = mapped_column(Text)
    #: SHA-256 of the certificate of an electronic signature, in hex.
    certificate: Mapped[str | None] = mapped_column(Text)
    #: When an electronic signature says it was made.
    signed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    account_id: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    document: Mapped[OfficialDocument] = relationship(back_populates="signatures")
    file: Mapped[StoredFile] = relationship()

    __table_args__ = (
        CheckConstraint("kind in ('elektronik', 'basah')", name="kind"),
        CheckConstraint("(kind = 'elektronik') = (certificate is not null)", name="certificate"),
    )
