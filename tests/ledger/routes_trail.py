"""Objects for the routes of the trail (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import TAPTENG, Arguments, World, example


@example("ledger.act")
def act(world: World) -> tuple[Arguments, Scope]:
    from sqlalchemy import select

    from electsys.ledger import Actor, record
    from electsys.ledger.models import Act

    record("situng:batch:open", "result_batch:1", actor=Actor.system("uji"), region="1201")
    world.session.flush()
    return {"act_id": world.session.scalars(select(Act.id).order_by(Act.id.desc()).limit(1)).one()}, TAPTENG


@example("ledger.download")
def trail(_world: World) -> tuple[Arguments, Scope]:
    return {"kind": "csv"}, TAPTENG
