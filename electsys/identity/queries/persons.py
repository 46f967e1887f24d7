"""Reads of people and of conflicts about them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false, or_, select, true
from sqlalchemy.orm import aliased

from electsys.db import db
from electsys.identity.access import Scope
from electsys.identity.models import IdentityConflict, Person, PersonMerge


def person(person_id: int) -> Person | None:
    """A person by key; a merged row leads to the one it was merged into."""
    found = db.session.get(Person, person_id)
    while found is not None and found.redirect_to is not None:
        found = db.session.get(Person, found.redirect_to)
    return found


def conflicts(scopes: list[Scope]) -> Any:
    """Conflicts in these scopes with the names of the two, open ones first."""
    known, other = aliased(Person), aliased(Person)
    inside = [
        IdentityConflict.region.startswith(scope.region, autoescape=True) if scope.region else true()
        for scope in scopes
    ]
    return (
        select(IdentityConflict, known.name.label("known"), other.name.label("claimed"))
        .join(known, known.id == IdentityConflict.person_id)
        .outerjoin(other, other.id == IdentityConflict.other_id)
        .where(or_(false(), *inside))
        .order_by((IdentityConflict.state != "terbuka"), IdentityConflict.id)
    )


def merges_of(conflict: IdentityConflict) -> list[PersonMerge]:
    """Merges of the two people of a conflict that still hold."""
    return list(
        db.session.scalars(
            select(PersonMerge).where(
                PersonMerge.person_id == conflict.other_id,
                PersonMerge.into_id == conflict.person_id,
                PersonMerge.undone_at.is_(None),
            )
        )
    )
