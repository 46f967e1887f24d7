"""A database of one's own, for tests of committed transactions: nothing there can be rolled back."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from electsys.db import with_database


@pytest.fixture(scope="session")
def bare_template(database: str, worker_id: str) -> str:
    """A migrated database with nothing in it, not even the region tree: quick to clone and to dump."""
    from flask_migrate import upgrade

    from electsys import create_app
    from electsys.db import db

    name = f"electsys_bare_{worker_id}"
    with psycopg.connect(os.environ["ELECTSYS_TEST_ADMIN"], autocommit=True) as conn:
        conn.execute(f'create database "{name}" owner electsys_owner')
    url = with_database(os.environ["ELECTSYS_TEST_ADMIN"], name, user="electsys_owner")
    app = create_app(DATABASE_URL=url)
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return name


@pytest.fixture
def own_database(bare_template: str, worker_id: str) -> Iterator[str]:
    """A database for one test."""
    admin = os.environ["ELECTSYS_TEST_ADMIN"]
    name = f"electsys_own_{worker_id}"
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(f'drop database if exists "{name}" with (force)')
        conn.execute(f'create database "{name}" template "{bare_template}" owner electsys_owner')
    yield with_database(admin, name, user="electsys_owner")
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(f'drop database "{name}" with (force)')


@pytest.fixture
def own_app(own_database: str) -> Iterator[Any]:
    """The application on that database, in its context."""
    from electsys import create_app
    from electsys.db import db

    app = create_app(DATABASE_URL=own_database)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def superuser(own_database: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody with all rights, for whom no trigger fires."""
    from urllib.parse import urlsplit

    name = urlsplit(own_database).path[1:]
    url = with_database(os.environ["ELECTSYS_TEST_ADMIN"], name, user="postgres")
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("set session_replication_role = replica")
        yield conn


def settle() -> None:
    """Wait until every act is old enough to be sealed.

    Transactions of other databases on the server hold the sealer up too, such as another worker's test.
    """
    from sqlalchemy import text

    from electsys.db import db

    deadline = time.monotonic() + 60
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(
            text(
                "select coalesce(max(xid), 0) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
                " from act where cluster = (pg_control_system()).system_identifier"
            )
        ):
            assert time.monotonic() < deadline, "some transaction never ends"
            time.sleep(0.05)
