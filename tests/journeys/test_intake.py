"""A file with another header is brought and mended, and the worker dies while it is applied."""

from __future__ import annotations

import csv
import time

import psycopg
import pytest

PASSWORD = "kotak-suara-biru-muda-41"
APP = "tests.intake.importable"


def start_worker(live):
    live.start("worker", "flask", "--app", APP, "jobs", "work")


@pytest.fixture(scope="module")
def operator(live):
    live.account("operator_kpu_kabko", "1201", username="operator.impor", password=PASSWORD)
    with psycopg.connect(live.database) as connection:
        connection.execute("create table uji_hasil (berkas bigint, kode text)")
    for name in live.processes:
        live.kill(name)
    live.start("web", "gunicorn", f"{APP}:app", "--bind", f"127.0.0.1:{live.port}", "--threads", "4")
    live.wait()
    start_worker(live)
    return "operator.impor"


def rows(live):
    with psycopg.connect(live.database) as connection:
        return connection.execute("select count(*), count(distinct kode) from uji_hasil").fetchone()


def test_from_a_foreign_header_to_the_outcome(live, page, log_in, operator, tmp_path, axe):
    path = tmp_path / "hasil kecamatan.csv"
    with path.open("w", newline="", encoding="cp1252") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Kecamatan", "Alamat KPU", "suara_01", "Jumlah sah", "Catatan"])
        for n in range(1, 41):
            votes = "12a" if n == 7 else n
            writer.writerow(["José", f"https://kpu.test/1201/120101/12010100010{n:02d}", votes, n, ""])
    log_in(page, operator, PASSWORD)
    page.goto("/unggah")
    axe(page)
    page.get_by_role("link", name="Impor Hasil uji").click()
    axe(page)
    page.set_input_files("input[type=file]", path)
    page.get_by_text("Tersimpan. Nomor tanda terima").wait_for()
    page.click("main button[type=submit]")
    page.get_by_role("heading", name="Cocokkan kolom").wait_for()
    axe(page)
    assert "kode_tps, suara_sah" in page.inner_text(".notice-wait")
    page.get_by_label("Alamat KPU").select_option("kode_tps")
    page.get_by_label("Jumlah sah").select_option("suara_sah")
    page.get_by_role("button", name="Periksa berkas").click()
    page.get_by_role("heading", name="Hasil pemeriksaan").wait_for()
    axe(page)
    assert "Isi bukan bilangan." in page.inner_text("main")
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh lembar kesalahan").click()
    with download.value.path().open(encoding="cp1252", newline="") as file:
        sheet = list(csv.reader(file, delimiter=";"))
    assert [sheet[1][0], sheet[1][5]] == ["8", "12a"]
    page.get_by_role("button", name="Terima 39 baris yang sahih").click()
    page.get_by_role("progressbar").wait_for()
    time.sleep(1.5)  # the worker is in the midst of it
    live.kill("worker")
    assert rows(live) == (0, 0)
    start_worker(live)
    page.get_by_text("baris masuk.").wait_for(timeout=90_000)
    assert rows(live) == (39, 39)
    axe(page)
    page.get_by_role("link", name="Buka hasilnya").click()
    assert "hasil kecamatan.csv" in page.inner_text("main table")
    axe(page)
