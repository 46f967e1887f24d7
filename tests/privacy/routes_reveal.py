"""Objects for the routes of sealed numbers (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import Arguments, World, claim, example


@example("privacy.reveal")
def sealed_number(_world: World) -> tuple[Arguments, Scope]:
    return {"table": "person", "row": claim("voter:1").person.id}, Scope("1201012001")
