"""A Pantarlih on foot: twenty houses without a network, cut off twenty times, and each visit counts once."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from electsys.ledger import Actor
from modules.sidalih import field as coklit
from tests.devices.journey import PASSWORD, PIN, noise, phone_browser, send_now, unlock, waiting
from tests.sidalih.conftest import VILLAGE, store

HOUSES = 20
TPS = VILLAGE + "001"
PAPER_TPS = VILLAGE + "003"
NIK = "1201014706058123"


@pytest.fixture(scope="module")
def work(live) -> Any:
    """A list in coklit, a Pantarlih with a station, houses of two voters each; and what stands of them."""
    from modules.sidalih.models import Voter, VoterRoll
    from modules.sidalih.operations.visits import give_station
    from modules.sidalih.operations.voters import ensure_roll

    holder = live.account("pantarlih", VILLAGE, username="pantarlih.uji")
    live.account("pps", VILLAGE, username="pps.uji", password=PASSWORD)
    with live.session() as session:
        from electsys.elections.queries import by_code
        from electsys.identity.models import Account

        election = by_code("pemilu-2024")
        roll = ensure_roll(election.id, "1201", actor=Actor.system("journey"))
        session.get(VoterRoll, roll.id).state = "coklit"
        ids: list[tuple[int, int]] = []
        for n in range(HOUSES):
            family = {
                "nkk": f"12010101012081{n:02d}",
                "address": f"JALAN MELATI {n + 1:02d}",
                "rt": f"{n // 10 + 1:03d}",
                "rw": "001",
            }
            head = store(session, election, TPS, name=f"BUDI UJI {n:02d}", sex="L", **family)
            other = store(session, election, TPS, name=f"SITI UJI {n:02d}", **family)
            ids.append((head.id, other.id))
        for n in (1, 2):
            store(session, election, PAPER_TPS, name=f"RUDI KERTAS {n}", sex="L", address=f"JALAN KERTAS {n}")
        session.flush()
        officer = session.query(Account).filter_by(username="pps.uji").one()
        account = session.get_one(Account, holder)
        give_station(election, TPS, account, actor=Actor(officer.id, officer.username))
        assert session.query(Voter).count() == 2 * HOUSES + 2
        return SimpleNamespace(live=live, holder=holder, election=election.id, ids=ids)


@pytest.fixture
def phone(live, chromium) -> Any:
    """A phone's browser."""
    with phone_browser(live, chromium) as opened:
        opened.set_default_timeout(60_000)
        yield opened


def code_for(work: Any) -> str:
    from electsys.devices import issue_activation
    from electsys.identity.models import Account

    with work.live.session() as session:
        return issue_activation(
            coklit.KIND,
            session.get_one(Account, work.holder),
            region=VILLAGE,
            election_id=work.election,
            until=dt.datetime.now(dt.UTC) + dt.timedelta(days=30),
            actor=Actor.system("journey"),
        )


def activate(work: Any, context: Any) -> Any:
    page = context.new_page()
    page.goto(f"/lapangan/aktivasi#{code_for(work)}")
    page.get_by_label("Nama perangkat").fill("ponsel Pantarlih")
    page.get_by_label("PIN baru").fill(PIN)
    page.get_by_label("Ulangi PIN").fill(PIN)
    page.get_by_role("button", name="Aktifkan").click()
    page.wait_for_url("**/lapangan/coklit/")
    unlock(page)
    page.evaluate("navigator.serviceWorker.ready")
    route_shown(page)
    return page


def again(context: Any, page: Any, *, offline: bool = False) -> Any:
    """The page is killed; another is opened and unlocked, once it knows that it has no network."""
    page.close(run_before_unload=False)
    page = context.new_page()
    page.goto("/lapangan/coklit/")
    if offline:
        page.get_by_text("luring").wait_for()
    unlock(page)
    route_shown(page)
    return page


def route_shown(page: Any) -> None:
    page.locator("#daftar-rumah button").first.wait_for()


def open_house(page: Any, n: int) -> Any:
    page.get_by_role("button", name=f"JALAN MELATI {n + 1:02d}").click()
    page.get_by_role("heading", name=f"JALAN MELATI {n + 1:02d}").wait_for()
    return page.locator("#daftar-pemilih fieldset")


def choose(card: Any, outcome: str) -> None:
    card.get_by_role("radio", name=outcome, exact=True).check()


def save(page: Any) -> None:
    page.get_by_role("button", name="Simpan rumah ini").click()
    page.get_by_text("Rumah tersimpan.").wait_for()


def visit(page: Any, n: int) -> None:
    """One house; what is found there depends on its number."""
    cards = open_house(page, n)
    if n == 1:
        choose(cards.nth(0), "Sesuai")
        choose(cards.nth(1), "Ubah data")
        cards.nth(1).get_by_label("Nama seperti di KTP-el").fill("Siti Nama Benar")
        cards.nth(1).get_by_label("Status kawin").select_option("P")
    elif n == 2:
        choose(cards.nth(0), "TMS")
        cards.nth(0).get_by_label("Alasan tidak memenuhi syarat").select_option("1")
        cards.nth(0).get_by_label("Keterangan atau nomor surat").fill("Akta kematian 12/2023")
        photo = {"name": "akta.jpg", "mimeType": "image/jpeg", "buffer": noise()}
        cards.nth(0).locator('input[type="file"]').set_input_files(photo)
        choose(cards.nth(1), "Sesuai")
    elif n == 3:
        choose(cards.nth(0), "Salah TPS")
        cards.nth(0).get_by_label("TPS yang benar").select_option(VILLAGE + "002")
        choose(cards.nth(1), "Sesuai")
    elif n == 4:
        page.get_by_role("button", name="Semua sesuai").click()
        page.get_by_role("button", name="Tambah pemilih baru").click()
        fresh = page.locator("#daftar-baru fieldset")
        for label, value in (
            ("Nama seperti di KTP-el", "Ani Pemula"),
            ("NIK (16 angka)", NIK),
            ("Tempat lahir", "Barus"),
            ("Tanggal lahir", "2005-06-07"),
        ):
            fresh.get_by_label(label).fill(value)
        fresh.get_by_label("Jenis kelamin").select_option("P")
        fresh.get_by_label("Status kawin").select_option("B")
    else:
        page.get_by_role("button", name="Semua sesuai").click()
    save(page)


def taken(work: Any) -> list[int]:
    """How many visits each house has, in the order of the route."""
    with psycopg.connect(work.live.database) as connection:
        rows = connection.execute(
            "select v.address, count(distinct h.id) from household_visit h"
            " join voter v on v.family = h.house group by 1 order by 1"
        ).fetchall()
    return [count for _address, count in rows]


def test_twenty_houses_and_twenty_interruptions(work, phone, axe, screenshot):
    page = activate(work, phone)
    assert page.locator("#daftar-rumah button").count() == HOUSES
    page.get_by_text(f"0 dari {HOUSES} rumah selesai").wait_for()
    small(page)
    screenshot(page, "coklit-rute", full=False)
    axe(page, widths=(360,))
    small(page)
    with_mistakes(page)
    cards = open_house(page, 2)
    choose(cards.nth(0), "TMS")
    screenshot(page, "coklit-rumah", full=True)
    axe(page, widths=(360,))
    small(page)
    page.get_by_role("button", name="Kembali ke rute").click()
    phone.set_offline(True)
    taken_back(page, axe, screenshot)
    # Ten times in the field: saved, and the page is killed at once; it opens without a network.
    for n in range(10):
        visit(page, n)
        page = again(phone, page, offline=True)
        page.get_by_text(f"{n + 1} dari {HOUSES} rumah selesai").wait_for()
        waiting(page, n + 1 + (1 if n >= 2 else 0))  # the photo waits, too
    assert taken(work) == []
    # Five times the server takes the packet and the answer never arrives.
    cut = {"left": 0}

    def lose_the_answer(route: Any) -> None:
        if not cut["left"]:
            route.continue_()
            return
        cut["left"] -= 1
        route.fetch()
        route.abort("connectionreset")

    phone.route("**/api/perangkat/paket", lose_the_answer)
    phone.set_offline(False)
    waiting(page, 0, timeout=60_000)
    assert taken(work) == [1] * 10
    for n in range(10, 15):
        cut["left"] = 1
        visit(page, n)
        page.get_by_text("dicoba lagi").wait_for()
        assert len(taken(work)) == n + 1  # the server has it, the phone does not know
        send_now(page)
        waiting(page, 0)
    phone.unroute("**/api/perangkat/paket")
    # Five times the page is closed while its request is under way, before or after the server has it.
    closed = {"requests": 0}

    def close_in_between(route: Any) -> None:
        if closed["requests"] % 2:
            route.fetch()
        closed["requests"] += 1

    phone.route("**/api/perangkat/paket", close_in_between)
    for n in range(15, HOUSES):
        visit(page, n)
        page.wait_for_timeout(300)
        page = again(phone, page)
    assert closed["requests"] >= 5
    phone.unroute("**/api/perangkat/paket")
    page.reload()
    unlock(page)
    route_shown(page)
    waiting(page, 0)
    page.get_by_text(f"{HOUSES} dari {HOUSES} rumah selesai").wait_for()
    assert taken(work) == [1] * HOUSES
    outcome(work)
    axe(page, widths=(360,))


def taken_back(page: Any, axe: Any, screenshot: Any) -> None:
    """What has not left the phone is taken back: the house is as it was before, and so are its voters."""
    page.get_by_text("luring").wait_for()
    visit(page, 1)
    visit(page, 0)
    page.get_by_text(f"2 dari {HOUSES} rumah selesai").wait_for()
    cards = open_house(page, 0)  # once more, before anything was sent
    choose(cards.nth(0), "TMS")
    cards.nth(0).get_by_label("Alasan tidak memenuhi syarat").select_option("4")
    save(page)
    waiting(page, 3)
    page.get_by_role("button", name="Lihat antrean").click()
    lines = page.locator("#daftar-antrean li")
    lines.nth(2).wait_for()
    screenshot(page, "coklit-antrean", full=False)
    axe(page, widths=(360,))
    small(page)
    take_back(lines.nth(1))  # the older one of house 0
    page.get_by_text("Batalkan dulu catatan yang lebih baru").wait_for()
    take_back(lines.nth(0))
    waiting(page, 2)
    assert open_house(page, 0).nth(0).get_by_text("· sesuai").count() == 1
    page.get_by_role("button", name="Kembali ke rute").click()
    for _ in range(2):
        left = lines.count()
        take_back(lines.nth(0))
        page.wait_for_function("n => document.querySelectorAll('#daftar-antrean li').length < n", arg=left)
    waiting(page, 0)
    page.get_by_text(f"0 dari {HOUSES} rumah selesai").wait_for()
    assert open_house(page, 0).nth(0).get_by_text("belum dicoklit").count() == 1
    page.get_by_role("button", name="Kembali ke rute").click()


def take_back(line: Any) -> None:
    line.get_by_role("button", name="Batalkan").click()
    line.get_by_role("button", name="Ketuk sekali lagi untuk membatalkan").click()


def small(page: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 740})


def with_mistakes(page: Any) -> None:
    """What is missing is said in words, beside the house, and nothing is kept."""
    cards = open_house(page, 0)
    page.get_by_role("button", name="Simpan rumah ini").click()
    page.get_by_text("Pilih hasil untuk BUDI UJI 00.").wait_for()
    choose(cards.nth(0), "Salah TPS")
    choose(cards.nth(1), "Sesuai")
    page.get_by_role("button", name="Simpan rumah ini").click()
    page.get_by_text("Pilih TPS yang benar untuk BUDI UJI 00.").wait_for()
    page.get_by_role("button", name="Kembali ke rute").click()
    waiting(page, 0)


def outcome(work: Any) -> None:
    """Every voter as the visits found them."""
    from modules.sidalih.models import HouseholdVisit, VisitPhoto, Voter, VoterEvent

    with work.live.session() as session:
        state = {v.id: v for v in session.query(Voter)}
        (_, changed), (dead, _), (moved, _) = work.ids[1:4]
        assert (state[changed].state, state[changed].name) == ("ubah", "SITI NAMA BENAR")
        assert (state[dead].state, state[dead].tms_code) == ("tms", "1")
        assert (state[moved].state, state[moved].tps_code) == ("potensial", VILLAGE + "002")
        special = {changed, dead, moved}
        old = {key for pair in work.ids for key in pair}
        assert {state[key].state for key in old - special} == {"sesuai"}
        [fresh] = [v for v in state.values() if v.source == "coklit"]
        assert (fresh.name, fresh.state, fresh.source) == ("ANI PEMULA", "baru", "coklit")
        assert session.query(VoterEvent).count() == 2 * HOUSES + 1
        photo = session.query(VisitPhoto).one()
        assert photo.voter_id == dead
        assert {v.source for v in session.query(HouseholdVisit)} == {"gawai"}


def changed_by_the_office(work: Any, phone: Any, page: Any, n: int, name: str) -> None:
    """A house is visited without a network while the office changes a name of it."""
    from modules.sidalih.models import Voter

    phone.set_offline(True)
    page.get_by_text("luring").wait_for()
    cards = open_house(page, n)
    choose(cards.nth(0), "Ubah data")
    cards.nth(0).get_by_label("Tempat lahir").fill("Sibolga")
    choose(cards.nth(1), "Sesuai")
    save(page)
    with work.live.session() as session:
        row = session.get_one(Voter, (work.ids[n][0], "12"))
        row.name, row.version = name, row.version + 1
    phone.set_offline(False)
    page.get_by_role("button", name="1 perlu diputuskan").click()
    page.get_by_text("Data pemilih di rumah ini berubah").wait_for()


def test_what_the_office_changed_is_decided_on_the_phone(work, phone, axe, screenshot):
    """Three values side by side; what is chosen is sent and taken."""
    from modules.sidalih.models import VisitConflict, Voter

    page = activate(work, phone)
    small(page)
    changed_by_the_office(work, phone, page, 6, "NAMA DARI KANTOR")
    name, place = (page.locator(f'#daftar-bentrok [data-field="{f}"]') for f in ("name", "birth_place"))
    name.get_by_text("NAMA DARI KANTOR").wait_for()
    assert name.get_by_text("BUDI UJI 06").count() == 2  # when it was fetched, and what the visit stands by
    assert place.get_by_text("BARUS").count() == 2 and place.get_by_text("Sibolga").count() == 1
    page.set_viewport_size({"width": 360, "height": 1800})
    screenshot(page, "coklit-bentrok", full=False)
    axe(page, widths=(360,))
    small(page)
    page.get_by_role("button", name="Putuskan", exact=True).click()
    page.get_by_text("Pilih yang benar di setiap baris.").wait_for()
    name.get_by_label("Berlaku sekarang").check()
    place.get_by_label("Isian saya").check()
    page.get_by_role("button", name="Putuskan", exact=True).click()
    page.get_by_text("Tulis alasannya.").wait_for()
    page.locator("#bentrok").get_by_label("Alasan").fill("KTP-el di tangan")
    page.get_by_role("button", name="Putuskan", exact=True).click()
    page.get_by_text("Putusan tersimpan.").wait_for()
    page.locator("#bentrok").wait_for(state="hidden")
    waiting(page, 0)
    with work.live.session() as session:
        row = session.get_one(Voter, (work.ids[6][0], "12"))
        assert (row.name, row.birth_place, row.state) == ("NAMA DARI KANTOR", "SIBOLGA", "ubah")
        conflict = session.query(VisitConflict).one()
        assert (conflict.state, conflict.reason) == ("dicatat", "KTP-el di tangan")


def test_what_the_office_decides_the_phone_hears(work, phone, page, log_in, axe, screenshot):
    from modules.sidalih.models import VisitConflict, Voter

    handset = activate(work, phone)
    changed_by_the_office(work, phone, handset, 7, "NAMA LAIN")
    log_in(page, "pps.uji", PASSWORD)
    page.get_by_role("link", name="Putuskan kunjungan coklit yang berbenturan").first.click()
    page.get_by_text("NAMA LAIN").first.wait_for()
    page.get_by_role("group", name="Nama").get_by_label("Isian ponsel").check()
    page.get_by_role("group", name="Tempat lahir").get_by_label("Isian ponsel").check()
    page.get_by_label("Alasan").fill("Pantarlih dihubungi")
    screenshot(page, "coklit-benturan")
    axe(page)
    page.get_by_role("button", name="Putuskan", exact=True).click()
    page.get_by_text("Putusan dicatat.").wait_for()
    handset.locator("#menu > summary").click()
    handset.get_by_role("button", name="Perbarui data").click()
    handset.get_by_text("Kantor sudah memutus 1 benturan").wait_for()
    handset.locator("#bentrok").wait_for(state="hidden")
    with work.live.session() as session:
        row = session.get_one(Voter, (work.ids[7][0], "12"))
        assert (row.name, row.birth_place) == ("BUDI UJI 07", "SIBOLGA")
        assert {c.state for c in session.query(VisitConflict)} == {"dicatat"}


def test_paper_is_entered_by_keyboard(work, page, log_in, axe, screenshot):
    """Enter is the next field, a digit is a finding, Shift+Enter saves and opens the next house."""
    from modules.sidalih.models import HouseholdVisit, Voter

    log_in(page, "pps.uji", PASSWORD)
    with work.live.session() as session:
        roll = session.execute(text("select id from voter_roll where region = '1201'")).scalar_one()
    page.goto(f"/pemilih/coklit/{roll}/tps/{PAPER_TPS}")
    page.get_by_role("link", name="Catat dari kertas").click()
    page.get_by_role("heading", name="JALAN KERTAS 1").wait_for()
    page.get_by_label("Pantarlih yang berkunjung").fill("Rina Uji")
    page.keyboard.press("Enter")
    page.get_by_label("Tanggal kunjungan").fill("2023-02-20")
    page.keyboard.press("Enter")
    page.keyboard.press("2")
    assert page.get_by_role("radio", name="Ubah data").is_checked()
    page.keyboard.press("Enter")
    page.keyboard.type("rudi benar")
    screenshot(page, "coklit-kertas")
    axe(page)
    page.get_by_label("Nama", exact=True).press("Shift+Enter")
    page.get_by_role("heading", name="JALAN KERTAS 2").wait_for()
    assert page.get_by_label("Pantarlih yang berkunjung").input_value() == "Rina Uji"
    page.get_by_role("button", name="Semua sesuai").click()
    page.keyboard.press("Enter")
    page.get_by_text("JALAN KERTAS 2 tersimpan (dari kertas).").wait_for()
    axe(page)
    with work.live.session() as session:
        found = session.query(HouseholdVisit).filter_by(tps_code=PAPER_TPS).all()
        assert {(v.source, v.visitor, v.actor) for v in found} == {("kertas", "Rina Uji", "pps.uji")}
        names = {v.name: v.state for v in session.query(Voter).filter_by(tps_code=PAPER_TPS)}
        assert names == {"RUDI BENAR": "ubah", "RUDI KERTAS 2": "sesuai"}
