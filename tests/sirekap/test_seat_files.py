"""Files of votes and seats: what is wrong is told, row by row; nothing is written half."""

from __future__ import annotations

import csv

import pytest
import xlsxwriter

VOTES = "kode_dapil,A,B\n1101,60,30\n1102,20,50\n"
SEATS = "kode_dapil,alokasi_kursi\n1101,2\n1102,3\n"


@pytest.fixture
def run(app, tmp_path):
    def call(votes=VOTES, seats=SEATS, *more, out="hasil.csv"):
        for name, text in (("suara.csv", votes), ("kursi.csv", seats)):
            if text is not None:
                (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        arguments = ["sirekap", "seats", "--votes", tmp_path / "suara.csv", "--seats", tmp_path / "kursi.csv"]
        arguments += ["--out", tmp_path / out, *more]
        return app.test_cli_runner().invoke(args=[str(each) for each in arguments])

    return call


def sheet(folder, name):
    with (folder / name).open(encoding="utf-8") as lines:
        return [(int(row["baris"]), row["kolom"]) for row in csv.DictReader(lines)]


def test_good_files(run, tmp_path):
    told = run()
    assert told.exit_code == 0, told.output
    assert (tmp_path / "hasil.csv").read_text() == "kode_dapil,A,B\n1101,1,1\n1102,1,2\n"


@pytest.mark.parametrize(
    ("votes", "where"),
    [
        ("kode_dapil,A,B\n1101,60,\n1102,20,50\n", [(2, "B")]),
        ("kode_dapil,A,B\n1101,60,3.5\n1102,-2,50\n", [(2, "B"), (3, "A")]),
        ("kode_dapil,A,B\n1101,1.234,30\n1102,20,5e3\n", [(2, "A"), (3, "B")]),
        ("kode_dapil,A,B\n1101,60,30\n1101,20,50\n", [(3, "kode_dapil")]),
        ("kode_dapil,A,B\n../x,60,30\n1102,20,50\n", [(2, "kode_dapil")]),
        ("kode_dapil,A,A\n1101,60,30\n", [(1, "A")]),
        ("kode_dapil,A,\n1101,60,30\n", None),
        ("dapil,A,B\n1101,60,30\n", [(1, "kode_dapil")]),
        ("kode_dapil,total_dpt\n1101,60\n", [(1, "")]),
        (VOTES + "1103,1,2\n", [(4, "kode_dapil")]),
        ("kode_dapil,A,B\n1101,60,1234567890123456789\n1102,20,50\n", [(2, "B")]),
        ("kode_dapil,A,B\n1101,60,٣\n1102,20,50\n", [(2, "B")]),
    ],
)
def test_faults_of_votes_stand_in_a_sheet_beside_the_file(run, tmp_path, votes, where):
    told = run(votes)
    if where is None:  # a last column without name or cells that count is only passed over
        assert told.exit_code == 1
        return
    assert told.exit_code == 1
    assert "suara.csv" in told.output
    assert sheet(tmp_path, "suara.kesalahan.csv") == where
    assert not (tmp_path / "hasil.csv").exists()


@pytest.mark.parametrize(
    ("seats", "where"),
    [
        ("kode_dapil,alokasi_kursi\n1101,2\n1102,0\n", [(3, "alokasi_kursi")]),
        ("kode_dapil,alokasi_kursi\n1101,2\n1102,tiga\n", [(3, "alokasi_kursi")]),
        ("kode_dapil,jumlah\n1101,2\n", [(1, "alokasi_kursi")]),
        (SEATS + "1103,4\n", [(4, "kode_dapil")]),
    ],
)
def test_faults_of_seats(run, tmp_path, seats, where):
    told = run(VOTES, seats)
    assert told.exit_code == 1
    assert sheet(tmp_path, "kursi.kesalahan.csv") == where


@pytest.mark.parametrize("junk", [b"", b"\x00\x01\x02", b"<html><body>no</body></html>", b"kode_dapil,A\n"])
def test_no_table_is_refused(run, tmp_path, junk):
    told = run(junk)
    assert told.exit_code == 1
    assert "Traceback" not in told.output
    assert not (tmp_path / "hasil.csv").exists()


def test_a_tie_for_the_last_seat_is_left_to_the_plenary(run, tmp_path):
    told = run("kode_dapil,A,B\n1101,50,50\n1102,20,50\n", "kode_dapil,alokasi_kursi\n1101,3\n1102,3\n")
    assert told.exit_code == 1
    assert "1101" in told.output and "A, B" in told.output
    assert not (tmp_path / "hasil.csv").exists()


def test_a_dapil_without_votes_is_refused(run):
    told = run("kode_dapil,A,B\n1101,0,0\n1102,20,50\n")
    assert told.exit_code == 1
    assert "1101" in told.output


@pytest.mark.parametrize("share", ["4", "-0.1", "empat", "1/0", "0.04.1"])
def test_wrong_usage_is_two(run, share):
    assert run(VOTES, SEATS, "--threshold", share).exit_code == 2


def test_missing_files_and_places(run, app, tmp_path):
    assert app.test_cli_runner().invoke(args=["sirekap", "seats", "--votes", "tidak-ada"]).exit_code == 2
    told = run(VOTES, SEATS, out="tidak-ada/hasil.csv")
    assert told.exit_code == 1
    assert "Traceback" not in told.output


def test_excel_is_read_too(run, tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "suara.csv")
    page = book.add_worksheet()
    for row, cells in enumerate([["kode_dapil", "A", "B"], ["1101", 60, 30], [1102, 20, 50]]):
        page.write_row(row, 0, cells)
    book.close()
    told = run(None)
    assert told.exit_code == 0, told.output
    assert (tmp_path / "hasil.csv").read_text().splitlines()[1] == "1101,1,1"
