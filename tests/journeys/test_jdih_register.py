"""Legal staff register a regulation that replaces another; anybody gets from a setting to its article."""

from __future__ import annotations

import pytest

from tests.jdih.registering import pdf

PASSWORD = "pena-tinta-lembar-arsip-41"


@pytest.fixture(scope="module")
def basis(live):
    """The legal basis."""
    from electsys.ledger import Actor
    from modules.jdih.operations.seeding import seed_basis

    with live.session():
        seed_basis(actor=Actor.system("journey"))


@pytest.fixture(scope="module")
def people(live, basis):
    """Legal staff of KPU RI and of Tapanuli Tengah, and an admin."""
    live.account("jdih_pengelola", username="hukum.ri", password=PASSWORD)
    live.account("jdih_pengelola", "1201", username="hukum.tapteng", password=PASSWORD)
    return live.account("superadmin_pusdatin", username="admin.uji", password=PASSWORD)


@pytest.fixture
def paper(tmp_path):
    """The regulation as a PDF."""
    path = tmp_path / "pkpu-9-2026.pdf"
    path.write_bytes(pdf("Peraturan tentang penggantian antarwaktu"))
    return path


def test_a_regulation_replaces_another(page, log_in, people, paper, axe, screenshot):
    log_in(page, "hukum.ri", PASSWORD)
    assert "Bandingkan dengan naskah asli" in page.inner_text("main")
    page.get_by_role("link", name="Register hukum").first.click()
    axe(page)
    screenshot(page, "jdih-register", full=False)

    page.get_by_role("link", name="Catat dokumen").click()
    axe(page)
    page.get_by_role("link", name="Peraturan Komisi Pemilihan Umum", exact=True).click()
    page.fill("#year", "2025")
    page.fill("#number", "3")
    page.fill("#title", "Penggantian Antarwaktu")
    page.get_by_role("button", name="Simpan konsep").click()
    page.locator(".error-summary").wait_for()
    assert "Nomor ini sudah dipakai" in page.inner_text("main")
    assert (
        page.get_by_role(
            "link", name="Peraturan Komisi Pemilihan Umum Nomor 3 Tahun 2025", exact=True
        ).count()
        == 1
    )
    axe(page)
    screenshot(page, "jdih-nomor-terpakai", full=False)
    page.fill("#year", "2026")
    page.fill("#number", "9")
    page.get_by_role("button", name="Simpan konsep").click()
    page.get_by_text("Konsep dicatat").wait_for()
    axe(page)
    here = page.url

    page.get_by_role("link", name="Pasang berkas").click()
    page.set_input_files("input[type=file]", paper)
    page.get_by_text("Tersimpan. Nomor tanda terima").wait_for()
    axe(page)
    page.click("main button[type=submit]")
    page.get_by_text("Berkas dipasang").wait_for()

    page.get_by_role("link", name="Catat hubungan").click()
    page.select_option("#kind", "mencabut")
    page.locator("#target").press_sequentially("penggantian antarwaktu", delay=20)
    page.locator(".picker-list li", has_text="Nomor 3 Tahun 2025").wait_for()
    screenshot(page, "jdih-pilih-dokumen", full=False)
    page.locator(".picker-list li", has_text="Nomor 3 Tahun 2025").click()
    assert page.input_value("#target") == "2025pkpu003"
    axe(page)
    page.get_by_role("button", name="Catat hubungan").click()
    page.get_by_text("Hubungan dicatat").wait_for()

    page.get_by_role("button", name="Terbitkan").click()
    page.get_by_text("Dokumen terbit").wait_for()
    axe(page)
    page.get_by_role("link", name="Peraturan Komisi Pemilihan Umum Nomor 3 Tahun 2025").first.click()
    assert page.locator(".facts .state-stop", has_text="Dicabut").count() == 1
    assert "dicabut dengan" in page.inner_text("main")

    page.goto(here + "/ubah")
    page.fill("#subjects", "penggantian antarwaktu\nDPR")
    page.fill("#reason", "Subjek dilengkapi")
    axe(page)
    page.get_by_role("button", name="Simpan").click()
    page.get_by_text("versi baru").wait_for()
    page.goto(here + "/versi")
    assert "penggantian antarwaktu, DPR" in page.inner_text("main")
    axe(page)
    screenshot(page, "jdih-versi")


def test_a_circle_is_refused_in_words(page, log_in, people, screenshot):
    log_in(page, "hukum.ri", PASSWORD)
    page.goto("/jdih/kelola?cari=2017pkpu006")
    page.locator("main tbody a").first.click()
    page.get_by_role("link", name="Catat hubungan").click()
    page.select_option("#kind", "mencabut")
    page.fill("#target", "PKPU 3/2025")
    page.get_by_role("button", name="Catat hubungan").click()
    assert "PKPU 6/2017 → PKPU 3/2025 → PKPU 6/2017" in page.locator(".error-summary").inner_text()
    screenshot(page, "jdih-lingkaran", full=False)


def test_a_satker_sees_only_its_own(page, log_in, people, axe):
    log_in(page, "hukum.tapteng", PASSWORD)
    page.goto("/jdih/kelola")
    assert "Belum ada dokumen di satker Anda" in page.inner_text("main")
    axe(page)
    page.get_by_role("link", name="Catat dokumen").first.click()
    assert page.get_by_role("link", name="Peraturan Komisi Pemilihan Umum", exact=True).count() == 0


def test_from_a_setting_to_its_article(page, sign_in, people, screenshot):
    sign_in(page, people)
    page.goto("/admin/pemilu/pemilu-2024/pengaturan/pembulatan_kuota")
    screenshot(page, "jdih-dasar-pengaturan", full=False)
    page.get_by_role("link", name="PKPU 10/2023:8(2)").click()
    assert "/jdih/dokumen/2023pkpu010" in page.url
    assert "Pencalonan Anggota Dewan Perwakilan Rakyat" in page.inner_text("main")
    page.context.clear_cookies()
    page.goto("/hitung-suara/kode")
    page.get_by_role("link", name="UU 7/2017 Pasal 344").click()
    assert "/jdih/dokumen/2017uu007" in page.url
