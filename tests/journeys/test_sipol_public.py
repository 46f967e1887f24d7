"""A citizen finds the own name in a party and objects; the commission sets participants and draws numbers."""

from __future__ import annotations

import datetime as dt
import time
import urllib.request

import pytest
from sqlalchemy import text

from tests.sipol import conftest as make
from tests.sipol.conftest import ACTOR, VILLAGE

PASSWORD = "perahu-kertas-di-hulu-52"
NIK, NAME = "1201014903857777", "SITI RAHMAWATI"
SEED = "3516 6241 5326 1443 5264"
NAMES = ("Partai Bahari Sentosa", "Partai Cahaya Timur", "Partai Damai Rakyat", "Partai Embun Pagi")


@pytest.fixture(scope="module")
def country(live):
    """A party with a member who does not know of it; four parties that wait for the plenary."""
    from electsys.elections.queries import by_code
    from electsys.elections.setup import create_election
    from tests.sipol.portal import open_stage

    with urllib.request.urlopen(f"{live.url}/sehat", timeout=180):  # noqa: S310 - until it answers
        pass
    live.account("operator_kpu_kabko", "1201", username="operator.tapteng", password=PASSWORD)
    live.account("anggota_kpu_ri", username="anggota.ri", password=PASSWORD)
    with live.session() as session:
        row = make.registration(session, "vermin", of=make.party(session, name="Partai Uji Warga"))
        make.member(session, row, "ms", nik=NIK, name=NAME, sex="P", village=VILLAGE)
        election = create_election(
            "gladi-2029",
            name="Gladi Pemilu 2029",
            kind="simulasi",
            voting_day=dt.date(2029, 2, 14),
            source=by_code("pemilu-2024"),
            actor=ACTOR,
        )
        session.flush()
        open_stage(session, election.id, "penetapan_parpol")
        for n, name in enumerate(NAMES):
            of = make.party(session, name=name, kind="lokal_aceh" if n == 3 else "nasional")
            more = {"last_number": 2, "keeps_number": True} if n == 1 else {}
            found = make.registration(session, "lolos", of=of, region="11" if n == 3 else "", **more)
            found.election_id = election.id
        session.flush()
    for _ in range(240):
        with live.session() as session:
            if session.scalar(text("select count(*) from party_lookup")):
                return
        time.sleep(0.5)
    raise AssertionError(live.log.read_text()[-3000:])


def test_from_the_check_to_the_objection_and_its_end(live, page, log_in, country, axe, screenshot):
    page.goto("/cek/anggota-partai")
    axe(page)
    page.get_by_label("NIK").fill(NIK)
    page.get_by_label("Tanggal lahir").fill("09-03-1985")
    page.get_by_role("button", name="Cek keanggotaan").click()
    page.get_by_text("Partai Uji Warga").wait_for()
    assert "S*** R********" in page.inner_text("main")
    assert NIK not in page.content()
    axe(page)

    page.get_by_role("button", name="Saya bukan anggota partai ini").click()  # the first click
    page.get_by_label("Nama Anda").fill("Siti Rahmawati")
    axe(page)
    screenshot(page, "cek-anggota-partai-sanggah", full=False)
    page.get_by_role("button", name="Kirim").click()  # and the second
    page.get_by_role("heading", name="sudah kami terima").wait_for()
    axe(page)
    link = page.get_by_role("link", name="/tanggapan/lacak#").get_attribute("href")
    number = link.partition("#")[2].partition("/")[0]
    with live.session() as session:
        state = session.execute(text("select state, response_id from party_member")).one()
        assert (state.state, state.response_id is not None) == ("ms", True)

    log_in(page, "operator.tapteng", PASSWORD)
    page.goto("/kelola/tanggapan")
    page.get_by_role("link", name=number).click()
    page.get_by_label("Dikabulkan: isi tanggapan benar").check()
    page.get_by_label("Alasan").select_option("dicoret")
    page.get_by_role("button", name="Simpan keputusan").click()
    page.get_by_text("Keputusan tersimpan").wait_for()
    with live.session() as session:
        assert session.scalar(text("select state from party_member")) == "tms"

    page.context.clear_cookies()
    page.goto(link)
    page.get_by_text("sudah dicoret dari daftar anggota").wait_for()


def test_participants_are_set_and_their_numbers_drawn(live, page, log_in, country, axe, screenshot):
    log_in(page, "anggota.ri", PASSWORD)
    page.goto("/partai/gladi-2029/penetapan")
    axe(page)
    page.get_by_label("Nama ketua yang menandatangani").fill("Siti Aminah")
    page.get_by_label("Rapat pleno terbuka sudah memutuskan").check()
    page.get_by_role("button", name="Tetapkan dan terbitkan keputusan").click()
    page.get_by_text("4 partai ditetapkan sebagai peserta").wait_for()
    page.get_by_role("link", name="Undian nomor urut").last.click()
    page.get_by_label("Benih", exact=False).first.fill(SEED)
    page.get_by_label("Asal benih").fill("Dua puluh lemparan dadu oleh ketua empat partai, Jakarta.")
    page.get_by_label("Benih diperoleh di hadapan saksi").check()
    axe(page)
    page.get_by_role("button", name="Undi nomor urut").click()
    page.get_by_text("Nomor urut sudah diundi").wait_for()

    page.context.clear_cookies()
    page.goto("/partai/publik/gladi-2029/undian?langkah=0")
    axe(page)
    for step in range(1, 5):
        page.get_by_role("link", name="Berikutnya").click()
        page.get_by_text(f"Langkah {step} dari 4").wait_for()
        if step == 2:
            axe(page)
            screenshot(page, "undian-langkah", full=False)
    assert page.get_by_text("cocok", exact=True).is_visible()
    axe(page)
    page.goto("/partai/publik/gladi-2029")
    axe(page)
    page.get_by_role("link", name=NAMES[1]).click()
    axe(page)
    with live.session() as session:
        numbers = session.scalars(
            text("select number from party_registration where number is not null order by 1")
        ).all()
        assert numbers == [1, 2, 3, 4]
