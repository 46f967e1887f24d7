"""A database of its own: sealing is about committed transactions, so nothing can be rolled back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from electsys.db import with_database


@pytest.fixture
def own_database(database: str, worker_id: str) -> Iterator[str]:
    """An empty migrated database for one test."""
    admin = os.environ["ELECTSYS_TEST_ADMIN"]
    name = f"electsys_own_{worker_id}"
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(f'drop database if exists "{name}" with (force)')
        conn.execute(f'create database "{name}" template electsys_template owner electsys_owner')
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
