"""A kab/kota legal officer drafts a decision; it is routed, numbered, signed and published in JDIH."""

from __future__ import annotations

import re

import pytest
from PIL import Image

PASSWORD = "perahu-kertas-di-hulu-52"
PEOPLE = {
    "jdih.tapteng": "jdih_pengelola",
    "pemaraf.tapteng": "naskah_pemaraf",
    "ketua.tapteng": "naskah_penandatangan",
    "arsip.tapteng": "arsiparis",
}


@pytest.fixture(scope="module")
def people(live):
    """The officer, who initials, and who signs."""
    return {
        name: live.account(role, "1201", username=name, password=PASSWORD) for name, role in PEOPLE.items()
    }


def test_a_decision_from_draft_to_jdih(page, log_in, sign_in, people, axe, screenshot):
    def be(name):
        page.context.clear_cookies()
        sign_in(page, people[name])

    page.set_default_timeout(60_000)
    log_in(page, "jdih.tapteng", PASSWORD)
    page.goto("/jdih/naskah")
    axe(page)
    page.get_by_role("link", name="Susun naskah").first.click()
    axe(page)
    page.get_by_role("link", name="Keputusan", exact=True).click()
    page.get_by_role("button", name="Simpan konsep").click()
    assert page.locator(".error-summary").count() == 1, "an empty draft is refused with words"
    axe(page)
    page.goto(page.url)
    page.get_by_label("Tentang", exact=True).fill("Penetapan Lokasi Tempat Pemungutan Suara")
    page.get_by_label("Menimbang").fill("bahwa lokasi tempat pemungutan suara perlu ditetapkan;")
    page.get_by_label("Mengingat").fill("Undang-Undang Nomor 7 Tahun 2017 tentang Pemilihan Umum;")
    page.get_by_label("Diktum").fill("Menetapkan lokasi TPS.\nKeputusan ini berlaku sejak ditetapkan.")
    page.get_by_label("Tempat", exact=True).fill("Pandan")
    page.get_by_label("Akun penanda tangan").select_option(str(people["ketua.tapteng"]))
    page.get_by_label("Nama dan jabatan penanda tangan").fill(
        "Ketua Contoh; Ketua KPU Kabupaten Tapanuli Tengah"
    )
    screenshot(page, "naskah-konsep")
    page.get_by_role("button", name="Simpan konsep").click()
    page.get_by_role("heading", name="Rute paraf").wait_for()
    axe(page)
    page.locator("#account_1").select_option(str(people["pemaraf.tapteng"]))
    page.locator("#role_1").fill("Kepala Subbagian Hukum")
    screenshot(page, "naskah-rute", full=False)
    page.get_by_role("button", name="Simpan rute").click()
    address = page.url
    axe(page)
    assert page.request.get(f"{address}/pratinjau.pdf").body().startswith(b"%PDF")
    page.get_by_role("button", name="Ajukan").click()
    page.get_by_text("Menunggu paraf").first.wait_for()

    be("pemaraf.tapteng")
    page.goto("/")
    page.get_by_role("link", name="Paraf konsep naskah dinas").click()
    page.get_by_role("link", name="Penetapan Lokasi").click()
    page.get_by_text("Kembalikan untuk diperbaiki").first.click()
    page.get_by_role("button", name="Kembalikan untuk diperbaiki").click()
    assert "Tuliskan alasannya" in page.inner_text("main")
    axe(page)
    page.get_by_label("Catatan untuk penyusun").fill("Tambahkan dasar hukum PKPU 7/2022.")
    page.get_by_role("button", name="Kembalikan untuk diperbaiki").click()
    page.get_by_text("Konsep dikembalikan").first.wait_for()

    be("jdih.tapteng")
    page.goto("/")
    page.get_by_role("link", name="Perbaiki konsep yang dikembalikan").click()
    page.goto(address)
    page.get_by_role("link", name="Ubah isi").click()
    page.get_by_label("Mengingat").fill(
        "Undang-Undang Nomor 7 Tahun 2017 tentang Pemilihan Umum;\n"
        "Peraturan KPU Nomor 7 Tahun 2022 tentang Penyusunan Daftar Pemilih;"
    )
    page.get_by_role("button", name="Simpan konsep").click()
    page.get_by_role("button", name="Ajukan").click()

    be("pemaraf.tapteng")
    page.goto(address)
    screenshot(page, "naskah-paraf")
    page.get_by_role("button", name="Bubuhkan paraf").click()

    be("ketua.tapteng")
    page.goto("/")
    axe(page)
    page.get_by_role("link", name="Setujui naskah dinas").click()
    page.goto(address)
    page.get_by_role("button", name="Setujui").click()

    be("jdih.tapteng")
    page.goto(address)
    page.get_by_role("button", name="Beri nomor").click()
    assert re.search(r"\b1 Tahun \d{4}", page.inner_text("main"))

    be("ketua.tapteng")
    page.goto("/")
    page.get_by_role("link", name="Tandatangani naskah dinas").click()
    page.goto(address)
    axe(page)
    page.get_by_role("button", name="Tanda tangani secara elektronik").click()
    page.get_by_role("heading", name="Naskah resmi").wait_for()
    axe(page)
    screenshot(page, "naskah-terbit")

    be("jdih.tapteng")
    page.goto(address)
    page.get_by_role("button", name="Umumkan di JDIH").click()
    page.get_by_text("Tercatat di JDIH").wait_for()
    screenshot(page, "naskah-jdih", full=False)
    page.get_by_role("link", name="Halaman pemeriksaan").click()
    assert "Penetapan Lokasi Tempat Pemungutan Suara" in page.inner_text("main")


def test_a_letter_from_outside_and_the_pages_of_the_archive(live, page, sign_in, people, axe, tmp_path):
    """The records clerk takes in a letter with its scan (JPEG); the nation's keeps classes and kinds."""
    scan = tmp_path / "surat.jpg"
    Image.new("RGB", (600, 800), "white").save(scan)
    sign_in(page, people["arsip.tapteng"])
    page.goto("/jdih/surat-masuk")
    axe(page)
    page.goto("/jdih/surat-masuk/baru")
    page.locator("main form button[type=submit]").first.click()
    axe(page)
    page.get_by_label("Pengirim").fill("Dinas Contoh")
    page.get_by_label("Nomor surat").fill("12/ABC/2026")
    page.get_by_label("Tanggal surat").fill("2026-01-05")
    page.locator("input[name=title]").or_(page.locator("textarea[name=title]")).fill("Peminjaman gedung")
    page.set_input_files("input[type=file]", scan)
    page.get_by_text("Tersimpan. Nomor tanda terima").wait_for()
    page.locator("main form button[type=submit]").first.click()
    page.get_by_text("nomor agenda").first.wait_for()
    axe(page)
    scan_link = page.locator('main a[href*="/berkas/"]').first.get_attribute("href")
    assert page.request.get(scan_link).body().startswith(b"\xff\xd8"), "the scan opens as the JPEG it is"
    for path in ("/jdih/arsip", "/jdih/arsip/klasifikasi"):
        page.goto(path)
        axe(page)

    nation = live.account("arsiparis", "", username="arsip.ri", password=PASSWORD)
    page.context.clear_cookies()
    sign_in(page, nation)
    for path in ("/jdih/arsip/klasifikasi/baru", "/jdih/naskah/jenis", "/jdih/naskah/jenis/BA"):
        page.goto(path)
        axe(page)
