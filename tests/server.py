"""The throw-away PostgreSQL of a run and the two databases on it that others are cloned from."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

#: What a test's database is cloned from: migrated, and filled by :func:`load_template`.
TEMPLATE = "electsys_template"
#: Migrated, with nothing in it, not even the region tree: quick to clone and to dump.
BARE = "electsys_bare"


def start_server(pgdata: Path, *, stays: bool = False, ready: bool = False) -> str:
    """Start the server, and make its templates unless they are there; the superuser's address."""
    from electsys.db import prepare_database, start_embedded, with_database

    admin = start_embedded(pgdata, cleanup=None if stays else "stop")
    if ready:
        os.environ["DATABASE_URL"] = with_database(admin, TEMPLATE, user="electsys_owner")
        return admin
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("alter system set fsync = off")
        conn.execute("alter system set synchronous_commit = off")
        conn.execute("alter system set full_page_writes = off")
        conn.execute("select pg_reload_conf()")
    os.environ["DATABASE_URL"] = prepare_database(admin, TEMPLATE)
    with psycopg.connect(admin, autocommit=True) as conn:  # it may lie in memory (tests/conftest.py)
        conn.execute("alter system set max_wal_size = '512MB'")
        conn.execute("select pg_reload_conf()")
    from flask_migrate import upgrade

    from electsys import create_app
    from electsys.db import db

    app = create_app()
    with app.app_context():
        upgrade()
        db.engine.dispose()
        with psycopg.connect(admin, autocommit=True) as conn:
            conn.execute(f"drop database if exists {BARE}")  # of a start that was broken off
            conn.execute(f"create database {BARE} template {TEMPLATE} owner electsys_owner")
        load_template(app)
        db.engine.dispose()
    return admin


@contextmanager
def cloned(label: str, template: str = TEMPLATE) -> Iterator[str]:
    """A database of one's own, cloned and dropped in the end; the owner's address.

    ``label`` tells it from others of the run; it names the worker.
    """
    from electsys.db import with_database

    admin = os.environ["ELECTSYS_TEST_ADMIN"]
    name = f"electsys_{label}"[:46] + f"_{os.environ['ELECTSYS_TEST_RUN']}"
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(f'drop database if exists "{name}" with (force)')
        conn.execute(f'create database "{name}" template {template} owner electsys_owner')
    yield with_database(admin, name, user="electsys_owner")
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(f'drop database if exists "{name}" with (force)')


def template_digest() -> str:
    """Tells apart the states of all files that the templates are made of."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    made_of = ("migrations/**/*.py", "electsys/regions/**/*", "electsys/elections/**/*", "electsys/*.py")
    roles = "electsys/identity/**/*.py"
    for pattern in (*made_of, roles, "modules/situng/operations/*.py", "tests/server.py"):
        for path in sorted(root.glob(pattern)):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def load_template(app: Any) -> None:
    """What every test database starts from: the region tree, the election, the roles, and the TPS of four
    kab/kota."""
    from electsys.db import as_owner, db
    from electsys.elections import seed
    from electsys.identity.operations import seed_roles
    from electsys.ledger import Actor
    from electsys.regions import loading
    from modules.situng.operations.totals import open_count
    from modules.situng.queries.contests import contest_by_code

    actor = Actor.system("test")
    loading.load_map(actor=actor)
    seed.seed_election(actor=actor)
    seed_roles(actor=actor)
    loading.load_tps("pemilu-2024", actor=actor, only=("1201", "3101", "3171", "1105"))
    open_count(contest_by_code("pemilu-2024", "ppwp"), actor=actor)
    db.session.commit()
    with as_owner("statistics of the test template") as session:
        session.connection().exec_driver_sql("analyze")
