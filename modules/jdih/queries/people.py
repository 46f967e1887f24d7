"""Accounts that may initial, sign or take on a letter of a satker."""

from __future__ import annotations

from sqlalchemy import any_, func, literal, select

from electsys.db import db
from electsys.identity.grants import is_in_force
from electsys.identity.models import Account, Grant, Role

#: Longest list that a form offers.
MOST = 300


def able(permission: str, unit: str) -> list[tuple[int, str]]:
    """Accounts (id, name) that hold ``permission`` in the satker, those of the satker itself first."""
    rows = db.session.execute(
        select(Account.id, Account.name, Account.username, func.max(func.length(Grant.region)))
        .join(Grant, Grant.account_id == Account.id)
        .join(Role, Role.id == Grant.role_id)
        .where(
            Account.active,
            literal(permission) == any_(Role.permissions),
            func.starts_with(unit, Grant.region),
            Grant.party_id.is_(None),
            is_in_force(),
        )
        .group_by(Account.id)
        .order_by(func.max(func.length(Grant.region)).desc(), Account.name, Account.id)
        .limit(MOST)
    )
    return [(account, f"{name} ({username})") for account, name, username, _reach in rows]


def is_able(account_id: int, permission: str, unit: str) -> bool:
    """Whether an account holds ``permission`` in the satker now."""
    from electsys.identity.access import Scope, can

    return can(db.session.get(Account, account_id), permission, Scope(region=unit))
