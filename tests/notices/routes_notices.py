"""Objects for the routes of notices (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import NATION, Arguments, World, example


@example("notices.open_notice", "notices.mark", owner=True)
def notice(world: World) -> tuple[Arguments, Scope]:
    from electsys.notices.models import Notice

    row = Notice(kind="identity.grant.give", values={"role": "x"}, link="/bantuan")
    row.account_id = world.reader.id
    return {"notice_id": world.add(row).id}, NATION
