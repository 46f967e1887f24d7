"""Objects for the routes of rulings on candidacies."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import Arguments, World, example
from tests.silon import conftest as make


@example("silon.reopen")
def nomination(world: World) -> tuple[Arguments, Scope]:
    """A list that failed."""
    row = make.nomination(world.session, "tms")
    return {"nomination_id": row.id}, Scope("", None, row.election_id)


@example("silon.restore_by_ruling")
def candidate(world: World) -> tuple[Arguments, Scope]:
    """A candidate who failed."""
    row = make.nomination(world.session, "vermin_perbaikan")
    return {"candidate_id": make.candidate(world.session, row, "tms").id}, Scope("", None, row.election_id)
