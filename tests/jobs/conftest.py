"""Tasks and beats that a test declares are forgotten after it; a database for other processes."""

from __future__ import annotations

import os

import psycopg
import pytest

from electsys.db import with_database
from electsys.jobs.tasks import BEATS, TASKS
from electsys.ledger.actor import Actor


@pytest.fixture(autouse=True)
def registries(app):
    kept = dict(TASKS), dict(BEATS)
    yield
    for registry, before in zip((TASKS, BEATS), kept, strict=True):
        registry.clear()
        registry.update(before)


@pytest.fixture
def actor():
    return Actor.system("uji")


@pytest.fixture(scope="module")
def url(database, worker_id):
    """A database of its own: another process sees only what is committed."""
    admin = os.environ["ELECTSYS_TEST_ADMIN"]
    name = f"electsys_jobs_{worker_id}"
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(f'create database "{name}" template electsys_template owner electsys_owner')
    url = with_database(admin, name, user="electsys_owner")
    with psycopg.connect(url) as conn:
        conn.execute("create table step (job bigint, n int, primary key (job, n))")
    yield url
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(f'drop database "{name}" with (force)')


@pytest.fixture
def connection(url):
    with psycopg.connect(url, autocommit=True) as conn:
        yield conn
