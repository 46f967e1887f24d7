"""A journey: a real server and worker on a database of their own, and a browser in front of them.

Each test module has its own database, cloned from the migrated template; what its tests do is committed
and gone with the module. ``live.app`` prepares data, ``live.session()`` commits it.
"""

from __future__ import annotations

import os
import socket
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests import browser
from tests.journeys.forks import Forks, Started
from tests.server import cloned

#: Seconds until the server must be well; two processors may be shared by many.
PATIENCE = 180.0


class Live:
    """The running suite: its address, its app for preparing data, its processes."""

    def __init__(self, database: str, app: Any, log: Path, forks: Forks) -> None:
        self.database, self.app, self.log, self.forks = database, app, log, forks
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes: dict[str, Started] = {}

    @contextmanager
    def session(self) -> Iterator[Any]:
        """A transaction that is committed at the end, as one request's would be."""
        from electsys.db import db

        with self.app.app_context():
            yield db.session
            db.session.commit()

    def account(self, role: str, region: str = "", *, username: str, password: str | None = None) -> int:
        """An account with one role, and with a password if it is to log in by the page; its id."""
        from sqlalchemy import select

        from electsys.identity.models import Role
        from electsys.identity.operations import create_account, give_grant, seed_roles
        from electsys.ledger import Actor

        actor = Actor.system("journey")
        with self.session() as session:
            seed_roles(actor=actor)
            account = create_account(
                username,
                name=username.replace(".", " ").title(),
                email=f"{username}@test.invalid",
                password=password,
                actor=actor,
                must_change=False,
            )
            found = session.scalars(select(Role).where(Role.name == role)).one()
            give_grant(account, found, actor=actor, region=region)
            return int(account.id)

    def start(self, name: str, *command: str) -> None:
        """Start one of the suite's processes; it writes to the module's log."""
        env = {**os.environ, "DATABASE_URL": self.database, "ELECTSYS_TESTING": "1", "ELECTSYS_DEMO": "1"}
        env |= {"ELECTSYS_BASE_URL": self.url, "ELECTSYS_PUBLISH": ""}  # what is published, a test publishes
        self.processes[name] = self.forks.start(command, env, self.log)

    def kill(self, name: str) -> None:
        """kill -9 of a process with all it started; the master is held first, or it would replace its
        workers, and one of those would answer for the server that the test starts next."""
        master = psutil.Process(self.processes[name].pid)
        master.suspend()
        family = [master, *master.children(recursive=True)]
        for process in family:
            process.kill()
        _, alive = psutil.wait_procs(family, timeout=10)
        assert not alive, alive

    def stop(self) -> None:
        """End every process that is left, at once: what they hold goes with their database, and a kind end
        takes seconds of waiting (tests/test_faults.py looks at that)."""
        for name, process in self.processes.items():
            if process.poll() is None:
                self.kill(name)

    def wait(self) -> None:
        """Wait until the server is well (``/sehat``); say what it wrote if it is not.

        That somebody listens is not enough: on a busy machine it takes longer until the app answers.
        """
        end, last = time.monotonic() + PATIENCE, ""
        while time.monotonic() < end:
            if self.processes["web"].poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/sehat", timeout=PATIENCE):  # noqa: S310  (our own)
                    return
            except OSError as problem:  # refused, cut off, or 503 while the database is away
                last = str(problem)
                time.sleep(0.1)
        raise AssertionError(f"the server is not well ({last}):\n{self.log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """Who starts the processes of all journeys."""
    made = Forks()
    yield made
    made.close()


@pytest.fixture(scope="module")
def live(worker_id: str, forks: Forks, request: pytest.FixtureRequest) -> Iterator[Live]:
    """Server and worker on a database of this module's own."""
    if reason := browser.why_not():
        pytest.skip(reason)
    from electsys import create_app
    from electsys.db import db

    with cloned(f"journey_{worker_id}_{request.module.__name__.rpartition('.')[2]}") as database:
        app = create_app(DATABASE_URL=database)
        log = Path(tempfile.mkdtemp(prefix="journey-")) / "log"
        running = Live(database, app, log, forks)
        running.start(
            "web",
            "gunicorn",
            "wsgi:app",
            "--bind",
            f"127.0.0.1:{running.port}",
            "--threads",
            "4",
            "--log-level",
            "warning",
        )
        running.start("worker", "flask", "--app", "wsgi", "jobs", "work")
        try:
            running.wait()
            yield running
        finally:
            running.stop()
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser a module."""
    if reason := browser.why_not():
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser.CHROMIUM, args=browser.ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(live: Live, chromium: Any) -> Iterator[Any]:
    """A fresh tab of somebody at a desk in Indonesia; its own complaints fail the test."""
    context = chromium.new_context(
        base_url=live.url,
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


@pytest.fixture
def axe() -> Any:
    """Check a page with axe at 360 and 1366 px (:func:`tests.browser.axe`)."""
    return browser.axe


@pytest.fixture
def screenshot() -> Any:
    """Keep a picture of a page (:func:`tests.browser.screenshot`)."""
    return browser.screenshot


@pytest.fixture
def sign_in(live: Live) -> Any:
    """Be that account in this tab, without the log-in page."""

    def sign_in(page: Any, account_id: int) -> None:
        from electsys.identity.login import TOKEN
        from electsys.identity.models import Account
        from electsys.identity.operations.sessions import start_session

        with live.session() as session:
            account = session.get_one(Account, account_id)
            user, token = account.fs_uniquifier, start_session(account, agent="", via="test")
        serializer = live.app.session_interface.get_signing_serializer(live.app)
        value = serializer.dumps({"_user_id": user, "_fresh": True, "_id": None, TOKEN: token})
        page.context.add_cookies([{"name": "session", "value": value, "url": live.url}])

    return sign_in


@pytest.fixture
def log_in(live: Live) -> Any:
    """Log in through the page as a person does."""

    def log_in(page: Any, username: str, password: str) -> None:
        page.goto("/masuk")
        page.locator("main input[type=text], main input[type=email]").first.fill(username)
        page.locator("main input[type=password]").first.fill(password)
        page.locator("main form button[type=submit], main form input[type=submit]").first.click()
        page.wait_for_url(lambda url: "/masuk" not in url)

    return log_in
