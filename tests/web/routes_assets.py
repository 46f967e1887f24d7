"""Objects for the routes of assets (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import NATION, Arguments, World, example


@example("web.asset")
def asset(_world: World) -> tuple[Arguments, Scope]:
    return {"digest": "x", "name": "css/base.css"}, NATION
