"""A phone in the field: activated once, days without a network, cut off again and again, and nothing is
lost or counted twice (NA-08..NA-10)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.devices.journey import (
    PASSWORD,
    PIN,
    Posts,
    activate,
    code_for,
    noise,
    phone_browser,
    prepare,
    ready,
    remembered,
    save,
    send_now,
    taken,
    unlock,
    waiting,
)
from tests.devices.phone import Phone

ITEMS = 20


@pytest.fixture(scope="module")
def field(live):
    return prepare(live)


@pytest.fixture
def context(field, chromium):
    """A phone's browser: what it stores outlives its pages."""
    with phone_browser(field, chromium) as opened:
        yield opened


def test_activation_by_a_second_person_with_the_page(field, page, log_in, axe):
    """The officer's side: who has no phone, a code on the screen."""
    log_in(page, "pps.uji", PASSWORD)
    page.goto("/perangkat")
    axe(page)
    page.get_by_role("link", name="Aktifkan perangkat petugas").first.click()
    axe(page)
    page.get_by_role("link", name="Petugas Uji").click()
    axe(page)
    page.get_by_role("button", name="Buat kode aktivasi").click()
    page.get_by_role("heading", name="Cara memakai").wait_for()
    axe(page)


def test_twenty_interruptions_lose_and_double_nothing(field, context, axe):
    page = activate(field, context, axe)
    ready(page)
    axe(page, widths=(360,))
    page.set_viewport_size({"width": 360, "height": 740})
    context.set_offline(True)
    # Ten times in the field: saved, and the page is killed at once; it opens without a network.
    for n in range(ITEMS // 2):
        save(page, f"rumah {n:02d}")
        page.close(run_before_unload=False)
        page = context.new_page()
        page.goto("/lapangan/uji/")
        page.get_by_text("luring").wait_for()
        unlock(page)
        ready(page)
        remembered(page, f"rumah {n:02d}")
        waiting(page, n + 1)
    # The browser lifts the cut while it closes a page, so that some may have got out with their last breath.
    assert len(set(taken(field))) == len(taken(field))
    # Five times on the road: the network is there, the server takes the packet, the answer never arrives.
    cut = {"left": 0, "lost": 0}

    def lose_the_answer(route: Any) -> None:
        if cut["left"] == 0:
            route.continue_()
            return
        cut["left"] -= 1
        cut["lost"] += 1
        route.fetch()
        route.abort("connectionreset")

    context.route("**/api/perangkat/paket", lose_the_answer)
    context.set_offline(False)
    waiting(page, 0)
    for n in range(ITEMS // 2, ITEMS // 2 + 5):
        cut["left"] = 1
        save(page, f"rumah {n:02d}")
        page.get_by_text("dicoba lagi").wait_for()
        assert len(taken(field)) == n + 1  # the server has it, the phone does not know
        send_now(page)
        waiting(page, 0)
    assert cut == {"left": 0, "lost": 5}
    assert len(taken(field)) == ITEMS // 2 + 5

    # Five times the page is closed while its request is under way, before or after the server has it.
    context.unroute("**/api/perangkat/paket")

    closed = {"requests": 0}

    def close_in_between(route: Any) -> None:
        if closed["requests"] % 2:
            route.fetch()
        closed["requests"] += 1

    context.route("**/api/perangkat/paket", close_in_between)
    for n in range(ITEMS // 2 + 5, ITEMS):
        save(page, f"rumah {n:02d}")
        page.wait_for_timeout(300)  # a request is under way: of this packet, or of all since the last answer
        page.close(run_before_unload=False)
        page = context.new_page()
        page.goto("/lapangan/uji/")
        unlock(page)
        ready(page)
    assert closed["requests"] >= 5
    context.unroute("**/api/perangkat/paket")
    page.reload()
    unlock(page)
    waiting(page, 0)
    assert taken(field) == [(f"rumah {n:02d}", 0) for n in range(ITEMS)]
    page.get_by_text("tidak ada yang menunggu kirim").wait_for()
    axe(page, widths=(360,))


def test_a_photo_is_shrunk_cut_off_and_arrives_once(field, context):
    from electsys.documents.models import StoredFile

    page = activate(field, context)
    ready(page)
    content = noise()
    assert len(content) > 2_000_000
    seen = {"pieces": 0}

    def cut(route: Any) -> None:
        seen["pieces"] += 1
        if seen["pieces"] in (2, 3):
            if seen["pieces"] == 3:
                route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    context.route("**/api/perangkat/berkas/*", cut)
    save(page, "dengan foto", photo=content)
    waiting(page, 0)  # the cut line is taken up again by itself
    assert seen["pieces"] >= 4
    assert taken(field)[0] == ("dengan foto", 1)
    with field.session() as session:
        stored = session.query(StoredFile).order_by(StoredFile.id.desc()).first()
        assert stored.kind == "field_photo"
        assert 64 * 1024 < stored.size <= 300_000


def test_the_same_packets_at_the_same_time_count_once(field):
    phone = Phone(Posts(field.url))
    assert phone.activate(code_for(field)).status_code == 201
    packets = [phone.packet({"isi": f"serentak {i}"}) for i in range(10)]
    with ThreadPoolExecutor(8) as pool:
        answers = [
            a for got in pool.map(lambda _i: phone.send(*packets), range(16)) for a in got.json["answers"]
        ]
    assert {a["outcome"] for a in answers} == {"ok"}
    assert sum(not a["again"] for a in answers) == 10
    assert [isi for isi, _foto in taken(field) if isi.startswith("serentak")] == [
        f"serentak {i}" for i in range(10)
    ]


def test_what_was_not_taken_wants_a_decision(field, context, axe):
    page = activate(field, context)
    ready(page)
    save(page, "rumah lain", lakukan="bentrok")
    page.get_by_role("button", name="1 perlu diputuskan").click()
    page.get_by_text("Rumah ini sudah dicatat petugas lain.").wait_for()
    axe(page, widths=(360,))
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="Buang kiriman ini").click()
    page.get_by_role("button", name="Ketuk sekali lagi").click()
    page.locator("#bentrok").wait_for(state="hidden")
    assert "rumah lain" not in [isi for isi, _foto in taken(field)]


def test_a_scanned_code_that_will_not_do_is_typed(field, context):
    """What is wrong stands beside its field; a code that is typed counts, not the one that was scanned."""
    page = context.new_page()
    page.goto("/lapangan/aktivasi#AAAAABBBBBCCCCCDDDDD")
    page.get_by_label("PIN baru").fill("12")
    page.get_by_role("button", name="Aktifkan").click()
    page.locator("#pin-salah").get_by_text("PIN harus 6 sampai 12 angka.").wait_for()
    for label in ("PIN baru", "Ulangi PIN"):
        page.get_by_label(label).fill(PIN)
    page.get_by_role("button", name="Aktifkan").click()
    page.locator("#kode-salah").get_by_text("tidak dikenal").wait_for()
    assert page.locator("#pin-salah").is_hidden()
    page.get_by_label("Kode aktivasi").fill(code_for(field))
    page.get_by_role("button", name="Aktifkan").click()
    page.wait_for_url("**/lapangan/uji/")


def test_a_lost_answer_does_not_spend_the_code(field, context):
    """The server has made the device, the phone does not know it: it asks again and gets in."""
    cut = {"left": 1}

    def lose(route: Any) -> None:
        if cut["left"]:
            cut["left"] -= 1
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    context.route("**/api/perangkat/aktivasi", lose)
    page = context.new_page()
    page.goto(f"/lapangan/aktivasi#{code_for(field)}")
    for label in ("PIN baru", "Ulangi PIN"):
        page.get_by_label(label).fill(PIN)
    page.get_by_role("button", name="Aktifkan").click()
    page.get_by_text("Belum ada jaringan.").wait_for()
    page.get_by_role("button", name="Aktifkan").click()
    page.wait_for_url("**/lapangan/uji/")
    unlock(page)
    ready(page)
    page.goto("/lapangan/")
    page.get_by_role("link", name="Kunjungan uji").wait_for()
