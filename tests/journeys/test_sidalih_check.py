"""A citizen asks where to vote, objects, hears the decision of the PPS, and sees who opened the NIK."""

from __future__ import annotations

import time
import urllib.request

import pytest
from sqlalchemy import text

from tests.sidalih.conftest import ACTOR, VILLAGE, store

PASSWORD = "perahu-kertas-di-hulu-52"
NIK = "1201015705807777"
STRANGER = "1201015705807778"


@pytest.fixture(scope="module")
def voter(live):
    """A list whose DPS is determined, with one voter who will ask; the PPS of the village."""
    from electsys.elections.queries import by_code
    from electsys.ledger import Actor
    from modules.sidalih.models import VoterRoll
    from modules.sidalih.operations.lists import set_stage
    from modules.sidalih.operations.voters import ensure_roll

    with urllib.request.urlopen(f"{live.url}/sehat", timeout=180):  # noqa: S310 - until it answers
        pass
    live.account("operator_kpu_kabko", "1201", username="operator.tapteng", password=PASSWORD)
    member = live.account("anggota_kpu_kabko", "1201", username="anggota.tapteng")
    live.account("pps", VILLAGE, username="pps.uji", password=PASSWORD)
    with live.session() as session:
        election = by_code("pemilu-2024")
        key = ensure_roll(election.id, "1201", actor=ACTOR).id
        found = store(session, election, VILLAGE + "001", name="SITI RAHMAWATI", nik=NIK)
        store(session, election, VILLAGE + "001", name="BUDI SANTOSO", sex="L")
        roll = session.get_one(VoterRoll, key)
        roll.state = "dphp"
        session.flush()
        set_stage(roll, "determine_dps", actor=Actor(member, "anggota.tapteng"))
        return found.id


@pytest.fixture(scope="module", autouse=True)
def answering(live, voter):
    """The worker has brought the list into the public check."""
    for _ in range(120):
        with live.session() as session:
            if session.scalar(text("select count(*) from voter_lookup")):
                return
        time.sleep(0.5)
    raise AssertionError(live.log.read_text()[-3000:])


def ask(page, nik=NIK, born="17-05-1980"):
    page.goto("/cek/dpt")
    page.get_by_label("NIK").fill(nik)
    page.get_by_label("Tanggal lahir").fill(born)
    page.get_by_role("button", name="Cek daftar pemilih").click()
    page.get_by_role("link", name="Cek lagi").wait_for()
    return page.inner_text("main")


def test_a_wrong_pair_is_told_what_none_is_told(page):
    wrong, none = ask(page, born="18-05-1980"), ask(page, nik=STRANGER)
    assert wrong == none
    assert "tidak ada dalam daftar pemilih yang diumumkan" in wrong
    assert "DPK" in wrong


def test_from_the_check_to_the_decision(live, page, log_in, voter, axe, screenshot):
    page.goto("/cek/dpt")
    axe(page)
    said = ask(page)
    assert "S*** R********" in said
    assert "DPS" in said
    assert NIK not in page.content()
    assert NIK not in page.url
    axe(page)
    screenshot(page, "cek-dpt-terdaftar", full=False)

    page.get_by_role("button", name="Keberatan atas data saya").click()
    axe(page)
    page.get_by_label("Nama Anda").fill("Siti Rahmawati")
    page.get_by_label("TPS tidak sesuai tempat tinggal").check()
    page.get_by_label("Isi tanggapan").fill("Rumah saya di sebelah TPS 003, bukan TPS 001.")
    screenshot(page, "cek-dpt-keberatan", full=False)
    page.get_by_role("button", name="Kirim").click()
    page.get_by_role("heading", name="sudah kami terima").wait_for()
    axe(page)
    screenshot(page, "cek-dpt-tanda-terima", full=False)
    link = page.get_by_role("link", name="/tanggapan/lacak#").get_attribute("href")
    number = link.partition("#")[2].partition("/")[0]
    page.goto(link)
    page.get_by_role("heading", name=number).wait_for()
    assert page.get_by_text("Diputus paling lambat").is_visible()
    axe(page)

    page.context.clear_cookies()
    log_in(page, "pps.uji", PASSWORD)
    axe(page)
    screenshot(page, "tugas-pps", full=False)
    page.goto("/kelola/tanggapan")
    axe(page)
    screenshot(page, "cek-dpt-antrean", full=False)
    page.get_by_role("link", name=number).click()
    axe(page)
    page.get_by_label("Dikabulkan: isi tanggapan benar").check()
    page.get_by_label("Alasan").select_option("diperbaiki")
    screenshot(page, "cek-dpt-keputusan", full=False)
    page.get_by_role("button", name="Simpan keputusan").click()
    page.get_by_text("Keputusan tersimpan").wait_for()

    page.context.clear_cookies()
    page.goto(link)
    page.get_by_text("Data Anda sudah kami perbaiki.").wait_for()
    assert page.get_by_text("dikabulkan").is_visible()


def test_the_citizen_sees_who_opened_the_number(page, log_in, voter, axe, screenshot):
    why = "Mencocokkan KTP-el pemilih yang datang ke kantor."
    log_in(page, "operator.tapteng", PASSWORD)
    page.goto(f"/pemilih/pemilih/{voter}")
    axe(page)
    assert NIK not in page.content()
    page.get_by_role("link", name="Buka").first.click()
    axe(page)
    page.get_by_label("Alasan").fill(why)
    page.locator("main form [type=submit]").first.click()
    page.get_by_text(NIK).or_(page.get_by_text("1201 0157 0580 7777")).first.wait_for()
    axe(page)

    page.context.clear_cookies()
    page.goto("/cek/data-saya")
    axe(page)
    page.get_by_label("NIK").fill(NIK)
    page.get_by_label("Tanggal lahir").fill("17-05-1980")
    page.get_by_role("button", name="Lihat catatan").click()
    page.get_by_text("Mencocokkan KTP-el").wait_for()
    assert "operator.tapteng" not in page.inner_text("main"), "the office is named, not the person"
    axe(page)
    screenshot(page, "cek-data-saya", full=False)
