"""The scope of a set, as SQL: the same answer as electsys.identity.grants.covers gives for one row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, true

from electsys.identity.access import Scope


def within(
    *, region: Any = None, party: Any = None, election: Any = None
) -> Callable[[list[Scope]], ColumnElement[bool]]:
    """A ``scope_clause`` over the columns that say where a row lies; a missing one means "not bound"."""

    def one(held: Scope) -> ColumnElement[bool]:
        parts: list[ColumnElement[bool]] = [true()]
        if held.region:
            inside = false() if region is None else func.starts_with(func.coalesce(region, ""), held.region)
            parts.append(inside)
        if held.party is not None:
            parts.append(false() if party is None else party == held.party)
        if held.election is not None and election is not None:
            parts.append(or_(election.is_(None), election == held.election))
        return and_(*parts)

    return lambda scopes: or_(false(), *(one(held) for held in scopes))
