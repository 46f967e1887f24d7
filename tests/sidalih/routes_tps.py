"""Objects for the routes that build polling stations and propose dapil."""

from __future__ import annotations

from electsys.identity.access import Scope
from modules.sidalih.models.dapil import DapilProposal
from modules.sidalih.models.tps import TpsChange, TpsProposal
from tests.route_examples import Arguments, World, _election, example
from tests.sidalih.conftest import VILLAGE, store

SCORE = {
    **dict.fromkeys(("over_cap", "special_over_cap", "split_families", "outside_village", "moved"), 0),
    **dict.fromkeys(("moves_lower_bound", "spread", "rt_cuts", "unplaced", "new_tps", "least_new_tps"), 0),
}
PLAN = {
    "groups": [{"units": ["1201"], "population": 100, "seats": 35}],
    "marks": dict.fromkeys(
        (
            *("kesetaraan", "sistem_proporsional", "proporsionalitas", "integralitas"),
            *("cakupan_sama", "kohesivitas", "kesinambungan"),
        )
    ),
    "mark": [80, 1],
    "ratio": [1, 1],
    "out_of_range": 0,
    "broken": 0,
    "changed": [],
}


@example("sidalih.tps_area", "sidalih.tps_propose_area", "sidalih.tps_apply_area")
def area(world: World) -> tuple[Arguments, Scope]:
    election = _election(world)
    return {"election": election.code, "region": "120101"}, Scope(region="120101", election=election.id)


@example(
    *("sidalih.tps_village", "sidalih.tps_propose", "sidalih.tps_move", "sidalih.tps_open"),
    "sidalih.tps_close",
)
def village(world: World) -> tuple[Arguments, Scope]:
    election = _election(world)
    return {"election": election.code, "village": VILLAGE}, Scope(region=VILLAGE, election=election.id)


@example("sidalih.tps_proposal", "sidalih.tps_apply", "sidalih.tps_discard")
def proposal(world: World) -> tuple[Arguments, Scope]:
    election = _election(world)
    row = TpsProposal(
        election_id=election.id,
        village_code=VILLAGE,
        mode="tetap",
        cap=300,
        voters=0,
        families=0,
        before=SCORE,
        score=SCORE,
        loads=[],
        oversize=[],
        digest=b"x",
        actor="uji",
    )
    return {"proposal_id": world.add(row).id}, Scope(region=VILLAGE, election=election.id)


@example("sidalih.tps_undo")
def change(world: World) -> tuple[Arguments, Scope]:
    election = _election(world)
    row = TpsChange(election_id=election.id, village_code=VILLAGE, voters=0, actor="uji")
    return {"change_id": world.add(row).id}, Scope(region=VILLAGE, election=election.id)


@example("sidalih.tps_family", "sidalih.tps_move_voter")
def family(world: World) -> tuple[Arguments, Scope]:
    election = _election(world)
    voter = store(world.session, election, VILLAGE + "001")
    return {"election": election.code, "voter_id": voter.id}, Scope(region=VILLAGE, election=election.id)


@example("sidalih.dapil_proposal", "sidalih.dapil_choose")
def dapil(world: World) -> tuple[Arguments, Scope]:
    election = _election(world)
    unit = {"code": "1201", "name": "UJI", "population": 100, "present": "", "whole": "", "villages": []}
    row = DapilProposal(
        election_id=election.id,
        chamber="dprd_prov",
        body_code="12",
        population=100,
        population_source="uji",
        seats=35,
        units=[unit],
        splits=[],
        plans=[PLAN],
        on_map=False,
        actor="uji",
    )
    return {"proposal_id": world.add(row).id}, Scope(region="12", election=election.id)
