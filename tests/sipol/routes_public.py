"""Objects for the routes of determination, draw, the public and oversight (tests/route_examples.py)."""

from __future__ import annotations

from electsys.elections.queries import by_code
from electsys.identity.access import Scope
from tests.route_examples import NATION, Arguments, World, example
from tests.sipol import conftest as make

ELECTION = "pemilu-2024"


@example("sipol.determination", "sipol.determine", "sipol.draw", "sipol.hold_draw")
@example("sipol.updates", "sipol.open_update", "sipol.close_update")
def plenary(world: World) -> tuple[Arguments, Scope]:
    """An election, for the nation."""
    return {"election": ELECTION}, Scope("", None, by_code(ELECTION).id)


@example("sipol.replay", "sipol.public_parties", "sipol.public_parties_json")
@example("sipol.public_samples", "sipol.public_samples_json")
def everybody(world: World) -> tuple[Arguments, Scope]:
    """An election that everybody reads."""
    make.registration(world.session, "peserta")
    return {"election": ELECTION}, NATION


def _party(world: World):
    """A party whose members were counted."""
    from modules.sipol.operations.numbers import count_numbers

    row = make.registration(world.session, "peserta")
    count_numbers(row.id)
    return row


@example("sipol.public_party", "sipol.public_party_json", "sipol.public_numbers_csv")
def public_party(world: World) -> tuple[Arguments, Scope]:
    """A party that everybody reads."""
    return {"election": ELECTION, "party": _party(world).party_id}, NATION


@example("sipol.public_document")
def public_document(world: World) -> tuple[Arguments, Scope]:
    """The statutes of a party."""
    from tests.sipol.verifying import document

    row = _party(world)
    document(world.session, row, "ad_art", "")
    return {"election": ELECTION, "party": row.party_id, "kind": "ad_art"}, NATION


@example("sipol.public_sample")
def public_sample(world: World) -> tuple[Arguments, Scope]:
    """A sample that everybody draws again."""
    from tests.sipol.routes_factual import sampled

    return {"election": ELECTION, "sample_id": sampled(world)[1].id}, NATION


@example("sipol.rulings")
def nation(world: World) -> tuple[Arguments, Scope]:
    """The nation's page of rulings."""
    return {}, NATION
