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
TABLES = ("result_batch", "result_version", "result_form", "total_delta")


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
    sums = session.execute(text("select sum(received), sum(accepted), sum(flagged) from region_total"))
    return counts, tuple(sums.one())


def refused(session, run, path, *said):
    before = state(session)
    answer = run(path)
    assert answer.exit_code == 1, answer.output
    for words in said:
        assert words in answer.output, answer.output
    assert state(session) == before


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"kode_tps": "1201019999001"}, "tidak ada dalam daftar TPS"),
        ({"kode_tps": "12010110010"}, "13 angka"),
        ({"kode_tps": "3171011001001"}, "di luar wilayah Anda"),
        ({"kode_tps": A, "suara_1": "12a"}, "bukan bilangan"),
        ({"kode_tps": A, "suara_1": "-5"}, "suara_1"),
        ({"kode_tps": A, "suara_1": str(10**12)}, "suara_1"),
        ({"kode_tps": A, "suara_1": "1,5"}, "suara_1"),
    ],
)
def test_a_row_that_cannot_be(session, run, write_file, row, said):
    path = write_file([{"kode_tps": B}, row])
    refused(session, run, path, "1 kesalahan di 1 dari 2 baris", "baris 3", said)
    sheet = path.with_name("hasil-kesalahan.csv")
    assert "kesalahan" in sheet.read_text() and row["kode_tps"] in sheet.read_text()


def test_a_tps_twice(session, run, write_file):
    refused(session, run, write_file([{"kode_tps": A}, {"kode_tps": B}, {"kode_tps": A}]), "baris")


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
    refused(session, run, write_file([{"kode_tps": "1201011001888"}]), "milik pemilu lain")


def test_no_column_of_codes(session, run, write_file):
    refused(session, run, write_file([{"kode_tps": A}], header=list(CLEAN)), "kode_tps")


def test_an_empty_file(session, run, tmp_path, write_file):
    path = tmp_path / "kosong.csv"
    path.write_text("")
    refused(session, run, path, "kosong")
    refused(session, run, write_file([], "judul.csv"), "Ditolak")


def test_a_zip_that_calls_itself_xlsx(session, run, tmp_path):
    path = tmp_path / "hasil.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("catatan.txt", "bukan lembar kerja")
    refused(session, run, path, "Ditolak")


def test_more_rows_than_the_election_has_tps(session, run, write_file):
    session.execute(text("delete from tps where code not like '120101%'"))
    left = session.execute(text("select count(*) from tps")).scalar_one()
    codes = [{"kode_tps": f"1201{n:09}"} for n in range(left + 1)]
    refused(session, run, write_file(codes), "Ditolak")


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


def test_wrong_usage(app, session, run, write_file):
    path = write_file([{"kode_tps": A}])
    assert run(path, "--map", "tanpa-tanda").exit_code == 2
    nobody = app.test_cli_runner().invoke(args=["situng", "import-results", str(path), "--election", "x"])
    assert nobody.exit_code == 2


def test_an_account_without_the_right_is_refused(app, session, make_account, write_file):
    account = make_account("bawaslu_k", "1201")
    session.commit()
    command = ["situng", "import-results", str(write_file([{"kode_tps": A}]))]
    command += ["--election", "pemilu-2024", "--contest", "ppwp", "--as", account.username]
    answer = app.test_cli_runner().invoke(args=command)
    assert answer.exit_code == 1 and "tidak berwenang" in answer.output


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
