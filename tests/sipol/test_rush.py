"""The last hour of registration in small: a few liaisons at once at a real server, the queue, the end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench import rush
from bench._rush_data import prepare, submitted
from bench._server import Server
from tests.own import app_on
from tests.server import cloned

PEOPLE, PARTIES, LATE = 10, 3, 5


@pytest.fixture
def app(worker_id: str) -> Iterator[Any]:
    """The application on a database of its own that has the regions and the election."""
    with cloned("rush_" + worker_id) as url, app_on(url) as app:
        yield app


def test_everybody_is_served_and_the_calendar_ends_it(app: Any) -> None:
    made = prepare(app, PARTIES + LATE, PEOPLE, 100, "1201", LATE)
    server = Server(Path(app.config["HOME"]), app.config["DATABASE_URL"])
    server.start()
    try:
        run = asyncio.run(rush.rush(server.port, made, turns=2, think=0.05))
    finally:
        server.stop()
    assert run.errors == []
    # Every party that pressed the button in time stands in the queue, once, and reads its place there.
    assert len(run.places) == PARTIES
    assert all(1 <= place <= waiting <= PARTIES for place, waiting in run.places)
    in_time = sum(taken for _before, taken in run.late)
    assert len(set(run.confirmed)) == len(run.confirmed) == PARTIES + in_time
    found = submitted()
    assert found.submissions == run.seen[-1] == PARTIES + in_time
    # The end of the stage parts the late ones: the first came before it, the last after it.
    assert len(run.late) == LATE and 0 < in_time < LATE
    assert found.too_late == 0
    assert all(taken for before, taken in run.late if before)
    assert len(run.receipts) == len(set(run.receipts)) == PEOPLE * 2
    assert set(run.receipts) <= found.receipts
