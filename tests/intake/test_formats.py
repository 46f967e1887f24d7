"""What comes in under the name of a table: dialects that are read, and files that are refused."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from electsys.errors import Refused
from electsys.intake import Code, Column, Integer, Spec, Text, inspect, stage
from tests.intake.conftest import VOTES, code, errors_of, rows_of, table

NAMES = Spec("n", "N", (Column("kode_tps", Code(13)), Column("nama", Text(200)), Column("suara", Integer())))


def zipped(**entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in entries.items():
            # A time of its own, or every worker of the suite would name the test after its clock.
            archive.writestr(zipfile.ZipInfo(name, (2024, 2, 14, 7, 0, 0)), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "a.csv", "kosong"),
        (b"\n\n  \n", "a.csv", "kosong"),
        (b"\xef\xbb\xbf", "a.csv", "kosong"),
        (b"kode_tps,suara_sah\n", "a.csv", "hanya berisi judul"),
        (b"kode_tps,suara_sah", "a.csv", "hanya berisi judul"),
        (b"kode_tps,suara_sah\n\n,\n ,\n", "a.csv", "hanya berisi judul"),
        (zipped(a="x"), "a.xlsx", "arsip ZIP"),
        (zipped(a="x")[:20], "a.xlsx", "rusak atau terpotong"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a.xls", "halaman web"),
        (b"\n <TABLE><tr><td>1</td></tr></TABLE>", "a.csv", "halaman web"),
        (b'<?xml version="1.0"?><Workbook/>', "a.xls", "halaman web"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "a.xls", r"Excel lama"),
        (b"%PDF-1.7\n...", "a.csv", "bukan tabel"),
        (b"\x1f\x8b\x08\x00rest", "a.csv", "bukan tabel"),
        (b"kode_tps,suara_sah\n1\0,2\n", "a.csv", "NUL"),
        (b"kode_tps,suara_sah\n" + b"1,2\n" * 5000 + b"\0", "a.csv", "NUL"),
        (
            b'kode_tps,suara_sah\n1,"2\n' + b"3,4\n" * 20,
            "a.csv",
            "Tanda kutip tidak berpasangan pada baris 2",
        ),
        (b'kode_tps,suara_sah\n1,2\n1,"2" x\n', "a.csv", "Tanda kutip"),
        (b'kode_tps,suara_sah\n1,"' + b"2\n" * 100_000, "a.csv", "Tanda kutip"),
        (b"\xff\xfek\x00\xd8\xd8", "a.csv", "huruf|Huruf"),
        (",".join(f"k{i}" for i in range(2001)).encode() + b"\n1", "a.csv", "lebih dari 2000 kolom"),
    ],
)
def test_what_is_no_table_is_refused_in_words(connection, write, content, name, message):
    path = write(content, name)
    for read in (lambda: inspect(path, VOTES), lambda: stage(connection, path, VOTES, "staged")):
        with pytest.raises(Refused, match=message) as refused:
            read()
        assert refused.value.message
    assert connection.execute("select to_regclass('pg_temp.staged')").fetchone() == (None,)


def test_a_workbook_that_is_too_large_goes_back(connection, write, monkeypatch):
    monkeypatch.setattr("electsys.intake.formats.XLSX_LIMIT", 100)
    bomb = zipped(**{"xl/workbook.xml": "x", "xl/worksheets/sheet1.xml": "0" * 101})
    with pytest.raises(Refused, match="terlalu besar") as refused:
        stage(connection, write(bomb, "a.xlsx"), VOTES, "staged")
    assert "CSV" in refused.value.hint


def test_a_broken_workbook(connection, write):
    with pytest.raises(Refused, match="tidak dapat dibaca"):
        stage(connection, write(zipped(**{"xl/workbook.xml": "x"}), "a.xlsx"), VOTES, "staged")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_dialect_gives_the_same_rows(connection, write, delimiter, encoding, end):
    lines = [["kode_tps", "nama", "suara"], [code(1), "José, Ñuñoa; “x”", "5"], [code(2), "", "12"]]
    text = end.join(delimiter.join(f'"{c}"' if delimiter in c else c for c in line) for line in lines)
    path = write(text.replace("“x”", "x").encode(encoding))
    found = inspect(path, NAMES)
    assert found.format.delimiter == delimiter
    assert found.rows == 2
    assert found.format.encoding == {"utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be"}.get(
        encoding, encoding
    )
    s = stage(connection, path, NAMES, "staged")
    assert errors_of(s) == []
    assert rows_of(s, "kode_tps, nama, suara") == [(code(1), "José, Ñuñoa; x", 5), (code(2), None, 12)]


def test_a_line_beyond_every_table_is_refused(connection, write):
    wide = ",".join(f"k{i}" for i in range(20)) + "\n" + ",".join(["x" * 100_000] * 20) + "\n"
    with pytest.raises(Refused, match="terlalu panjang"):
        stage(connection, write(wide), Spec("n", "N", (Column("k0", Text(10)),)), "staged")


def test_latin_1_where_windows_has_no_letter(connection, write):
    s = stage(connection, write(b"nama,suara\nJos\xe9 \x81,1\n"), NAMES, "staged")
    assert rows_of(s, "nama") == [("José \x81",)]


def test_utf_8_cut_between_two_chunks(connection, write, monkeypatch):
    monkeypatch.setattr("electsys.intake.formats.CHUNK", 7)
    s = stage(connection, write("nama,suara\nJosé Ñandú,1\nàéîõü,2\n"), NAMES, "staged")
    assert rows_of(s, "nama") == [("José Ñandú",), ("àéîõü",)]
    assert inspect(write(b"nama,suara\nabc\xc3"), NAMES).format.encoding == "cp1252"
    assert inspect(write(b"nama,suara\na\xc3bcdefghijkl,1\n"), NAMES).format.encoding == "cp1252"


@pytest.mark.parametrize("inside", ["\n", "\r\n", "\r", "\n\n"])
def test_lines_inside_a_cell(connection, write, inside):
    content = f'nama,suara\r\n"Siti{inside}Rahma",1\r\nBudi,x\r\n'.encode()
    s = stage(connection, write(content), NAMES, "staged")
    assert rows_of(s, "row_number, nama") == [(2, "Siti Rahma"), (3, "Budi")]
    assert errors_of(s) == [(3, "suara", "not_a_number")]


def test_the_line_that_excel_puts_first(connection, write):
    s = stage(connection, write(f"sep=;\r\nkode_tps;nama;suara\r\n{code(1)};a;1\r\n"), NAMES, "staged")
    assert rows_of(s, "row_number, kode_tps, nama, suara") == [(3, code(1), "a", 1)]


def test_the_delimiter_is_the_one_that_names_our_columns(write):
    found = inspect(write("kode_tps;nama, lengkap, dan, gelar;suara\n1;a,b,c;3\n"), NAMES)
    assert found.format.delimiter == ";"
    assert found.header.ignored == ("nama, lengkap, dan, gelar",)


def test_a_first_look_proposes_and_names(write):
    rows = [f"x,{code(i)},{i}" for i in range(1, 31)]
    found = inspect(write(table(*rows, header="kab,Kode-TPS,suara_01")), VOTES)
    assert found.header.mapping() == {"Kode-TPS": "kode_tps", "suara_01": "suara_1"}
    assert found.header.ignored == ("kab",)
    assert found.header.missing == ("suara_sah",)
    assert found.rows == 30
    assert len(found.sample) == 20
    assert found.sample[0] == (2, ("x", code(1), "1"))
    assert inspect(write(table(*rows)), VOTES, count=False).rows is None


def test_a_workbook(connection, book):
    path = book(
        [
            ["kode_tps", "nama", "suara_1", "suara_sah", "tanggal", "jk"],
            [code(1), "Siti", 7, 9.0, dt.date(2024, 2, 14), "L"],
            [],
            [int(code(2)), 12, "8", 1234567890, "14-02-2024", True],
        ],
        sheets=("Kosong",),
    )
    s = stage(connection, path, VOTES, "staged")
    assert rows_of(s, "row_number, kode_tps, nama, suara_1, suara_sah, tanggal, jk") == [
        (2, code(1), "Siti", 7, 9, dt.date(2024, 2, 14), "L"),
        (4, code(2), "12", 8, None, None, None),
    ]
    assert errors_of(s) == [(4, "suara_sah", "too_large"), (4, "tanggal", "date_form"), (4, "jk", "choice")]
    assert inspect(path, VOTES).rows == 2


def test_a_workbook_that_starts_below(connection, book):
    s = stage(connection, book([[], [], ["kode_tps", "suara_sah"], [code(1), "x"]]), VOTES, "staged")
    assert errors_of(s) == [(4, "suara_sah", "not_a_number")]


def test_a_code_that_the_spreadsheet_has_rounded_is_refused(connection, book):
    spec = Spec("n", "N", (Column("nik", Code(16)),))
    s = stage(connection, book([["nik"], [1201010101010001], [1201010101.5]]), spec, "staged")
    assert errors_of(s) == [(2, "nik", "code_rounded"), (3, "nik", "code_digits")]


#: Without a carriage return: csv of Python 3.11 writes it without quotes, where it ends the row.
cells = st.text(st.characters(codec="cp1252", exclude_characters="\0\ufeff\r"), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            cells, st.none() | st.integers(0, 2**31 - 1), st.text("0123456789", min_size=13, max_size=13)
        ),
        min_size=1,
        max_size=8,
    ),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_random_tables_make_the_round_trip(connection, tmp_path, rows, delimiter, encoding, quoting, end):
    path = tmp_path / "random.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=end)
        writer.writerow(["nama", "suara", "kode_tps"])
        writer.writerows(rows)
    # Bytes of a Windows file that happen to be UTF-8 are read as UTF-8: nothing in them says otherwise.
    assume(encoding != "cp1252" or not is_utf8_beyond_ascii(path.read_bytes()))
    s = stage(connection, path, NAMES, "staged")
    assert errors_of(s) == [], path.read_bytes()

    def kept(name):
        name = name.strip(" \t\r\n\xa0")
        return (" ".join(name.split()) if "\n" in name else name) or None

    got = rows_of(s, "nama, suara, kode_tps")
    assert [(r[1], r[2]) for r in got] == [(suara, c) for _, suara, c in rows]
    assert [squeezed(r[0]) for r in got] == [squeezed(kept(nama)) for nama, _, _ in rows]


def is_utf8_beyond_ascii(content):
    try:
        return not content.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


def squeezed(name):
    """Blanks inside a name of several lines may be one or more."""
    return name and " ".join(name.split())
