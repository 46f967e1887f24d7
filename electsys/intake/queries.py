"""Reads of files for pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from electsys.intake import operations
from electsys.intake.formats import Format
from electsys.intake.inspection import sample
from electsys.intake.models import IntakeFile


def listing(account_id: int | None = None) -> Any:
    """Files with their uploads, newest first, of one account or of all: a select for a table."""
    statement = (
        select(IntakeFile)
        .join(IntakeFile.file)
        .join(IntakeFile.account)
        .options(joinedload(IntakeFile.file), joinedload(IntakeFile.account))
        .order_by(IntakeFile.id.desc())
    )
    return statement if account_id is None else statement.where(IntakeFile.account_id == account_id)


def first_rows(row: IntakeFile) -> Sequence[tuple[int, tuple[str, ...]]]:
    """Row number and cells of the first rows of the file, read from the store."""
    with operations.on_disk(row.file) as path:
        return sample(path, Format(**row.format))
