"""Objects for the routes of pairs."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import Arguments, World, example
from tests.silon import pairing


def _pair(world: World, state: str = "persiapan"):
    contest = pairing.pilkada(world.session)
    return contest, pairing.pair(world.session, contest, state)


@example("silon.new_pair", "silon.pairs")
def election(world: World) -> tuple[Arguments, Scope]:
    """An election of pairs."""
    contest = pairing.pilkada(world.session)
    return {"election": "pilkada-2024"}, Scope("", None, contest.election_id)


@example("silon.save_parties", owner=True)
def own_pair(world: World) -> tuple[Arguments, Scope]:
    """A pair for which the reader acts."""
    from modules.silon.models import NominationLiaison

    contest, row = _pair(world)
    world.add(NominationLiaison(nomination_id=row.id, account_id=world.reader.id))
    return {"nomination_id": row.id}, Scope("12", None, contest.election_id)


@example("silon.pair", "silon.name_liaison")
def pair(world: World) -> tuple[Arguments, Scope]:
    """A pair of a province."""
    contest, row = _pair(world)
    return {"nomination_id": row.id}, Scope("12", None, contest.election_id)


@example("silon.pair_plenary", "silon.determine_pairs", "silon.draw_pairs")
def plenary(world: World) -> tuple[Arguments, Scope]:
    """A contest whose pairs wait."""
    contest, _row = _pair(world, "rancangan_dct")
    return {"contest_id": contest.id, "region": "12"}, Scope("12", None, contest.election_id)


@example("silon.public_pairs")
def public(world: World) -> tuple[Arguments, Scope]:
    """A contest."""
    contest, _row = _pair(world)
    return {"contest_id": contest.id, "region": "12"}, Scope()
