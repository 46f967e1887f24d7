"""Objects of the routes of verification."""

from __future__ import annotations

from electsys.elections.queries import by_code
from electsys.identity.access import Scope
from tests.route_examples import NATION, Arguments, World, example
from tests.sipol import conftest as make
from tests.sipol.verifying import board


@example("sipol.verification")
def parties(world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024"}, NATION


def _registration(world: World):
    row = make.registration(world.session, "vermin")
    board(world.session, row, "1201")
    return row


@example("sipol.verdicts", "sipol.conclude", party=True)
def area(world: World) -> tuple[Arguments, Scope]:
    row = _registration(world)
    scope = Scope("1201", row.party_id, by_code("pemilu-2024").id)
    return {"election": "pemilu-2024", "party": row.party_id, "region": "1201"}, scope


@example("sipol.open_round", party=True)
def centre(world: World) -> tuple[Arguments, Scope]:
    row = _registration(world)
    return {"election": "pemilu-2024", "party": row.party_id}, Scope("", row.party_id, row.election_id)
