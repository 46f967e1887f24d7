"""A verifier's morning with documents of candidates by keyboard; the liaison repairs the one that failed."""

from __future__ import annotations

import time
import urllib.request
from collections import Counter

import pytest

from tests.journeys.test_sipol_desk import after, scan, shown, tab_to
from tests.silon import conftest as make
from tests.silon.conftest import ACTOR

PASSWORD = "perahu-kertas-di-hulu-52"
#: Kinds of the one candidate's documents that lie on the desk; the fourth is found wrong.
KINDS = (
    *("pernyataan", "ktp_el", "ijazah", "sehat_jasmani", "sehat_rohani", "bebas_narkoba", "bukti_pemilih"),
    *("kta", "pas_foto", "sk_pengadilan", "riwayat_hidup"),
)
WRONG = "sehat_jasmani"


@pytest.fixture(scope="module")
def desk(live):
    """A list for Sumatera Utara II under verification, its round open; a verifier, a plenary, a liaison."""
    from electsys.documents import store_file
    from modules.silon.models import CandidateDocument
    from modules.silon.operations.judging import open_round
    from tests.silon.filing import open_stage

    with urllib.request.urlopen(f"{live.url}/sehat", timeout=180):  # noqa: S310 - until it answers
        pass
    live.account("operator_kpu_ri", "", username="verifikator.ri", password=PASSWORD)
    live.account("anggota_kpu_ri", "", username="anggota.ri", password=PASSWORD)
    with live.session() as session:
        party = make.parties.party(session, name="Partai Uji Calon", short_name="PUC")
        registration = make.participant(session, of=party)
        row = make.nomination(session, "vermin", of=registration)
        woman = make.candidate(session, row, sex="P", name="SITI AMINAH UJI")
        for kind in ("surat_pengajuan", "daftar_bakal_calon", "persetujuan_pusat", *KINDS):
            own = kind not in KINDS
            paper = scan([kind.replace("_", " ").upper(), woman.name, "MEDAN, 2 MEI 2023"])
            if kind == "pas_foto":
                paper = face()
            stored = store_file(
                paper,
                name=f"1_{kind}.{'png' if kind == 'pas_foto' else 'pdf'}",
                kind="candidate_document",
                actor=ACTOR,
            )
            session.add(
                CandidateDocument(
                    nomination_id=row.id,
                    candidate_id=None if own else woman.id,
                    region=row.region,
                    party_id=row.party_id,
                    kind=kind,
                    file_id=stored.id,
                )
            )
        session.flush()
        assert sum(open_round(row, actor=ACTOR).values()) == len(KINDS) + 3
        for code in ("vermin_calon", "perbaikan_calon"):
            open_stage(session, row, code)
        key, party_id = row.id, row.party_id
    party_account(live, party_id)
    return key


def party_account(live, party_id):
    """The liaison of the party's centre."""
    from sqlalchemy import select

    from electsys.identity.models import Role
    from electsys.identity.operations import create_account, give_grant

    with live.session() as session:
        account = create_account(
            "penghubung.puc",
            name="Penghubung PUC",
            email="penghubung@test.invalid",
            password=PASSWORD,
            actor=ACTOR,
            must_change=False,
        )
        role = session.scalars(select(Role).where(Role.name == "admin_parpol_pusat")).one()
        give_grant(account, role, actor=ACTOR, party_id=party_id)


def face():
    """A picture that may be a photo of somebody."""
    import io

    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (600, 800), (200, 60, 50))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((200, 150, 400, 420), fill=(222, 184, 150))
    draw.rectangle((140, 430, 460, 800), fill="white")
    out = io.BytesIO()
    picture.save(out, "PNG")
    out.seek(0)
    return out


def take_first(page):
    """The first item of the queue lies on the desk."""
    page.locator("main h1").click()
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    page.locator("[data-item]").wait_for()


def test_a_verifiers_morning_by_keyboard(live, page, log_in, desk, axe, screenshot):
    log_in(page, "verifikator.ri", PASSWORD)
    tab_to(page, "Verifikasi: Dokumen calon")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    take_first(page)
    page.wait_for_function("document.querySelector('img.desk-page').naturalWidth > 1000")
    axe(page)
    screenshot(page, "meja-dokumen-calon", full=False)
    waits, seen, began = [], [], time.monotonic()
    for turn, kind in enumerate(KINDS):
        here = shown(page)
        assert here not in seen, "a judged item is not asked again"
        seen.append(here)
        if kind == "ijazah":
            assert page.get_by_text("17 Mei 1980").is_visible(), "the birth date beside the diploma"
        if kind == "kta":
            assert page.get_by_text("tidak tercatat").first.is_visible(), "what Sipol knows"
        if kind == WRONG:
            for key in ("b", "7", "n"):
                page.keyboard.press(key)
            page.keyboard.type("Surat bukan dari puskesmas atau rumah sakit pemerintah.")
        else:
            page.keyboard.press("m")
        page.keyboard.press("Enter")
        if turn < len(KINDS) - 1:
            waits.append(after(page, here))
    page.get_by_text("Tidak ada butir yang menunggu").wait_for()
    waits.sort()
    print(f"{len(KINDS)} documents by keyboard: {time.monotonic() - began:.1f} s; next {waits[5]:.0f} ms")
    page.goto("/verifikasi/silon_pencalonan/meja")
    take_first(page)
    for _turn in range(3):
        here = shown(page)
        page.keyboard.press("m")
        page.keyboard.press("Enter")
        if _turn < 2:
            after(page, here)
    page.get_by_text("Tidak ada butir yang menunggu").wait_for()
    outcome(live, desk)


def outcome(live, nomination_id):
    """Every document as its key said; every page that was opened stands in the trail."""
    from sqlalchemy import select

    from electsys.ledger import Act
    from electsys.verification.operations.reading import READ_PAGE
    from modules.silon.models import CandidateDocument

    with live.session() as session:
        rows = session.scalars(
            select(CandidateDocument).where(CandidateDocument.nomination_id == nomination_id)
        ).all()
        assert Counter(r.state for r in rows) == {"ms": len(KINDS) + 2, "bms": 1}
        assert next(r for r in rows if r.state == "bms").kind == WRONG
        opened = session.scalars(select(Act.id).where(Act.verb == READ_PAGE)).all()
        assert len(opened) >= len(KINDS)


def test_the_plenary_concludes_what_it_sees(live, page, log_in, desk, axe, screenshot):
    log_in(page, "anggota.ri", PASSWORD)
    page.get_by_text("Simpulkan verifikasi pencalonan dalam pleno").click()
    page.get_by_role("link", name="PUC").click()
    page.get_by_text("dikembalikan untuk diperbaiki").wait_for()
    axe(page)
    screenshot(page, "verifikasi-calon-pleno")
    page.get_by_label("Rapat pleno sudah memutuskan hasil ini").check()
    page.get_by_role("button", name="Simpulkan dan buat berita acara").click()
    page.get_by_text("Disimpulkan: dikembalikan untuk diperbaiki").wait_for()
    page.goto("/calon/pemilu-2024/verifikasi?menurut=dapil", wait_until="load")
    axe(page)


def test_the_liaison_repairs_one_document(live, page, log_in, desk, axe, screenshot, tmp_path):
    log_in(page, "penghubung.puc", PASSWORD)
    page.goto("/kotak-masuk")
    page.get_by_role("link", name="Buka halaman perbaikan").click()
    page.get_by_text("Surat bukan dari puskesmas atau rumah sakit pemerintah.").wait_for()
    assert page.locator("section.repair").count() == 1, "only what failed is open"
    axe(page)
    screenshot(page, "calon-perbaikan")
    new = tmp_path / "sehat jasmani RSUD.pdf"
    new.write_bytes(scan(["SURAT KETERANGAN SEHAT JASMANI", "RSUD DR. PIRNGADI"]).read())
    page.set_input_files("section.repair input[type=file]", str(new))
    page.get_by_role("button", name="Unggah pengganti").click()
    page.get_by_text("Sudah diunggah lagi").wait_for()
    page.goto(f"/calon/pencalonan/{desk}/dokumen")
    axe(page)
    screenshot(page, "calon-dokumen")
    drop = tmp_path / "01_skck.pdf"
    drop.write_bytes(scan(["SKCK"]).read())
    page.set_input_files("#files", [str(drop)])
    page.get_by_text("Ditempatkan:").wait_for()
