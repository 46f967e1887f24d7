"""What an import on the command line says, writes, and ends with."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from electsys.errors import Refused
from electsys.intake import run_cli
from tests.intake.conftest import VOTES, code, table


@pytest.fixture
def target(session):
    session.execute(text("create temporary table uji_hasil (kode_tps text)"))
    session.commit()

    def apply(staging):
        count = session.execute(text(f"insert into uji_hasil select kode_tps from {staging.table}")).rowcount
        return f"{count} baris masuk."

    def rows():
        return session.scalar(text("select count(*) from uji_hasil"))

    return apply, rows


def test_a_good_file(session, write, target, capsys):
    apply, rows = target
    path = write(table(f"{code(1)},1,1", f"{code(2)},2,2", header="kode_tps,suara_01,suara_sah"))
    assert run_cli(VOTES, apply, path) == 0
    assert rows() == 2
    out, err = capsys.readouterr()
    assert "2 baris dibaca." in out and "2 baris masuk." in out
    assert err == ""


def test_a_dry_run_stores_nothing(session, write, target, capsys):
    apply, rows = target
    assert run_cli(VOTES, apply, write(table(f"{code(1)},1,1")), dry_run=True) == 0
    assert rows() == 0
    assert "tidak ada yang disimpan" in capsys.readouterr().out


def test_errors_refuse_all_and_leave_a_sheet_beside_the_file(session, write, target, capsys, tmp_path):
    apply, rows = target
    path = write(table(f"z,{code(1)},x,1", f"z,{code(2)},1,1", header="kab,kode_tps,suara_1,suara_sah"))
    assert run_cli(VOTES, apply, path) == 1
    assert rows() == 0
    out, err = capsys.readouterr()
    assert "Kolom yang diabaikan: kab" in out
    assert "1 kesalahan di 1 dari 2 baris:" in err
    said = "baris 2, suara_1: Isi bukan bilangan. Tertulis: “x”. Tulis bilangan bulat dengan angka 0-9 saja."
    assert said in err
    assert "Tidak ada yang disimpan." in err
    sheet = (tmp_path / "uji-kesalahan.csv").read_text("utf-8-sig")
    assert sheet.splitlines()[0] == "baris,kesalahan,saran,kab,kode_tps,suara_1,suara_sah"


def test_the_valid_rows_are_taken_on_demand(session, write, target, tmp_path):
    apply, rows = target
    path = write(table(f"{code(1)},x,1", f"{code(2)},1,1"))
    assert run_cli(VOTES, apply, path, accept_valid=True, errors=tmp_path / "salah.csv") == 0
    assert rows() == 1
    assert (tmp_path / "salah.csv").exists()


def test_the_module_checks_and_maps(session, write, target):
    apply, rows = target

    def check(staging):
        staging.add_errors(f"select row_number, '', null, 'x' from {staging.table}")

    path = write(table(f"{code(1)},1,1", header="kode,suara_1,sah"))
    mapping = {"kode": "kode_tps", "sah": "suara_sah"}
    assert run_cli(VOTES, apply, path, mapping=mapping) == 0
    assert run_cli(VOTES, apply, path, mapping=mapping, check=check) == 1
    assert rows() == 1


def test_a_refusal_is_said_with_its_hint(session, write, target, capsys):
    apply, rows = target
    assert run_cli(VOTES, apply, write("kode_tps\n1\n")) == 1

    def refuse(staging):
        apply(staging)
        raise Refused("Tahapan ditutup.", hint="Hubungi admin.")

    assert run_cli(VOTES, refuse, write(table(f"{code(1)},1,1"))) == 1
    assert rows() == 0
    err = capsys.readouterr().err
    assert "Ditolak: Kolom wajib tidak ada: suara_sah." in err
    assert "Ditolak: Tahapan ditutup." in err and "Hubungi admin." in err


def test_a_folder_that_cannot_be_written_is_said(session, write, target, capsys, tmp_path):
    apply, rows = target
    nowhere = tmp_path / "tiada" / "salah.csv"
    assert run_cli(VOTES, apply, write(table(f"{code(1)},x,1")), errors=nowhere) == 1
    err = capsys.readouterr().err
    assert f"tidak dapat ditulis ke {nowhere}" in err and "--errors" in err
    assert "Tidak ada yang disimpan." in err and rows() == 0
