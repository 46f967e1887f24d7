"""Objects for the routes of lists, voters, plenaries, quarters and statistics."""

from __future__ import annotations

from electsys.elections.queries import by_code
from electsys.identity.access import Scope
from modules.sidalih.models import AreaCount, ListEntry, Quarter, VoterEvent, VoterList, VoterRecap
from modules.sidalih.operations.voters import ensure_roll
from tests.route_examples import Arguments, World, example
from tests.sidalih.conftest import ACTOR, VILLAGE, store

TPS = VILLAGE + "001"


def _roll(world: World):
    election = by_code("pemilu-2024")
    return ensure_roll(election.id, "1201", actor=ACTOR), Scope("1201", election=election.id)


def _voter(world: World):
    roll, _scope = _roll(world)
    voter = store(world.session, by_code("pemilu-2024"), TPS)
    return voter, Scope(VILLAGE, election=roll.election_id)  # the second lock knows villages, no TPS


def frozen_list(world: World) -> tuple[VoterList, Scope]:
    """A DPT of one voter, in as many rows as a page reads."""
    roll, scope = _roll(world)
    voter, _scope = _voter(world)
    frozen = world.add(
        VoterList(roll_id=roll.id, stage="dpt", male=0, female=1, digest=b"x" * 32, determined_by="uji")
    )
    world.add(
        ListEntry(province="12", list_id=frozen.id, tps_code=TPS, number=1, voter_id=voter.id, version=1)
    )
    for code, parent in ((TPS, VILLAGE), (VILLAGE, "120101"), ("120101", "1201"), ("1201", "12")):
        world.add(AreaCount(list_id=frozen.id, code=code, parent=parent, stations=1, male=0, female=1))
    return frozen, scope


@example(
    "sidalih.roll", "sidalih.quarters", "sidalih.open_quarter", "sidalih.find_nik", "sidalih.limited_visits"
)
def roll(world: World) -> tuple[Arguments, Scope]:
    found, scope = _roll(world)
    return {"roll_id": found.id}, scope


@example("sidalih.area", "sidalih.voters")
def area(world: World) -> tuple[Arguments, Scope]:
    found, scope = _roll(world)
    return {"roll_id": found.id, "code": VILLAGE}, Scope(VILLAGE, election=scope.election)


@example("sidalih.compile_step")
def step(world: World) -> tuple[Arguments, Scope]:
    found, scope = _roll(world)
    return {"roll_id": found.id, "action": "open_visits"}, scope


@example("sidalih.plenary")
def plenary(world: World) -> tuple[Arguments, Scope]:
    found, scope = _roll(world)
    return {"roll_id": found.id, "action": "determine_dps"}, scope


@example("sidalih.frozen")
def frozen(world: World) -> tuple[Arguments, Scope]:
    found, scope = frozen_list(world)
    return {"list_id": found.id}, scope


@example("sidalih.frozen_area", "sidalih.recap_pdf")
def frozen_area(world: World) -> tuple[Arguments, Scope]:
    found, scope = frozen_list(world)
    return {"list_id": found.id, "code": VILLAGE}, Scope(VILLAGE, election=scope.election)


@example("sidalih.station", "sidalih.station_pdf")
def station(world: World) -> tuple[Arguments, Scope]:
    found, scope = frozen_list(world)
    return {"list_id": found.id, "tps_code": TPS}, Scope(TPS, election=scope.election)


@example(
    *(
        "sidalih.voter",
        "sidalih.amend",
        "sidalih.strike",
        "sidalih.restore",
        "sidalih.place_elsewhere",
        "sidalih.mark_line",
    )
)
def voter(world: World) -> tuple[Arguments, Scope]:
    found, scope = _voter(world)
    return {"voter_id": found.id}, scope


@example("sidalih.evidence")
def evidence(world: World) -> tuple[Arguments, Scope]:
    from tests.route_examples import stored_file

    found, scope = _voter(world)
    event = world.add(
        VoterEvent(
            province="12",
            election_id=found.election_id,
            voter_id=found.id,
            village_code=VILLAGE,
            kind="ubah",
            version=1,
            file_id=stored_file(world).id,
            actor="uji",
        )
    )
    return {"voter_id": found.id, "event_id": event.id}, scope


@example("sidalih.quarter", "sidalih.close_quarter")
def quarter(world: World) -> tuple[Arguments, Scope]:
    found, scope = _roll(world)
    return {"quarter_id": world.add(Quarter(roll_id=found.id, year=2025, number=1, opening=0)).id}, scope


@example("sidalih.recap")
def recap(world: World) -> tuple[Arguments, Scope]:
    election = by_code("pemilu-2024")
    row = VoterRecap(
        election_id=election.id,
        region="12",
        stage="dpt",
        rolls=1,
        stations=1,
        male=0,
        female=1,
        determined_by="uji",
    )
    return {"recap_id": world.add(row).id}, Scope("12", election=election.id)


@example("sidalih.determine")
def determine(_world: World) -> tuple[Arguments, Scope]:
    return {"region": "12", "stage": "dpt"}, Scope("12", election=by_code("pemilu-2024").id)


@example("sidalih.statistics", "sidalih.statistics_pdf")
def statistics(world: World) -> tuple[Arguments, Scope]:
    frozen_list(world)
    return {"election": "pemilu-2024", "stage": "dpt", "code": "1201"}, Scope()


@example("sidalih.comparison")
def comparison(world: World) -> tuple[Arguments, Scope]:
    frozen_list(world)
    return {"election": "pemilu-2024", "code": "1201"}, Scope()
