"""kill -9 of a real server in the midst of uploads: whoever holds a receipt has lost nothing (NA-17)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench import uploads
from bench._server import Server
from tests.own import app_on
from tests.server import cloned

COUNT, EVERY = 200, 20


@pytest.fixture
def app(worker_id: str) -> Iterator[Any]:
    """The application on a database of its own that has the regions and the election."""
    with cloned("uploads_" + worker_id) as url, app_on(url) as app:
        yield app


def test_no_receipt_is_lost_when_the_server_is_killed(app: Any) -> None:
    party = uploads.prepare(app)
    server = Server(Path(app.config["HOME"]), app.config["DATABASE_URL"])
    try:
        run = uploads.hammer(server, party, count=COUNT, every=EVERY)
    finally:
        server.stop()
    assert len(run.receipts) == COUNT and run.kills >= COUNT // EVERY - 1
    assert len({receipt.number for receipt in run.receipts}) == COUNT
    assert uploads.verify(run.receipts) == uploads.Found()

    # The check itself finds what is wrong.
    from electsys.documents.store import current

    current().remove(run.receipts[0].sha256)
    run.receipts[1].number = run.receipts[2].number
    run.receipts[3].number = "TT-2026-99999999"
    found = uploads.verify(run.receipts)
    assert (found.changed, found.lost) == (1, 2)
