"""A Pantarlih on foot: twenty houses without a network, cut off twenty times, and each visit counts once."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from electsys.ledger import Actor
from modules.sidalih import field as coklit
from tests.devices.journey import PASSWORD, PIN, noise, phone_browser, send_now, unlock, waiting
from tests.sidalih.conftest import VILLAGE, store

HOUSES = 20
TPS = VILLAGE + "001"
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
        session.flush()
        officer = session.query(Account).filter_by(username="pps.uji").one()
        account = session.get_one(Account, holder)
        give_station(election, TPS, account, actor=Actor(officer.id, officer.username))
        assert session.query(Voter).count() == 2 * HOUSES
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
    # Ten times in the field: saved, and the page is killed at once; it opens without a network.
    for n in range(10):
        visit(page, n)
        page = again(phone, page, offline=True)
        page.get_by_text(f"{n + 1} dari {HOUSES} rumah selesai").wait_for()
        waiting(page, n + 1 + (1 if n >= 2 else 0))  # the photo waits, too
    assert taken(work) == []
    screenshot(page, "coklit-luring", full=False)
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
        [fresh] = [v for key, v in state.items() if key not in old]
        assert (fresh.name, fresh.state, fresh.source) == ("ANI PEMULA", "baru", "coklit")
        assert session.query(VoterEvent).count() == 2 * HOUSES + 1
        photo = session.query(VisitPhoto).one()
        assert photo.voter_id == dead
        assert {v.source for v in session.query(HouseholdVisit)} == {"gawai"}


def test_a_house_that_the_office_changed_is_visited_again(work, phone, axe, screenshot):
    """The conflict is told in words; with newer data the house is open and its visit is taken."""
    from modules.sidalih.models import Voter

    page = activate(work, phone)
    small(page)
    phone.set_offline(True)
    cards = open_house(page, 6)
    choose(cards.nth(0), "Ubah data")
    cards.nth(0).get_by_label("Alamat").fill("Jalan Melati 07 A")
    choose(cards.nth(1), "Sesuai")
    save(page)
    with work.live.session() as session:
        row = session.get_one(Voter, (work.ids[6][0], "12"))
        row.name, row.version = "NAMA DARI KANTOR", row.version + 1
    phone.set_offline(False)
    page.get_by_role("button", name="1 perlu diputuskan").click()
    page.get_by_text("Data pemilih di rumah ini berubah").wait_for()
    screenshot(page, "coklit-bentrok", full=False)
    axe(page, widths=(360,))
    small(page)
    page.get_by_role("button", name="Buang kiriman ini").click()
    page.get_by_role("button", name="Ketuk sekali lagi").click()
    page.locator("#menu > summary").click()
    page.get_by_role("button", name="Perbarui data").click()
    page.get_by_role("button", name="JALAN MELATI 07").click()
    page.get_by_text("NAMA DARI KANTOR").wait_for()
    cards = page.locator("#daftar-pemilih fieldset")
    choose(cards.nth(0), "Ubah data")
    cards.nth(0).get_by_label("Alamat").fill("Jalan Melati 07 A")
    choose(cards.nth(1), "Sesuai")
    save(page)
    waiting(page, 0)
    with work.live.session() as session:
        row = session.get_one(Voter, (work.ids[6][0], "12"))
        assert (row.address, row.name, row.state) == ("JALAN MELATI 07 A", "NAMA DARI KANTOR", "ubah")
