"""A database of one's own, for tests of committed transactions: nothing there can be rolled back."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from electsys.db import with_database
from tests.server import BARE, cloned


@pytest.fixture
def own_database(worker_id: str) -> Iterator[str]:
    """A database for one test."""
    with cloned(f"own_{worker_id}", BARE) as url:
        yield url


@contextmanager
def app_on(url: str) -> Iterator[Any]:
    """The application on a database, in its context."""
    from electsys import create_app
    from electsys.db import db

    app = create_app(DATABASE_URL=url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def own_app(own_database: str) -> Iterator[Any]:
    """The application on that database, in its context."""
    with app_on(own_database) as app:
        yield app


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
