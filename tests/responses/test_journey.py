"""In a browser: a citizen's check and objection, the officer's decision, and who looked at the data.

The app serves from a thread of this process, on a database of its own: it has the toy module.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.serving import make_server

from electsys.responses import hot
from tests import browser
from tests.browser import axe
from tests.journeys.conftest import chromium  # noqa: F401  (a fixture)
from tests.responses import toy
from tests.responses.conftest import PERMISSIONS, TEMPLATES
from tests.server import cloned

pytestmark = pytest.mark.skipif(browser.why_not() is not None, reason=str(browser.why_not()))


class Server:
    """The app with its address; :meth:`session` commits what a test prepares."""

    def __init__(self, app: Any, url: str) -> None:
        self.app, self.url = app, url

    @contextmanager
    def session(self) -> Iterator[Any]:
        from electsys.db import db

        with self.app.app_context():
            yield db.session
            db.session.commit()

    def account(self, username: str, region: str, permissions: list[str]) -> int:
        """An account with a role of its own."""
        from electsys.identity.models import Grant, Role
        from electsys.identity.operations import create_account
        from electsys.ledger import Actor

        actor = Actor.system("journey")
        with self.session() as session:
            account = create_account(
                username,
                name="Petugas Uji",
                email=f"{username}@test.invalid",
                password=None,
                actor=actor,
                must_change=False,
            )
            role = Role(name=username, label="Petugas uji", permissions=permissions)
            session.add(role)
            session.flush()
            session.add(Grant(account_id=account.id, role_id=role.id, region=region, given_by=actor.name))
            return int(account.id)

    def sign_in(self, page: Any, account_id: int) -> None:
        """Be that account in this tab."""
        from electsys.identity.login import TOKEN
        from electsys.identity.models import Account
        from electsys.identity.operations.sessions import start_session

        with self.session() as session:
            account = session.get_one(Account, account_id)
            user, token = account.fs_uniquifier, start_session(account, agent="", via="test")
        serializer = self.app.session_interface.get_signing_serializer(self.app)
        value = serializer.dumps({"_user_id": user, "_fresh": True, "_id": None, TOKEN: token})
        page.context.add_cookies([{"name": "session", "value": value, "url": self.url}])


@pytest.fixture(scope="module")
def served(worker_id: str) -> Iterator[Server]:
    """The app on a port and a database of its own."""
    from jinja2 import ChoiceLoader, DictLoader

    from electsys import create_app
    from electsys.db import db

    with cloned(f"responses_{worker_id}") as database:
        app = create_app(DATABASE_URL=database)
        toy.declare()
        app.jinja_loader = ChoiceLoader([app.jinja_loader, DictLoader(TEMPLATES)])
        app.jinja_env.loader = app.create_global_jinja_loader()
        server = make_server("127.0.0.1", 0, app, threaded=True)
        app.config["BASE_URL"] = f"http://127.0.0.1:{server.port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Server(app, app.config["BASE_URL"])
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            hot.close()
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def url(served: Server) -> str:
    """The address of the server; nobody has asked it anything yet."""
    with served.session() as session:
        session.execute(text("delete from rate_bucket"))
        session.execute(text("delete from pow_spent"))
    return served.url


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:  # noqa: F811
    """A fresh tab; its own complaints fail the test."""
    context = chromium.new_context(
        viewport={"width": browser.WIDTHS[-1], "height": browser.HEIGHT},
        locale="id-ID",
        timezone_id="Asia/Jakarta",
        reduced_motion="reduce",
    )
    tab = context.new_page()
    complaints = browser.watch(tab)
    yield tab
    context.close()
    assert not complaints, complaints


def check(page: Any, url: str, born: str = "01-08-1990") -> None:
    page.goto(f"{url}/cek/uji")
    page.get_by_label("NIK").fill("1201 0141 0890 0007")
    page.get_by_label("Tanggal lahir").fill(born)
    page.get_by_role("button", name="Cek sekarang").click()
    page.get_by_role("link", name="Cek lagi").wait_for()


def test_a_citizen_checks_objects_and_hears_the_decision(served, page, url):
    page.goto(f"{url}/cek/uji")
    axe(page)
    check(page, url, born="02-08-1990")
    assert page.get_by_text("tidak ditemukan").count() == 1
    axe(page)
    check(page, url)
    assert page.get_by_text("TPS 001 Sarudik").is_visible()
    assert "1201014108900007" not in page.content() and toy.NIK not in page.url
    axe(page)
    page.get_by_role("button", name="Keberatan atas daftar uji").click()
    axe(page)
    page.get_by_label("Nama Anda").fill("Siti Rahmawati")
    page.get_by_label("Ganda").check()
    page.get_by_label("Isi tanggapan").fill("Nama saya tertulis dua kali, di TPS 001 dan TPS 004.")
    page.get_by_role("button", name="Kirim").click()
    page.get_by_role("heading", name="Tanggapan Anda sudah kami terima").wait_for()
    axe(page)
    link = page.get_by_role("link", name="/tanggapan/lacak#").get_attribute("href")
    number = link.partition("#")[2].partition("/")[0]

    # With the script every question carried a proof of work: the stricter limit is untouched.
    with served.session() as session:
        buckets = dict(session.execute(text("select bucket, count(*) from rate_bucket group by 1")).all())
        assert session.execute(text("select count(*) from pow_spent")).scalar_one() == 3
    assert set(buckets) == {"cek/alamat", "cek/perangkat", "tanggapan/alamat", "tanggapan/perangkat"}

    page.goto(link)
    page.get_by_role("heading", name=number).wait_for()
    assert "#" not in page.url and page.get_by_text("Diputus paling lambat").is_visible()
    axe(page)

    served.sign_in(page, served.account("petugas.uji", "1201", PERMISSIONS))
    page.goto(f"{url}/kelola/tanggapan")
    axe(page)
    page.get_by_role("link", name=number).click()
    axe(page)
    page.get_by_label("Dikabulkan: isi tanggapan benar").check()
    page.get_by_label("Alasan").select_option("uji_sah")
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


def test_a_keyboard_suffices_and_a_screen_reader_hears_of_the_wait(page, url):
    page.goto(f"{url}/cek/uji")
    status = page.locator("[data-work]")
    assert status.get_attribute("role") == "status" and status.is_hidden()
    page.get_by_label("NIK").focus()
    page.keyboard.type(toy.NIK)
    page.keyboard.press("Tab")
    page.keyboard.type("01-08-1990")
    page.keyboard.press("Enter")
    page.get_by_text("TPS 001 Sarudik").wait_for()


def test_the_person_sees_who_looked(served, page, url):
    from electsys import privacy
    from electsys.ledger import Actor
    from tests.route_examples import claim

    operator = served.account("pembuka.uji", "1201", ["privacy:nik:reveal"])
    with served.session() as session:
        from electsys.identity.models import Account

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
