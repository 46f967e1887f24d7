"""Objects for the routes of devices."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from typing import Any

from electsys.identity.access import Scope
from tests.devices import usable
from tests.route_examples import NATION, Arguments, World, example

VILLAGE = "1201011001"


def device_of(world: World, account: Any, *, kind: str = usable.KIND, token: str = "") -> Any:
    """A device of an account."""
    from electsys.devices.models import Device
    from electsys.devices.signing import token_hash

    row = Device(
        account_id=account.id,
        kind=kind,
        region=VILLAGE,
        label="ponsel uji",
        public_key=b"\4" + secrets.token_bytes(64),
        token_hash=token_hash(token or secrets.token_urlsafe(32)),
        protocol=2,
        until=dt.datetime.now(dt.UTC) + dt.timedelta(days=3),
    )
    return world.add(row)


@example("devices.device", "devices.revoke")
def device(world: World) -> tuple[Arguments, Scope]:
    return {"device_id": device_of(world, world.make_account()).id}, Scope(VILLAGE)


@example("devices.activate")
def holder(world: World) -> tuple[Arguments, Scope]:
    from sqlalchemy import select

    from electsys.identity.models import Grant

    account = world.make_account(permissions=[usable.PERMISSION], region=VILLAGE)
    found = world.session.scalars(select(Grant.id).where(Grant.account_id == account.id)).one()
    return {"kind": usable.KIND, "grant_id": found}, Scope(VILLAGE)


@example("devices.shell")
def shell(_world: World) -> tuple[Arguments, Scope]:
    return {"kind": usable.OTHER}, NATION


@example("devices_api.photo", "devices_api.append")
def photo(_world: World) -> tuple[Arguments, Scope]:
    return {"key": str(uuid.uuid4())}, Scope(VILLAGE)
