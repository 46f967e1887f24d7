"""Objects for the routes of copies (tests/test_routes.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import Arguments, World, example
from tests.sidalih.conftest import VILLAGE


def _copy(world: World, state: str) -> tuple[Arguments, Scope]:
    from tests.sidalih.examples_copies import copy_in

    copy = copy_in(world.session, state)
    return {"copy_id": copy.id}, Scope(region=VILLAGE, election=copy.election_id)


@example("sidalih.copy", "sidalih.approve_copy", "sidalih.refuse_copy")
def asked(world: World) -> tuple[Arguments, Scope]:
    return _copy(world, "diminta")


@example("sidalih.copy_password", "sidalih.download_copy")
def built(world: World) -> tuple[Arguments, Scope]:
    return _copy(world, "dibuat")
