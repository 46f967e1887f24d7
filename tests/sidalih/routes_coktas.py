"""Objects for the routes of limited visits (coktas) and of semesters."""

from __future__ import annotations

from electsys.elections.queries import by_code
from electsys.identity.access import Scope
from modules.sidalih.models import Quarter, Semester
from modules.sidalih.operations.voters import ensure_roll
from tests.route_examples import Arguments, World, example
from tests.sidalih.conftest import ACTOR, VILLAGE, store
from tests.sidalih.examples_coktas import stored_visit


def _visit(world: World, state: str):
    election = by_code("pemilu-2024")
    roll = ensure_roll(election.id, "1201", actor=ACTOR)
    quarter = world.add(Quarter(roll_id=roll.id, year=2025, number=1, opening=0))
    voter = store(world.session, election, VILLAGE + "001")
    return stored_visit(world.session, quarter, state, voter), voter, election


@example("sidalih.freeze_frame")
def frame(world: World) -> tuple[Arguments, Scope]:
    election = by_code("pemilu-2024")
    roll = ensure_roll(election.id, "1201", actor=ACTOR)
    return {"roll_id": roll.id}, Scope("1201", election=election.id)


@example("sidalih.limited_visit", "sidalih.draw_sample", "sidalih.discard_frame", "sidalih.frame_file")
def visit(world: World) -> tuple[Arguments, Scope]:
    found, _voter, election = _visit(world, "kerangka")
    return {"visit_id": found.id}, Scope("1201", election=election.id)


@example("sidalih.visited_voter", "sidalih.record_outcome")
def visited(world: World) -> tuple[Arguments, Scope]:
    found, voter, election = _visit(world, "ditetapkan")
    return {"visit_id": found.id, "voter_id": voter.id}, Scope(VILLAGE, election=election.id)


@example("sidalih.quarter_pdf")
def closed_quarter(world: World) -> tuple[Arguments, Scope]:
    election = by_code("pemilu-2024")
    roll = ensure_roll(election.id, "1201", actor=ACTOR)
    row = Quarter(roll_id=roll.id, year=2025, number=1, opening=0, closing=0, state="ditutup")
    return {"quarter_id": world.add(row).id}, Scope("1201", election=election.id)


@example("sidalih.semester_pdf")
def semester(world: World) -> tuple[Arguments, Scope]:
    election = by_code("pemilu-2024")
    numbers = dict.fromkeys(
        ("rolls", "opening", "fresh", "moved_in", "struck", "moved_out", "amended", "closing"), 0
    )
    row = Semester(election_id=election.id, region="12", year=2025, half=1, determined_by="uji", **numbers)
    return {"semester_id": world.add(row).id}, Scope("12", election=election.id)


@example("sidalih.determine_semester_recap")
def determine(_world: World) -> tuple[Arguments, Scope]:
    scope = Scope("12", election=by_code("pemilu-2024").id)
    return {"region": "12", "year": 2025, "half": 1}, scope
