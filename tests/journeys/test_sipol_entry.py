"""A party's operator enters a board by keyboard and drops its documents, in a browser."""

from __future__ import annotations

import urllib.request

import pytest
from sqlalchemy import select

from tests.sipol import conftest as make
from tests.sipol.entering import FACTS, nik, open_stage, pdf, place

PASSWORD = "perahu-kertas-di-hulu-53"


@pytest.fixture(scope="module")
def party(live):
    """A party at its entry, with the board of Tapanuli Tengah; its operator there. The party's id."""
    from flask_security import hash_password

    from electsys.elections.queries import by_code
    from electsys.identity.operations import seed_roles
    from modules.sipol.operations.boards import save_board
    from modules.sipol.operations.registrations import NewUser, add_user

    with urllib.request.urlopen(f"{live.url}/sehat", timeout=180):  # noqa: S310 - until it answers
        pass
    with live.session() as session:
        seed_roles(actor=make.ACTOR)
        open_stage(session, by_code("pemilu-2024"))
        row = make.registration(session, "input", of=make.party(session, name="Partai Uji Layar"))
        save_board(place(row), FACTS, actor=make.ACTOR)
        who = NewUser("operator.pul", "Siti Aminah", "siti@pul.invalid")
        add_user(row, "operator_parpol_kabko", "1201", who, actor=make.ACTOR).password = hash_password(
            PASSWORD
        )
        return row.party_id


def test_a_board_by_keyboard(live, page, log_in, party, axe):
    log_in(page, "operator.pul", PASSWORD)
    page.goto(f"/partai/pemilu-2024/{party}/kepengurusan/1201")
    axe(page)
    page.get_by_role("link", name="Tambah pengurus").click()
    axe(page)
    for n, office in enumerate(("ketua", "sekretaris", "bendahara"), 1):
        assert page.locator("#office").input_value() == office
        page.keyboard.type(f"Uji Layar {n}")  # the name has the focus
        page.keyboard.press("Enter")
        page.keyboard.type(nik(n, sex="P"))
        page.keyboard.press("Enter")
        page.locator("#birth_date").fill("1980-05-17")
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowDown")
        page.get_by_text(f"Setelah disimpan: perempuan {n} dari {n}").wait_for()
        page.keyboard.press("Shift+Enter")
        page.get_by_text(f"UJI LAYAR {n} tersimpan").wait_for()
    page.goto(f"/partai/pemilu-2024/{party}/kepengurusan/1201")
    page.get_by_text("Perempuan 3 dari 3 (100%)").wait_for()


def test_documents_by_drag(live, page, log_in, party, axe, tmp_path):
    from modules.sipol.models import PartyDocument

    log_in(page, "operator.pul", PASSWORD)
    page.goto(f"/partai/pemilu-2024/{party}/dokumen/1201")
    axe(page)
    names = ("SK DPC Tapanuli Tengah.pdf", "bukti kantor 1201.pdf", "SK PAC Sorkam.pdf", "rapat.pdf")
    for n, name in enumerate(names):
        (tmp_path / name).write_bytes(pdf(str(n)))
    page.set_input_files("#files", [str(tmp_path / name) for name in names])
    page.get_by_text("4 dari 4 berkas selesai").wait_for()
    assert page.locator("[data-drop-list] .state-ok").count() == 3
    page.get_by_text("Jenis dokumennya tidak terbaca").wait_for()
    axe(page)
    page.get_by_role("link", name="Selesai, muat ulang daftar").click()
    axe(page)
    page.locator(".drop-place select").select_option("bukti_rekening")
    page.locator(".drop-place input[type=text]").fill("tapanuli tengah")
    page.get_by_role("button", name="Tempatkan").click()
    page.get_by_text("rapat.pdf ditempatkan di Tapanuli Tengah").wait_for()
    page.locator("main table a").first.click()
    with live.session() as session:
        kinds = session.scalars(select(PartyDocument.kind).where(PartyDocument.party_id == party)).all()
    assert sorted(kinds) == ["bukti_kantor", "bukti_rekening", "sk_kepengurusan", "sk_kepengurusan"]


def test_scans_of_cards_by_drag(live, page, log_in, party, axe, screenshot, tmp_path):
    """Cards find their member by name; a file named after a NIK does not leave the phone of its sender."""
    from modules.sipol.models import MemberScan, PartyRegistration
    from tests.sipol.scanning import card_of

    with live.session() as session:
        row = session.scalars(select(PartyRegistration).where(PartyRegistration.party_id == party)).one()
        cards = [("KTA/1201/0001", "SITI AMINAH"), ("KTA/1201/0002", "BUDI SANTOSO")]
        first, _second = (make.member(session, row, card_number=c, name=name).id for c, name in cards)
    log_in(page, "operator.pul", PASSWORD)
    page.goto(f"/partai/pemilu-2024/{party}/anggota")
    page.get_by_role("link", name="Pindaian KTA dan KTP-el").click()
    axe(page)
    names = {
        "KTA-1201-0001_kta.jpg": "SITI AMINAH",
        "kta 1201 0001 ktp.jpg": "SITI AMINAH",
        "1201014101900001_ktp.jpg": "SITI AMINAH",
        "KTA-1201-0009_kta.jpg": "TIDAK DIKENAL",
    }
    for name, words in names.items():
        (tmp_path / name).write_bytes(card_of(["KARTU UJI", words]))
    page.set_input_files("#files", [str(tmp_path / name) for name in names])
    page.get_by_text("4 dari 4 berkas selesai").wait_for()
    assert page.locator("[data-drop-list] .state-ok").count() == 2
    assert page.locator("[data-drop-list] .state-stop").count() == 2
    page.get_by_text("Nama berkas ini memuat NIK").wait_for()
    page.get_by_text("Tidak ada anggota dengan nomor KTA “KTA-1201-0009”").wait_for()
    axe(page)
    screenshot(page, "anggota-pindaian")
    page.get_by_role("link", name="Selesai, muat ulang daftar").click()
    assert page.locator("main table").get_by_text("SITI AMINAH").count() == 0
    page.goto(f"/partai/anggota/{first}")
    axe(page)
    page.locator("#pindaian").scroll_into_view_if_needed()
    with live.session() as session:
        scans = session.scalars(select(MemberScan).order_by(MemberScan.kind)).all()
        assert [(s.member_id, s.kind, s.file.sealed is not None) for s in scans] == [
            (first, "kta", True),
            (first, "ktp", True),
        ]
