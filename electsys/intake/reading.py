"""Reading a file as rows of text: straight off the disk by DuckDB, or rewritten plainly first.

A personal file may be as large as the disk allows and must lie nowhere in clear. So nothing of it is
unpacked: DuckDB reads it through a file system of Python objects (:class:`SealedFiles`) that open one
chunk at a time, what has to be rewritten is sealed as it is written, under a key in memory, and DuckDB
gets no folder to overflow into. Memory stays as for any other file, on any kind of disk.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar
from weakref import WeakValueDictionary

import duckdb
from flask_babel import gettext as _
from fsspec import AbstractFileSystem

from electsys.documents.sealing import SealedFile, SealingWriter, Source, new_key, size_of
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

    path: Source
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
            f"read_csv({_quoted(_address(self.path))}, header=true, auto_detect=false, "
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


#: The sealed files that somebody holds, by name: where DuckDB finds them.
_SEALED: WeakValueDictionary[str, SealedFile] = WeakValueDictionary()


def _address(source: Source) -> str:
    """Where DuckDB finds a file."""
    if isinstance(source, Path):
        return str(source)
    _SEALED[source.name] = source
    return f"{SealedFiles.protocol}://{source.name}"


class SealedFiles(AbstractFileSystem):
    """The sealed files of this process, for DuckDB to read."""

    protocol = "sealed"
    cachable = False

    def info(self, path: str, **more: Any) -> dict[str, Any]:
        """Size and kind of a file."""
        return {"name": path, "size": size_of(self._found(path)), "type": "file"}

    def glob(self, path: str, **more: Any) -> list[str]:
        """Names hold no pattern."""
        return [path]

    def modified(self, path: str) -> datetime.datetime:
        """They never change while they are read."""
        return datetime.datetime.fromtimestamp(0, datetime.UTC)

    def open(self, path: str, mode: str = "rb", **more: Any) -> IO[bytes]:
        """The content, in clear, for reading only."""
        if mode != "rb":
            raise PermissionError(path)
        return self._found(path).open("rb")

    def _found(self, path: str) -> SealedFile:
        name = path.removeprefix(f"{self.protocol}://")
        if name not in _SEALED:
            raise FileNotFoundError(name)
        return _SEALED[name]


def connect(folder: Path, spec: Spec | None = None, memory: str = "256MB") -> duckdb.DuckDBPyConnection:
    """DuckDB within bounds: two threads, ``memory``, and its overflow in the private ``folder``.

    For a personal ``spec`` it has no overflow, and reads sealed files.
    """
    personal = spec is not None and spec.personal
    duck = duckdb.connect(
        config={
            "threads": 2,
            "memory_limit": memory,
            "temp_directory": "" if personal else str(folder / "overflow"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    # Under ``python -c`` and in notebooks it would draw a bar of its own into what is printed.
    duck.execute("set enable_progress_bar = false")
    if personal:
        duck.register_filesystem(SealedFiles())
    return duck


T = TypeVar("T")


def open_table(path: Source, spec: Spec, folder: Path, look: Callable[[Table], T]) -> tuple[Format, Table, T]:
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
    table = rewrite(path, form, folder, sealed=spec.personal)
    try:
        return form, table, look(table)
    except duckdb.InvalidInputException:
        raise Refused(
            _("Ada baris yang terlalu panjang untuk sebuah tabel."),
            hint=_("Periksa tanda kutip dan pemisah kolomnya."),
        ) from None


def read_header(path: Source, form: Format) -> tuple[int, tuple[str, ...]]:
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


def rewrite(path: Source, form: Format, folder: Path, *, sealed: bool = False) -> Table:
    """Write the table again as plain CSV: one record a row, blank rows kept so that numbers agree.

    ``sealed`` seals it as it is written, under a key that is in memory only.
    """
    rows = records(path, form)
    first, cells = next(rows)
    header = read_header(path, form)[1]
    width = len(header)
    place = folder / "plain.csv"
    out: Source = SealedFile.at(place, new_key()) if sealed else place
    with _writing(place, out) as file:
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


@contextmanager
def _writing(place: Path, out: Source) -> Iterator[IO[str]]:
    """The file at ``place``, open for text that is sealed where ``out`` is."""
    if isinstance(out, Path):
        with out.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    with place.open("wb") as raw, SealingWriter(raw, out.key) as writer:
        text = io.TextIOWrapper(io.BufferedWriter(writer, 1 << 16), encoding="utf-8", newline="")
        yield text
        text.flush()
        text.detach().detach()


def records(path: Source, form: Format) -> Iterator[tuple[int, list[Any]]]:
    """Row number (from 1, as a spreadsheet counts) and cells of every row that is not blank."""
    rows = _xlsx_rows(path) if form.kind == "xlsx" else _csv_rows(path, form)
    for number, cells in rows:
        if any(cell not in ("", None) and str(cell).strip() for cell in cells):
            yield number, cells


def _csv_rows(path: Source, form: Format) -> Iterator[tuple[int, list[Any]]]:
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


def _xlsx_rows(path: Source) -> Iterator[tuple[int, list[Any]]]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
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
