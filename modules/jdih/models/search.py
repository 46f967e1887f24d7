"""What the search looks into: the text of files page by page, and one entry a published document."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ARRAY, Date, DateTime, ForeignKey, Index, Integer, SmallInteger, Text, func
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base

Code = Text(collation="C")
#: No pending list: a search never reads through what was indexed a moment ago.
GIN: dict[str, Any] = {"postgresql_using": "gin", "postgresql_with": {"fastupdate": "off"}}


class LawReading(Base):
    """That the text of a document's file was read, and what came of it."""

    __tablename__ = "law_reading"

    document_id: Mapped[int] = mapped_column(ForeignKey("law_document.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
    pages: Mapped[int] = mapped_column(Integer)
    characters: Mapped[int] = mapped_column(Integer)
    #: Whether a limit of rules/reading.py left text out.
    cut: Mapped[bool]
    #: Why there is no text: ``rusak``, ``bukan_pdf``; null where it was read.
    problem: Mapped[str | None] = mapped_column(Text)
    read_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class LawText(Base):
    """One page of a file as text, without control characters, and its words for the search."""

    __tablename__ = "law_text"

    document_id: Mapped[int] = mapped_column(ForeignKey("law_document.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
    #: 1 is the first page.
    page: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    vector: Mapped[str] = mapped_column(TSVECTOR)


class LawIndex(Base):
    """A published document as the search sees it; others have no row.

    ``head`` holds title and number (A), subjects (B) and abstract (C): small, and enough to rank by.
    ``vector`` adds the text of the files (D) and is what a query matches.
    """

    __tablename__ = "law_index"

    document_id: Mapped[int] = mapped_column(ForeignKey("law_document.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    year: Mapped[int] = mapped_column(SmallInteger)
    unit: Mapped[str] = mapped_column(Code)
    legal_status: Mapped[str | None] = mapped_column(Text)
    subjects: Mapped[list[str]] = mapped_column(ARRAY(Text))
    #: What its number may be called (rules/asking.py).
    number_keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    #: The day it is sorted by.
    dated: Mapped[dt.date] = mapped_column(Date)
    #: Title and citation, letter by letter.
    title: Mapped[str] = mapped_column(Text)
    head: Mapped[str] = mapped_column(TSVECTOR)
    vector: Mapped[str] = mapped_column(TSVECTOR)

    __table_args__ = (
        Index("ix_law_index_vector", "vector", **GIN),
        Index("ix_law_index_number_keys", "number_keys", **GIN),
        Index("ix_law_index_title", "title", postgresql_ops={"title": "gin_trgm_ops"}, **GIN),
        Index("ix_law_index_dated", "dated"),
    )


class LawWord(Base):
    """A word of titles, subjects and abstracts: what a mistyped word may have meant. Only ever grows."""

    __tablename__ = "law_word"

    word: Mapped[str] = mapped_column(Text, primary_key=True)

    __table_args__ = (
        Index("ix_law_word_word", "word", postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"}),
    )
