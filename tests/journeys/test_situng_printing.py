"""An operator prints the forms of a village, and sees what the election still lacks."""

from __future__ import annotations

import re
import zipfile

PASSWORD = "kotak-kertas-di-lereng-63"


def test_print_the_forms_of_a_village(live, page, log_in, axe, screenshot, tmp_path):
    live.account("operator_kpu_kabko", "1201", username="operator.cetak", password=PASSWORD)
    log_in(page, "operator.cetak", PASSWORD)
    page.goto("/hasil/cetak")
    axe(page)
    screenshot(page, "cetak-formulir")
    page.get_by_role("textbox", name="Wilayah").fill("1201011001")
    contests = page.get_by_role("group", name=re.compile("Pemilihan")).get_by_role("checkbox")
    for n in range(1, contests.count()):
        contests.nth(n).uncheck()
    page.get_by_role("button", name="Buat berkas cetak").click()
    page.get_by_role("link", name="Unduh semua (ZIP)").wait_for(timeout=60_000)
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh semua (ZIP)").click()
    path = tmp_path / "formulir.zip"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        [name] = archive.namelist()
        assert name.startswith("ppwp/C.HASIL-PPWP_1201011001") and archive.read(name).startswith(b"%PDF")
    page.goto("/hasil/persiapan")
    axe(page)
