"""The nation decides and looks on: seats by two people, boards, and a citizen down to the photo of a TPS."""

from __future__ import annotations

import io
import itertools
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.sirekap.ladder import build
from tests.sirekap.test_determinations import give, lock, open_stages

CODE = "1201011001001"
ROOT = Path(__file__).resolve().parents[2]


def maker(session):
    """Makes accounts with a role in a region, committed with everything else."""
    from sqlalchemy import select

    from electsys.identity.models import Role
    from electsys.identity.operations import create_account, give_grant, seed_roles
    from electsys.ledger import Actor

    actor, number = Actor.system("journey"), itertools.count(1)
    seed_roles(actor=actor)

    def make(role, region):
        name = f"{role}.{region or 'ri'}.{next(number)}"
        account = create_account(
            name, name=name, email=f"{name}@test.invalid", password=None, actor=actor, must_change=False
        )
        give_grant(
            account,
            session.scalars(select(Role).where(Role.name == role)).one(),
            actor=actor,
            region=region,
        )
        return account

    return make


@pytest.fixture(scope="module")
def nation(live):
    """The small election: president and DPR are locked up to the nation, the DPD is being read in Barus."""
    from modules.sirekap.boards.writing import write_boards
    from modules.sirekap.operations.recaps import open_recap

    with live.session() as session:
        make = maker(session)
        world = build(session, make)
        open_stages(session, world.election)
        give(session, world.contests["dpr"], 3)
        lock(world, "dpr")
        open_recap(world.recap("dpd", "120101"), actor=world.people["120101"][0])
        office, member = make("operator_kpu_ri", ""), make("anggota_kpu_ri", "")
        write_boards(world.election)
        return {"office": office.id, "member": member.id, "regency": world.accounts["1201"][0].id}


def test_the_national_determination_with_seats(page, nation, sign_in, axe, screenshot):
    sign_in(page, nation["office"])
    page.goto("/penetapan/kerja/pemilu/uji-rekap")
    axe(page)
    page.get_by_role("button", name="Hitung hasil DPR", exact=True).click()
    page.get_by_text("Hasil dihitung").first.wait_for(timeout=90_000)
    page.goto("/penetapan/kerja/pemilu/uji-rekap")
    page.locator("main a[href*='/penetapan/kerja/']:not([href*='pemilu'])").first.click()
    page.get_by_role("heading", name="Perolehan kursi").wait_for()
    axe(page)
    screenshot(page, "penetapan-konsep")
    page.get_by_role("button", name="Ajukan ke pleno").click()
    page.get_by_text("dalam pleno").first.wait_for()
    address = page.url

    # Whoever submits does not decide; a second person does, in the open plenary.
    page.context.clear_cookies()
    sign_in(page, nation["member"])
    page.goto(address)
    page.get_by_label("Penanda tangan keputusan").fill("Ketua Uji")
    page.get_by_label("Rapat pleno terbuka menyetujui").check()
    axe(page)
    page.get_by_role("button", name="Tetapkan dan terbitkan keputusan").click()
    page.get_by_text("Tercatat.").wait_for()

    page.context.clear_cookies()
    page.goto("/penetapan/pemilu/uji-rekap")
    axe(page)
    page.locator("main table tbody a").first.click()
    page.get_by_role("heading", name="Calon terpilih").wait_for()
    assert "ditetapkan" not in page.locator("h1").inner_text()
    axe(page)
    screenshot(page, "penetapan-kursi")
    page.locator("section[aria-labelledby=bagian] tbody a").first.click()
    page.get_by_role("columnheader", name="Pembagi").first.wait_for()
    axe(page)
    screenshot(page, "penetapan-dapil")


def test_the_boards_show_how_far_everybody_is(live, page, nation, sign_in, axe, screenshot):
    page.goto("/rekapitulasi/uji-rekap/nasional/papan")
    page.get_by_role("heading", name="Kemajuan tiap jenjang").wait_for()
    axe(page)
    screenshot(page, "papan-publik")
    page.get_by_role("link", name="Sumatera Utara").first.click()
    page.get_by_role("link", name="Tapanuli Tengah").first.click()
    page.get_by_text("sedang dibacakan: 0 dari 2 bagian").wait_for()
    axe(page)
    # On paper without colours the stages are told by their patterns, and every chart has its table.
    page.emulate_media(media="print")
    page.emulate_media(media="screen")
    assert page.locator("figure details.twin").count() >= 1

    # The page keeps itself fresh from the small file, without anybody touching it.
    page.goto("/rekapitulasi/uji-rekap/1201/papan")
    page.get_by_text("sedang dibacakan: 0 dari 2 bagian").wait_for()
    read_one(live)
    page.get_by_text("sedang dibacakan: 1 dari 2 bagian").wait_for(timeout=75_000)
    assert page.locator("[data-spoken]").inner_text() == "Papan diperbarui."

    sign_in(page, nation["regency"])
    page.goto("/rekap/uji-rekap/1201")
    page.get_by_role("link", name="Papan: kemajuan dan yang belum").click()
    page.get_by_text("Berkas pleno luring di luar").wait_for()
    axe(page)
    screenshot(page, "papan-dalam")


def read_one(live):
    """The plenary in Barus reads a village; the worker's next beat would write the boards."""
    from sqlalchemy import select

    from electsys.elections.queries import by_code
    from electsys.ledger import Actor
    from modules.sirekap.boards.writing import write_boards
    from modules.sirekap.models import Recap
    from modules.sirekap.operations.recaps import read_unit
    from modules.sirekap.queries.recaps import readings

    with live.session() as session:
        election = by_code("uji-rekap")
        recap = session.scalars(
            select(Recap).where(
                Recap.election_id == election.id, Recap.region == "120101", Recap.state == "dibuka"
            )
        ).one()
        read_unit(recap, min(readings(recap)), actor=Actor(recap.opened_by, "operator"))
        write_boards(election)


@pytest.fixture(scope="module")
def photographed(live):
    """One TPS of 2024, entered by two people from the photos of its form."""
    from electsys.ledger import Actor
    from modules.situng.demo import clean_form
    from modules.situng.operations.captures import open_capture, submit_entry
    from modules.situng.operations.photos import add_photo
    from modules.situng.queries.contests import contest_by_code, contest_count
    from modules.situng.simulated import photos

    people = [
        Actor(live.account(role, region, username=name), name)
        for role, region, name in (
            ("operator_sirekap_ppk", "120101", "entri.satu"),
            ("operator_kpu_kabko", "1201", "entri.dua"),
        )
    ]
    with live.session():
        count = contest_count(contest_by_code("pemilu-2024", "ppwp").id)
        values = clean_form(count, CODE)
        row = open_capture(count, CODE, actor=people[0])
        for number, content in enumerate(photos(count, CODE, values), start=1):
            add_photo(row, io.BytesIO(content), page=number, actor=people[0])
        for person in people:
            submit_entry(row, values, actor=person)
    return values


def test_a_citizen_from_the_nation_to_the_photo_and_its_proof(page, photographed, axe, screenshot, tmp_path):
    end = time.monotonic() + 90
    page.goto("/hitung-suara")
    while "1 dari" not in page.locator(".coverage-lead").inner_text() and time.monotonic() < end:
        time.sleep(1)
        page.reload()
    for name in ("Sumatera Utara", "Tapanuli Tengah", "Barus"):
        page.locator("main table").get_by_role("link", name=name, exact=True).first.click()
        page.get_by_role("heading", name=name).first.wait_for()
    page.locator("main table tbody th a").first.click()
    page.get_by_role("link", name="TPS 001").first.click()
    photo = page.locator(".form-photos img").first
    photo.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.form-photos img').naturalWidth > 100")
    axe(page)
    screenshot(page, "warga-tps")
    # The number beside the photo is the number of the form.
    assert str(photographed["suara_2"]) in page.locator("main").inner_text()

    while page.get_by_text("menunggu masuk log").count() and time.monotonic() < end:
        time.sleep(1)
        page.reload()
    page.get_by_role("link", name="Lihat buktinya").click()
    axe(page)
    with page.expect_download() as got:
        page.get_by_role("link", name="Unduh bukti").first.click()
    receipt = got.value.path().read_text()
    page.goto("/log/periksa")
    page.get_by_label("Isi berkas bukti").fill(receipt)
    page.get_by_role("button", name="Periksa", exact=True).click()
    page.get_by_text("Sah", exact=True).wait_for()
    axe(page)
    screenshot(page, "warga-bukti-sah")
    page.get_by_label("Isi berkas bukti").fill(receipt.replace("entry ", "entry AAAA", 1))
    page.get_by_role("button", name="Periksa", exact=True).click()
    page.locator(".error-summary").wait_for()

    # Nobody needs this site for that: the independent verifier says the same offline, with the log's key.
    page.goto("/log/pemilu-2024")
    key = next(said for said in page.locator("main code").all_inner_texts() if said.count("+") >= 2)
    file = tmp_path / "bukti.txt"
    file.write_text(receipt)
    said = subprocess.run(
        [sys.executable, "verify/verify.py", "--receipt", str(file), "--key", key.strip()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
