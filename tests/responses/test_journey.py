"""In a browser: a citizen's check and objection, the officer's decision, and who looked at the data."""

from __future__ import annotations

import socket
import time
from urllib.request import urlopen

import pytest
from sqlalchemy import select, text

from tests.journeys.conftest import axe, chromium, live, page, screenshot, sign_in  # noqa: F401  (fixtures)
from tests.responses import toy
from tests.responses.conftest import PERMISSIONS

#: Seconds that the server has to start.
PATIENCE = 120.0


@pytest.fixture(scope="module")
def toy_server(live):  # noqa: F811
    """A server that has the toy module; its first page may take long where the machine is busy."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = ("gunicorn", "tests.responses.toy_wsgi:app", "--bind", address, "--threads", "4")
    live.start("toy", *command)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urlopen(f"http://{address}/sehat", timeout=PATIENCE):
                return f"http://{address}"
        except OSError:
            time.sleep(0.2)
    raise AssertionError(live.log.read_text()[-3000:])


@pytest.fixture
def url(live, toy_server):  # noqa: F811
    """The address of that server; nobody has asked it anything yet."""
    with live.session() as session:
        session.execute(text("delete from rate_bucket"))
        session.execute(text("delete from pow_spent"))
    return toy_server


def check(page, url, born="01-08-1990"):  # noqa: F811
    page.goto(f"{url}/cek/uji")
    page.get_by_label("NIK").fill("1201 0141 0890 0007")
    page.get_by_label("Tanggal lahir").fill(born)
    page.get_by_role("button", name="Cek sekarang").click()
    page.get_by_role("link", name="Cek lagi").wait_for()


def test_a_citizen_checks_objects_and_hears_the_decision(live, page, axe, screenshot, url, sign_in):  # noqa: F811
    page.goto(f"{url}/cek/uji")
    axe(page)
    screenshot(page, "cek-isian")
    check(page, url, born="02-08-1990")
    assert page.get_by_text("tidak ditemukan").count() == 1
    axe(page)
    check(page, url)
    assert page.get_by_text("TPS 001 Sarudik").is_visible()
    assert "1201014108900007" not in page.content() and toy.NIK not in page.url
    axe(page)
    screenshot(page, "cek-hasil")
    page.get_by_role("button", name="Keberatan atas daftar uji").click()
    axe(page)
    page.get_by_label("Nama Anda").fill("Siti Rahmawati")
    page.get_by_label("Ganda").check()
    page.get_by_label("Isi tanggapan").fill("Nama saya tertulis dua kali, di TPS 001 dan TPS 004.")
    screenshot(page, "tanggapan-isian")
    page.get_by_role("button", name="Kirim").click()
    page.get_by_role("heading", name="Tanggapan Anda sudah kami terima").wait_for()
    axe(page)
    screenshot(page, "tanggapan-diterima")
    link = page.get_by_role("link", name="/tanggapan/lacak#").get_attribute("href")
    number = link.partition("#")[2].partition("/")[0]

    # With the script every question carried a proof of work: the stricter limit is untouched.
    with live.session() as session:
        buckets = dict(session.execute(text("select bucket, count(*) from rate_bucket group by 1")).all())
        assert session.execute(text("select count(*) from pow_spent")).scalar_one() == 3
    assert set(buckets) == {"cek/alamat", "cek/perangkat", "tanggapan/alamat", "tanggapan/perangkat"}

    page.goto(link)
    page.get_by_role("heading", name=number).wait_for()
    assert "#" not in page.url and page.get_by_text("Diputus paling lambat").is_visible()
    axe(page)
    screenshot(page, "tanggapan-kemajuan")

    with live.session() as session:
        from electsys.identity.models import Role

        session.add(Role(name="uji_petugas", label="Petugas uji", permissions=PERMISSIONS))
    officer = live.account("uji_petugas", "1201", username="petugas.uji")
    sign_in(page, officer)
    page.goto(f"{url}/kelola/tanggapan")
    axe(page)
    screenshot(page, "tanggapan-antrean")
    page.get_by_role("link", name=number).click()
    axe(page)
    page.get_by_label("Dikabulkan: isi tanggapan benar").check()
    page.get_by_label("Alasan").select_option("uji_sah")
    screenshot(page, "tanggapan-keputusan")
    page.get_by_role("button", name="Simpan keputusan").click()
    page.get_by_text("Keputusan tersimpan").wait_for()

    page.context.clear_cookies()
    page.goto(link)
    page.get_by_text("Keberatan Anda sah.").wait_for()
    assert page.get_by_text("dikabulkan").is_visible()


def test_without_javascript_the_form_works_and_says_what_it_costs(chromium, url):  # noqa: F811
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    for turn in range(4):
        tab.goto(f"{url}/cek/uji")
        note = tab.locator("noscript")  # what a browser shows of it, a locator of text does not find
        assert note.bounding_box()["height"] > 0 and "dibatasi lebih ketat" in note.inner_text()
        tab.get_by_label("NIK").fill(toy.NIK)
        tab.get_by_label("Tanggal lahir").fill("01-08-1990")
        tab.get_by_role("button", name="Cek sekarang").click()
        if turn < 3:
            assert tab.get_by_text("TPS 001 Sarudik").is_visible()
    assert tab.get_by_role("heading", name="Terlalu banyak pertanyaan").is_visible()
    context.close()


def test_a_keyboard_suffices_and_a_screen_reader_hears_of_the_wait(page, url):  # noqa: F811
    page.goto(f"{url}/cek/uji")
    status = page.locator("[data-work]")
    assert status.get_attribute("role") == "status" and status.is_hidden()
    page.get_by_label("NIK").focus()
    page.keyboard.type(toy.NIK)
    page.keyboard.press("Tab")
    page.keyboard.type("01-08-1990")
    page.keyboard.press("Enter")
    page.get_by_text("TPS 001 Sarudik").wait_for()


def test_the_person_sees_who_looked(live, page, axe, screenshot, url):  # noqa: F811
    from electsys import privacy
    from electsys.ledger import Actor
    from tests.route_examples import claim

    operator = live.account("superadmin_pusdatin", "", username="pembuka.uji")
    with live.session() as session:
        from electsys.identity.models import Account, Role

        role = session.scalars(select(Role).where(Role.name == "superadmin_pusdatin")).one()
        role.permissions = [*role.permissions, "privacy:nik:reveal"]
        session.flush()
        person = claim("voter:1").person
        session.flush()
        account = session.get_one(Account, operator)
        privacy.reveal(
            "person",
            person.id,
            actor=Actor(account.id, account.username),
            reason="Mencocokkan KTP-el pemilih yang datang ke kantor.",
        )
    page.goto(f"{url}/cek/data-saya")
    page.get_by_label("NIK").fill("1201014101900001")
    page.get_by_label("Tanggal lahir").fill("01-01-1990")
    page.get_by_role("button", name="Lihat catatan").click()
    page.get_by_text("Mencocokkan KTP-el").wait_for()
    assert page.get_by_text("pembuka.uji").count() == 0
    axe(page)
    screenshot(page, "data-saya")
