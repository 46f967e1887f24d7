"""Objects for the routes of determination, draw, the public and oversight (tests/route_examples.py)."""

from __future__ import annotations

from electsys.elections.queries import by_code
from electsys.identity.access import Scope
from tests.route_examples import NATION, Arguments, World, example
from tests.sipol import conftest as make

ELECTION = "pemilu-2024"


@example("sipol.determination", "sipol.determine", "sipol.draw", "sipol.hold_draw")
def plenary(world: World) -> tuple[Arguments, Scope]:
    """An election, for the nation."""
    return {"election": ELECTION}, Scope("", None, by_code(ELECTION).id)


@example("sipol.replay")
def everybody(world: World) -> tuple[Arguments, Scope]:
    """An election that everybody reads."""
    make.registration(world.session, "peserta")
    return {"election": ELECTION}, NATION
