"""A file on its way through the intake."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql import func

from electsys.db import Base
from electsys.documents.models import StoredFile
from electsys.identity.models import Account

Instant = DateTime(timezone=True)


class IntakeFile(Base):
    """One bulk file: what it is, how its columns were matched, what the check found, what came of it."""

    __tablename__ = "intake_file"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    #: Name of the registered kind.
    spec: Mapped[str] = mapped_column(Text)
    #: The choice made before the upload, such as a contest; "" where there was none.
    context: Mapped[str] = mapped_column(Text, default="", server_default="")
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    state: Mapped[str] = mapped_column(Text, default="cocokkan", server_default="cocokkan")
    #: kind, encoding, delimiter, plain, bare: as electsys.intake.formats.Format.
    format: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: Names of the columns as they stand in the file.
    header: Mapped[list[str]] = mapped_column(JSONB)
    #: Header name -> column name, or "" for one that is passed over.
    mapping: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    #: rows, errors, bad_rows of the check.
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    #: The errors by kind ("kinds": message and count) and the first ones ("first").
    findings: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    #: The error sheet.
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    #: ``semua``: all rows or none; ``sahih``: the valid rows.
    mode: Mapped[str | None] = mapped_column(Text)
    #: The job that checks or applies it now, or did so last.
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    #: How it ended, in words; why it was refused.
    message: Mapped[str | None] = mapped_column(Text)
    #: Endpoint and values of the module's page with the result.
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant, server_default=func.now())
    finished_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    file: Mapped[StoredFile] = relationship(foreign_keys=file_id)
    sheet: Mapped[StoredFile | None] = relationship(foreign_keys=sheet_id)
    account: Mapped[Account] = relationship()

    __table_args__ = (
        CheckConstraint(
            "state in ('cocokkan', 'diperiksa', 'siap', 'diterapkan', 'selesai', 'ditolak', 'dibatalkan')",
            name="state",
        ),
        CheckConstraint("mapping is not null or state in ('cocokkan', 'dibatalkan')", name="mapping"),
        CheckConstraint("mode in ('semua', 'sahih')", name="mode"),
        CheckConstraint("mode is not null or state not in ('diterapkan', 'selesai')", name="applied"),
        CheckConstraint(
            "(finished_at is not null) = (state in ('selesai', 'ditolak', 'dibatalkan'))", name="finished"
        ),
        CheckConstraint("message is not null or state not in ('selesai', 'ditolak')", name="message"),
        Index("ix_intake_file_account", "account_id", text("id desc")),
        Index("ix_intake_file_file", "file_id"),
    )
