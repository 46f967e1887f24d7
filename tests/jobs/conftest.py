"""Tasks and beats that a test declares are forgotten after it."""

from __future__ import annotations

import pytest

from electsys.jobs.tasks import BEATS, TASKS
from electsys.ledger.actor import Actor


@pytest.fixture(autouse=True)
def registries():
    kept = dict(TASKS), dict(BEATS)
    yield
    for registry, before in zip((TASKS, BEATS), kept, strict=True):
        registry.clear()
        registry.update(before)


@pytest.fixture
def actor():
    return Actor.system("uji")
