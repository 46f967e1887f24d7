"""A kab/kota from a voter file to its DPT, in a browser: operator, member in plenary, anybody."""

from __future__ import annotations

import csv
import datetime as dt
import random
import urllib.request

import pytest

from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE

PASSWORD = "perahu-kertas-di-hulu-52"
VOTERS = 300
VISITED, STRUCK = 40, 2
DAY = dt.date(2024, 2, 14)
#: Place in the file -> what is wrong there: three rows cannot be taken, two are taken and looked at.
FAULTS = {
    5: "nik_length",
    60: "birth_date_unreadable",
    200: "village_unknown",
    20: "too_old",
    250: "nik_serial_zero",
}
REFUSED, DOUBTFUL = 3, 2
STANDING = VOTERS - REFUSED - STRUCK


@pytest.fixture(scope="module")
def voters(tmp_path_factory):
    """A DP4 of two villages of Barus as the ministry delivers it: without polling stations, not all right."""
    from modules.sidalih.synthetic import people, write_csv
    from modules.sidalih.synthetic.faults import SPOILERS

    rng = random.Random(52)
    rows = [row._replace(tps="") for row in people((VILLAGE, OTHER_VILLAGE), VOTERS, seed=52, voting_day=DAY)]
    for at, kind in FAULTS.items():
        rows[at] = SPOILERS[kind](rng, rows[at], DAY)
    path = tmp_path_factory.mktemp("dp4") / "dp4-barus.csv"
    assert write_csv(path, rows) == VOTERS
    return path


@pytest.fixture(scope="module")
def officers(live):
    """Who compiles the list, and who sits in the plenary."""
    with urllib.request.urlopen(f"{live.url}/sehat", timeout=180):  # noqa: S310 - until it answers
        pass
    live.account("operator_kpu_kabko", "1201", username="operator.tapteng", password=PASSWORD)
    live.account("anggota_kpu_kabko", "1201", username="anggota.tapteng", password=PASSWORD)
    live.account("pantarlih", VILLAGE, username="pantarlih.barus")


def test_from_the_file_to_the_dpt(live, page, log_in, officers, voters, axe, screenshot):
    log_in(page, "operator.tapteng", PASSWORD)
    page.goto("/pemilih")
    axe(page)
    page.get_by_role("button", name="Buka daftar pemilih Tapanuli Tengah").click()
    page.get_by_text("Langkah pertama: impor DP4").wait_for()
    axe(page)
    steps = page.url
    bring(page, voters, axe, screenshot)
    look(page, axe, screenshot)
    page.goto(steps)
    build_stations(page, axe, screenshot)
    page.goto(steps)
    axe(page)
    screenshot(page, "pemilih-langkah", full=False)
    stage(
        page, steps, "Turunkan A-Daftar Pemilih dan mulai coklit", "A-Daftar Pemilih", VOTERS - REFUSED, axe
    )
    visit(live)
    page.goto(steps)
    assert f"{VISITED - STRUCK} dari {STANDING} pemilih dicoklit" in page.inner_text("main")
    stage(page, steps, "Tutup coklit dan susun DPHP", "DPHP", STANDING, axe)

    page.context.clear_cookies()
    log_in(page, "anggota.tapteng", PASSWORD)
    page.get_by_role("link", name="Tetapkan DPS dalam pleno").click()
    assert page.url == steps
    for called in ("DPS", "DPSHP", "DPT"):
        picture = (screenshot, "pemilih-pleno") if called == "DPS" else None
        stage(page, steps, f"Tetapkan {called} dalam pleno", called, STANDING, axe, picture=picture)
    screenshot(page, "pemilih-dpt", full=False)
    paper = page.request.get(page.get_by_role("link", name="A-Rekap (PDF)").get_attribute("href"))
    assert paper.ok
    assert paper.body().startswith(b"%PDF")
    frozen = page.url

    page.context.clear_cookies()
    log_in(page, "operator.tapteng", PASSWORD)
    mark(page, frozen, axe, screenshot)
    page.context.clear_cookies()
    anybody(page, axe, screenshot)


def bring(page, voters, axe, screenshot):
    """The file goes up; what is wrong is told row by row; the rest is taken and adds up."""
    page.get_by_role("link", name="Berkas pemilih dan rekonsiliasinya").click()
    axe(page)
    page.get_by_role("link", name="Impor berkas pemilih").click()
    choice = page.locator("main select").first
    wanted = choice.locator("option", has_text="DP4").first.get_attribute("value")
    choice.select_option(wanted)
    axe(page)
    page.set_input_files("input[type=file]", voters)
    page.get_by_text("Tersimpan. Nomor tanda terima").wait_for()
    page.click("main button[type=submit]")
    page.get_by_role("heading", name="Cocokkan kolom").wait_for()
    axe(page)
    page.get_by_role("button", name="Periksa berkas").click()
    page.get_by_role("heading", name="Hasil pemeriksaan").wait_for(timeout=60_000)
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh lembar kesalahan").click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        sheet = list(csv.reader(file))
    assert {row[0] for row in sheet[1:]} == {"7", "62", "202"}, "the lines of the file, its heading the first"
    page.get_by_role("button", name=f"Terima {VOTERS - REFUSED} baris yang sahih").click()
    page.get_by_role("link", name="Buka hasilnya").click(timeout=60_000)
    said = page.inner_text("main")
    assert f"{VOTERS} = {VOTERS - REFUSED} + {REFUSED} + 0" in said
    axe(page)
    screenshot(page, "pemilih-neraca", full=False)


def look(page, axe, screenshot):
    """The queue of doubtful rows, and one voter."""
    page.get_by_role("link", name="perlu diperiksa").first.click()
    page.locator("main table tbody tr").first.wait_for()
    assert page.locator("main table tbody tr").count() == DOUBTFUL
    axe(page)
    screenshot(page, "pemilih-diragukan", full=False)
    page.locator("main table tbody a").first.click()
    axe(page)
    screenshot(page, "pemilih-seorang", full=False)


def build_stations(page, axe, screenshot):
    """A proposal for both villages, looked at, then applied."""
    page.get_by_role("link", name="Susunan TPS").click()
    axe(page)
    page.get_by_role("button", name="Susun usulan").click()
    page.get_by_role("button", name="Terapkan semua").wait_for(timeout=60_000)
    area = page.url
    page.locator("main table tbody a").first.click()
    for _ in range(3):
        if page.get_by_text("Usulan menunggu keputusan").count():
            break
        page.locator("main table tbody a").first.click()
    page.get_by_role("link", name="Lihat TPS dan keluarga yang pindah").click()
    axe(page)
    screenshot(page, "tps-usulan", full=False)
    page.goto(area)
    page.get_by_role("button", name="Terapkan semua").click()
    page.locator(".tiles li", has_text="pemilih tanpa TPS").locator("strong", has_text="0").wait_for(
        timeout=60_000
    )
    page.goto(f"/pemilih/tps/pemilu-2024/desa/{VILLAGE}?tps=001")
    axe(page)
    screenshot(page, "tps-desa", full=False)


def stage(page, steps, button, called, count, axe, picture=None):
    """Take a step of the roll: the tick is asked for, the list is frozen with its numbers."""
    page.goto(steps)
    page.get_by_role("link", name=button, exact=True).click()
    axe(page)
    if picture:
        picture[0](page, picture[1], full=False)
    page.get_by_role("button", name=button, exact=True).click()
    if page.locator(".error-summary").count():
        assert "sudah diperiksa" in page.locator(".error-summary").inner_text()
    page.get_by_label("Angka di atas sudah diperiksa").check()
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url("**/pemilih/daftar/*")
    assert called in page.inner_text("h1")
    assert page.locator(".tiles li").first.inner_text().split() == [str(count), "pemilih"]
    axe(page)


def visit(live):
    """Forty voters are met at home, two of them have died."""
    from sqlalchemy import select

    from electsys.identity import actor_named
    from modules.sidalih.models import Voter
    from modules.sidalih.operations.voters import confirm_voter, strike_voter

    with live.session() as session:
        visitor = actor_named("pantarlih.barus")
        met = session.scalars(
            select(Voter).where(Voter.village_code == VILLAGE).order_by(Voter.id).limit(VISITED)
        ).all()
        for n, voter in enumerate(met):
            if n < STRUCK:
                strike_voter(voter, "1", actor=visitor, action="visit_strike", reason="Meninggal")
            else:
                confirm_voter(voter, actor=visitor)


def mark(page, frozen, axe, screenshot):
    """Somebody dies after the DPT: a mark beside the line, the list itself stays."""
    page.goto(frozen)
    for _ in range(3):
        page.locator("main table tbody a").first.click()
    axe(page)
    page.locator("main table tbody a").first.click()
    axe(page)
    page.get_by_role("link", name="Beri tanda pada DPT").click()
    axe(page)
    page.get_by_label("Tanda").select_option("meninggal")
    page.get_by_label("Alasan").fill("Akta kematian 12/2024")
    page.locator("main form button[type=submit]").click()
    page.get_by_text("Isi DPT tidak berubah").wait_for()
    axe(page)
    page.goto(frozen)
    active = page.locator(".tiles li", has_text="aktif").locator("strong").inner_text()
    assert (active, page.locator(".tiles strong").first.inner_text()) == (str(STANDING - 1), str(STANDING))
    for _ in range(3):
        page.locator("main table tbody a").first.click()
    screenshot(page, "pemilih-dpt-tps", full=False)


def anybody(page, axe, screenshot):
    """The numbers of the DPT, without an account."""
    page.goto("/pemilih/statistik?wilayah=1201")
    assert str(STANDING) in page.inner_text(".tiles")
    axe(page)
    screenshot(page, "pemilih-statistik", full=False)
    paper = page.request.get(page.get_by_role("link", name="A-Rekap (PDF)").get_attribute("href"))
    assert paper.body().startswith(b"%PDF")
