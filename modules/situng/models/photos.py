"""Photos of forms, and what a machine read on them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    ARRAY,
    CHAR,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
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
from electsys.documents.models import StoredFile
from modules.situng.models.results import Code

Instant = DateTime(timezone=True)


class FormPhoto(Base):
    """A photo of one page of a form, hashed as it came and kept without EXIF. Append-only.

    A better photo of the same page is another row; the newest shows, the older ones stay.
    """

    __tablename__ = "form_photo"

    province: Mapped[str] = mapped_column(CHAR(2), primary_key=True)
    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, server_default=text("nextval('form_photo_seq')")
    )
    contest_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("contest.id"))
    tps_code: Mapped[str] = mapped_column(Code)
    round: Mapped[int] = mapped_column(SmallInteger)
    page: Mapped[int] = mapped_column(SmallInteger)
    file_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    #: SHA-256 of what lies in the store, and of what came in.
    sha256: Mapped[str] = mapped_column(Text)
    received_sha256: Mapped[str] = mapped_column(Text)
    #: TPS and page that the QR printed on the form says; null where none was found.
    seen_tps: Mapped[str | None] = mapped_column(Code)
    seen_page: Mapped[int | None] = mapped_column(SmallInteger)
    account_id: Mapped[int] = mapped_column(Integer, ForeignKey("account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    file: Mapped[StoredFile] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(
            ("province", "contest_id", "tps_code", "round"),
            ("capture.province", "capture.contest_id", "capture.tps_code", "capture.round"),
            name="fk_form_photo_capture",
        ),
        UniqueConstraint("province", "received_sha256", name="uq_form_photo_content"),
        CheckConstraint("page between 1 and 50", name="page"),
        Index("ix_form_photo_form", "contest_id", "tps_code", "round", "page", text("id desc")),
        Index("ix_form_photo_received", "received_sha256"),
        Index("ix_form_photo_file", "file_id"),
        Index(
            "ix_form_photo_swapped",
            *("contest_id", "tps_code"),
            postgresql_where=text("seen_tps <> tps_code"),
        ),
        {"postgresql_partition_by": "LIST (province)"},
    )


class MachineReading(Base):
    """What a machine read on a photo: a suggestion that people may compare with, never a result (NA-01).

    No column of a capture or a version refers to it, and a version's source cannot name a machine.
    """

    __tablename__ = "machine_reading"

    province: Mapped[str] = mapped_column(CHAR(2), primary_key=True)
    photo_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    #: What read it, with its version.
    reader: Mapped[str] = mapped_column(Text)
    #: The photo set straight: the places of the cells refer to it. Null where nothing could be read.
    picture_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("stored_file.id"))
    #: What to tell whoever took the photo: codes of the reader, such as ``buram``.
    hints: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))
    #: Cell -> {"nilai", "yakin" (0-1), "status" (read, unsure, missing), "kotak" (x, y, w, h as shares)}.
    cells: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSONB)
    #: How many cells a person must look at.
    unsure: Mapped[int] = mapped_column(SmallInteger)
    read_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())

    __table_args__ = (
        ForeignKeyConstraint(
            ("province", "photo_id"),
            ("form_photo.province", "form_photo.id"),
            name="fk_machine_reading_photo",
        ),
        CheckConstraint("unsure >= 0", name="unsure"),
        {"postgresql_partition_by": "LIST (province)"},
    )
