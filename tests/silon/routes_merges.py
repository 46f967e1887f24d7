"""Objects for the routes of duplicate persons and of rulings (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import Arguments, World, example
from tests.silon import conftest as make


@example("silon.reopen")
def refused(world: World) -> tuple[Arguments, Scope]:
    """A list that failed."""
    of = make.nomination(world.session, "tms")
    return {"nomination_id": of.id}, Scope("", None, of.election_id)


@example("silon.restore_by_ruling")
def failed(world: World) -> tuple[Arguments, Scope]:
    """A candidate who failed."""
    row = make.candidate(world.session, make.nomination(world.session, "vermin"), "tms")
    return {"candidate_id": row.id}, Scope("", None, row.election_id)
