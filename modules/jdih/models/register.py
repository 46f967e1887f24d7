"""The register of law: documents, their files, their relations, and what they said before."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
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
from electsys.documents.models import OfficialDocument, StoredFile

Code = Text(collation="C")
Instant = DateTime(timezone=True)


class LawKind(Base):
    """A kind of legal document (bentuk/jenis), such as Peraturan Komisi Pemilihan Umum, PKPU."""

    __tablename__ = "law_kind"

    #: Short key in addresses and filters: ``pkpu``, ``kpt``, ``uu``, ``putusan_mk``.
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    #: ``peraturan``, ``monografi``, ``artikel`` or ``putusan`` (Permenkumham 8/2019).
    type: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    #: The abbreviation in the metadata (PKPU, KEPKPU) and in citations.
    abbreviation: Mapped[str] = mapped_column(Text)
    #: Further words by which people call it, lower case: ``keputusan kpu``, ``kep``.
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    #: What citations begin with (PKPU, UU, Kep, MK); null where nobody cites documents of this kind.
    cite: Mapped[str | None] = mapped_column(Text)
    #: The middle of a stem: ``kpt`` in ``2024kpt219``.
    stem: Mapped[str] = mapped_column(Text)
    #: Lengths of the region codes whose satker issue it: 0 is KPU RI and all national law.
    unit_digits: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    #: Kind of official document (document_kind) whose papers enter the register as this; null if none.
    document_kind: Mapped[str | None] = mapped_column(Text)
    #: Order in lists: the higher law first.
    position: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (
        CheckConstraint("type in ('peraturan', 'monografi', 'artikel', 'putusan')", name="type"),
        CheckConstraint("code ~ '^[a-z0-9_]+$' and stem ~ '^[a-z]+$'", name="code"),
        CheckConstraint("unit_digits <@ '{0,2,4}' and cardinality(unit_digits) > 0", name="unit_digits"),
    )


class LawDocument(Base):
    """One document of the register, with the metadata of its type (domain.md 8.1).

    ``state`` is the register's own (draft, published, withdrawn) and moves by the workflow;
    ``legal_status`` follows from the relations and is written only by operations/relations.py.
    """

    __tablename__ = "law_document"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(ForeignKey("law_kind.code"))
    #: Region code of the satker whose site shows it; "" is KPU RI (and all national law).
    unit: Mapped[str] = mapped_column(Code, default="", server_default="")
    #: Number as written, such as ``10`` or ``90/PUU-XXI/2023``; null for monographs and articles.
    number: Mapped[str | None] = mapped_column(Text)
    year: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(Text)
    #: How settings and rules cite it, such as ``PKPU 10/2023``; null where nobody cites it.
    citation: Mapped[str | None] = mapped_column(Text, unique=True)
    #: Its name in addresses and files, such as ``2023pkpu010``.
    stem: Mapped[str] = mapped_column(Text, unique=True)
    #: Tajuk entri utama: the body or person behind it.
    heading: Mapped[str] = mapped_column(Text)
    #: Court of a ruling (jenis peradilan).
    court: Mapped[str | None] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: Day it was set or, for a ruling, read; null where only the year is known.
    set_on: Mapped[dt.date | None] = mapped_column(Date)
    promulgated_on: Mapped[dt.date | None] = mapped_column(Date)
    #: Gazette (LN, BN), or the journal of an article.
    source: Mapped[str] = mapped_column(Text, default="", server_default="")
    publisher: Mapped[str | None] = mapped_column(Text)
    edition: Mapped[str | None] = mapped_column(Text)
    call_number: Mapped[str | None] = mapped_column(Text)
    physical: Mapped[str | None] = mapped_column(Text)
    isbn: Mapped[str | None] = mapped_column(Text)
    book_number: Mapped[str | None] = mapped_column(Text)
    subjects: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    language: Mapped[str] = mapped_column(Text, default="Indonesia", server_default="Indonesia")
    location: Mapped[str] = mapped_column(Text, default="", server_default="")
    field_of_law: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: Reasons, legal basis, contents; plain text with blank lines between them.
    abstract: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: What a ruling decides on, as codes of ``rules.rulings``: what other modules may have to reopen.
    ruling_kinds: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    #: Region codes that a ruling reaches; empty is the whole country.
    ruling_regions: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    #: ``berlaku``, ``diubah``, ``dicabut_sebagian``, ``dicabut``, ``tidak_berlaku``; null for monographs
    #: and articles.
    legal_status: Mapped[str | None] = mapped_column(Text)
    #: ``konsep``, ``terbit`` or ``ditarik``.
    state: Mapped[str] = mapped_column(Text, default="konsep", server_default="konsep")
    #: Why it was withdrawn, for the public; null in any other state.
    withdrawal: Mapped[str | None] = mapped_column(Text)
    #: Facts from memory or the press, to be checked against the text.
    to_confirm: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: The paper that this house issued, where it did.
    official_id: Mapped[int | None] = mapped_column(ForeignKey("official_document.id"), unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    published_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    #: Moves with every change of metadata, files, relations or status: what harvesting goes by.
    changed_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    kind_row: Mapped[LawKind] = relationship()
    official: Mapped[OfficialDocument | None] = relationship()
    files: Mapped[list[LawFile]] = relationship(order_by="LawFile.position", back_populates="document")

    __table_args__ = (
        UniqueConstraint("kind", "unit", "number", "year", name="uq_law_document_number"),
        CheckConstraint("state in ('konsep', 'terbit', 'ditarik')", name="state"),
        CheckConstraint("state = 'konsep' or published_at is not null", name="published"),
        CheckConstraint(
            "legal_status in ('berlaku', 'diubah', 'dicabut_sebagian', 'dicabut', 'tidak_berlaku')",
            name="legal_status",
        ),
        CheckConstraint("(state = 'ditarik') = (withdrawal is not null)", name="withdrawal"),
        CheckConstraint("year between 1900 and 2200", name="year"),
        Index("ix_law_document_changed_at", "changed_at", "id", postgresql_where=text("state <> 'konsep'")),
        Index("ix_law_document_unit", "unit", "state", text("year desc")),
    )


class LawFile(Base):
    """A file of a document: the text itself, an annex, an abstract sheet."""

    __tablename__ = "law_file"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("law_document.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    #: ``utama``, ``lampiran`` or ``abstrak``.
    role: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(SmallInteger)

    document: Mapped[LawDocument] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship()

    __table_args__ = (
        UniqueConstraint("document_id", "file_id", name="uq_law_file_file"),
        CheckConstraint("role in ('utama', 'lampiran', 'abstrak')", name="role"),
    )


class LawRelation(Base):
    """``source`` does something to ``target``; the other way round is read from the same row."""

    __tablename__ = "law_relation"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("law_document.id"))
    #: What it does: the words of the CHECK below; ``rules.py`` says what each means for the target.
    kind: Mapped[str] = mapped_column(Text)
    target_id: Mapped[int] = mapped_column(ForeignKey("law_document.id"), index=True)
    #: What a ruling made of it (``menguji`` only): ``membatalkan``, ``membatalkan_sebagian``,
    #: ``menafsirkan`` or ``menolak``.
    outcome: Mapped[str | None] = mapped_column(Text)
    #: Which articles, where not the whole; and, for a ruling, what it decided.
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        UniqueConstraint("source_id", "kind", "target_id", name="uq_law_relation_once"),
        CheckConstraint("source_id <> target_id", name="not_itself"),
        CheckConstraint(
            "kind in ('mengubah', 'mencabut', 'mencabut_sebagian', 'melaksanakan', 'menguji',"
            " 'menetapkan_perppu')",
            name="kind",
        ),
        CheckConstraint(
            "outcome in ('membatalkan', 'membatalkan_sebagian', 'menafsirkan', 'menolak')", name="outcome"
        ),
        CheckConstraint("(kind = 'menguji') = (outcome is not null)", name="ruling"),
    )


class LawVersion(Base):
    """What a document's metadata said at one time. Append-only by trigger."""

    __tablename__ = "law_version"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("law_document.id"))
    version: Mapped[int] = mapped_column(SmallInteger)
    #: Metadata, files and relations as they stood after the change.
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (UniqueConstraint("document_id", "version", name="uq_law_version_version"),)
