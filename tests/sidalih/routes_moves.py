"""Objects for the routes of those who vote elsewhere (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import NATION, Arguments, World, example
from tests.sidalih.conftest import ACTOR, VILLAGE, claims
from tests.sidalih.move_examples import stored_line, stored_move
from tests.sidalih.moving import nik_of, tps_at, voter_at


def _election():
    from electsys.elections.queries import by_code

    return by_code("pemilu-2024")


@example("sidalih.move", "sidalih.issue_move", "sidalih.cancel_move")
def move(world: World) -> tuple[Arguments, Scope]:
    """An application within Tapanuli Tengah."""
    row = stored_move(world.session)
    return {"move_id": row.id}, Scope(row.origin_tps, election=row.election_id)


@example("sidalih.move_letter", "sidalih.move_proof")
def issued(world: World) -> tuple[Arguments, Scope]:
    """One whose letter stands, with its proof."""
    from tests.route_examples import stored_file

    row = stored_move(world.session, "diterbitkan", file_id=stored_file(world).id)
    return {"move_id": row.id}, Scope(row.origin_tps, election=row.election_id)


@example("sidalih.confirm_letter")
def letter(world: World) -> tuple[Arguments, Scope]:
    """What the QR of a letter names."""
    return {"token": stored_move(world.session, "diterbitkan").token}, NATION


@example("sidalih.dpk_line", "sidalih.admit_dpk", "sidalih.withdraw_dpk")
def line(world: World) -> tuple[Arguments, Scope]:
    """A line of the DPK in Barus."""
    row = stored_line(world.session)
    return {"line_id": row.id}, Scope(row.tps_code, election=row.election_id)


@example("sidalih.place", "sidalih.place_residents", "sidalih.describe")
def place(world: World) -> tuple[Arguments, Scope]:
    """A prison in Barus."""
    from modules.sidalih.operations.moves import open_place
    from modules.sidalih.operations.voters import ensure_roll

    ensure_roll(_election().id, "1201", actor=ACTOR)
    facts = {
        "kind": "lapas",
        "name": "Lapas Uji",
        "body": "Kepala lapas",
        "address": "Jalan Uji 1",
        "cap": 100,
    }
    made = open_place(_election(), VILLAGE, actor=ACTOR, **facts)
    return {"election": "pemilu-2024", "tps": made.tps_code}, Scope(made.tps_code, election=_election().id)


@example("sidalih.send_resident_back")
def resident(world: World) -> tuple[Arguments, Scope]:
    """Somebody of Barus who was placed in the prison of the village."""
    from modules.sidalih.operations.voters import place_voter

    arguments, scope = place(world)
    voter = voter_at(world.session)
    place_voter(voter, arguments["tps"], actor=ACTOR, reason="Uji")
    return {**arguments, "voter_id": voter.id}, scope


@example("sidalih.abroad_city", "sidalih.new_abroad", "sidalih.abroad_twice")
def city(_world: World) -> tuple[Arguments, Scope]:
    """A city abroad."""
    return {"election": "pemilu-2024", "city": "9901"}, Scope("9901", election=_election().id)


def _pair(world: World):
    """A voter of Barus who is registered abroad too."""
    from electsys.regions.loading import load_tps
    from modules.sidalih.operations.abroad import add_abroad
    from modules.sidalih.operations.voters import ensure_roll

    ensure_roll(_election().id, "1201", actor=ACTOR)
    load_tps("pemilu-2024", actor=ACTOR, only=("9901",))
    home = voter_at(world.session)
    facts = claims(nik=nik_of(home), name=home.name, nkk=None, passport="X1234567")
    away = add_abroad(_election(), tps_at(world.session, "9901010001002"), facts, actor=ACTOR)
    return home, away


@example("sidalih.abroad_make_way")
def pair(world: World) -> tuple[Arguments, Scope]:
    """The two rows of one voter."""
    home, away = _pair(world)
    arguments = {"election": "pemilu-2024", "city": "9901", "away_id": away.id, "home_id": home.id}
    return arguments, Scope("9901", election=away.election_id)


@example("sidalih.undo_transfer")
def transfer(world: World) -> tuple[Arguments, Scope]:
    """A row at home that made way."""
    from modules.sidalih.operations.abroad import make_way

    home, away = _pair(world)
    made = make_way(away, home.id, reason="Terdaftar di luar negeri", actor=ACTOR)
    assert made is not None
    return {"transfer_id": made.id}, Scope(made.away_tps, election=made.election_id)
