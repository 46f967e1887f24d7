"""The progress bar in a real browser: it moves without a reload, and the end brings the outcome."""

from __future__ import annotations

import shutil
import threading

import pytest
from werkzeug.serving import make_server

from electsys import create_app
from electsys.db import db
from electsys.identity.login import TOKEN
from electsys.identity.models import Account
from electsys.identity.operations.sessions import start_session

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture
def live(url, connection):
    """The app on a port of its own, and the cookie of somebody who is logged in."""
    app = create_app(DATABASE_URL=url)
    app.config["TESTING"] = True
    account = connection.execute(
        "insert into account (username, email, name, fs_uniquifier)"
        " values ('uji.peramban', 'p@test.invalid', 'Akun Uji', 'uji') on conflict (username)"
        " do update set name = excluded.name returning id"
    ).fetchone()[0]
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with app.app_context():
        token = start_session(db.session.get_one(Account, account), agent="", via="test")
        db.session.commit()
    serializer = app.session_interface.get_signing_serializer(app)
    cookie = serializer.dumps({"_user_id": "uji", "_fresh": True, "_id": None, TOKEN: token})
    yield f"http://127.0.0.1:{server.port}", cookie, account
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def open_page(live):
    """Open a path as that person."""
    from playwright.sync_api import sync_playwright

    base, cookie, _account = live
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        def open_page(path, **context):
            opened = browser.new_context(base_url=base, locale="id-ID", **context)
            opened.add_cookies([{"name": "session", "value": cookie, "url": base}])
            page = opened.new_page()
            page.goto(path)
            return page

        yield open_page
        browser.close()


@pytest.fixture
def job(connection, live):
    return connection.execute(
        "insert into job (task, queue, args, actor_name, account_id, state, started_at, progress_at, done,"
        " total, stage) values ('uji.langkah', 'default', '{}', 'uji.peramban', %s, 'berjalan',"
        " now() - interval '1 minute', now(), 250, 1000, 'Membaca') returning id",
        (live[2],),
    ).fetchone()[0]


def finish(connection, job):
    connection.execute(
        "update job set state = 'selesai', finished_at = now(), message = 'Beres.', result_url = '/bantuan'"
        " where id = %s",
        (job,),
    )


def test_the_bar_moves_and_the_end_shows_the_outcome(open_page, connection, job):
    page = open_page(f"/pekerjaan/{job}")
    page.evaluate("window.same = true")
    assert page.get_by_role("progressbar").get_attribute("value") == "25"
    connection.execute("update job set done = 700, stage = 'Menulis' where id = %s", (job,))
    page.get_by_text("Menulis").first.wait_for()
    assert page.locator("progress").evaluate("bar => bar.value") == 70
    assert page.get_by_text("700 / 1.000").is_visible()
    assert page.evaluate("window.same")
    finish(connection, job)
    page.get_by_text("Beres.").wait_for()
    page.get_by_role("link", name="Buka hasilnya").click()
    assert page.url.endswith("/bantuan")


def test_without_javascript_the_page_reloads_by_itself(open_page, connection, job):
    page = open_page(f"/pekerjaan/{job}", java_script_enabled=False)
    assert page.get_by_text("Membaca").first.is_visible()
    finish(connection, job)
    page.get_by_text("Beres.").wait_for()
