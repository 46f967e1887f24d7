"""Objects for the routes of scans of members."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import Arguments, World, example
from tests.sipol import conftest as make
from tests.sipol.scanning import attached


@example("sipol.member_scans", "sipol.drop_scans", "sipol.match_scans", "sipol.file_scan", party=True)
def area(world: World) -> tuple[Arguments, Scope]:
    row = make.updating(world.session)
    make.member(world.session, row)
    scope = Scope("1201", row.party_id, row.election_id)
    return {"election": "pemilu-2024", "party": row.party_id, "region": "1201"}, scope


@example("sipol.bring_scan", party=True)
def member(world: World) -> tuple[Arguments, Scope]:
    row = make.member(world.session, make.updating(world.session))
    return {"member_id": row.id}, Scope("1201", row.party_id, row.election_id)


@example("sipol.member_scan", party=True)
def scan(world: World) -> tuple[Arguments, Scope]:
    row = make.member(world.session, make.updating(world.session))
    return {"scan_id": attached(world.session, row).id}, Scope("1201", row.party_id, row.election_id)
