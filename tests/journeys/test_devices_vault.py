"""What a phone keeps is locked, and goes when it must: revoked, signed out, at the task's end."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.devices.journey import (
    PIN,
    STORED,
    activate,
    phone_browser,
    prepare,
    ready,
    save,
    serve,
    taken,
    unlock,
    waiting,
)

REGISTRATION = "navigator.serviceWorker.getRegistration('/lapangan/')"


@pytest.fixture(scope="module")
def field(live):
    return prepare(live)


@pytest.fixture
def context(field, chromium):
    """A phone's browser: what it stores outlives its pages."""
    with phone_browser(field, chromium) as opened:
        yield opened


def test_the_phone_keeps_nothing_in_clear_and_locks(field, context):
    page = activate(field, context)
    ready(page)
    context.set_offline(True)
    save(page, "Siti Aminah rahasia")
    stored = page.evaluate(STORED)
    for text in ("Siti Aminah", "Jalan Melati", "Bearer", PIN):
        assert text not in stored
    assert '"menunggu"' in stored
    page.locator("#menu > summary").click()
    page.get_by_role("button", name="Kunci layar").click()
    page.locator("#gembok").wait_for()
    assert "Jalan Melati" not in page.content()
    for _ in range(4):
        unlock(page, "999999")
        page.get_by_text("PIN salah").wait_for()
    unlock(page, "999999")
    page.get_by_text("Tunggu 30 detik").wait_for()
    unlock(page)  # the right one has to wait as well
    page.get_by_text("Terlalu banyak PIN salah").wait_for()
    page.clock.install()
    page.clock.fast_forward(31_000)
    unlock(page)
    ready(page)
    waiting(page, 1)
    page.clock.fast_forward(11 * 60 * 1000)
    page.locator("#gembok").wait_for()
    assert "Jalan Melati" not in page.content()


def test_a_revoked_phone_erases_itself_at_its_next_contact(field, context):
    from sqlalchemy import select

    from electsys.devices.models import Device
    from electsys.devices.operations.devices import revoke_device
    from electsys.ledger import Actor

    page = activate(field, context)
    ready(page)
    context.set_offline(True)
    save(page, "tidak sampai")
    with field.session() as session:
        device = session.scalars(select(Device).order_by(Device.id.desc()).limit(1)).one()
        revoke_device(device, reason="hilang", actor=Actor.system("journey"))
    context.set_offline(False)
    page.get_by_text("Perangkat ini sudah dicabut.").wait_for()
    assert "Jalan Melati" not in page.content()
    stored = page.evaluate(STORED)
    assert "wrapped" not in stored
    assert "menunggu" not in stored
    page.reload()
    page.get_by_text("Ponsel ini belum diaktifkan").wait_for()
    assert "tidak sampai" not in [isi for isi, _foto in taken(field)]


def test_after_the_task_its_data_go_first_then_everything(field, context):
    page = activate(field, context)
    ready(page)
    context.set_offline(True)
    save(page, "sisa tugas")
    page.close()
    for days, told in ((31, "Tugas sudah berakhir."), (38, "Isi perangkat ini sudah dihapus.")):
        page = context.new_page()
        page.clock.set_system_time(dt.datetime.now(dt.UTC) + dt.timedelta(days=days))
        page.goto("/lapangan/uji/")
        if days == 31:
            unlock(page)
        page.get_by_text(told).wait_for()
        assert "Jalan Melati" not in page.content()
        assert page.evaluate(STORED).count('"values"') == (
            1 if days == 31 else 0
        )  # the token, to send the rest
        assert ('"menunggu"' in page.evaluate(STORED)) == (days == 31)
        page.close()


def test_its_holder_signs_out(field, context):
    page = activate(field, context)
    ready(page)
    page.locator("#menu > summary").click()
    page.get_by_role("button", name="Keluar dan hapus isi").click()
    page.get_by_role("button", name="Ketuk sekali lagi").click()
    page.get_by_text("Isi perangkat ini sudah dihapus.").wait_for()
    page.goto("/lapangan/")
    page.get_by_text("belum diaktifkan untuk tugas apa pun").wait_for()


def test_a_new_release_waits_until_the_old_pages_are_closed(field, context):
    page = activate(field, context)
    ready(page)
    old = page.evaluate("caches.keys()")
    assert len(old) == 1
    field.kill("web")
    serve(field, ELECTSYS_UJI_LABEL="Kunjungan baru")
    page.evaluate(f"{REGISTRATION}.then(r => r.update())")
    page.wait_for_function(
        "navigator.serviceWorker.getRegistration('/lapangan/').then(r => r.waiting !== null)"
    )
    page.reload()  # nothing is taken from under the reader, not even by loading the page again
    page.get_by_role("heading", name="Kunjungan uji").wait_for()
    for _ in range(10):  # the browser lets it take over some time after the last page is closed
        page.close()
        page = context.new_page()
        page.goto("/lapangan/uji/")
        if page.get_by_role("heading", name="Kunjungan baru").is_visible():
            break
    unlock(page)
    ready(page)
    page.wait_for_function("caches.keys().then(names => names.length === 1)")
    assert page.evaluate("caches.keys()") != old
