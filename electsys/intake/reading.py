"""Reading a file as rows of text: straight off the disk by DuckDB, or rewritten plainly first."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from flask_babel import gettext as _

from electsys.errors import Refused
from electsys.intake import checks
from electsys.intake.formats import MAX_COLUMNS, Format, detect
from electsys.intake.specs import Spec


@dataclass(frozen=True)
class Table:
    """A file that DuckDB can read: its columns are ``c0, c1, ...`` in the order of ``header``.

    ``first_row`` is the row number of the first data record. A ``rewritten`` file has one more
    column, ``cells``: the number of cells of a record that is too short or too long. A ``bare`` one
    is the original, without a quote in it.
    """

    path: Path
    delimiter: str
    header: tuple[str, ...]
    first_row: int
    rewritten: bool = False
    bare: bool = False

    def sql(self) -> str:
        """The table as DuckDB sees it, every column as text, empty cells as NULL."""
        names = [f"c{i}" for i in range(len(self.header))] + ["cells"] * self.rewritten
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        return (
            f"read_csv({_quoted(str(self.path))}, header=true, auto_detect=false, "
            f"delim={_quoted(self.delimiter)}, quote='\"', escape='\"', nullstr='', strict_mode=true, "
            f"null_padding=false, max_line_size={1 << 20}, buffer_size={4 << 20}, columns={{{columns}}})"
        )

    def filled(self) -> str:
        """The condition that a record is not blank."""
        cells = [f"c{i}" for i in range(len(self.header))]
        trimmed = ", ".join(checks.trimmed(c) for c in cells)
        return f"case when c0 > ' ' then true else coalesce({trimmed}) is not null end"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def connect(folder: Path, memory: str = "256MB") -> duckdb.DuckDBPyConnection:
    """DuckDB within bounds: two threads, ``memory``, and its overflow in the private ``folder``."""
    duck = duckdb.connect(
        config={
            "threads": 2,
            "memory_limit": memory,
            "temp_directory": str(folder / "overflow"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    # Under ``python -c`` and in notebooks it would draw a bar of its own into what is printed.
    duck.execute("set enable_progress_bar = false")
    return duck


T = TypeVar("T")


def open_table(path: Path, spec: Spec, folder: Path, look: Callable[[Table], T]) -> tuple[Format, Table, T]:
    """Make ``path`` readable for DuckDB and take a first ``look`` at every cell.

    DuckDB reads strictly: a record too short, too long or badly quoted is an error there, and so is
    any other dialect than plain CSV. Then the file is rewritten into ``folder``, which is slower
    but can name the row.
    """
    form = detect(path, spec)
    row, header = read_header(path, form)
    if form.plain and row == 1:
        table = Table(path, form.delimiter, header, 2, bare=form.bare)
        try:
            return form, table, look(table)
        except duckdb.Error:
            pass
    table = rewrite(path, form, folder)
    try:
        return form, table, look(table)
    except duckdb.InvalidInputException:
        raise Refused(
            _("Ada baris yang terlalu panjang untuk sebuah tabel."),
            hint=_("Periksa tanda kutip dan pemisah kolomnya."),
        ) from None


def read_header(path: Path, form: Format) -> tuple[int, tuple[str, ...]]:
    """Row number and names of the header; refused if there is none or nothing below it."""
    rows = records(path, form)
    row, cells = next(rows, (0, []))
    names = tuple(str(as_text(cell)).strip() for cell in cells)
    while names and not names[-1]:
        names = names[:-1]
    if not names:
        raise Refused(_("Berkas ini kosong."), hint=_("Kirim berkas CSV atau XLSX yang berisi data."))
    if len(names) > MAX_COLUMNS:
        raise Refused(_("Judul tabel ini terlalu panjang (lebih dari %(n)d kolom).", n=MAX_COLUMNS))
    if next(rows, None) is None:
        raise Refused(
            _("Berkas ini hanya berisi judul kolom."), hint=_("Isi data di bawah judulnya, lalu kirim lagi.")
        )
    return row, names


def rewrite(path: Path, form: Format, folder: Path) -> Table:
    """Write the table again as plain CSV: one record a row, blank rows kept so that numbers agree."""
    rows = records(path, form)
    first, cells = next(rows)
    header = read_header(path, form)[1]
    width = len(header)
    out = folder / "plain.csv"
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([f"c{i}" for i in range(width)] + ["cells"])
        expected = first
        for number, cells in rows:
            expected += 1
            while expected < number:
                writer.writerow([""] * width + [""])
                expected += 1
            values = [as_text(cell).replace("\r", "\n") for cell in cells]
            while len(values) > width and not values[-1].strip():
                values.pop()
            odd = len(values) if len(values) != width and form.kind == "csv" else ""
            values = values[:width] + [""] * (width - len(values))
            writer.writerow([*values, odd])
    return Table(out, ",", header, first + 1, rewritten=True)


def records(path: Path, form: Format) -> Iterator[tuple[int, list[Any]]]:
    """Row number (from 1, as a spreadsheet counts) and cells of every row that is not blank."""
    rows = _xlsx_rows(path) if form.kind == "xlsx" else _csv_rows(path, form)
    for number, cells in rows:
        if any(cell not in ("", None) and str(cell).strip() for cell in cells):
            yield number, cells


def _csv_rows(path: Path, form: Format) -> Iterator[tuple[int, list[Any]]]:
    with path.open(encoding=form.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=form.delimiter, strict=True, skipinitialspace=True)
        number = 0
        try:
            for number, cells in enumerate(reader, 1):
                if number == 1:
                    cells[:1] = [cell.removeprefix("\ufeff") for cell in cells[:1]]
                    if form.delimiter.join(cells).lower() == f"sep={form.delimiter}":
                        continue
                yield number, cells
        except csv.Error:
            raise Refused(
                _("Tanda kutip tidak berpasangan pada baris %(n)d atau sesudahnya.", n=number + 1),
                hint=_(
                    "Periksa tanda kutip di sekitar baris itu; tanda kutip di dalam isi ditulis dua kali."
                ),
            ) from None
        except UnicodeError:
            raise Refused(
                _("Huruf sesudah baris %(n)d tidak dapat dibaca.", n=number),
                hint=_("Simpan sebagai CSV UTF-8."),
            ) from None


def _xlsx_rows(path: Path) -> Iterator[tuple[int, list[Any]]]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_path(path) as book:
            names = [
                s.name
                for s in book.sheets_metadata
                if s.typ == SheetTypeEnum.WorkSheet and s.visible == SheetVisibleEnum.Visible
            ]
            for name in names:
                sheet = book.get_sheet_by_name(name)
                if sheet.start is None:
                    continue
                yield from enumerate(sheet.iter_rows(), 1)
                return
    except (CalamineError, OSError) as problem:
        raise Refused(
            _("Buku kerja XLSX ini tidak dapat dibaca."),
            hint=_("Buka di Excel atau LibreOffice, simpan ulang sebagai XLSX, lalu kirim lagi."),
        ) from problem


def as_text(cell: Any) -> str:
    """A spreadsheet's cell as it would stand in a CSV file.

    A number beyond 15 digits has lost digits in the spreadsheet; it is written with an exponent so
    that a code in it is refused instead of being taken for another.
    """
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        exact = str(int(cell)) if cell.is_integer() else repr(cell)
        return exact if abs(cell) < 1e15 else f"{cell:.6E}"
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    return "" if cell is None else str(cell)
