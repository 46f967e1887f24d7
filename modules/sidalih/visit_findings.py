"""What a visit says, and how it is kept sealed until somebody decides (modules.sidalih.models.visits)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from modules.sidalih.claims import Claims
from modules.sidalih.permissions import VISIT


@dataclass(frozen=True)
class Finding:
    """What was found of one voter. ``version`` and ``state`` are those that the visitor saw."""

    voter_id: int
    version: int
    state: str
    #: ``sesuai``, ``ubah``, ``tms`` or ``tempat`` (modules.sidalih.rules.visits).
    found: str
    #: TMS code for ``tms``.
    code: str | None = None
    #: The right station for ``tempat``.
    tps: str | None = None
    #: Changed fields for ``ubah`` (names of Claims).
    changes: Mapping[str, Any] = field(default_factory=dict)
    note: str | None = None
    #: Key of the photo that proves it.
    photo: UUID | None = None

    def __repr__(self) -> str:
        return f"Finding({self.voter_id}, {self.found!r}, ...)"  # it holds numbers of a person


@dataclass(frozen=True)
class Visit:
    """One household: ``house`` as in HouseholdVisit, the findings, and voters who were not on the list."""

    tps: str
    house: int
    findings: Sequence[Finding]
    fresh: Sequence[Claims] = ()
    #: ``gawai`` or ``kertas``.
    source: str = "gawai"
    device_id: int | None = None
    packet_key: UUID | None = None
    made_at: dt.datetime | None = None
    #: Paper only: the Pantarlih's name, and the day.
    visitor: str | None = None
    visited_on: dt.date | None = None
    #: The right that writes it: VISIT of a Pantarlih, RECORD of the office.
    permission: str = VISIT
    #: A conflict of the same phone that this visit decides, and why.
    settles: UUID | None = None
    reason: str | None = None


def packed(visit: Visit) -> str:
    """The findings and new voters as text, to be sealed."""
    kept = {"findings": [asdict(f) for f in visit.findings], "fresh": [asdict(c) for c in visit.fresh]}
    return json.dumps(kept, default=str, ensure_ascii=False)


def unpacked(text: str) -> tuple[list[Finding], list[Claims]]:
    """What :func:`packed` kept."""
    kept = json.loads(text)
    findings = [
        Finding(**f | {"changes": _dated(f["changes"]), "photo": UUID(f["photo"]) if f["photo"] else None})
        for f in kept["findings"]
    ]
    return findings, [Claims(**_dated(c)) for c in kept["fresh"]]


def _dated(fields: Mapping[str, Any]) -> dict[str, Any]:
    born = fields.get("birth_date")
    return {**fields, "birth_date": dt.date.fromisoformat(born)} if born else dict(fields)
