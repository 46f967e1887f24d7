"""Objects for the routes of links."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import Arguments, World, example
from tests.silon import conftest as make

NIK = "1201011705804999"


def _pair(world: World):
    """A candidate who is on two lists."""
    make.candidate(world.session, make.nomination(world.session), nik=NIK)
    return make.candidate(world.session, make.nomination(world.session), nik=NIK)


@example("silon.doubles_start", "silon.doubles")
def election(world: World) -> tuple[Arguments, Scope]:
    """An election with somebody who is put up twice."""
    _pair(world)
    return {"election": "pemilu-2024"}, Scope()


@example("silon.candidate_links", party=True)
def candidate(world: World) -> tuple[Arguments, Scope]:
    """Somebody who is on another list too."""
    row = _pair(world)
    return {"candidate_id": row.id}, Scope(row.region, row.party_id, row.election_id)


@example("silon.links", party=True)
def nomination(world: World) -> tuple[Arguments, Scope]:
    """The list of somebody who is on another list too."""
    row = _pair(world)
    return {"nomination_id": row.nomination_id}, Scope(row.region, row.party_id, row.election_id)
