"""Reads of the register of disclosures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, false, func, or_, select, true

from electsys.db import db
from electsys.identity.access import Scope
from electsys.privacy.models import Disclosure
from electsys.regions.models import Region
from electsys.regions.queries import CURRENT

#: Lengths of region codes, from the province to the polling station.
LENGTHS = (2, 4, 6, 10, 13)


def register(scopes: Sequence[Scope]) -> Select[Any]:
    """The register, newest first, inside the reader's regions; a row without a region is the nation's."""
    parts = [
        Disclosure.region.startswith(s.region, autoescape=True) if s.region else true()
        for s in scopes
        if s.party is None
    ]
    return select(Disclosure).where(or_(false(), *parts)).order_by(Disclosure.id.desc())


def seen_of(
    subjects: Iterable[str], *, since: datetime | None = None, until: datetime | None = None, limit: int = 200
) -> list[Disclosure]:
    """What was disclosed under any of these subjects, newest first: one indexed look a subject.

    A person's subjects are ``person:<id>``, the rows of the modules (``voter:<id>``) and the files that hold
    them (:func:`file_subjects`). Refusals are left out: nothing was seen.
    """
    wanted = sorted(set(subjects))
    if not wanted:
        return []
    query = select(Disclosure).where(Disclosure.subject.in_(wanted), Disclosure.kind != "refused")
    if since is not None:
        query = query.where(Disclosure.at >= since)
    if until is not None:
        query = query.where(Disclosure.at < until)
    return list(db.session.scalars(query.order_by(Disclosure.id.desc()).limit(limit)))


def file_subjects(source: str, code: str) -> list[str]:
    """Every subject under which a file of ``source`` may hold the row that lies at ``code``.

    >>> file_subjects("voter_list:5", "1201011001003")[-1]
    'voter_list:5:1201011001003'
    """
    return [source, *(f"{source}:{code[:n]}" for n in LENGTHS if n <= len(code))]


def public_register() -> Select[Any]:
    """Files that were handed out, newest first, with the name of their area: what anybody may read."""
    area = (Region.code == func.left(Disclosure.region, 10)) & (Region.map_id == CURRENT)
    rows: Any = (
        select(Disclosure, Region.name.label("name"))
        .outerjoin(Region, area)
        .where(Disclosure.kind == "export")
        .order_by(Disclosure.id.desc())
    )
    return cast(Select[Any], rows)
