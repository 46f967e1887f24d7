"""Pages of voter files: the list, the balance of one file, the queue of doubtful rows."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import text

from modules.sidalih.models import VoterBatch
from tests.pages import Html
from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE
from tests.sidalih.importing import row, write_csv


@pytest.fixture
def batch(app, session, make_account, tmp_path) -> VoterBatch:
    """A file of two villages: one row refused, one doubtful."""
    account = make_account("operator_kpu_kabko", "1201")
    session.commit()
    rows = [
        row(nama="Ani Benar"),
        row(nama="Siti Ragu", tanggal_lahir="1893-05-17"),
        row(nik="1"),
        row(kode_desa=OTHER_VILLAGE),
    ]
    command = ["sidalih", "import", str(write_csv(tmp_path / "dp4.csv", rows)), "--election", "pemilu-2024"]
    result = app.test_cli_runner().invoke(args=[*command, "--accept-valid", "--as", account.username])
    assert result.exit_code == 0, result.output
    return session.query(VoterBatch).one()


@pytest.fixture
def as_role(client, session, make_account, login):
    """Log somebody in."""

    def as_role(role="operator_kpu_kabko", region="1201"):
        account = make_account(role, region)
        session.commit()
        login(client, account)
        return client

    return as_role


def test_the_list_and_one_file(batch, as_role):
    client = as_role()
    page = client.get("/pemilih/berkas")
    assert "dp4.csv" in page.text
    assert "/unggah/pemilih" in page.text
    shown = Html(client.get(f"/pemilih/berkas/{batch.id}").text)
    said = shown.text()
    assert "4 = 3 + 1 + 0" in said
    assert "Neraca cocok" in said
    assert "Laporkan kepada pengelola" not in said


def test_the_villages_as_a_file(batch, as_role):
    client = as_role()
    data = client.get(f"/pemilih/berkas/{batch.id}?unduh=csv").data.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(data)))
    by_code = {line[0]: line[3:] for line in lines[1:]}
    assert by_code[VILLAGE] == ["3", "2", "1", "0", "ya", "0", "1"]
    assert by_code[OTHER_VILLAGE] == ["1", "1", "0", "0", "ya", "0", "0"]
    only = client.get(f"/pemilih/berkas/{batch.id}?hanya=ditolak&unduh=csv").data.decode("utf-8-sig")
    assert OTHER_VILLAGE not in only and VILLAGE in only
    found = client.get(f"/pemilih/berkas/{batch.id}?cari={OTHER_VILLAGE}&unduh=csv").data.decode("utf-8-sig")
    assert OTHER_VILLAGE in found and VILLAGE not in found


def test_numbers_that_do_not_add_up_are_shown(batch, as_role, session):
    session.execute(
        text(
            "update voter_batch_village set accepted = accepted + 1, received = received + 1"
            " where village_code = :v"
        ),
        {"v": VILLAGE},
    )
    session.commit()
    assert "Laporkan kepada pengelola" in as_role().get(f"/pemilih/berkas/{batch.id}").text


def test_the_queue_of_doubtful_rows(batch, as_role):
    client = as_role()
    page = client.get("/pemilih/periksa")
    said = Html(page.text).text()
    assert "SITI RAGU" in said and "ANI BENAR" not in said
    assert "NIK beda tanggal lahir; umur sangat tinggi" in said
    assert "**********" in said
    assert "1893-05-17" not in said
    assert "SITI RAGU" in client.get("/pemilih/periksa?keraguan=umur_lebih").text
    assert "SITI RAGU" not in client.get("/pemilih/periksa?keraguan=kawin_muda").text
    assert "SITI RAGU" in client.get(f"/pemilih/periksa?cari={VILLAGE}").text
    assert "SITI RAGU" not in client.get(f"/pemilih/periksa?cari={OTHER_VILLAGE}").text
    assert client.get("/pemilih/periksa?unduh=csv").status_code == 404


def test_others_see_their_own_regions(batch, as_role):
    client = as_role("operator_kpu_kabko", "3171")
    assert "dp4.csv" not in client.get("/pemilih/berkas").text
    assert client.get(f"/pemilih/berkas/{batch.id}").status_code == 403
    assert "SITI RAGU" not in client.get("/pemilih/periksa").text


def test_bawaslu_sees_files_and_cannot_bring_any(batch, as_role):
    client = as_role("bawaslu_k", "1201")
    assert "dp4.csv" in client.get("/pemilih/berkas").text
    assert "/unggah/pemilih" not in client.get("/pemilih/berkas").text
    assert "4 = 3 + 1 + 0" in Html(client.get(f"/pemilih/berkas/{batch.id}").text).text()
    assert client.get("/unggah/pemilih").status_code == 403


def test_empty_pages_say_what_to_do(as_role, session):
    client = as_role()
    assert "Impor DP4" in client.get("/pemilih/berkas").text
    assert "Tidak ada data pemilih yang diragukan" in client.get("/pemilih/periksa").text


def test_the_choices_are_those_of_the_grants(as_role):
    page = as_role("operator_kpu_kabko", "1201").get("/unggah/pemilih").text
    assert ":1201:dp4" in page and ":1201:dpb" in page and ":1201:dpt" in page
    assert ":1201:ppln" not in page and "::dp4" not in page
    nation = as_role("operator_kpu_ri", "").get("/unggah/pemilih").text
    assert "::dp4" in nation and "seluruh Indonesia" in nation


def test_every_doubt_has_a_sentence_and_a_few_words():
    from modules.sidalih.imports.wording import SHORT
    from modules.sidalih.wording import DOUBTS

    assert SHORT.keys() == {code for code in DOUBTS if not code.endswith(("_length", "_digits"))}
