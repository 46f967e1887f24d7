"""The error sheet: the same file, what is wrong, and back again once mended."""

from __future__ import annotations

import csv
import datetime as dt
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from electsys.intake import Code, Column, RowError, Spec, Text, error_sheet, stage
from tests.intake.conftest import VOTES, code, csv_of, errors_of, rows_of, sealed, table

ROOT = Path(__file__).parents[2]
BAD = [
    ["kab", "kode_tps", "nama", "suara_1", "suara_sah"],
    ["x", code(1), "José", "5", "5"],
    ["x", "123", "a;b", "abc", "5"],
    ["x", code(3), 'kata "orang"', "-1", "5"],
    ["x", code(4), "", "4", "4"],
]


def lines_of(path, encoding="utf-8-sig", delimiter=","):
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


@pytest.fixture
def sheet(connection, tmp_path):
    """Stage a file and write its error sheet."""

    def sheet(path, spec=VOTES, **more):
        staging = stage(connection, path, spec, "staged", mapping=more.get("mapping"))
        out = tmp_path / f"kesalahan{path.suffix}"
        return error_sheet(path, staging.errors(), out, spec, **more), out

    return sheet


@pytest.mark.parametrize(
    ("encoding", "written", "delimiter"),
    [
        ("utf-8", "utf-8-sig", ";"),
        ("utf-8-sig", "utf-8-sig", ","),
        ("cp1252", "cp1252", "\t"),
        ("utf-16", "utf-16", "|"),
    ],
)
def test_the_bad_rows_of_the_same_file(write, sheet, encoding, written, delimiter):
    path = write(csv_of(BAD, delimiter=delimiter), encoding=encoding)
    count, out = sheet(path)
    lines = lines_of(out, written, delimiter)
    assert count == 2
    assert lines[0] == ["baris", "kesalahan", "saran", *BAD[0]]
    assert [line[0] for line in lines[1:]] == ["3", "4"]
    assert [line[3:] for line in lines[1:]] == [BAD[2], BAD[3]]
    assert lines[1][1] == "kode_tps: Kode harus terdiri atas 13 angka.; suara_1: Isi bukan bilangan."
    assert "Tulis bilangan bulat" in lines[1][2]


def test_all_rows_on_demand(write, sheet):
    count, out = sheet(write(csv_of(BAD)), every_row=True)
    lines = lines_of(out)
    assert count == 2
    assert [line[0] for line in lines[1:]] == ["2", "3", "4", "5"]
    assert [bool(line[1]) for line in lines[1:]] == [False, True, True, False]


def test_a_mended_sheet_goes_in(write, sheet, connection):
    _, out = sheet(write(csv_of(BAD)))
    mended = (
        out.read_text("utf-8-sig")
        .replace(",123,", f",{code(2)},")
        .replace(",abc,", ",3,")
        .replace(",-1,", ",1,")
    )
    path = write(mended, "diperbaiki.csv")
    s = stage(connection, path, VOTES, "staged")
    assert errors_of(s) == []
    assert s.header.ignored == ("kab",)
    assert rows_of(s, "kode_tps, suara_1") == [(code(2), 3), (code(3), 1)]
    again = write(mended.replace(f",{code(2)},", ",1,"), "lagi.csv")
    _, out = sheet(again)
    assert lines_of(out)[0] == ["baris", "kesalahan", "saran", *BAD[0]]


def test_short_and_long_rows_keep_their_cells(write, sheet):
    count, out = sheet(write(table(f"{code(1)},1,1", code(2), f"{code(3)},1,1,9,9")))
    assert count == 2
    assert [line[3:] for line in lines_of(out)[1:]] == [[code(2), "", ""], [code(3), "1", "1", "9", "9"]]


def test_a_workbook_stays_a_workbook(book, sheet, connection):
    path = book(
        [
            ["kode_tps", "nama", "suara_1", "suara_sah", "tanggal"],
            [code(1), "=1+1", 5, "salah", dt.date(2024, 2, 14)],
            [code(2), "b", 5, 5, None],
            [int(code(3)), "http://x.test", -2, 5, None],
        ]
    )
    count, out = sheet(path)
    rows = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    assert count == 2
    assert rows[0] == ["baris", "kesalahan", "saran", "kode_tps", "nama", "suara_1", "suara_sah", "tanggal"]
    assert rows[1][0] == 2
    assert rows[1][3:] == [code(1), "=1+1", 5, "salah", dt.date(2024, 2, 14)]
    assert rows[2][3:6] == [int(code(3)), "http://x.test", -2]
    s = stage(connection, out, VOTES, "staged")
    assert errors_of(s) == [(2, "suara_sah", "not_a_number"), (3, "suara_1", "negative")]


def test_of_a_personal_file_only_numbers_and_masks_go_back(write, sheet):
    spec = sealed(Spec("p", "P", (Column("nik", Code(16)), Column("nama", Text(5)))))
    path = write("NIK,nama\n1201010101010001,Siti Rahmawati\n120101,Budi\n1201010101010003,Ani\n")
    count, out = sheet(path, spec=spec, every_row=True)
    assert count == 2
    assert [[line[0], *line[3:]] for line in lines_of(out)] == [
        ["baris", "nik"],
        ["2", "1201**********01"],
        ["3", "******"],
    ]
    text = out.read_text("utf-8-sig")
    assert "Siti" not in text and "120101" not in text
    count, out = sheet(write("x,nama\n1201010101010001,Siti Rahmawati\n"), spec=spec, mapping={"x": "nik"})
    assert lines_of(out)[1][3] == "1201**********01"
    without = sealed(Spec("p", "P", spec.columns[1:]))
    _, out = sheet(write("nama\nSiti Rahmawati\n"), spec=without)
    assert lines_of(out)[1][3] == ""


def test_errors_of_rows_that_are_not_there_do_no_harm(write, tmp_path):
    path = write(table(f"{code(1)},1,1", "", f"{code(2)},1,1"))
    wrong = [RowError(n, "", None, "x", "Salah.", "") for n in (3, 4, 99)]
    assert error_sheet(path, wrong, tmp_path / "out.csv", VOTES) == 1
    assert lines_of(tmp_path / "out.csv")[1][:4] == ["4", "Salah.", "", code(2)]


def test_memory_is_bounded(database, tmp_path):
    """A file of 120 MB with errors in every hundredth row, in a process of its own: stage and error sheet."""
    path = tmp_path / "besar.csv"
    line = ",".join(["7"] * 27) + "," + "x" * 150
    with path.open("w") as file:
        file.write(
            ",".join(["kode_tps", *(f"suara_{i}" for i in range(1, 27)), "suara_sah", "catatan"][:28]) + "\n"
        )
        for n in range(600_000):
            file.write(f"{n:013d},{'x' if n % 100 == 0 else 1}{line[3:]}\n")
    script = textwrap.dedent(
        """
        import sys, psycopg
        from dataclasses import replace
        from electsys.intake import error_sheet, stage
        from tests.intake.conftest import VOTES
        spec = replace(VOTES, max_rows=None, columns=tuple(c for c in VOTES.columns if c.name != "suara_sah"))
        with psycopg.connect(sys.argv[1]) as connection:
            s = stage(connection, sys.argv[2], spec, "staged")
            n = error_sheet(sys.argv[2], s.errors(), sys.argv[2] + ".out", spec)
            assert (s.rows, s.error_count, n) == (600_000, 6_000, 6_000), (s.rows, s.error_count, n)
            # Not ru_maxrss: that begins with what the process held that started this one.
            [peak] = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
            print(int(peak.split()[1]) // 1024)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script, database, str(path)],
        cwd=ROOT,
        env={**os.environ, "ELECTSYS_TESTING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    peak = int(done.stdout)
    assert peak < 512, f"{peak} MB"
