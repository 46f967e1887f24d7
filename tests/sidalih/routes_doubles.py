"""Objects of the routes about doubles."""

from __future__ import annotations

from electsys.elections.queries import by_code
from electsys.identity.access import Scope
from modules.sidalih.operations.voters import ensure_roll
from tests.route_examples import NATION, Arguments, World, example
from tests.sidalih.conftest import ACTOR, VILLAGE, store
from tests.sidalih.examples_doubles import case_of


@example(
    "sidalih.double",
    "sidalih.decide_double",
    "sidalih.put_off_double",
    "sidalih.undo_double",
    "sidalih.hand_double",
)
def pair(world: World) -> tuple[Arguments, Scope]:
    election = by_code("pemilu-2024")
    ensure_roll(election.id, "1201", actor=ACTOR)
    one, other = (store(world.session, election, VILLAGE + "001") for _ in range(2))
    return {"case_id": case_of(world.session, one, other).id}, Scope("1201", election=election.id)


@example("sidalih.doubles", "sidalih.begin_doubles", "sidalih.search_doubles", "sidalih.doubles_report")
def doubles(world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024"}, NATION
