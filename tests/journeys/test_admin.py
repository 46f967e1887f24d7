"""An admin's first day: what to do, an account and its sheet, a role, a right explained, the calendar, the
trail. The pictures stand in the guide; the people are made up."""

from __future__ import annotations

import pytest

PASSWORD = "perahu-kertas-di-hulu-52"
ELECTION = "/admin/pemilu/pemilu-2024"


@pytest.fixture(scope="module")
def admin(live):
    """The admin of the installation, and one operator who is here already."""
    live.account("superadmin_pusdatin", username="rini.pusdatin", password=PASSWORD)
    live.account("operator_kpu_kabko", "1201", username="operator.tapteng", password=PASSWORD)
    return "rini.pusdatin"


def test_accounts_roles_and_rights(page, log_in, admin, axe, screenshot):
    log_in(page, admin, PASSWORD)
    assert "Admin sistem (Pusdatin)" in page.inner_text("h1")
    axe(page)
    screenshot(page, "admin-tugas", full=False)
    # Every menu that opens stays on the screen, wherever its line of the row has come to stand.
    for width in (1366, 1100, 960):
        page.set_viewport_size({"width": width, "height": 800})
        for menu in page.locator(".mainnav-row details").all():
            menu.locator("summary").click()
            page.wait_for_timeout(60)
            box = menu.locator(".menu-list").bounding_box()
            assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
            page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1366, "height": 800})

    page.goto("/admin/akun")
    page.get_by_role("link", name="Buat akun").click()
    page.get_by_label("Nama pengguna").fill("siti.barus")
    page.get_by_label("Nama", exact=True).fill("Siti Rahma")
    page.get_by_label("Email").fill("siti.barus@test.invalid")
    page.get_by_label("Peran").select_option(label="Anggota PPK")
    page.get_by_role("combobox", name="Wilayah").fill("120101")
    axe(page)
    screenshot(page, "admin-buat-akun", full=False)
    page.get_by_role("button", name="Buat akun").click()
    page.get_by_text("Akun dibuat.").wait_for()
    axe(page)
    screenshot(page, "admin-akun-baru", full=False)
    with page.expect_download() as sheet:
        page.get_by_role("button", name="Unduh lembar aktivasi (PDF)").click()
    assert sheet.value.suggested_filename == "aktivasi-siti.barus.pdf"

    page.get_by_role("link", name="Mengapa akun ini boleh?").click()
    page.get_by_label("Hak", exact=True).select_option(label="Mengonfirmasi berkas hasil sebagai orang kedua")
    page.get_by_role("combobox", name="Wilayah").fill("1202")
    page.get_by_role("button", name="Periksa").click()
    page.get_by_role("heading", name="Tidak.").wait_for()
    axe(page)
    screenshot(page, "admin-mengapa-boleh", full=False)

    page.goto("/admin/peran")
    page.get_by_role("link", name="Operator KPU Kabupaten/Kota").click()
    page.get_by_label("Mengonfirmasi berkas hasil sebagai orang kedua").check()
    page.get_by_role("button", name="Lihat perubahannya").click()
    page.get_by_text("operator.tapteng").wait_for()
    axe(page)
    screenshot(page, "admin-ubah-peran", full=False)


def test_an_election_and_what_watches_over_it(page, log_in, admin, axe, screenshot):
    log_in(page, admin, PASSWORD)
    page.goto(f"{ELECTION}/pengaturan?konfirmasi=ya")
    axe(page)
    screenshot(page, "admin-pengaturan", full=False)
    page.goto(f"{ELECTION}/tahapan/pemungutan")
    page.get_by_role("link", name="Hentikan waktu").click()
    page.get_by_role("combobox", name="Wilayah").fill("1201")
    page.get_by_label("Nomor berita acara atau keputusan").fill("218/PL.01.8-BA/1201/2024")
    page.get_by_label("Alasan dan dasar").fill("Banjir; UU 7/2017 pasal 431")
    page.get_by_role("button", name="Simpan").click()
    page.get_by_role("button", name="Jalankan lagi").wait_for()
    assert "Tapanuli Tengah 1201" in page.inner_text("main")
    axe(page)
    screenshot(page, "admin-tahapan", full=False)
    page.get_by_role("button", name="Jalankan lagi").click()
    page.get_by_text("Waktu tahapan berjalan lagi").wait_for()

    page.goto("/admin/jejak?kegiatan=waktu tahapan")
    assert page.locator("main table tbody tr").count() == 2
    axe(page)
    screenshot(page, "admin-jejak", full=False)
