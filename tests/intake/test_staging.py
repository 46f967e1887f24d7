"""From a file to typed rows, and every error beside them."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
from sqlalchemy import create_engine, text

from electsys.db import sqlalchemy_url
from electsys.errors import Refused
from electsys.intake import Column, Integer, Spec, stage
from tests.intake.conftest import VOTES, code, errors_of, rows_of, sealed, table

HEADER = "kode_tps,nama,suara_1,suara_2,suara_sah,tanggal,jk"


def test_a_plain_file_becomes_typed_rows(staged):
    s = staged(table(f"{code(1)},10,12", f"{code(2)},,7"))
    assert s.rows == 2
    assert s.error_count == s.bad_rows == 0
    assert rows_of(s, "row_number, kode_tps, suara_1, suara_sah, nama") == [
        (2, code(1), 10, 12, None),
        (3, code(2), None, 7, None),
    ]
    types = s.raw.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_name = 'staged' order by ordinal_position"
    ).fetchall()
    assert dict(types) == {
        "row_number": "bigint",
        "kode_tps": "text",
        "nama": "text",
        "suara_sah": "integer",
        "tanggal": "date",
        "jk": "text",
        "suara_1": "integer",
    }


def test_every_kind_is_trimmed_and_typed(staged):
    s = staged(
        HEADER + f"\n {code(1)} ,  Siti\u00a0,007,\t5,9.0,2024-02-14, l\n"
        f'https://pemilu.test/hitung/1201/{code(2)},"dua\nbaris",,,1,,Laki-Laki\n'
    )
    assert errors_of(s) == []
    assert rows_of(s, "kode_tps, nama, suara_1, suara_2, suara_sah, tanggal, jk") == [
        (code(1), "Siti", 7, 5, 9, dt.date(2024, 2, 14), "L"),
        (code(2), "dua baris", None, None, 1, None, "L"),
    ]


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ("abc", "not_a_number"),
        ("12a", "not_a_number"),
        ("1e3", "not_a_number"),
        ("0x1F", "not_a_number"),
        ("1_000", "not_a_number"),
        ("+5", "not_a_number"),
        ("sedang diproses", "not_a_number"),
        ("-", "not_a_number"),
        ("true", "not_a_number"),
        ("٣", "not_a_number"),
        ("1.234", "separator"),
        ("1.234.567", "separator"),
        ('"1,234"', "separator"),
        ('"1,5"', "separator"),
        ("1.5", "separator"),
        ("1 234", "separator"),
        ("-3", "negative"),
        ("-3.0", "negative"),
        ("1000000", "too_large"),
        ("1000000000000", "too_large"),
        ("9" * 60, "too_large"),
    ],
)
def test_a_wrong_number_is_an_error_and_no_value(staged, cell, error):
    s = staged(table(f"{code(1)},{cell},1", f"{code(2)},3,1"))
    assert errors_of(s) == [(2, "suara_1", error)]
    assert rows_of(s, "suara_1") == [(None,), (3,)]
    found = s.first_errors(1)[0]
    assert found.value == cell.strip('"')
    assert found.message and found.hint and "%" not in found.message + found.hint


def test_limits_of_a_number_are_inside(staged):
    spec = Spec("u", "U", (Column("kode", Integer(5, 9)), Column("besar", Integer(-(10**12), 10**12))))
    s = staged("kode,besar\n5,1000000000000\n9,-1000000000000\n4,1000000000001\n10,0\n", spec=spec)
    assert errors_of(s) == [(4, "kode", "too_small"), (4, "besar", "too_large"), (5, "kode", "too_large")]
    assert rows_of(s, "kode, besar") == [(5, 10**12), (9, -(10**12)), (None, None), (None, 0)]


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ("120101000100", "code_digits"),
        ("12010100010011", "code_digits"),
        ("12.01.01.0001.001", "code_digits"),
        ("120101000100A", "code_digits"),
        ("1.20101E+12", "code_rounded"),
        ('"1,20101E+12"', "code_rounded"),
        ("", "empty"),
        ("  ", "empty"),
    ],
)
def test_a_wrong_code(staged, cell, error):
    s = staged(table(f"{cell},1,1", f"{code(2)},3,1"))
    assert errors_of(s) == [(2, "kode_tps", error)]
    assert rows_of(s, "kode_tps") == [(None,), (code(2),)]


@pytest.mark.parametrize(
    ("column", "cell", "error"),
    [
        ("nama", "x" * 21, "too_long"),
        ("tanggal", "14-02-2024", "date_form"),
        ("tanggal", "2024-02-30", "date_form"),
        ("tanggal", "2024-2-3", "date_form"),
        ("jk", "X", "choice"),
    ],
)
def test_other_kinds(staged, column, cell, error):
    s = staged(f"kode_tps,suara_sah,{column}\n{code(1)},1,{cell}\n")
    assert errors_of(s) == [(2, column, error)]


def test_hints_name_what_is_allowed(staged):
    s = staged("kode_tps,suara_sah,jk\n12,1000001,X\n")
    hints = {e.column: e.message + e.hint for e in s.errors()}
    assert "13 angka" in hints["kode_tps"]
    assert "999999" in hints["suara_sah"]
    assert "L, P, laki-laki" in hints["jk"]


def test_double_keys_name_each_other(staged):
    s = staged(table(f"{code(1)},1,1", f"{code(2)},1,1", f"{code(1)},2,2", f" {code(1)},3,3"))
    assert errors_of(s) == [
        (2, "kode_tps", "duplicate"),
        (4, "kode_tps", "duplicate"),
        (5, "kode_tps", "duplicate"),
    ]
    assert [e.message.rsplit(" ", 1)[1] for e in s.errors()] == ["4.", "2.", "4."]
    assert s.bad_rows == 3


def test_a_key_of_two_columns(staged):
    spec = Spec("u", "U", (Column("a", Integer()), Column("b", Integer())), key=("a", "b"))
    s = staged("a,b\n1,1\n1,2\n1,1\n,1\n,1\n", spec=spec)
    assert errors_of(s) == [(2, "a", "duplicate"), (4, "a", "duplicate")]


def test_a_cut_row_and_a_long_row_are_errors(staged):
    s = staged(table(f"{code(1)},1,1", f"{code(2)},1,2,3", f"{code(3)},1,1,", f"{code(4)}"))
    assert errors_of(s) == [(3, "", "row_long"), (5, "", "row_short")]
    assert "1 kolom" in s.first_errors()[1].message
    assert [r[0] for r in rows_of(s, "row_number")] == [2, 3, 4, 5]


def test_row_numbers_are_those_of_a_spreadsheet(staged):
    s = staged(f"\n\nkode_tps,suara_1,suara_sah\n{code(1)},1,1\n\n,,\n{code(2)},x,1\n \n")
    assert rows_of(s, "row_number, kode_tps") == [(4, code(1)), (7, code(2))]
    assert errors_of(s) == [(7, "suara_1", "not_a_number")]
    assert s.rows == 2


def test_blank_rows_of_a_plain_file_are_passed_over(staged):
    s = staged(table(f"{code(1)},1,1", ",,", f"{code(2)},1,1", ",,"))
    assert rows_of(s, "row_number") == [(2,), (4,)]
    assert s.error_count == 0


def test_unknown_columns_are_named_and_ignored(staged):
    s = staged(f"kab,Kode-TPS,suara_01, SUARA SAH ,catatan\nx,{code(1)},3,4,y\n")
    assert s.header.ignored == ("kab", "catatan")
    assert rows_of(s, "kode_tps, suara_1, suara_sah") == [(code(1), 3, 4)]
    columns = s.raw.execute("select * from staged").description
    assert {"kab", "ignored 0"} & {c.name for c in columns} == set()


def test_missing_columns_are_refused_by_name(staged):
    with pytest.raises(Refused, match="kode_tps, suara_sah") as refused:
        staged("kode,suara_1\n1,2\n")
    assert "kode, suara_1" in refused.value.hint


def test_two_headers_for_one_column_are_refused(staged):
    with pytest.raises(Refused, match=r"suara_1.*suara_01"):
        staged(f"kode_tps,suara_1,suara_01,suara_sah\n{code(1)},1,2,3\n")


def test_a_mapping_goes_before_the_names(staged):
    content = f"url,kode_tps,votes,valid\nhttps://x.test/{code(1)},lama,4,5\n"
    s = staged(content, mapping={"url": "kode_tps", "votes": "suara_1", "valid": "suara_sah"})
    assert rows_of(s, "kode_tps, suara_1, suara_sah") == [(code(1), 4, 5)]
    assert s.header.ignored == ("kode_tps",)


def test_a_column_may_be_passed_over(staged):
    s = staged(table(f"{code(1)},salah,1"), mapping={"suara_1": ""})
    assert s.error_count == 0
    assert s.header.ignored == ("suara_1",)


@pytest.mark.parametrize("mapping", [{"tidak_ada": "suara_sah"}, {"suara_1": "tidak_ada"}])
def test_a_wrong_mapping_is_refused(staged, mapping):
    with pytest.raises(Refused, match="tidak_ada"):
        staged(table(f"{code(1)},1,1"), mapping=mapping)


def test_too_many_rows_are_refused(staged):
    spec = Spec("u", "U", (Column("a", Integer()),), max_rows=lambda: 2)
    assert staged("a\n1\n2\n", spec=spec).rows == 2
    with pytest.raises(Refused, match="3 baris; paling banyak 2"):
        staged("a\n1\n2\n3\n", spec=spec)


def test_the_module_adds_errors_and_takes_the_good_rows(staged):
    s = staged(table(f"{code(1)},1,1", f"{code(2)},x,1", f"{code(3)},1,1"))
    added = s.add_errors(
        "select row_number, 'kode_tps', kode_tps, 'unknown_tps' from staged where kode_tps = %(code)s",
        {"code": code(3)},
        messages={"unknown_tps": ("TPS tidak dikenal.", "Periksa.")},
    )
    assert added == 1
    assert [(e.row_number, e.message) for e in s.errors()][1] == (4, "TPS tidak dikenal.")
    assert s.errors_by_code() == [
        ("not_a_number", "Isi bukan bilangan.", 1),
        ("unknown_tps", "TPS tidak dikenal.", 1),
    ]
    assert s.discard_bad() == 2
    assert rows_of(s, "kode_tps") == [(code(1),)]
    s.drop()
    assert s.raw.execute("select to_regclass('pg_temp.staged')").fetchone() == (None,)


def test_on_a_connection_of_sqlalchemy(database, write):
    engine = create_engine(sqlalchemy_url(database))
    with engine.connect() as connection:
        connection.execute(text("set local role electsys_app"))
        s = stage(connection, write(table(f"{code(1)},1,1")), VOTES, "staged")
        assert s.add_errors("select row_number, '', null, 'x' from staged where suara_1 = :n", {"n": 1}) == 1
        assert [e.code for e in s.errors()] == ["x"]
    engine.dispose()


def test_staging_again_starts_afresh(staged):
    staged(table(f"{code(1)},x,1", f"{code(2)},1,1"))
    s = staged(table(f"{code(3)},1,1"))
    assert s.error_count == 0
    assert rows_of(s, "kode_tps") == [(code(3),)]


def test_personal_files_keep_values_out_of_errors(staged):
    spec = sealed(Spec("u", "U", VOTES.columns, key=("kode_tps",)))
    s = staged(table("Siti Rahma,abc,1", f"{code(2)},1,1", f"{code(2)},1,1"), spec=spec)
    assert {e.value for e in s.errors()} == {None}
    stored = s.raw.execute(f"select value from {s.error_table}").fetchall()
    assert set(stored) == {(None,)}


def test_order_and_numbers_hold_over_many_buffers(staged):
    """More than one reading buffer of DuckDB, by each of the two ways into PostgreSQL."""
    filler = "x" * 400
    spec = Spec("u", "U", (Column("a", Integer()), Column("b", Integer(0, 1))))
    for first in ("0", " 0"):  # the second is not plain: values go through DuckDB
        rows = (f"{i},{first if i == 5 else 0},{filler}" for i in range(120_000))
        s = staged("a,b,c\n" + "\n".join(rows) + "\n", spec=spec)
        assert s.rows == 120_000
        wrong = s.raw.execute("select count(*) from staged where row_number <> a + 2 or b <> 0").fetchone()
        assert wrong == (0,)
        assert s.raw.execute("select count(*) from staged").fetchone() == (120_000,)


def test_progress_is_told(staged):
    told = []
    rows = [f"{i},1" for i in range(45_000)]
    spec = Spec("u", "U", (Column("a", Integer()), Column("b", Integer())))
    staged("a,b\n" + "\n".join(rows), spec=spec, progress=lambda *t: told.append(t))
    stages = list(dict.fromkeys(t[2] for t in told))
    assert stages == ["Membaca berkas", "Menyalin baris", "Memeriksa isi"]
    assert all(done <= total for done, total, _ in told[1:])
    assert told[-1][:2] == (45_000, 45_000)


def test_duckdb_draws_no_bar_into_what_is_printed(tmp_path):
    """It does so after two seconds where the program is no file."""
    program = (
        "import sys, pathlib; from electsys.intake.reading import connect;"
        " duck = connect(pathlib.Path(sys.argv[1]));"
        " print(duck.execute(\"select current_setting('enable_progress_bar')\").fetchone())"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "(False,)"
