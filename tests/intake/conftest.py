"""A connection of its own, rolled back; files of any dialect; a small specification."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import psycopg
import pytest

from electsys.intake import Choice, Code, Column, Date, Integer, Sealing, Spec, Text, stage

VOTES = Spec(
    name="uji",
    label="Uji",
    columns=(
        Column("kode_tps", Code(13), required=True, empty="refuse", aliases=("tps",)),
        Column("nama", Text(20)),
        Column("suara", Integer(0, 999_999), required=True, pattern="suara_[0-9]+"),
        Column("suara_sah", Integer(0, 999_999), required=True),
        Column("tanggal", Date()),
        Column("jk", Choice({"L": "L", "P": "P", "laki-laki": "L"})),
    ),
    key=("kode_tps",),
    max_rows=1000,
)


def sealed(spec, columns=None):
    """The specification as a personal file's; its sealing keeps ``columns`` (name: type) as they are."""
    columns = columns or {spec.columns[0].name: "text"}
    places = [[c.name for c in spec.columns].index(name) for name in columns]

    def seal(rows):
        return [(*(row[1 + place] for place in places), None) for row in rows]

    key = spec.key if set(spec.key) <= set(columns) else ()
    return replace(spec, personal=True, sealing=Sealing(columns, lambda: seal, key))


@pytest.fixture
def connection(database):
    with psycopg.connect(database) as conn:
        conn.execute("set local role electsys_app")
        yield conn
        conn.rollback()


@pytest.fixture
def write(tmp_path):
    """Write a file; text is UTF-8."""

    def write(content, name="uji.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def staged(connection, write):
    """Stage a file's content; the staging."""

    def staged(content, spec=VOTES, **more):
        name = more.pop("name", "uji.csv")
        return stage(connection, write(content, name), spec, "staged", **more)

    return staged


@pytest.fixture
def book(tmp_path):
    """Write a workbook of rows."""
    import xlsxwriter

    def book(rows, name="uji.xlsx", sheets=()):
        path = tmp_path / name
        with xlsxwriter.Workbook(
            str(path), {"default_date_format": "dd/mm/yyyy", "strings_to_formulas": False}
        ) as file:
            for title in sheets:
                file.add_worksheet(title)
            sheet = file.add_worksheet("Data")
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    sheet.write(y, x, cell)
        return path

    return book


def rows_of(staging, columns="*"):
    return staging.raw.execute(f"select {columns} from {staging.table} order by row_number").fetchall()


def errors_of(staging):
    return [(e.row_number, e.column, e.code) for e in staging.errors()]


def code(n):
    return f"1201010001{n:03d}"


def table(*rows, header="kode_tps,suara_1,suara_sah"):
    return "\n".join((header, *rows)) + "\n"


def csv_of(rows, **dialect):
    out = io.StringIO()
    csv.writer(out, **dialect).writerows(rows)
    return out.getvalue()
