"""Objects for the routes of members, their files, statements and hearings."""

from __future__ import annotations

import datetime as dt

from electsys.elections.queries import by_code
from electsys.identity.access import Scope
from modules.sipol.models import MemberClarification, MemberStatement, PartyBatch
from tests.route_examples import Arguments, World, example, stored_file
from tests.sipol import conftest as make


def _member(world: World):
    return make.member(world.session, make.updating(world.session))


def _scope(row) -> Scope:
    return Scope("1201", row.party_id, by_code("pemilu-2024").id)


@example("sipol.members", "sipol.member_flags", party=True)
def area(world: World) -> tuple[Arguments, Scope]:
    row = _member(world)
    return {"election": "pemilu-2024", "party": row.party_id, "region": "1201"}, _scope(row)


@example("sipol.add_member", "sipol.bring_statements", party=True)
def entry(world: World) -> tuple[Arguments, Scope]:
    row = make.updating(world.session, region="11")
    return {"election": "pemilu-2024", "party": row.party_id}, Scope("11", row.party_id, row.election_id)


@example(
    *("sipol.member", "sipol.change_member", "sipol.withdraw_member", "sipol.bring_statement"), party=True
)
def member(world: World) -> tuple[Arguments, Scope]:
    row = _member(world)
    return {"member_id": row.id}, _scope(row)


@example("sipol.statement_file", party=True)
def statement(world: World) -> tuple[Arguments, Scope]:
    row = _member(world)
    made = world.add(
        MemberStatement(
            member_id=row.id,
            party_id=row.party_id,
            village_code=row.village_code,
            flag="nik",
            file_id=stored_file(world).id,
        )
    )
    return {"statement_id": made.id}, _scope(row)


@example("sipol.member_batch", party=True)
def batch(world: World) -> tuple[Arguments, Scope]:
    row = make.updating(world.session)
    numbers = {"received": 3, "accepted": 2, "rejected": 1, "duplicate": 0, "changed": 0, "flagged": 1}
    made = world.add(
        PartyBatch(
            registration_id=row.id,
            party_id=row.party_id,
            region="1201",
            file_name="anggota.csv",
            file_sha256="0" * 64,
            actor="uji",
            **numbers,
        )
    )
    return {"batch_id": made.id}, _scope(row)


@example("sipol.hearings")
def hearings(_world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024"}, Scope()


@example("sipol.settle_doubles")
def settle(_world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024", "region": "1201"}, Scope("1201", election=by_code("pemilu-2024").id)


@example("sipol.hearing", "sipol.record_hearing", "sipol.close_unheard", "sipol.hearing_file")
def hearing(world: World) -> tuple[Arguments, Scope]:
    row = _member(world)
    made = world.add(
        MemberClarification(
            election_id=row.election_id,
            nik_index=row.nik_index,
            region="1201",
            state="memilih",
            party_id=row.party_id,
            due_at=dt.datetime.now(dt.UTC),
            heard_at=dt.datetime.now(dt.UTC),
            file_id=stored_file(world).id,
        )
    )
    return {"hearing_id": made.id}, Scope("1201", election=row.election_id)
