"""An object for each route that loads one: what the generated matrix of access (test_routes.py) asks for.

``@example("endpoint", ...)`` gives a function of a :class:`World`; it returns the arguments of the URL and
the scope in which the object lies. ``owner=True`` where the object belongs to the account that reads it,
``party=True`` where it lies in a party.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from electsys.identity.access import Scope

Arguments = dict[str, Any]
Build = Callable[["World"], tuple[Arguments, Scope]]


@dataclass
class World:
    """What an example may use: the session, the account that will read, a factory of other accounts."""

    session: Any
    reader: Any
    make_account: Any

    def add(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row


@dataclass(frozen=True)
class Example:
    """How to make an object, whether only its owner reads it, and whether it lies in a party."""

    build: Build
    owner: bool = False
    party: bool = False


EXAMPLES: dict[str, Example] = {}

TAPTENG = Scope(region="1201")
NATION = Scope()


def example(*endpoints: str, owner: bool = False, party: bool = False) -> Callable[[Build], Build]:
    """Register the builder of these routes' objects."""

    def register(build: Build) -> Build:
        for endpoint in endpoints:
            EXAMPLES[endpoint] = Example(build, owner, party)
        return build

    return register


# --- public pages --------------------------------------------------------------------------------


@example("regions.area")
def region(_world: World) -> tuple[Arguments, Scope]:
    return {"code": "1201"}, NATION


@example("regions.dapil_page")
def dapil(_world: World) -> tuple[Arguments, Scope]:
    return {"code": "1201"}, NATION


@example("situng.area", "situng.area_csv", "situng.area_json", "situng.find", "situng.forms")
def counted(_world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024", "kind": "ppwp", "code": "1201"}, NATION


@example("situng.dapil", "situng.dapil_csv", "situng.dapil_json")
def counted_dapil(_world: World) -> tuple[Arguments, Scope]:
    return {"election": "pemilu-2024", "kind": "ppwp", "code": "1202"}, NATION


@example("sirekap.area", "sirekap.regions_below")
def sirekap(_world: World) -> tuple[Arguments, Scope]:
    return {"way": "12"}, NATION


@example("documents.compare", "documents.confirm", "documents.confirm_json", "documents.download")
def paper(_world: World) -> tuple[Arguments, Scope]:
    return {"token": "tidak-ada"}, NATION


@example("identity.activation", "security.reset_password", "security.wan_signin_response")
def token(_world: World) -> tuple[Arguments, Scope]:
    return {"token": "tidak-ada"}, NATION


@example("security.static")
def package_file(_world: World) -> tuple[Arguments, Scope]:
    return {"filename": "js/webauthn.js"}, NATION


@example("web.asset")
def asset(_world: World) -> tuple[Arguments, Scope]:
    return {"digest": "x", "name": "css/base.css"}, NATION


# --- elections -----------------------------------------------------------------------------------

STAGE_PAGES = ("stage", "stage_times", "stage_override", "stage_stop")
LISTS = ("election", "stages", "settings", "participants")


def _election(world: World) -> Any:
    from sqlalchemy import select

    from electsys.elections.models import Election

    return world.session.scalars(select(Election).where(Election.code == "pemilu-2024")).one()


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


# --- situng --------------------------------------------------------------------------------------


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
    import io

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


# --- identity ------------------------------------------------------------------------------------

ACCOUNT_PAGES = (
    *("account", "edit_account", "add_grant", "effective_rights", "end_all", "new_sheet", "unlock"),
)


@example(*(f"identity.{name}" for name in ACCOUNT_PAGES))
def account(world: World) -> tuple[Arguments, Scope]:
    return {"account_id": world.make_account("operator_kpu_kabko", "1201").id}, TAPTENG


@example("identity.account_step")
def account_step(world: World) -> tuple[Arguments, Scope]:
    arguments, scope = account(world)
    return arguments | {"step": "nonaktifkan"}, scope


@example("identity.finish_grant", party=True)
def grant(world: World) -> tuple[Arguments, Scope]:
    from sqlalchemy import select

    from electsys.identity.models import Grant

    holder = world.make_account("operator_kpu_kabko", "1201", party=3)
    found = world.session.scalars(select(Grant.id).where(Grant.account_id == holder.id)).one()
    return {"grant_id": found}, Scope("1201", party=3)


CLAIM = {
    "nik": "1201014101900001",
    "birth_date": dt.date(1990, 1, 1),
    "sex": "P",
    "home_region": "1201012001",
}


def claim(subject: str, **changed: Any) -> Any:
    """A synthetic person of Tapanuli Tengah, or who claims to be that person."""
    from electsys.identity.operations.persons import Claim, find_or_claim_person
    from electsys.ledger import Actor

    facts = {"name": "Siti Aminah", **CLAIM, **changed}
    return find_or_claim_person(Claim(subject, facts.pop("name"), **facts), actor=Actor.system("uji"))


@example("privacy.reveal")
def sealed_number(_world: World) -> tuple[Arguments, Scope]:
    return {"table": "person", "row": claim("voter:1").person.id}, Scope("1201012001")


@example("identity.conflict")
def conflict(_world: World) -> tuple[Arguments, Scope]:
    claim("voter:1")
    found = claim("voter:2", name="Budi Hartono", birth_date=dt.date(1971, 5, 6), sex="L").conflict
    return {"conflict_id": found.id}, Scope(found.region)


@example("identity.part")
def merged(world: World) -> tuple[Arguments, Scope]:
    from electsys.identity.models import IdentityConflict
    from electsys.identity.operations.persons import decide_conflict
    from electsys.identity.queries.persons import merges_of
    from electsys.ledger import Actor

    arguments, scope = conflict(world)
    found = world.session.get_one(IdentityConflict, arguments["conflict_id"])
    decide_conflict(found, same=True, reason="akta", actor=Actor.system("uji"))
    return arguments | {"merge_id": merges_of(found)[0].id}, scope


@example("identity.role", "identity.edit_role")
def role(world: World) -> tuple[Arguments, Scope]:
    from sqlalchemy import select

    from electsys.identity.models import Role

    return {"role_id": world.session.scalars(select(Role.id).order_by(Role.id).limit(1)).one()}, NATION


@example("identity.end_session", owner=True)
def own_session(world: World) -> tuple[Arguments, Scope]:
    from sqlalchemy import select

    from electsys.identity.models.sessions import AccountSession
    from electsys.identity.operations.sessions import start_session

    start_session(world.reader, agent="", via="test")
    rows = select(AccountSession.id).where(AccountSession.account_id == world.reader.id)
    return {
        "session_id": world.session.scalars(rows.order_by(AccountSession.id.desc()).limit(1)).one()
    }, NATION


# --- documents, intake, jobs, notices, ledger, privacy -------------------------------------------


@example("documents.file_limit")
def limit(_world: World) -> tuple[Arguments, Scope]:
    return {"kind": "evidence"}, NATION


@example("documents.number_template")
def template(world: World) -> tuple[Arguments, Scope]:
    from sqlalchemy import select

    from electsys.documents.models import NumberTemplate

    return {"template_id": world.session.scalars(select(NumberTemplate.id).limit(1)).one()}, NATION


def stored_file(world: World) -> Any:
    from electsys.documents import store_file
    from electsys.ledger import Actor

    content = io.BytesIO(b"kode_tps,suara_1,suara_2,suara_3\n1201011001001,1,2,3\n")
    actor = Actor(world.reader.id, world.reader.username)
    return store_file(content, name="uji.csv", kind="table", actor=actor)


@example("documents.download_own", owner=True)
def photo(world: World) -> tuple[Arguments, Scope]:
    from PIL import Image

    from electsys.documents import store_file
    from electsys.ledger import Actor

    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "png")
    content.seek(0)
    actor = Actor(world.reader.id, world.reader.username)
    return {"file_id": store_file(content, name="foto.png", kind="photo", actor=actor).id}, NATION


@example("documents.receipt", owner=True)
def receipt(world: World) -> tuple[Arguments, Scope]:
    return {"file_id": stored_file(world).id}, NATION


@example("documents.upload", "documents.append", "documents.cancel", owner=True)
def upload(world: World) -> tuple[Arguments, Scope]:
    from uuid import uuid4

    from electsys.documents.models import Upload

    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    row = Upload(token=uuid4().hex, kind="table", name="uji.csv", length=3, expires_at=later)
    row.account_id = world.reader.id
    return {"token": world.add(row).token}, NATION


@example(
    *("intake.file", "intake.cancel", "intake.confirm", "intake.match_again", "intake.match_columns"),
    *("intake.resume", "intake.sheet"),
    owner=True,
)
def intake_file(world: World) -> tuple[Arguments, Scope]:
    from electsys.intake.models import IntakeFile
    from modules.situng.queries.contests import contest_by_code

    row = IntakeFile(
        spec="hasil",
        context=str(contest_by_code("pemilu-2024", "ppwp").id),
        file=stored_file(world),
        state="siap",
        counts={"rows": 1, "bad_rows": 0, "errors": 0},
        format={"kind": "csv"},
        header=["kode_tps", "suara_1", "suara_2", "suara_3"],
        mapping={"kode_tps": "kode_tps", "suara_1": "suara_1", "suara_2": "suara_2", "suara_3": "suara_3"},
        account_id=world.reader.id,
        sheet=stored_file(world),
    )
    return {"kind": "hasil", "intake_id": world.add(row).id}, NATION


@example("intake.start", owner=True)
def intake_kind(_world: World) -> tuple[Arguments, Scope]:
    return {"kind": "hasil"}, NATION


@example("jobs.job", "jobs.job_json", "jobs.cancel", "jobs.retry", owner=True)
def job(world: World) -> tuple[Arguments, Scope]:
    from electsys.jobs.models import Job

    row = Job(task="situng.fold", queue="default", args={}, actor_name="uji", account_id=world.reader.id)
    return {"job_id": world.add(row).id}, NATION


@example("ledger.act")
def act(world: World) -> tuple[Arguments, Scope]:
    from sqlalchemy import select

    from electsys.ledger import Actor, record
    from electsys.ledger.models import Act

    record("situng:batch:open", "result_batch:1", actor=Actor.system("uji"), region="1201")
    world.session.flush()
    return {"act_id": world.session.scalars(select(Act.id).order_by(Act.id.desc()).limit(1)).one()}, TAPTENG


@example("ledger.download")
def trail(_world: World) -> tuple[Arguments, Scope]:
    return {"kind": "csv"}, TAPTENG


@example("notices.open_notice", "notices.mark", owner=True)
def notice(world: World) -> tuple[Arguments, Scope]:
    from electsys.notices.models import Notice

    row = Notice(kind="identity.grant.give", values={"role": "x"}, link="/bantuan")
    row.account_id = world.reader.id
    return {"notice_id": world.add(row).id}, NATION


from tests.devices import routes_device  # noqa: E402, F401
from tests.jdih import (  # noqa: E402, F401  (owners of JDIH have files of their own)
    letter_routes,
    route_examples_public,
    routes_register,
)
from tests.responses import routes_responses  # noqa: E402, F401
from tests.sidalih import routes_tps  # noqa: E402, F401
from tests.sidalih import routes_moves  # noqa: E402, F401
from tests.sidalih import routes_lists  # noqa: E402, F401
from tests.sidalih import routes_copies  # noqa: E402, F401
from tests.sidalih import routes_doubles  # noqa: E402, F401
from tests.sidalih import routes_imports  # noqa: E402, F401
