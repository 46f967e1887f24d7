"""A liaison fills and submits a list for Sumatera Utara II; the centre approves; KPU receives it."""

from __future__ import annotations

import urllib.request

import pytest

from tests.silon import conftest as make
from tests.silon.listing import documented, picture

PASSWORD = "perahu-kertas-di-hulu-53"
#: NIK, name, sex, birth date: synthetic, each agrees with itself.
PEOPLE = (
    ("1201011705804101", "BUDI UJI SATU", "L", "1980-05-17"),
    ("1201015705804102", "SITI UJI DUA", "P", "1980-05-17"),
    ("1201010903854103", "TOGAR UJI TIGA", "L", "1985-03-09"),
    ("1201014903854104", "RINA UJI EMPAT", "P", "1985-03-09"),
)


@pytest.fixture(scope="module")
def party(live):
    """A party that takes part, with the board of its centre; its liaison, and KPU; the stage is open."""
    from flask_security import hash_password

    from electsys.elections.queries import by_code
    from modules.sipol.operations.registrations import NewUser, add_user
    from modules.sipol.synthetic.registration import fill_registration
    from tests.sipol import conftest as parties
    from tests.sipol.portal import open_stage

    with urllib.request.urlopen(f"{live.url}/sehat", timeout=180):  # noqa: S310 - until it answers
        pass
    live.account("operator_kpu_ri", username="operator.pusat", password=PASSWORD)
    with live.session() as session:
        election = by_code("pemilu-2024")
        open_stage(session, election.id, "pengajuan_calon")
        known = parties.party(session, name="Partai Uji Samudra", short_name="PUS")
        row = make.participant(session, of=known)
        fill_registration(row, [""], seed=1)
        who = NewUser("penghubung.pus", "Siti Aminah", "siti@pus.invalid")
        account = add_user(row, "admin_parpol_pusat", "", who, actor=make.ACTOR)
        account.password = hash_password(PASSWORD)
        return row.party_id


def test_from_an_empty_dapil_to_the_receipt(live, page, log_in, party, axe, screenshot, tmp_path):
    log_in(page, "penghubung.pus", PASSWORD)
    page.goto("/calon/?pemilihan=dpr&cari=1202")
    axe(page)
    page.get_by_role("link", name="Sumatera Utara II", exact=True).click()
    axe(page)
    page.get_by_role("button", name="Mulai daftar").click()
    page.get_by_text("Tambah calon nomor 1 untuk memulai").wait_for()
    axe(page)
    listed = page.url
    photo = tmp_path / "foto.jpg"
    photo.write_bytes(picture())
    for number, person in enumerate(PEOPLE, 1):
        page.goto(listed)
        page.get_by_role("link", name="Tambah calon").click()
        if number == 1:
            axe(page)
            screenshot(page, "calon-identitas")
        fill_candidate(page, *person, photo=photo)
    page.goto(listed)
    page.get_by_text("4 dari 10 kursi; perempuan 2 dari 1 yang disyaratkan").wait_for()
    axe(page)
    order_by_keys(page)
    screenshot(page, "calon-daftar")

    with live.session() as session:  # the documents have a journey of their own
        from modules.silon.models import Nomination

        documented(session.get_one(Nomination, int(listed.rpartition("/")[2])))
    page.goto("/")
    page.get_by_role("link", name="Setujui daftar calon").first.click()
    axe(page)
    page.get_by_label("Sumatera Utara II").check()
    assert page.get_by_label("Ketua umum").input_value() != ""  # as Sipol knows the board
    page.get_by_label("Kami sudah membaca").check()
    screenshot(page, "calon-persetujuan")
    page.get_by_role("button", name="Setujui yang dipilih").click()
    page.get_by_text("1 daftar disetujui.").wait_for()

    page.goto(listed)
    page.get_by_role("link", name="Periksa dan ajukan").click()
    axe(page)
    page.get_by_label("Saya menyatakan data").check()
    screenshot(page, "calon-ajukan")
    page.get_by_role("button", name="Ajukan sekarang").click()
    page.get_by_text("menunggu pemeriksaan KPU").wait_for()
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh TANDA.TERIMA.PENGAJUAN").click()
    assert download.value.path().read_bytes()[:5] == b"%PDF-"
    sent = page.url

    page.context.clear_cookies()
    log_in(page, "operator.pusat", PASSWORD)
    page.get_by_role("link", name="Terima atau kembalikan pengajuan calon").click()
    axe(page)
    page.get_by_role("link", name="SILON-").click()
    assert page.url == sent
    axe(page)
    page.get_by_role("button", name="Terima: lengkap").click()
    page.get_by_text("diterima, lengkap").wait_for()


def fill_candidate(page, nik, name, sex, born, *, photo):
    """A candidate page by page, with the photo."""
    page.get_by_label("NIK").fill(nik)
    page.get_by_label("Nama lengkap").fill(name)
    page.get_by_label("Laki-laki" if sex == "L" else "Perempuan").check()
    page.get_by_label("Tempat lahir").fill("SIBOLGA")
    page.get_by_label("Tanggal lahir").fill(born)
    page.get_by_label("Kawin", exact=True).check()
    page.get_by_role("button", name="Simpan dan lanjut").click()
    page.get_by_label("Alamat").fill("Jalan Melati 4, Pandan")
    page.get_by_role("combobox", name="Kabupaten/kota tempat tinggal").fill("1201")
    page.get_by_label("Pekerjaan").fill("NELAYAN")
    page.get_by_role("button", name="Simpan dan lanjut").click()
    page.get_by_label("Riwayat pendidikan").fill("1986-1992 SD Uji\n1992-1998 SMA Uji")
    page.get_by_label("Calon menyetujui riwayat hidupnya diumumkan").check()
    page.get_by_role("button", name="Simpan dan lanjut").click()
    page.get_by_role("button", name="Simpan dan lanjut").click()
    page.get_by_role("link", name="Unggah pas foto").click()
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_text("Tersimpan. Nomor tanda terima:").wait_for()
    page.get_by_role("button", name="Unggah pas foto").click()
    page.get_by_text("Foto tersimpan").wait_for()


def order_by_keys(page):
    """Move the last name up twice by the keyboard alone: a woman among the first three stays."""
    up = page.get_by_role("button", name="Naikkan RINA UJI EMPAT")
    up.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_text("RINA UJI EMPAT pindah ke nomor 2.").wait_for()
    page.get_by_role("button", name="Simpan urutan").click()
    page.get_by_text("Nomor urut disimpan.").wait_for()
    first = page.locator(".slate-row").nth(1)
    assert "RINA UJI EMPAT" in first.inner_text()
