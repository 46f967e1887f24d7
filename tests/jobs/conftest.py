"""Tasks and beats that a test declares are forgotten after it; a database for other processes."""

from __future__ import annotations

import psycopg
import pytest

from electsys.jobs.tasks import BEATS, TASKS
from electsys.ledger.actor import Actor
from tests.server import cloned


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
def url(worker_id):
    """A database of its own: another process sees only what is committed."""
    with cloned(f"jobs_{worker_id}") as url:
        with psycopg.connect(url) as conn:
            conn.execute("create table step (job bigint, n int, primary key (job, n))")
        yield url


@pytest.fixture
def connection(url):
    with psycopg.connect(url, autocommit=True) as conn:
        yield conn
