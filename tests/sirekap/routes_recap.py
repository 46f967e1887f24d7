"""Objects for the routes of what Sirekap publishes (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import NATION, Arguments, World, example


@example("sirekap.area", "sirekap.regions_below")
def sirekap(_world: World) -> tuple[Arguments, Scope]:
    return {"way": "12"}, NATION
