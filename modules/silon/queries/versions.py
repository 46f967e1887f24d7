"""Versions of what was said of a candidate: to compare, masked where private, and to restore."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, NamedTuple

from sqlalchemy import select

from electsys.db import db
from electsys.privacy import mask_nik, unseal
from modules.silon.claims import SEALED, CandidateClaim
from modules.silon.models import Candidate, CandidateVersion

#: What stands for a value that no page shows.
HIDDEN = "•••"


class Difference(NamedTuple):
    """A field that two versions tell differently, as a page may show it."""

    field: str
    old: Any
    new: Any


def versions_of(row: Candidate) -> list[CandidateVersion]:
    """Every version, the newest first."""
    return list(
        db.session.scalars(
            select(CandidateVersion)
            .where(CandidateVersion.candidate_id == row.id)
            .order_by(CandidateVersion.version.desc())
        )
    )


def said_at(version: CandidateVersion) -> dict[str, Any]:
    """All that a version holds, opened: of a page only what :func:`differences` lets through."""
    told: dict[str, Any] = json.loads(
        unseal(bytes(version.sealed), table="candidate_version", row=version.id)
    )
    return told


def claim_at(version: CandidateVersion) -> CandidateClaim:
    """What a version said, as the claim that it was."""
    told = said_at(version)
    known = {f.name: told[f.name] for f in fields(CandidateClaim) if f.name in told}
    born = known.get("birth_date")
    return CandidateClaim(
        **known
        | {
            "birth_date": dt.date.fromisoformat(born) if born else None,
            "conditions": tuple(known.get("conditions") or ()),
        }
    )


def differences(old: CandidateVersion | None, new: CandidateVersion) -> list[Difference]:
    """What differs between two versions, in the order of the form; None is the time before the first.

    Numbers are masked, and what lies in the envelope is told only to have changed.
    """
    before: dict[str, Any] = said_at(old) if old is not None else {}
    after = said_at(new)
    names: Sequence[str] = [*(f.name for f in fields(CandidateClaim)), "number", "photo_id"]
    return [
        Difference(name, shown(name, before.get(name)), shown(name, after.get(name)))
        for name in names
        if (before.get(name) or None) != (after.get(name) or None)
    ]


def shown(field: str, value: Any) -> Any:
    """A value as a page may show it: the NIK masked, of a birth date the year, of the rest of the envelope
    nothing."""
    if value in (None, "", [], {}, False):
        return None
    if field == "nik":
        return mask_nik(str(value))
    if field == "birth_date":
        return f"{str(value)[:4]}-{HIDDEN}"
    return HIDDEN if field in SEALED else value
