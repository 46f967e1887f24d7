"""A newcomer's path: what to do, a file, its confirmation, an anomaly, the public page."""

from __future__ import annotations

import re

import pytest

PASSWORD = "perahu-kertas-di-hulu-52"


@pytest.fixture(scope="module")
def results(live, tmp_path_factory):
    """The simulated forms of all 1,099 TPS of Tapanuli Tengah, some wrong as people are wrong."""
    from modules.situng.demo import tps_codes, write_results
    from modules.situng.queries.contests import contest_by_code, contest_count

    path = tmp_path_factory.mktemp("hasil") / "hasil-1201.csv"
    with live.session():
        count = contest_count(contest_by_code("pemilu-2024", "ppwp").id)
        assert write_results(count, tps_codes(count.election_id, "1201"), path) == 1099
    return path


@pytest.fixture(scope="module")
def people(live):
    """Who brings the file, and who looks at it a second time."""
    live.account("operator_kpu_kabko", "1201", username="operator.tapteng", password=PASSWORD)
    live.account("anggota_kpu_kabko", "1201", username="anggota.tapteng", password=PASSWORD)
    return "operator.tapteng", "anggota.tapteng"


def number(text):
    """The first Indonesian number in a text."""
    return int(re.search(r"\d[\d.]*", text)[0].replace(".", ""))


def test_from_the_first_log_in_to_the_public_page(page, log_in, people, results, axe, screenshot):
    operator, second = people
    log_in(page, operator, PASSWORD)
    task = page.get_by_role("link", name="Impor hasil TPS yang belum masuk")
    assert "1.099" in page.inner_text("main")
    axe(page)
    screenshot(page, "tugas-operator", full=False)
    task.click()
    axe(page)
    page.set_input_files("input[type=file]", results)
    page.get_by_text("Tersimpan. Nomor tanda terima").wait_for()
    screenshot(page, "impor-unggah", full=False)
    page.click("main button[type=submit]")
    page.get_by_role("heading", name="Cocokkan kolom").wait_for()
    axe(page)
    page.get_by_role("button", name="Periksa berkas").click()
    page.get_by_role("heading", name="Hasil pemeriksaan").wait_for()
    assert "Tidak ada kesalahan." in page.inner_text("main")
    screenshot(page, "impor-pemeriksaan", full=False)
    page.get_by_role("button", name="Terapkan semua baris").click()
    page.get_by_text("Berkas menunggu konfirmasi orang kedua").wait_for()
    page.get_by_role("link", name="Buka hasilnya").click()
    axe(page)
    screenshot(page, "berkas-menunggu", full=False)
    assert page.get_by_role("button", name="Konfirmasi").count() == 0, "nobody confirms their own file"
    batch = page.url

    page.goto("/hitung-suara/pemilu-2024/ppwp/1201")
    assert "0 dari 1.099 TPS dihitung" in page.inner_text("main")

    page.context.clear_cookies()
    log_in(page, second, PASSWORD)
    page.get_by_role("link", name="Konfirmasi berkas hasil sebagai orang kedua").click()
    axe(page)
    page.goto(batch)
    axe(page)
    page.get_by_role("button", name="Konfirmasi").click()
    page.locator("h1 .state-ok").wait_for(timeout=60_000)

    page.context.clear_cookies()
    log_in(page, operator, PASSWORD)
    page.get_by_role("link", name="Periksa dan betulkan formulir anomali").click()
    axe(page)
    screenshot(page, "anomali", full=False)
    page.locator("main table tbody a").first.click()
    axe(page)

    page.context.clear_cookies()
    page.goto("/hitung-suara/pemilu-2024/ppwp/1201")
    axe(page)
    screenshot(page, "hitung-suara-1201", full=False)
    counted = number(page.inner_text(".coverage-lead").split()[-5] + " ")
    assert 1000 < counted < 1099
    page.get_by_role("link", name="Barus", exact=True).click()
    axe(page)
    page.locator("main table tbody a").first.click()
    axe(page)
    page.locator("main table tbody a").first.click()
    axe(page)
    twin = page.request.get("/hitung-suara/pemilu-2024/ppwp/1201.json").json()
    assert f"{counted}" in str(twin)
