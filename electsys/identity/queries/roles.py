"""Reads of roles, and of what an account may do by which grant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from wtforms import SelectChoice

from electsys.db import db
from electsys.identity import permissions
from electsys.identity.access import Scope
from electsys.identity.catalogue import PLANNED
from electsys.identity.grants import covers, is_in_force
from electsys.identity.models import Account, Grant, Role


def roles() -> list[Role]:
    """All roles by name."""
    return list(db.session.scalars(select(Role).order_by(Role.label, Role.name)))


def holder_counts() -> dict[int, int]:
    """Role -> how many accounts hold it now."""
    rows = db.session.execute(
        select(Grant.role_id, func.count(func.distinct(Grant.account_id)))
        .join(Account, Account.id == Grant.account_id)
        .where(Account.active, is_in_force())
        .group_by(Grant.role_id)
    )
    return {role: count for role, count in rows}  # noqa: C416  (rows are no pairs to the type checker)


def holders(role_id: int) -> list[Account]:
    """The accounts that hold a role now, by user name."""
    return list(
        db.session.scalars(
            select(Account)
            .where(
                Account.active,
                Account.id.in_(select(Grant.account_id).where(Grant.role_id == role_id, is_in_force())),
            )
            .order_by(Account.username)
        )
    )


@dataclass(frozen=True)
class Right:
    """A permission of an account and the grants that give it."""

    permission: str
    label: Any
    grants: list[Grant]


def label_of(permission: str) -> Any:
    """The permission in words; one that nobody has named stands as it is."""
    return permissions.ALL.get(permission) or PLANNED.get(permission, permission)


def effective(account: Account) -> list[Right]:
    """Everything that an account may do now, and by which grants."""
    by_name: dict[str, list[Grant]] = {}
    for grant, role in _grants_with_roles(account, is_in_force()):
        for permission in role.permissions:
            by_name.setdefault(permission, []).append(grant)
    if not account.active:
        return []
    return [Right(name, label_of(name), given) for name, given in sorted(by_name.items())]


@dataclass(frozen=True)
class Finding:
    """Why one grant gives a permission in a scope or does not.

    ``verdict`` is ``memberi``, ``isi`` (the role lacks it), ``wilayah``, ``partai``, ``pemilu``,
    ``belum`` (not begun), ``berakhir`` or ``nonaktif`` (the account is disabled).
    """

    grant: Grant
    role: Role
    verdict: str


def explain(account: Account, permission: str, scope: Scope) -> list[Finding]:
    """Why the account may do this there, or why not, grant by grant; those that give it first."""
    found = [
        Finding(grant, role, _verdict(account, grant, role, permission, scope))
        for grant, role in _grants_with_roles(account)
    ]
    return sorted(found, key=lambda f: (f.verdict != "memberi", f.verdict == "isi", f.grant.id))


def _verdict(account: Account, grant: Grant, role: Role, permission: str, scope: Scope) -> str:
    now = dt.datetime.now(dt.UTC)
    held = Scope(grant.region, grant.party_id, grant.election_id)
    checks = (
        ("isi", permission in role.permissions),
        ("nonaktif", account.active),
        ("belum", grant.valid_from <= now),
        ("berakhir", grant.valid_to is None or grant.valid_to > now),
        ("wilayah", covers(Scope(held.region), Scope(scope.region))),
        ("partai", held.party is None or held.party == scope.party),
    )
    for name, passed in checks:
        if not passed:
            return name
    return "memberi" if covers(held, scope) else "pemilu"


def _grants_with_roles(account: Account, *conditions: Any) -> list[tuple[Grant, Role]]:
    rows = db.session.execute(
        select(Grant, Role)
        .join(Role, Role.id == Grant.role_id)
        .where(Grant.account_id == account.id, *conditions)
        .order_by(Grant.id)
    )
    return [(grant, role) for grant, role in rows]


def all_grants(scopes: list[Scope]) -> Any:
    """Grants inside these scopes, newest first."""
    inside = [
        Grant.region.startswith(scope.region or "", autoescape=True)
        & (Grant.party_id == scope.party if scope.party is not None else True)
        for scope in scopes
    ]
    return select(Grant).where(or_(False, *inside)).order_by(Grant.id.desc())


def choices(names: Iterable[str]) -> list[SelectChoice]:
    """Permissions as the choices of a field."""
    return [
        SelectChoice("", ""),
        *sorted(
            (SelectChoice(name, str(label_of(name))) for name in names), key=lambda c: c.label.casefold()
        ),
    ]
