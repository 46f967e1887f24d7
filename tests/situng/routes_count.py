"""Objects for the routes of the count, its files and its anomalies (tests/route_examples.py)."""

from __future__ import annotations

import io

from electsys.identity.access import Scope
from tests.route_examples import NATION, TAPTENG, Arguments, World, example


@example("situng.area", "situng.area_csv", "situng.area_json", "situng.find", "situng.forms")
def counted(_world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024", "kind": "ppwp", "code": "1201"}, NATION


@example("situng.dapil", "situng.dapil_csv", "situng.dapil_json")
def counted_dapil(_world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024", "kind": "ppwp", "code": "1202"}, NATION


@example("situng.anomalies")
def queue(_world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024", "kind": "ppwp"}, TAPTENG


@example("situng.batch", "situng.cancel", "situng.confirm")
def batch(world: World) -> tuple[Arguments, Scope]:
    from modules.situng.models import ResultBatch
    from modules.situng.queries.contests import contest_by_code, contest_count

    contest = contest_by_code("pemilu-2024", "ppwp")
    row = ResultBatch(
        contest_id=contest.id,
        ballot_id=contest_count(contest.id).ballot_id,
        form_model="c_hasil_2024",
        source="impor",
        region="1201",
        state="menunggu",
        created_by=world.make_account().id,
    )
    return {"batch_id": world.add(row).id}, TAPTENG


@example("situng.batch_file")
def batch_with_file(world: World) -> tuple[Arguments, Scope]:

    from electsys.documents import store_file
    from electsys.ledger import Actor
    from modules.situng.models import ResultBatch

    arguments, scope = batch(world)
    bringer = world.make_account()
    content = io.BytesIO(b"kode_tps,suara_1\n1201011001001,17\n")
    stored = store_file(content, kind="table", name="hasil.csv", actor=Actor(bringer.id, bringer.username))
    world.session.get_one(ResultBatch, arguments["batch_id"]).file_id = stored.id
    return arguments, scope


@example("situng.correct")
def form(world: World) -> tuple[Arguments, Scope]:
    from sqlalchemy import select

    from electsys.elections.models import Election
    from electsys.regions.models import Tps

    code = world.session.scalars(select(Tps.code).where(Tps.code.like("1201%")).limit(1)).one()
    election = world.session.scalars(select(Election.id).where(Election.code == "pemilu-2024")).one()
    from modules.situng.models import ResultForm, ResultVersion
    from modules.situng.queries.contests import contest_by_code, contest_count

    contest = contest_by_code("pemilu-2024", "ppwp")
    count = contest_count(contest.id)
    batch_id = batch(world)[0]["batch_id"]
    version = world.add(
        ResultVersion(
            province="12",
            contest_id=contest.id,
            tps_code=code,
            batch_id=batch_id,
            cells=[1] * count.width.cells,
            votes=[1] * count.width.votes,
            complete=True,
            faults=["F.107:suara_sah"],
            vote_kind="Reguler",
            warnings=[],
        )
    )
    world.add(
        ResultForm(province="12", contest_id=contest.id, tps_code=code, state="anomali", latest_id=version.id)
    )
    return {"election": "pemilu-2024", "kind": "ppwp", "code": code}, Scope(code, election=election)
