"""Objects for the routes of the public log (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import NATION, Arguments, World, example


@example("publiclog.checkpoints")
def of_an_election(_world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024"}, NATION


@example("publiclog.leaf", "publiclog.receipt", "publiclog.paper")
def of_a_leaf(world: World) -> tuple[Arguments, Scope]:
    from sqlalchemy import select

    from electsys.elections.models import Election
    from electsys.ledger import Actor, log, log_leaf

    election = world.session.scalars(select(Election.id).where(Election.code == "pemilu-2024")).one()
    log_leaf("decision", election, {}, subject="decision:uji", actor=Actor.system("uji"))
    log.integrate()
    return {"election": "pemilu-2024", "index": 0}, NATION
