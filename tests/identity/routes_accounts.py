"""Objects for the routes of accounts, their grants, roles and sessions (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import NATION, TAPTENG, Arguments, World, example


@example("identity.activation", "security.reset_password", "security.wan_signin_response")
def token(_world: World) -> tuple[Arguments, Scope]:
    return {"token": "tidak-ada"}, NATION


@example("security.static")
def package_file(_world: World) -> tuple[Arguments, Scope]:
    return {"filename": "js/webauthn.js"}, NATION


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
