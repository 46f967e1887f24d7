"""Objects for the routes of the check of a set-up (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import Arguments, World, example


def nation(world: World) -> Scope:
    from sqlalchemy import select

    from electsys.elections.models import Election

    return Scope(
        region="",
        election=world.session.scalars(select(Election.id).where(Election.code == "pemilu-2024")).one(),
    )


@example("situng.setup_request", "situng.setup_open")
def election(world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024"}, nation(world)


@example("situng.setup_check", "situng.setup_run", "situng.setup_withdraw")
def check(world: World) -> tuple[Arguments, Scope]:
    from modules.situng.models import SetupCheck

    scope = nation(world)
    row = world.add(SetupCheck(election_id=scope.election, requested_by=world.make_account().id))
    return {"check_id": row.id}, scope
