"""Objects for the routes of areas and dapil (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import NATION, Arguments, World, example


@example("regions.area")
def region(_world: World) -> tuple[Arguments, Scope]:
    return {"code": "1201"}, NATION


@example("regions.dapil_page")
def dapil(_world: World) -> tuple[Arguments, Scope]:
    return {"code": "1201"}, NATION
