"""A verifier clears fifty members of a party with nothing but a keyboard, and a board beside its decree."""

from __future__ import annotations

import io
import time
import urllib.request
from collections import Counter

import pytest

from tests.sipol import conftest as make
from tests.sipol.conftest import ACTOR
from tests.sipol.scanning import attached, card_of

PASSWORD = "perahu-kertas-di-hulu-52"
MEMBERS, FLAGGED = 50, 6
#: Five minutes of wall time for all of them on a busy machine.
LIMIT = 300
#: Key of the verdict and of the reason, by the place of the item: most are met.
KEYS = {3: ("b", "1"), 11: ("t", "6"), 27: ("b", "7")}

#: What the scans of the first member show; the people are made up.
CARDS = {
    "kta": ["KARTU TANDA ANGGOTA", "PARTAI UJI MEJA", "WARGA UJI 00"],
    "ktp": ["KARTU TANDA PENDUDUK ELEKTRONIK", "NIK 1201 **** **** **01", "WARGA UJI 00", "BARUS"],
}


def scan(words):
    """A page as a scanner makes it: a PDF that holds a picture."""
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("L", (1240, 1754), "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(34)
    for n, line in enumerate(words):
        draw.text((120, 140 + 70 * n), line, fill="black", font=font)
    out = io.BytesIO()
    page.save(out, "PDF", resolution=150)
    out.seek(0)
    return out


@pytest.fixture(scope="module")
def desk(live):
    """A party under verification in Tapanuli Tengah, its round open, and a verifier of the kab/kota."""
    from electsys.documents import store_file
    from modules.sipol.models import MemberStatement, PartyDocument
    from modules.sipol.operations.judging import open_round
    from tests.sipol.verifying import board

    with urllib.request.urlopen(f"{live.url}/sehat", timeout=180):  # noqa: S310 - until it answers
        pass
    live.account("verifikator_kabko", "1201", username="verifikator.tapteng", password=PASSWORD)
    with live.session() as session:
        party = make.party(session, name="Partai Uji Meja", short_name="PUM")
        row = make.registration(session, "vermin", of=party)
        board(session, row, "1201", people=6, women=2)
        stored = store_file(
            scan(["DEWAN PIMPINAN PUSAT PARTAI UJI MEJA", "SURAT KEPUTUSAN NOMOR SK-1", "TAPANULI TENGAH"]),
            name="SK DPC Tapanuli Tengah.pdf",
            kind="party_document",
            actor=ACTOR,
        )
        session.add(
            PartyDocument(
                registration_id=row.id,
                party_id=party.id,
                region="1201",
                kind="sk_kepengurusan",
                file_id=stored.id,
            )
        )
        for n in range(MEMBERS):
            flags = ["nik"] if n < FLAGGED else []
            member = make.member(session, row, name=f"WARGA UJI {n:02}", own_flags=flags, flags=flags)
            if n == 0:
                for kind, words in CARDS.items():
                    attached(session, member, kind, content=card_of(words))
                paper = store_file(
                    scan(["SURAT PERNYATAAN ANGGOTA PARTAI POLITIK", member.name, "BARUS, 1 AGUSTUS 2022"]),
                    name="pernyataan.pdf",
                    kind="party_document",
                    actor=ACTOR,
                )
                session.add(
                    MemberStatement(
                        member_id=member.id,
                        party_id=party.id,
                        village_code=member.village_code,
                        flag="nik",
                        file_id=paper.id,
                    )
                )
        session.flush()
        opened = open_round(row, "vermin", actor=ACTOR)
        assert opened["sipol_anggota"] == MEMBERS
        return row.id


def tab_to(page, words):
    """Press the tabulator until a control with these words has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if words in (page.evaluate("document.activeElement.innerText") or ""):
            return
    raise AssertionError(f"the tabulator does not reach {words!r}")


def shown(page):
    """The item on the desk."""
    return int(page.locator("[data-item]").get_attribute("data-item"))


def after(page, before):
    """Wait until another item lies on the desk, or none; milliseconds that it took."""
    began = time.monotonic()
    page.wait_for_function(
        "before => document.querySelector('[data-item]')?.dataset.item !== before", arg=str(before)
    )
    return (time.monotonic() - began) * 1000


def test_fifty_members_by_keyboard(live, page, log_in, desk, axe, screenshot):
    log_in(page, "verifikator.tapteng", PASSWORD)
    tab_to(page, "Verifikasi: Anggota partai")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    page.locator("main h1").click()
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    page.locator("[data-item]").wait_for()
    page.wait_for_function("document.querySelector('img.desk-page')?.naturalWidth > 500")
    assert page.locator(".desk-file").all_inner_texts()[0].startswith("Pindaian KTA")
    axe(page)
    screenshot(page, "meja-anggota", full=False)
    began, waits, seen = time.monotonic(), [], []
    for turn in range(MEMBERS):
        here = shown(page)
        assert here not in seen, "a judged item is not asked again"
        seen.append(here)
        verdict, reason = KEYS.get(turn, ("m", None))
        page.keyboard.press(verdict)
        if reason:
            page.keyboard.press(reason)
        page.keyboard.press("Enter")
        if turn < MEMBERS - 1:
            waits.append(after(page, here))
        if turn == 6:  # a slip of the finger, taken back and judged as it should be
            page.keyboard.press("u")
            page.wait_for_function(
                "item => document.querySelector('[data-item]')?.dataset.item === item", arg=str(here)
            )
            page.keyboard.press("b")
            page.keyboard.press("1")
            page.keyboard.press("Enter")
            after(page, here)
    page.get_by_text("Tidak ada butir yang menunggu").wait_for()
    spent = time.monotonic() - began
    waits.sort()
    middle = waits[len(waits) // 2]
    print(f"{MEMBERS} members and one undo by keyboard: {spent:.1f} s; next item {middle:.0f} ms")
    assert spent <= LIMIT
    outcome(live, desk)


def outcome(live, registration_id):
    """Every member as its key said, flagged ones first, each with an event."""
    from sqlalchemy import select

    from electsys.verification.models import VerificationEvent, VerificationItem
    from modules.sipol.models import MemberEvent, PartyMember

    with live.session() as session:
        members = session.scalars(
            select(PartyMember).where(PartyMember.registration_id == registration_id)
        ).all()
        assert Counter(m.state for m in members) == {"ms": MEMBERS - 4, "bms": 3, "tms": 1}
        first = session.scalars(
            select(VerificationItem)
            .where(VerificationItem.queue == "sipol_anggota")
            .order_by(VerificationItem.decided_at)
            .limit(FLAGGED - 1)
        ).all()
        flagged = {f"party_member:{m.id}" for m in members if m.flags}
        assert {item.subject for item in first} <= flagged
        told = Counter(session.scalars(select(VerificationEvent.kind)))
        assert told == {"putus": MEMBERS + 1, "batal": 1}
        assert len(session.scalars(select(MemberEvent.id)).all()) == MEMBERS + 2


def test_a_board_beside_its_decree(live, page, log_in, desk, axe, screenshot):
    log_in(page, "verifikator.tapteng", PASSWORD)
    page.goto("/verifikasi")
    axe(page)
    page.goto("/verifikasi/sipol_kepengurusan/meja")
    page.locator("main h1").click()
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    picture = page.locator("img.desk-page").first
    picture.wait_for()
    page.wait_for_function("document.querySelector('img.desk-page').naturalWidth > 1000")
    width = picture.bounding_box()["width"]
    page.keyboard.press("z")
    assert picture.bounding_box()["width"] > width * 1.2
    page.keyboard.press("-")
    page.keyboard.press("r")
    assert "matrix(0, 1, -1, 0" in picture.evaluate("e => getComputedStyle(e).transform")
    for _ in range(3):
        page.keyboard.press("r")
    page.keyboard.press("?")
    assert page.get_by_text("urungkan putusan terakhir").is_visible()
    page.keyboard.press("?")
    axe(page)
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.get_by_text("Pilih alasan: partai membacanya").wait_for()
    page.keyboard.press("2")
    page.keyboard.press("n")
    page.keyboard.type("Nomor SK tidak sama.")
    page.keyboard.press("Enter")
    page.get_by_text("Tidak ada butir yang menunggu").wait_for()
    for path in ("sipol_anggota", "sipol_anggota?status=tms", "sipol_anggota/periksa-kedua", "butir/3"):
        page.goto(f"/verifikasi/{path}")
        axe(page)
    page.goto("/verifikasi/sipol_anggota")
    page.goto("/partai/verifikasi")
    page.get_by_role("link", name="Partai Uji Meja").click()
    page.get_by_text("Nomor SK tidak sama.").wait_for()
    axe(page)
    screenshot(page, "verifikasi-wilayah")
