"""Objects for the routes of duplicate persons (tests/route_examples.py)."""

from __future__ import annotations

import datetime as dt

from electsys.identity.access import Scope
from tests.route_examples import Arguments, World, example
from tests.silon import conftest as make

BORN = dt.date(1979, 3, 4)


def _pair(world: World) -> list[int]:
    rows = [
        make.candidate(
            world.session,
            make.nomination(world.session, place=place),
            nik=f"120101040379{n:04}",
            name="CALON SERUPA",
            born=BORN,
        )
        for n, place in ((1, make.DAPIL), (2, "1201"))
    ]
    return sorted(row.person_id for row in rows)


@example("silon.merges")
def nation(world: World) -> tuple[Arguments, Scope]:
    """Two who may be one."""
    _pair(world)
    return {}, Scope("")


@example("silon.merge")
def pair(world: World) -> tuple[Arguments, Scope]:
    """The same, side by side."""
    low, high = _pair(world)
    return {"low": low, "high": high}, Scope("")


@example("silon.part_merge")
def merged(world: World) -> tuple[Arguments, Scope]:
    """The same, merged."""
    from modules.silon.operations.merges import merge_persons

    low, high = _pair(world)
    return {"merge_id": merge_persons(high, low, reason="uji", actor=make.ACTOR).id}, Scope("")
