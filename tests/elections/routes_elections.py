"""Objects for the routes of elections, their calendar, settings and codes (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import NATION, Arguments, World, _election, example

STAGE_PAGES = ("stage", "stage_times", "stage_override", "stage_stop")


LISTS = ("election", "stages", "settings", "participants")


@example(*(f"elections.{name}" for name in LISTS))
def election(_world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024"}, NATION


@example("elections.change_election", "elections.add_contest")
def own_election(world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024"}, Scope(election=_election(world).id)


@example("elections.move_election")
def election_move(world: World) -> tuple[Arguments, Scope]:
    arguments, scope = own_election(world)
    return arguments | {"action": "finish"}, scope


@example(*(f"elections.{name}" for name in STAGE_PAGES))
def stage(world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024", "stage": "kampanye"}, Scope(election=_election(world).id)


@example("elections.stage_resume")
def stop(world: World) -> tuple[Arguments, Scope]:
    from electsys.elections import calendar
    from electsys.elections.operations import stop_clock
    from electsys.ledger import Actor

    arguments, scope = stage(world)
    found = calendar.stage(_election(world).id, "kampanye")
    row = stop_clock(found, "1201", minute="BA 1", reason="banjir", actor=Actor.system("uji"))
    return arguments | {"stop_id": row.id}, scope


@example("elections.setting", "elections.change_setting")
def setting(world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024", "key": "ambang_parlemen"}, Scope(election=_election(world).id)


@example("elections.codes", "elections.add_code")
def codes(world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024", "table": "tms"}, Scope(election=_election(world).id)


@example("elections.change_code")
def code(world: World) -> tuple[Arguments, Scope]:
    arguments, scope = codes(world)
    return arguments | {"code": "1"}, scope
