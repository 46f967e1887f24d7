"""Reads of devices for their pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, any_, exists, false, func, literal, or_, select, true
from sqlalchemy.orm import joinedload

from electsys.db import db
from electsys.devices.kinds import Kind
from electsys.devices.models import Device, DeviceActivation, DeviceFile, DevicePacket
from electsys.elections.models import Election
from electsys.identity.access import Scope
from electsys.identity.grants import is_in_force
from electsys.identity.models import Account, Grant, Role
from electsys.identity.queries.regions import region_names
from electsys.regions.picker import LEVEL_NAMES
from electsys.web.formats import title_region

#: Digits of a region code -> its level.
_LEVELS = {0: 0, 2: 1, 4: 2, 6: 3, 10: 4, 13: 5}


def place_name(code: str) -> str:
    """A region as people call it: "Pasar Baru, Desa/Kelurahan"; a TPS with its village."""
    return place_names([code])[code]


def place_names(codes: Iterable[str]) -> dict[str, str]:
    """The same for many, in two queries."""
    wanted = set(codes)
    names = region_names(wanted | {code[:10] for code in wanted if len(code) == 13})
    return {code: _place(code, names) for code in wanted}


def _place(code: str, names: dict[str, str]) -> str:
    if not code:
        return str(LEVEL_NAMES[0])
    name = title_region(names.get(code, code))
    if len(code) == 13:
        return f"{name}, {title_region(names.get(code[:10], code[:10]))}"
    return f"{name}, {LEVEL_NAMES[_LEVELS[len(code)]]}" if code in names else code


def _inside(column: Any, election: Any, scopes: Iterable[Scope]) -> ColumnElement[bool]:
    """The condition that a row lies in one of these scopes."""
    conditions: list[ColumnElement[bool]] = [false()]
    for scope in scopes:
        if scope.party is not None:  # a grant of a party reaches nobody's phone
            continue
        within = column.startswith(scope.region or "", autoescape=True)
        if scope.election is not None:
            within = and_(within, or_(election.is_(None), election == scope.election))
        conditions.append(within)
    return or_(*conditions)


def devices_in(scopes: Iterable[Scope]) -> Select[Device]:
    """Devices in these scopes, the last activated first."""
    return (
        select(Device)
        .join(Device.account)
        .where(_inside(Device.region, Device.election_id, scopes))
        .options(joinedload(Device.account))
        .order_by(Device.id.desc())
    )


def holders(kind: Kind, scopes: Iterable[Scope]) -> Select[Grant]:
    """Grants in force that allow a kind of work, in these scopes: who may have a phone for it, and where."""
    return (
        select(Grant)
        .join(Grant.role)
        .join(Grant.account)
        .where(
            Account.active,
            literal(kind.permission) == any_(Role.permissions),
            is_in_force(),
            _inside(Grant.region, Grant.election_id, scopes),
            func.length(Grant.region).in_(kind.digits) if kind.digits else true(),
        )
        .options(joinedload(Grant.account), joinedload(Grant.role))
        .order_by(Grant.region, Grant.id)
    )


def has_device(kind: Kind) -> ColumnElement[bool]:
    """The condition that a grant's holder has a device for it already."""
    return exists().where(
        Device.account_id == Grant.account_id,
        Device.kind == kind.name,
        Device.region == Grant.region,
        Device.ended_at.is_(None),
        Device.until > func.clock_timestamp(),
    )


def has_code(kind: Kind) -> ColumnElement[bool]:
    """The condition that a code for it waits to be used."""
    return exists().where(
        DeviceActivation.account_id == Grant.account_id,
        DeviceActivation.kind == kind.name,
        DeviceActivation.region == Grant.region,
        DeviceActivation.closed_at.is_(None),
        DeviceActivation.expires_at > func.clock_timestamp(),
    )


def standing(kind: Kind, held: Sequence[Grant]) -> dict[int, str]:
    """How each of these grants stands: ``perangkat``, ``kode`` or ``belum`` (one query)."""
    rows = db.session.execute(
        select(Grant.id, has_device(kind), has_code(kind)).where(Grant.id.in_([g.id for g in held]))
    )
    return {key: "perangkat" if device else "kode" if code else "belum" for key, device, code in rows}


def how_many(query: Select[Any]) -> int:
    """The number of rows of a query."""
    inner = query.with_only_columns(Grant.id).order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(inner)) or 0


def packets_of(device_id: int) -> Select[DevicePacket]:
    """What a device sent, newest first."""
    return select(DevicePacket).where(DevicePacket.device_id == device_id).order_by(DevicePacket.id.desc())


def photos_of(device_id: int) -> int:
    """How many whole photos came from a device."""
    return (
        db.session.scalar(
            select(func.count()).where(DeviceFile.device_id == device_id, DeviceFile.file_id.is_not(None))
        )
        or 0
    )


def open_elections() -> Sequence[Election]:
    """Elections that are not over, the nearest last voting day first."""
    return db.session.scalars(
        select(Election).where(Election.state != "selesai").order_by(Election.voting_day.desc())
    ).all()
