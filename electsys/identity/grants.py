"""The one decision: does an account hold a permission in a scope?"""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import g
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, or_, select

from electsys.db import db
from electsys.errors import Refused
from electsys.identity.access import Scope
from electsys.identity.models import Account, Grant, Role
from electsys.ledger.actor import Actor


class Held(NamedTuple):
    """What one grant in force gives, where."""

    permissions: frozenset[str]
    scope: Scope
    grant_id: int


def is_in_force() -> ColumnElement[bool]:
    """The condition that a grant holds now. Ask ``Account.active`` too: a disabled account holds nothing."""
    now = func.clock_timestamp()
    return (Grant.valid_from <= now) & or_(Grant.valid_to.is_(None), Grant.valid_to > now)


def in_force(account_id: int) -> list[Held]:
    """The permissions and scopes of an account's grants that are in force now (one query a request)."""
    cache: dict[int, list[Held]] = g.setdefault("grants", {})
    if account_id not in cache:
        rows = db.session.execute(
            select(Role.permissions, Grant.region, Grant.party_id, Grant.election_id, Grant.id)
            .join(Grant, Grant.role_id == Role.id)
            .join(Account, Account.id == Grant.account_id)
            .where(Grant.account_id == account_id, Account.active, is_in_force())
            .order_by(Grant.id)
        )
        cache[account_id] = [
            Held(frozenset(p), Scope(region, party, e), grant) for p, region, party, e, grant in rows
        ]
    return cache[account_id]


def forget(account_id: int | None = None) -> None:
    """Forget what was read in this request: grants of an account, or of all, have changed."""
    if account_id is None:
        g.pop("grants", None)
    else:
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
    return deciding(account, permission, scope) is not None


def deciding(account: Any, permission: str, scope: Scope | None = None) -> int | None:
    """The grant that gives ``permission`` in ``scope``: the nearest one, where several do."""
    if account is None or not getattr(account, "id", None):
        return None
    giving = [
        held
        for held in in_force(account.id)
        if permission in held.permissions and (scope is None or covers(held.scope, scope))
    ]
    nearest = max(giving, key=lambda held: len(held.scope.region or ""), default=None)
    return nearest.grant_id if nearest else None


def scopes(account: Any, permission: str) -> list[Scope]:
    """The scopes in which the account holds a permission: what narrows a list to its own."""
    if account is None or not getattr(account, "id", None):
        return []
    return [held.scope for held in in_force(account.id) if permission in held.permissions]


def regions(account: Any) -> list[str]:
    """The regions of all grants in force, whatever they allow: the reach of row-level security."""
    return sorted({held.scope.region or "" for held in in_force(account.id)})


def parties(account: Any) -> list[int]:
    """The parties of an account that acts for parties alone; empty for whoever holds anything else too."""
    held = [held.scope.party for held in in_force(account.id)]
    return [] if None in held else sorted({party for party in held if party is not None})


def demand(actor: Actor, permission: str, scope: Scope) -> None:
    """Refuse unless the actor holds ``permission`` in ``scope``. A named job acts for the house."""
    if actor.account_id is None:
        return
    account = db.session.get(Account, actor.account_id)
    if not can(account, permission, scope):
        raise Refused(
            _("Hak akun Anda tidak mencakup tindakan ini."),
            hint=_("Minta admin yang berwenang di wilayah itu untuk melakukannya."),
            status=403,
        )
