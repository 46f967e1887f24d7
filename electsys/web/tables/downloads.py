"""A table as a file: CSV and JSON as a stream, XLSX by way of a temporary file; no cell becomes a formula."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import xlsxwriter
from flask import Response, send_file, stream_with_context
from flask_babel import gettext as _

from electsys.errors import Refused
from electsys.web.tables.columns import Column

XLSX_ROWS = 1_048_575
#: First signs that make a spreadsheet read a text as a formula.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_BATCH = 500


def harmless(value: str | int | float | None) -> str | int | float | None:
    """The value with an apostrophe before what a spreadsheet would take for a formula."""
    return "'" + value if isinstance(value, str) and value.startswith(_DANGEROUS) else value


def as_csv(columns: Sequence[Column], rows: Iterable[Any], name: str) -> Response:
    """UTF-8 with a byte order mark, so that office programs read it as such."""

    def lines() -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\r\n")
        buffer.write("\ufeff")
        writer.writerow([harmless(str(c.label)) for c in columns])
        for n, row in enumerate(rows, 1):
            writer.writerow([harmless(c.plain(row)) for c in columns])
            if n % _BATCH == 0:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()

    response = Response(stream_with_context(lines()), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def as_xlsx(columns: Sequence[Column], rows: Iterable[Any], name: str) -> Response:
    """One sheet, frozen header, written row by row in constant memory."""
    target = tempfile.TemporaryFile()  # noqa: SIM115  (send_file closes it with the response)
    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for at, column in enumerate(columns):
        sheet.write_string(0, at, str(column.label), bold)
        sheet.set_column(at, at, max(12, min(40, len(str(column.label)) + 4)))
    sheet.freeze_panes(1, 0)
    for n, row in enumerate(rows, 1):
        if n > XLSX_ROWS:
            raise Refused(
                _("Daftar ini lebih panjang dari satu lembar XLSX."),
                hint=_("Saring dulu, atau unduh sebagai CSV."),
            )
        for at, column in enumerate(columns):
            value = column.plain(row)
            if isinstance(value, str):
                sheet.write_string(n, at, value)
            elif value is not None:
                sheet.write_number(n, at, value)
    book.close()
    target.seek(0)
    return send_file(
        target,
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name=f"{name}.xlsx",
    )


def as_json(columns: Sequence[Column], rows: Iterable[Any], _name: str) -> Response:
    """A list of objects, keyed by the columns' names in the address; for programs, hence no attachment."""

    def lines() -> Iterator[str]:
        before = "[\n"
        for row in rows:
            yield before + json.dumps({c.name: c.plain(row) for c in columns}, ensure_ascii=False)
            before = ",\n"
        yield "\n]\n" if before == ",\n" else "[]\n"

    return Response(stream_with_context(lines()), mimetype="application/json")


WRITERS = {"csv": as_csv, "xlsx": as_xlsx, "json": as_json}
