"""Wrong files at the command line: refused with a clear message, exit code 1, and nothing changed."""

from __future__ import annotations

import datetime as dt
import threading
import time
import zipfile

import psycopg
import pytest
from sqlalchemy import text

from electsys.elections.models import Contest, Election
from modules.situng.operations.batches import confirm_batch
from tests.situng.conftest import CLEAN

A, B = "1201011001001", "1201011001002"
TABLES = ("result_batch", "result_version", "result_form", "total_delta", "region_total", "tps", "act")


@pytest.fixture
def run(app, session, make_account):
    """``flask situng import-results`` as the operator of Tapanuli Tengah."""
    account = make_account("operator_kpu_kabko", "1201")
    session.commit()

    def run(path, *options):
        command = ["situng", "import-results", str(path), "--election", "pemilu-2024", "--contest", "ppwp"]
        return app.test_cli_runner().invoke(args=[*command, "--as", account.username, *options])

    return run


def state(session):
    """What an import could change."""
    counts = {t: session.execute(text(f"select count(*) from {t}")).scalar_one() for t in TABLES}
    totals = session.execute(
        text("select md5(string_agg(t::text, ',' order by t::text)) from region_total t")
    )
    return counts, totals.scalar_one()


def refused(session, run, path, *said, options=()):
    """The file is refused in these words, with a way to mend it, and leaves no trace."""
    before = state(session)
    answer = run(path, *options)
    assert answer.exit_code == 1, answer.output
    for words in said:
        assert words in answer.output, answer.output
    assert "Traceback" not in answer.output
    assert state(session) == before


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"kode_tps": "1201019999001"}, "tidak ada dalam daftar TPS"),
        ({"kode_tps": "12010110010"}, "13 angka"),
        ({"kode_tps": "3171011001001"}, "di luar wilayah Anda"),
        ({"kode_tps": A, "suara_1": "12a"}, "suara_1: Isi bukan bilangan."),
        ({"kode_tps": A, "suara_1": "dua"}, "suara_1: Isi bukan bilangan."),
        ({"kode_tps": A, "suara_1": "-5"}, "suara_1: Bilangan negatif."),
        ({"kode_tps": A, "suara_1": str(10**12)}, "suara_1: Bilangan terlalu besar."),
        ({"kode_tps": A, "suara_1": "1000000"}, "suara_1: Bilangan terlalu besar."),
        ({"kode_tps": A, "suara_1": "1,5"}, "suara_1: Bilangan memakai titik atau koma."),
        ({"kode_tps": A, "pemilih_dpt_l": "12a"}, "pemilih_dpt_l: Isi bukan bilangan."),
    ],
)
def test_a_row_that_cannot_be(session, run, write_file, row, said):
    path = write_file([{"kode_tps": B}, row])
    refused(session, run, path, "1 kesalahan di 1 dari 2 baris", "baris 3", said)
    sheet = path.with_name("hasil-kesalahan.csv")
    assert "kesalahan" in sheet.read_text() and row["kode_tps"] in sheet.read_text()
    assert B not in sheet.read_text(), "the sheet lists the wrong rows only"


def test_columns_that_nothing_reads_are_named(session, run, write_file):
    path = write_file([{"kode_tps": A, "catatan": "x"}], header=["kode_tps", *CLEAN, "catatan"])
    assert "Kolom yang diabaikan: catatan" in run(path, "--dry-run").output


def test_a_tps_twice(session, run, write_file):
    path = write_file([{"kode_tps": A}, {"kode_tps": B}, {"kode_tps": A}])
    said = (
        "2 kesalahan di 2 dari 3 baris",
        "baris 2, kode_tps: Baris ganda",
        "baris 4, kode_tps: Baris ganda",
    )
    refused(session, run, path, *said)


def test_every_wrong_row_is_told_at_once(session, run, write_file):
    rows = [{"kode_tps": A, "suara_1": "-5"}, {"kode_tps": B}, {"kode_tps": "1201019999001", "suara_2": "x"}]
    said = ("3 kesalahan di 2 dari 3 baris", "baris 2, suara_1", "baris 4, kode_tps", "baris 4, suara_2")
    refused(session, run, write_file(rows), *said)


def test_a_tps_of_another_election(session, run, write_file):
    other = Election(
        code="uji-lain", name="Lain", kind="pemilu", voting_day=dt.date(2029, 2, 14), map_id=2024
    )
    session.add_all([other, Contest(election=other, kind="ppwp", name="x")])
    session.flush()
    session.execute(
        text(
            "insert into tps (election_id, province, code, village_code, kind, number, name)"
            " values (:e, '12', '1201011001888', '1201011001', 'reguler', 888, 'TPS 888')"
        ),
        {"e": other.id},
    )
    session.commit()
    refused(session, run, write_file([{"kode_tps": "1201011001888"}]), "milik pemilu lain")


def test_no_column_of_codes(session, run, write_file):
    refused(
        session, run, write_file([{"kode_tps": A}], header=list(CLEAN)), "Kolom wajib tidak ada: kode_tps."
    )


def test_no_column_of_votes(session, run, write_file):
    header = ["kode_tps", *(name for name in CLEAN if name != "suara_2")]
    refused(session, run, write_file([{"kode_tps": A}], header=header), "Kolom wajib tidak ada: suara_2.")


def test_an_empty_file(session, run, tmp_path, write_file):
    path = tmp_path / "kosong.csv"
    path.write_text("")
    refused(session, run, path, "Ditolak: Berkas ini kosong.")
    refused(session, run, write_file([], "judul.csv"), "Ditolak: Berkas ini hanya berisi judul kolom.")


def test_a_zip_that_calls_itself_xlsx(session, run, tmp_path):
    path = tmp_path / "hasil.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("catatan.txt", "bukan lembar kerja")
    refused(session, run, path, "Ditolak: Berkas ini arsip ZIP, bukan buku kerja XLSX.")


def test_a_picture_that_calls_itself_csv(session, run, tmp_path):
    path = tmp_path / "hasil.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 8)
    refused(session, run, path, "Ditolak: Berkas ini bukan tabel CSV atau XLSX.")


def test_more_rows_than_the_election_has_tps(session, run, write_file):
    session.execute(text("delete from tps where code not like '120101%'"))
    session.commit()
    left = session.execute(text("select count(*) from tps")).scalar_one()
    codes = [{"kode_tps": f"1201{n:09}"} for n in range(left + 1)]
    refused(session, run, write_file(codes), f"Berkas ini berisi {left + 1} baris; paling banyak {left}.")


def test_the_valid_rows_alone_are_taken_when_asked(session, run, write_file):
    path = write_file([{"kode_tps": A}, {"kode_tps": "1201019999001"}])
    answer = run(path, "--accept-valid")
    assert answer.exit_code == 0, answer.output
    assert "1 baris: 1 siap dihitung" in answer.output
    assert "menunggu konfirmasi akun kedua" in answer.output


def test_a_dry_run_saves_nothing(session, run, write_file):
    before = state(session)
    answer = run(write_file([{"kode_tps": A}]), "--dry-run")
    assert answer.exit_code == 0
    assert "tidak ada yang disimpan" in answer.output
    assert state(session) == before


def test_a_dry_run_of_a_wrong_file_is_refused_too(session, run, write_file):
    path = write_file([{"kode_tps": A, "suara_1": "x"}])
    refused(session, run, path, "1 kesalahan", options=["--dry-run"])


@pytest.mark.parametrize(
    ("pair", "said"),
    [("kode_tps=tidak_ada", "“tidak_ada” tidak ada di berkas"), ("bukan_kolom=kode_tps", "tidak dikenal")],
)
def test_a_mapping_of_what_is_not_there(session, run, write_file, pair, said):
    refused(session, run, write_file([{"kode_tps": A}]), said, options=["--map", pair])


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--election", "pemilu-2024"],
        ["--election", "pemilu-1955", "--contest", "ppwp", "--as", "x"],
        ["--election", "pemilu-2024", "--contest", "pilkades", "--as", "x"],
        ["--election", "pemilu-2024", "--contest", "ppwp"],
        ["--election", "pemilu-2024", "--contest", "ppwp", "--as", "x", "--paksa"],
        ["--election", "pemilu-2024", "--contest", "ppwp", "--as", "x", "berkas-kedua.csv"],
    ],
)
def test_wrong_usage(app, session, write_file, options):
    before = state(session)
    path = str(write_file([{"kode_tps": A}]))
    answer = app.test_cli_runner().invoke(args=["situng", "import-results", path, *options])
    assert answer.exit_code == 2 and "Error: " in answer.output
    assert state(session) == before


def test_wrong_usage_of_a_known_command(session, run, tmp_path, write_file):
    before = state(session)
    assert run(write_file([{"kode_tps": A}]), "--map", "tanpa-tanda").exit_code == 2
    assert run(tmp_path / "tidak-ada.csv").exit_code == 2
    assert run(tmp_path).exit_code == 2
    assert state(session) == before


def test_an_account_without_the_right_is_refused(app, session, make_account, write_file):
    account = make_account("bawaslu_k", "1201")
    session.commit()
    command = ["situng", "import-results", str(write_file([{"kode_tps": A}]))]
    command += ["--election", "pemilu-2024", "--contest", "ppwp", "--as", account.username]
    before = state(session)
    answer = app.test_cli_runner().invoke(args=command)
    assert answer.exit_code == 1 and "tidak berwenang" in answer.output
    assert state(session) == before


@pytest.mark.parametrize("name", ["--as", "--approve-as"])
def test_an_account_that_is_not_there(session, run, write_file, name):
    said = "Akun 'tidak.ada' tidak ada atau tidak aktif."
    refused(session, run, write_file([{"kode_tps": A}]), said, options=[name, "tidak.ada"])


def test_a_second_import_of_the_contest_waits_and_says_so(database, session, run, contest, write_file):
    with psycopg.connect(database, autocommit=True) as other:
        other.execute("select pg_advisory_lock(20240214, %s)", (contest.id,))
        release = threading.Timer(1, other.execute, ("select pg_advisory_unlock_all()",))
        release.start()
        start = time.monotonic()
        answer = run(write_file([{"kode_tps": A}]))
        waited = time.monotonic() - start
        release.join()
    assert answer.exit_code == 0, answer.output
    assert "menunggu giliran" in answer.output
    assert waited >= 0.8


def test_the_page_of_a_file_names_the_one_it_waits_for(
    session, client, make_account, login, bring, second, write_file
):
    first, then = bring(write_file([{"kode_tps": A}])), bring(write_file([{"kode_tps": B}], "kedua.csv"))
    for batch in (first, then):
        confirm_batch(batch, actor=second)
    session.commit()
    reader = make_account("operator_kpu_kabko", "1201")
    session.commit()
    login(client, reader)
    assert f"Menunggu giliran: berkas {first.id} " in client.get(f"/hasil/berkas/{then.id}").text
    assert "Menunggu giliran" not in client.get(f"/hasil/berkas/{first.id}").text
