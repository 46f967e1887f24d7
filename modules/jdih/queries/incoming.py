"""Reads of incoming letters and dispositions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from electsys.db import db
from electsys.identity import grants
from electsys.identity.access import Scope, can
from modules.jdih.models import Disposition, Incoming
from modules.jdih.queries.letters import inside
from modules.jdih.rules.letters import SECRET, may_read
from modules.jdih.workflow.letters import DISPOSE, READ, REGISTER


def handed_to(account_id: int) -> ColumnElement[bool]:
    """Letters that were handed to or by the account."""
    return exists().where(
        Disposition.incoming_id == Incoming.id,
        or_(Disposition.to_id == account_id, Disposition.from_id == account_id),
    )


def open_to(account: Any) -> ColumnElement[bool]:
    """All but secret ones; those for who received them, leads the satker, or has them on the desk."""
    leads = grants.scopes(account, DISPOSE)
    return or_(
        Incoming.secrecy.not_in(SECRET),
        Incoming.received_by == account.id,
        handed_to(account.id),
        inside(Incoming.unit, leads),
        and_(Incoming.state == "diterima", inside(Incoming.unit, grants.scopes(account, REGISTER))),
    )


def opens(row: Incoming, account: Any) -> bool:
    """The same for one letter."""
    scope = Scope(region=row.unit)
    named: set[int | None] = {row.received_by}
    for each in row.dispositions:
        named |= {each.to_id, each.from_id}
    return (
        may_read(row.secrecy, account.id, named)
        or can(account, DISPOSE, scope)
        or (row.state == "diterima" and can(account, REGISTER, scope))
    )


def incoming_for(account: Any) -> Select[Any]:
    """Incoming letters of the account's satker, newest first."""
    return (
        select(Incoming)
        .where(inside(Incoming.unit, grants.scopes(account, READ)), open_to(account))
        .options(joinedload(Incoming.entry))
        .order_by(Incoming.id.desc())
    )


def waiting(account: Any, what: str) -> ColumnElement[bool]:
    """Letters that wait for this account: ``registrasi``, ``disposisi``, ``tindak_lanjut``."""
    if what == "registrasi":
        here = inside(Incoming.unit, grants.scopes(account, REGISTER))
        return and_(Incoming.state == "diterima", here)
    if what == "disposisi":
        here = inside(Incoming.unit, grants.scopes(account, DISPOSE))
        return and_(Incoming.state == "diregistrasi", here)
    if what == "tindak_lanjut":
        return exists().where(
            Disposition.incoming_id == Incoming.id,
            Disposition.to_id == account.id,
            Disposition.done_at.is_(None),
        )
    raise LookupError(what)


WAITING = ("registrasi", "disposisi", "tindak_lanjut")


def count_waiting(account: Any, what: str) -> int:
    """How many letters wait for this account."""
    return db.session.scalar(select(func.count(Incoming.id)).where(waiting(account, what))) or 0


def nearest_due(account: Any) -> dt.date | None:
    """The first day by which this account owes a report."""
    return db.session.scalar(
        select(func.min(Disposition.due_on)).where(
            Disposition.to_id == account.id, Disposition.done_at.is_(None)
        )
    )


def overdue(today: dt.date) -> ColumnElement[bool]:
    """Letters about which somebody owes a report since before today."""
    return exists().where(
        Disposition.incoming_id == Incoming.id, Disposition.done_at.is_(None), Disposition.due_on < today
    )


def answerable(row: Incoming, account: Any) -> list[Disposition]:
    """What this account still has to report about a letter."""
    return [each for each in row.dispositions if each.to_id == account.id and each.done_at is None]
