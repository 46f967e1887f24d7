"""Objects for the routes of voter files."""

from __future__ import annotations

from electsys.identity.access import Scope
from modules.sidalih.models import VoterBatch, VoterBatchVillage
from tests.route_examples import Arguments, World, _election, example
from tests.sidalih.conftest import VILLAGE


@example("sidalih.batch")
def batch(world: World) -> tuple[Arguments, Scope]:
    election = _election(world)
    numbers = {"received": 3, "accepted": 2, "rejected": 1, "duplicate": 0, "changed": 0, "doubtful": 1}
    row = world.add(
        VoterBatch(
            election_id=election.id,
            region="1201",
            source="dp4",
            file_name="dp4.csv",
            file_sha256="0" * 64,
            actor="uji",
            **numbers,
        )
    )
    world.add(VoterBatchVillage(batch_id=row.id, village_code=VILLAGE, **numbers))
    return {"batch_id": row.id}, Scope(region="1201", election=election.id)
