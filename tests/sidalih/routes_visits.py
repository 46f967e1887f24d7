"""Objects for the routes of coklit."""

from __future__ import annotations

from electsys.elections.queries import by_code
from electsys.identity.access import Scope
from modules.sidalih.operations.voters import ensure_roll
from tests.route_examples import Arguments, World, example
from tests.sidalih.conftest import ACTOR, VILLAGE, store

TPS = VILLAGE + "001"


@example("sidalih.visit_area")
def area(_world: World) -> tuple[Arguments, Scope]:
    election = by_code("pemilu-2024")
    roll = ensure_roll(election.id, "1201", actor=ACTOR)
    return {"roll_id": roll.id, "code": VILLAGE}, Scope(VILLAGE, election=election.id)


@example(
    *("sidalih.visit_station", "sidalih.visit_stickers", "sidalih.visit_receipts", "sidalih.visit_report")
)
def station(world: World) -> tuple[Arguments, Scope]:
    election = by_code("pemilu-2024")
    roll = ensure_roll(election.id, "1201", actor=ACTOR)
    store(world.session, election, TPS)
    return {"roll_id": roll.id, "code": TPS}, Scope(VILLAGE, election=election.id)
