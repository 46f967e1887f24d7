"""Reads of files for pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from electsys.intake import operations
from electsys.intake.formats import Format
from electsys.intake.inspection import sample
from electsys.intake.models import IntakeFile
from electsys.privacy.masks import mask_nik

MANY_DIGITS = 6


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
    """Row number and cells of the first rows of the file, read from the store.

    Of a sealed file the digits are masked: a page shows no number, not even to who brought it.
    """
    with operations.on_disk(row.file) as path:
        rows = sample(path, Format(**row.format))
    if row.file.sealed is None:
        return rows
    return [(number, tuple(_masked(cell) for cell in cells)) for number, cells in rows]


def _masked(cell: str) -> str:
    """A cell with six digits or more is a number of a person, a birth date or a code: its digits go."""
    if sum(c.isdigit() for c in cell) < MANY_DIGITS:
        return cell
    return mask_nik(cell) if cell.isdigit() and len(cell) == 16 else re.sub(r"\d", "*", cell)
