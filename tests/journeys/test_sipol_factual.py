"""A sample of members: drawn by the public seed, visited with a phone that has no network, and projected."""

from __future__ import annotations

import datetime as dt
import urllib.request
from types import SimpleNamespace
from typing import Any

import pytest

from electsys.ledger import Actor
from modules.sipol import field
from tests.devices.journey import PIN, phone_browser, send_now, unlock, waiting

PASSWORD = "perahu-kertas-di-hulu-52"
MEMBERS = 6


@pytest.fixture(scope="module")
def work(live) -> Any:
    """A party in its factual step in Tapanuli Tengah, the office, the centre and a verifier."""
    from electsys.elections.queries import by_code
    from tests.sipol import conftest as make
    from tests.sipol.verifying import district, open_step

    with urllib.request.urlopen(f"{live.url}/sehat", timeout=180):  # noqa: S310 - until it answers
        pass
    live.account("operator_kpu_ri", "", username="operator.pusat", password=PASSWORD)
    live.account("operator_kpu_kabko", "1201", username="operator.tapteng", password=PASSWORD)
    holder = live.account("verifikator_kabko", "1201", username="verifikator.tapteng", password=PASSWORD)
    with live.session() as session:
        party = make.party(session, name="Partai Uji Faktual", short_name="PUF")
        row = make.registration(session, "verfak", of=party)
        district(session, row, 0)
        for n in range(MEMBERS):
            make.member(session, row, "ms", name=f"WARGA UJI {n}", address=f"JALAN KENANGA {n + 1}")
        open_step(session, row, "verfak")
        return SimpleNamespace(live=live, holder=holder, party=party.id, election=by_code("pemilu-2024").id)


@pytest.fixture
def phone(live, chromium) -> Any:
    """A phone's browser."""
    with phone_browser(live, chromium) as opened:
        opened.set_default_timeout(60_000)
        yield opened


def activate(work: Any, context: Any) -> Any:
    from electsys.devices import issue_activation
    from electsys.identity.models import Account

    with work.live.session() as session:
        code = issue_activation(
            field.KIND,
            session.get_one(Account, work.holder),
            region="1201",
            election_id=work.election,
            until=dt.datetime.now(dt.UTC) + dt.timedelta(days=30),
            actor=Actor.system("journey"),
        )
    page = context.new_page()
    page.goto(f"/lapangan/aktivasi#{code}")
    page.get_by_label("Nama perangkat").fill("ponsel verifikator")
    page.get_by_label("PIN baru").fill(PIN)
    page.get_by_label("Ulangi PIN").fill(PIN)
    page.get_by_role("button", name="Aktifkan").click()
    page.wait_for_url("**/lapangan/verfak/")
    unlock(page)
    page.evaluate("navigator.serviceWorker.ready")
    page.locator("#daftar-orang button").first.wait_for()
    return page


def attempt(page: Any, n: int, result: str, *, photo: bool = True) -> None:
    page.locator("#daftar-orang").get_by_role("button", name=f"WARGA UJI {n}").click()
    page.get_by_role("heading", name=f"WARGA UJI {n}").wait_for()
    page.get_by_role("radio", name=result, exact=True).check()
    if photo:
        page.locator("#foto").set_input_files(
            {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": snap()}
        )
    page.get_by_role("button", name="Simpan upaya").click()
    page.get_by_text("Upaya tersimpan.").first.wait_for()


def visit(page: Any, aspect: str, wrong: str = "", photos: int = 1) -> None:
    """Everything found right but one thing; so many photos."""
    if not page.locator("#daftar-kunjungan").is_visible():
        page.locator("#maju-kunjungan").click()
    page.locator("#daftar-kunjungan").get_by_role("button", name=aspect).click()
    page.get_by_role("heading", name=f"{aspect}: PUF").wait_for()
    for box in page.locator("#pertanyaan input").all():
        if box.get_attribute("name") != wrong:
            box.check()
    taken = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": snap()} for n in range(photos)]
    page.locator("#foto-kunjungan").set_input_files(taken)
    page.get_by_role("button", name="Simpan kunjungan").click()
    page.locator("#kunjungan").wait_for(state="hidden")
    page.get_by_text("Kunjungan tersimpan.").first.wait_for()


def withdraw(page: Any) -> None:
    """Take the newest packet back that waits."""
    page.get_by_role("button", name="Lihat antrean").click()
    line = page.locator("#daftar-antrean li").first
    key = line.get_attribute("data-key")
    line.get_by_role("button").click()
    line.get_by_role("button").click()
    page.locator(f"#daftar-antrean li[data-key='{key}']").wait_for(state="detached")


def snap() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def test_draw_visit_and_project(work, live, page, phone, log_in, axe, screenshot):
    log_in(page, "operator.pusat", PASSWORD)
    page.goto("/partai/pemilu-2024/faktual/undian")
    page.get_by_label("Bilangan undian").fill("31 42 7 19")
    page.get_by_label("Di mana dan kapan ditarik").fill("Rapat pleno terbuka KPU RI, 14 Oktober 2022")
    page.get_by_role("button", name="Tetapkan bilangan undian").click()
    page.get_by_text("31 42 7 19").first.wait_for()
    axe(page)
    screenshot(page, "faktual-undian")
    page.context.clear_cookies()
    log_in(page, "operator.tapteng", PASSWORD)
    page.goto("/partai/faktual")
    axe(page)
    page.get_by_role("link", name="Partai Uji Faktual").click()
    axe(page)
    page.get_by_role("button", name="Tarik sampel").click()
    page.get_by_text("WARGA UJI 0").wait_for()
    page.get_by_label("Verifikator Tapteng").check()
    page.get_by_role("button", name="Bagi menurut desa/kelurahan").click()
    page.get_by_text("Sampel dibagi kepada 1 verifikator").wait_for()
    axe(page)

    hand = activate(work, phone)
    assert hand.locator("#daftar-orang button").count() == MEMBERS
    axe(hand, widths=(360,))
    hand.set_viewport_size({"width": 360, "height": 740})
    screenshot(hand, "faktual-ponsel", full=False)
    phone.set_offline(True)
    for n in range(MEMBERS - 2):
        attempt(hand, n, "Membenarkan")
    attempt(hand, MEMBERS - 2, "Bukan anggota")
    for _n in range(3):
        attempt(hand, MEMBERS - 1, "Tidak bertemu", photo=False)
    hand.get_by_text(f"{MEMBERS} dari {MEMBERS} orang selesai").wait_for()
    visit(hand, "Kantor tetap", wrong="papan")
    visit(hand, "Kepengurusan", photos=2)
    visit(hand, "Kepengurusan", wrong="sesuai_sk")
    withdraw(hand)
    hand.get_by_text("2 dari 2 dikunjungi").wait_for()
    packets, photos = MEMBERS - 1 + 3 + 2, MEMBERS - 1 + 3
    waiting(hand, packets + photos)
    hand.locator("#daftar-orang").get_by_role("button", name="WARGA UJI 0").click()
    hand.get_by_role("button", name="Kembali ke daftar").click()
    hand.locator("#daftar-kunjungan").get_by_role("button", name="Kantor tetap").click()
    axe(hand, widths=(360,))
    hand.set_viewport_size({"width": 360, "height": 740})
    hand.get_by_role("button", name="Kembali ke daftar").click()
    phone.set_offline(False)
    send_now(hand)
    waiting(hand, 0)
    hand.locator("#daftar-kunjungan").get_by_text("memenuhi syarat").first.wait_for()
    meanwhile(work, hand, phone, axe)

    page.reload()
    page.get_by_role("link", name="Foto 2").wait_for()
    corrected(page, axe)
    page.get_by_role("button", name="Tutup sampel").click()
    page.get_by_text("6 × 5 / 6").wait_for()
    axe(page)
    screenshot(page, "faktual-proyeksi")
    page.get_by_role("link", name=f"WARGA UJI {MEMBERS - 1}").click()
    page.get_by_text("Panggilan video").wait_for()
    axe(page)
    outcome(live)
    everybody(page, axe, screenshot)


def meanwhile(work: Any, hand: Any, phone: Any, axe: Any) -> None:
    """Somebody else was there while the phone had no network: it is told, and shows what stands."""
    from modules.sipol.operations import factual
    from modules.sipol.places import registration_of
    from tests.sipol import conftest as make
    from tests.sipol.visiting import OFFICE, now, photo

    phone.set_offline(True)
    visit(hand, "Kantor tetap", wrong="alamat")
    with work.live.session():
        row = registration_of(work.election, work.party)
        taken = [photo().id]
        factual.record_check(row, "1201", "kantor", OFFICE, visited_at=now(), photos=taken, actor=make.ACTOR)
    phone.set_offline(False)
    send_now(hand)
    hand.get_by_role("button", name="Perlu diputuskan").click()
    hand.get_by_text("sudah dikunjungi orang lain").first.wait_for()
    axe(hand, widths=(360,))
    hand.set_viewport_size({"width": 360, "height": 740})
    line = hand.locator("#daftar-bentrok li").first
    line.get_by_role("button").click()
    line.get_by_role("button").click()
    line.wait_for(state="detached")
    hand.locator("#menu > summary").click()
    hand.get_by_role("button", name="Perbarui data").click()
    hand.locator("#daftar-kunjungan").get_by_text("memenuhi syarat").nth(1).wait_for()


def corrected(page: Any, axe: Any) -> None:
    """The office corrects the one who was written down as no member; the area's page waits."""
    area = page.url
    page.get_by_role("link", name=f"WARGA UJI {MEMBERS - 2}").click()
    page.get_by_role("link", name="Betulkan").click()
    page.get_by_label("Yang benar").select_option("membenarkan")
    page.get_by_label("Apa yang keliru").fill("Salah tekan; orangnya membenarkan")
    axe(page)
    page.get_by_role("button", name="Simpan pembetulan").click()
    page.get_by_text("dibetulkan, tidak dihitung").wait_for()
    axe(page)
    page.goto(area)


def everybody(page: Any, axe: Any, screenshot: Any) -> None:
    """Without a log-in: the seed, the samples without a person, and one drawn again."""
    page.context.clear_cookies()
    page.goto("/partai/publik/pemilu-2024")
    page.get_by_role("link", name="Sampel verifikasi faktual").first.click()
    page.get_by_text("31 42 7 19").first.wait_for()
    axe(page)
    page.get_by_role("link", name="PUF").click()
    page.get_by_text("dihitung ulang dari bilangan undian").wait_for()
    assert "WARGA UJI" not in page.content()
    axe(page)
    screenshot(page, "sampel-ditarik-ulang")


def outcome(live: Any) -> None:
    """Every attempt and visit once, every photo beside its own, the figures of the sample."""
    from sqlalchemy import func, select

    from electsys.verification.models import Contact, ContactPhoto, Sample
    from modules.sipol.models import FactualCheck, FactualPhoto

    with live.session() as session:
        rows = session.scalars(select(Contact)).all()
        assert len(rows) == MEMBERS - 1 + 3 + 1 and sum(row.corrects_id is not None for row in rows) == 1
        found = session.scalars(select(FactualCheck).order_by(FactualCheck.id)).all()
        assert len(found) == 3
        checks = {check.aspect: check for check in found[:2]}
        assert {name: check.state for name, check in checks.items()} == {"kantor": "ms", "kepengurusan": "ms"}
        assert checks["kantor"].details["papan"] is False
        assert session.scalar(select(func.count()).select_from(FactualPhoto)) == 3
        assert session.scalar(select(func.count()).select_from(ContactPhoto)) == MEMBERS - 1
        sample = session.scalars(select(Sample)).one()
        assert (sample.found_ms, sample.projection) == (5, 5)
        assert sample.deficit == sample.minimum - 5 > 0
