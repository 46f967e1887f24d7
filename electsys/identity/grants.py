"""The one decision: does an account hold a permission in a scope?"""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy import func, or_, select

from electsys.db import db
from electsys.identity.access import Scope
from electsys.identity.models import Account, Grant, Role

Held = tuple[frozenset[str], Scope]


def in_force(account_id: int) -> list[Held]:
    """The permissions and scopes of an account's grants that are in force now (one query a request)."""
    cache: dict[int, list[Held]] = g.setdefault("grants", {})
    if account_id not in cache:
        rows = db.session.execute(
            select(Role.permissions, Grant.region, Grant.party_id, Grant.election_id)
            .join(Grant, Grant.role_id == Role.id)
            .join(Account, Account.id == Grant.account_id)
            .where(
                Grant.account_id == account_id,
                Account.active,
                Grant.valid_from <= func.now(),
                or_(Grant.valid_to.is_(None), Grant.valid_to > func.now()),
            )
        )
        cache[account_id] = [(frozenset(p), Scope(region, party, e)) for p, region, party, e in rows]
    return cache[account_id]


def forget(account_id: int) -> None:
    """Forget what was read in this request: the account's grants have changed."""
    g.get("grants", {}).pop(account_id, None)


def covers(held: Scope, wanted: Scope) -> bool:
    """Whether a grant's scope covers an object's.

    A grant bound to a party or an election covers only objects of it; a region prefix covers what
    lies inside, and an object without a region (a national setting) only where it is the nation.
    """
    return (
        (wanted.region or "").startswith(held.region or "")
        and (held.party is None or held.party == wanted.party)
        and (held.election is None or wanted.election is None or held.election == wanted.election)
    )


def can(account: Any, permission: str, scope: Scope | None = None) -> bool:
    """Whether a grant in force gives ``permission``, in ``scope`` or, without one, anywhere."""
    if account is None or not getattr(account, "id", None):
        return False
    return any(
        permission in permissions and (scope is None or covers(held, scope))
        for permissions, held in in_force(account.id)
    )


def scopes(account: Any, permission: str) -> list[Scope]:
    """The scopes in which the account holds a permission: what narrows a list to its own."""
    if account is None or not getattr(account, "id", None):
        return []
    return [held for permissions, held in in_force(account.id) if permission in permissions]
