"""Stations and their Pantarlih: who has which, who may, and which nobody has."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import any_, false, func, literal, or_, select
from sqlalchemy.orm import joinedload

from electsys.db import db
from electsys.elections.models import CodeEntry
from electsys.identity.access import Scope
from electsys.identity.grants import is_in_force
from electsys.identity.models import Account, Grant, Role
from electsys.regions.models import Tps
from modules.sidalih.models import VisitTask, VoterRoll


def codes_of(election_id: int, table: str) -> list[dict[str, str]]:
    """A code table for the screen."""
    rows = db.session.scalars(
        select(CodeEntry)
        .where(CodeEntry.election_id == election_id, CodeEntry.table_code == table)
        .order_by(CodeEntry.position)
    )
    return [{"kode": row.code, "nama": row.label, "bukti": row.detail or ""} for row in rows]


def stations_of(election_id: int, village: str) -> Sequence[Tps]:
    """The stations of a village, in order."""
    return db.session.scalars(
        select(Tps)
        .where(Tps.election_id == election_id, Tps.village_code == village, Tps.state == "aktif")
        .order_by(Tps.code)
    ).all()


def stations_given(election_id: int, account_id: int, region: str) -> list[str]:
    """The stations that an account has to visit inside a region."""
    return list(
        db.session.scalars(
            select(VisitTask.tps_code)
            .where(
                VisitTask.election_id == election_id,
                VisitTask.account_id == account_id,
                VisitTask.ended_at.is_(None),
                VisitTask.tps_code.startswith(region),
            )
            .order_by(VisitTask.tps_code)
        )
    )


def visitors_at(election_id: int, tps_code: str, permission: str) -> Sequence[Grant]:
    """The rights in force that let somebody visit a station, by name: of its village or itself."""
    return db.session.scalars(
        select(Grant)
        .join(Grant.role)
        .join(Grant.account)
        .where(
            Account.active,
            literal(permission) == any_(Role.permissions),
            is_in_force(),
            Grant.region.in_((tps_code[:10], tps_code)),
            or_(Grant.election_id.is_(None), Grant.election_id == election_id),
        )
        .options(joinedload(Grant.account), joinedload(Grant.role))
        .order_by(Account.name, Grant.id)
    ).all()


def visitor_of(election_id: int, tps_code: str) -> VisitTask | None:
    """Who has a station now."""
    return db.session.scalars(
        select(VisitTask).where(
            VisitTask.election_id == election_id, VisitTask.tps_code == tps_code, VisitTask.ended_at.is_(None)
        )
    ).one_or_none()


def unassigned(election_id: int, scopes: Sequence[Scope]) -> int:
    """How many stations in use of these villages and kecamatan nobody has, where coklit runs."""
    inside = or_(
        false(), *(Tps.village_code.startswith(s.region) for s in scopes if len(s.region or "") >= 4)
    )
    given = (
        select(VisitTask.id)
        .where(
            VisitTask.election_id == Tps.election_id,
            VisitTask.tps_code == Tps.code,
            VisitTask.ended_at.is_(None),
        )
        .exists()
    )
    running = (
        select(VoterRoll.id)
        .where(
            VoterRoll.election_id == election_id,
            VoterRoll.region == func.left(Tps.village_code, 4),
            VoterRoll.state == "coklit",
        )
        .exists()
    )
    return (
        db.session.scalar(
            select(func.count()).where(
                Tps.election_id == election_id, Tps.state == "aktif", inside, running, ~given
            )
        )
        or 0
    )
