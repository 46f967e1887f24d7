"""Objects for the routes of publication (tests/route_examples.py)."""

from __future__ import annotations

from sqlalchemy import select

from electsys.elections.models import Election
from electsys.identity.access import Scope
from tests.route_examples import Arguments, World, example


def _election(world: World) -> Election:
    return world.session.scalars(select(Election).where(Election.code == "pemilu-2024")).one()


@example("publication.overview")
def overview(world: World) -> tuple[Arguments, Scope]:
    election = _election(world)
    return {"election": election.code}, Scope(region="", election=election.id)


@example("publication.move")
def move(world: World) -> tuple[Arguments, Scope]:
    from modules.sirekap.publication.models import PublicationStop

    election = _election(world)
    asker = world.make_account()
    stop = world.add(
        PublicationStop(election_id=election.id, notice="Pemberitahuan untuk uji coba.", asked_by=asker.id)
    )
    return {"stop_id": stop.id, "action": "refuse"}, Scope(region="", election=election.id)
