"""The error sheet: the file itself, with row numbers and what is wrong in front of each row.

It opens where the file opened, and once mended it can be sent again as it is: the three columns that
were added are passed over.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from electsys.documents.sealing import Source
from electsys.intake.formats import Format, detect
from electsys.intake.mapping import match
from electsys.intake.problems import RowError
from electsys.intake.reading import as_text, records
from electsys.intake.specs import HELPER_COLUMNS, Spec, normalise
from electsys.privacy.masks import mask_nik

Row = tuple[int, list[Any]]
Pick = Callable[[list[Any]], list[Any]]


def error_sheet(
    path: Source | str,
    errors: Iterable[RowError],
    out: Path | str,
    spec: Spec,
    *,
    every_row: bool = False,
    mapping: Mapping[str, str] | None = None,
) -> int:
    """Write the rows with ``errors`` (sorted by row) of the file at ``path`` to ``out``; how many.

    Columns, order, delimiter and format stay; ``every_row`` writes the good rows too. Of a personal
    file only row numbers and masked NIK go back, whatever ``every_row`` says.
    """
    path, out = Path(path) if isinstance(path, str) else path, Path(out)
    form = detect(path, spec)
    rows = records(path, form)
    header = [str(as_text(cell)).strip() for cell in next(rows)[1]]
    shown, pick = _masked(spec, header, mapping) if spec.personal else _whole(header)
    wrong = _by_row(errors, spec)
    lines = _lines(rows, wrong, pick, every_row and not spec.personal)
    write = _write_xlsx if form.kind == "xlsx" else _write_csv
    return write(out, form, [*HELPER_COLUMNS, *shown], lines)


def _whole(header: list[str]) -> tuple[list[str], Pick]:
    """Every column but those that an earlier error sheet has added."""
    places = [i for i, name in enumerate(header) if normalise(name) not in HELPER_COLUMNS]

    def pick(cells: list[Any]) -> list[Any]:
        return [cells[i] if i < len(cells) else "" for i in places] + cells[len(header) :]

    return [header[i] for i in places], pick


def _masked(spec: Spec, header: list[str], mapping: Mapping[str, str] | None) -> tuple[list[str], Pick]:
    """The masked NIK alone."""
    place = match(spec, header, mapping).positions.get("nik", len(header))

    def pick(cells: list[Any]) -> list[Any]:
        return [mask_nik(as_text(cells[place]).strip() if place < len(cells) else "")]

    return ["nik"], pick


def _by_row(errors: Iterable[RowError], spec: Spec) -> Iterator[tuple[int, str, str]]:
    """Row number, its errors and its hints, each hint once."""
    for number, group in groupby(errors, key=lambda e: e.row_number):
        found = list(group)
        said = "; ".join(f"{e.column}: {e.message}" if e.column else e.message for e in found)
        yield number, said, " ".join(dict.fromkeys(e.hint for e in found if e.hint))


def _lines(
    rows: Iterator[Row], wrong: Iterator[tuple[int, str, str]], pick: Pick, every_row: bool
) -> Iterator[tuple[bool, list[Any]]]:
    bad = next(wrong, None)
    for number, cells in rows:
        while bad is not None and bad[0] < number:
            bad = next(wrong, None)
        if bad is not None and bad[0] == number:
            yield True, [number, bad[1], bad[2], *pick(cells)]
        elif every_row:
            yield False, [number, "", "", *pick(cells)]
        if bad is None and not every_row:
            return


def _write_csv(out: Path, form: Format, header: list[str], lines: Iterator[tuple[bool, list[Any]]]) -> int:
    # A spreadsheet program knows UTF-8 by its mark only; UTF-16 is written with one by itself.
    encoding = (
        "utf-8-sig" if form.encoding == "utf-8" else form.encoding.removesuffix("-le").removesuffix("-be")
    )
    with out.open("w", encoding=encoding, errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=form.delimiter, lineterminator="\r\n")
        writer.writerow(header)
        bad = 0
        for wrong, line in lines:
            writer.writerow(line)
            bad += wrong
    return bad


def _write_xlsx(out: Path, form: Format, header: list[str], lines: Iterator[tuple[bool, list[Any]]]) -> int:
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(str(out), options) as book:
        sheet = book.add_worksheet(_("Kesalahan"))
        strong = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 1)
        sheet.set_column(1, 2, 48)
        sheet.write_row(0, 0, header, strong)
        bad = 0
        for place, (wrong, line) in enumerate(lines, 1):
            for column, cell in enumerate(line):
                if isinstance(cell, datetime.date):
                    sheet.write_datetime(place, column, cell, day)
                elif cell not in ("", None):
                    sheet.write(place, column, cell)
            bad += wrong
    return bad
