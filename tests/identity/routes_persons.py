"""Objects for the routes of persons, and two claims to one person (tests/route_examples.py)."""

from __future__ import annotations

import datetime as dt

from electsys.identity.access import Scope
from tests.route_examples import Arguments, World, claim, example


@example("identity.conflict")
def conflict(_world: World) -> tuple[Arguments, Scope]:
    claim("voter:1")
    found = claim("voter:2", name="Budi Hartono", birth_date=dt.date(1971, 5, 6), sex="L").conflict
    return {"conflict_id": found.id}, Scope(found.region)


@example("identity.part")
def merged(world: World) -> tuple[Arguments, Scope]:
    from electsys.identity.models import IdentityConflict
    from electsys.identity.operations.persons import decide_conflict
    from electsys.identity.queries.persons import merges_of
    from electsys.ledger import Actor

    arguments, scope = conflict(world)
    found = world.session.get_one(IdentityConflict, arguments["conflict_id"])
    decide_conflict(found, same=True, reason="akta", actor=Actor.system("uji"))
    return arguments | {"merge_id": merges_of(found)[0].id}, scope
