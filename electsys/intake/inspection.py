"""A first look at a file, for the page where its columns are matched."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from electsys.documents.sealing import Source
from electsys.intake.formats import Format, detect
from electsys.intake.mapping import Header, match
from electsys.intake.reading import as_text, connect, open_table, read_header, records
from electsys.intake.specs import Spec

SAMPLE = 20


@dataclass(frozen=True)
class Inspection:
    """What a file is and how its columns are understood.

    ``sample`` holds row number and cells of the first rows; ``rows`` the number of rows that are not
    blank, or None where nobody asked.
    """

    format: Format
    header: Header
    sample: tuple[tuple[int, tuple[str, ...]], ...]
    rows: int | None = None


def inspect(
    path: Source | str, spec: Spec, *, mapping: Mapping[str, str] | None = None, count: bool = True
) -> Inspection:
    """Detect format, encoding and delimiter, propose the mapping, read the first rows and count them.

    Raises :class:`~electsys.errors.Refused` if the file is no table or has nothing below its header.
    Missing columns are named on the result, not refused: a person can still match them.
    """
    path = Path(path) if isinstance(path, str) else path
    if not count:
        form = detect(path, spec)
        header = match(spec, read_header(path, form)[1], mapping)
        return Inspection(form, header, sample(path, form))
    with tempfile.TemporaryDirectory(prefix="intake-") as folder, connect(Path(folder), spec) as duck:
        form, table, found = open_table(
            path,
            spec,
            Path(folder),
            lambda table: duck.execute(
                f"select count(*) from {table.sql()} where {table.filled()}"
            ).fetchone(),
        )
    header = match(spec, table.header, mapping)
    return Inspection(form, header, sample(path, form), found[0] if found else 0)


def sample(path: Source, form: Format, rows: int = SAMPLE) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Row number and cells of the first rows below the header."""
    return tuple(
        (number, tuple(as_text(cell) for cell in cells))
        for number, cells in islice(records(path, form), 1, rows + 1)
    )
