"""Reads of the register of disclosures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, false, or_, select, true

from electsys.identity.access import Scope
from electsys.privacy.models import Disclosure


def register(scopes: Sequence[Scope]) -> Select[Any]:
    """The register, newest first, inside the reader's regions; a row without a region is the nation's."""
    parts = [
        Disclosure.region.startswith(s.region, autoescape=True) if s.region else true()
        for s in scopes
        if s.party is None
    ]
    return select(Disclosure).where(or_(false(), *parts)).order_by(Disclosure.id.desc())
