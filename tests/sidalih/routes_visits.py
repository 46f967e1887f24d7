"""Objects for the routes of coklit."""

from __future__ import annotations

from uuid import uuid4

from electsys.elections.queries import by_code
from electsys.identity.access import Scope
from modules.sidalih.operations.visit_conflicts import keep_conflict
from modules.sidalih.operations.voters import ensure_roll
from modules.sidalih.visit_findings import Finding, Visit
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


@example("sidalih.visit_house")
def house(world: World) -> tuple[Arguments, Scope]:
    election = by_code("pemilu-2024")
    roll = ensure_roll(election.id, "1201", actor=ACTOR)
    voter = store(world.session, election, TPS)
    return {"roll_id": roll.id, "code": TPS, "house": voter.family}, Scope(VILLAGE, election=election.id)


@example("sidalih.visit_conflicts")
def conflicts(_world: World) -> tuple[Arguments, Scope]:
    election = by_code("pemilu-2024")
    roll = ensure_roll(election.id, "1201", actor=ACTOR)
    return {"roll_id": roll.id, "code": VILLAGE}, Scope(VILLAGE, election=election.id)


@example("sidalih.visit_conflict")
def conflict(world: World) -> tuple[Arguments, Scope]:
    election = by_code("pemilu-2024")
    ensure_roll(election.id, "1201", actor=ACTOR)
    voter = store(world.session, election, TPS)
    seen = Finding(voter.id, voter.version + 1, "potensial", "sesuai")
    visit = Visit(TPS, voter.family, (seen,), device_id=1, packet_key=uuid4())
    row = keep_conflict(election, visit, [voter.id], actor=ACTOR)
    return {"conflict_id": row.id}, Scope(VILLAGE, election=election.id)
