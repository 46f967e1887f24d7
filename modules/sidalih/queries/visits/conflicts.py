"""Visits that did not fit the list any more: which wait, and the three values of every field side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_

from electsys.db import db
from electsys.identity.access import Scope
from electsys.privacy import unseal, unseal_fields
from modules.sidalih.claims import SEALED, Claims, claims_of
from modules.sidalih.models import VisitConflict, Voter, VoterEvent, VoterPast
from modules.sidalih.rules.visits import Line, compare, still_fits
from modules.sidalih.visit_findings import Finding, unpacked


@dataclass(frozen=True)
class Compared:
    """One voter of a conflict: what the visit found, line by line, and who changed the row last."""

    voter: Voter
    finding: Finding
    #: Empty where the row is still what the visitor saw.
    lines: list[Line]
    last: VoterEvent | None

    @property
    def open(self) -> bool:
        """Whether there is something to choose."""
        return any(line.open for line in self.lines)


def conflicts_in(election_id: int, region: str) -> Select[VisitConflict]:
    """The conflicts of an area, those that wait first, then the newest."""
    return (
        select(VisitConflict)
        .where(VisitConflict.election_id == election_id, VisitConflict.tps_code.startswith(region))
        .order_by(VisitConflict.state != "terbuka", VisitConflict.id.desc())
    )


def villages_in_conflict(election_id: int, region: str) -> Sequence[str]:
    """The villages of an area that have any."""
    return db.session.scalars(
        select(func.left(VisitConflict.tps_code, 10))
        .where(VisitConflict.election_id == election_id, VisitConflict.tps_code.startswith(region))
        .distinct()
    ).all()


def conflicts_waiting(election_id: int, scopes: Sequence[Scope]) -> tuple[int, int | None]:
    """How many conflicts wait in these areas, and the key of the oldest."""
    inside: list[ColumnElement[bool]] = [
        VisitConflict.tps_code.startswith(s.region or "") for s in scopes if s.election in (None, election_id)
    ]
    if not inside:
        return 0, None
    n, oldest = db.session.execute(
        select(func.count(), func.min(VisitConflict.id)).where(
            VisitConflict.election_id == election_id, VisitConflict.state == "terbuka", or_(*inside)
        )
    ).one()
    return n, oldest


def decided_for(device_id: int) -> list[dict[str, str]]:
    """The decisions of the office on a phone's packets of the last weeks: ``kunci`` and ``putusan``."""
    rows = db.session.execute(
        select(VisitConflict.packet_key, VisitConflict.state)
        .where(
            VisitConflict.device_id == device_id,
            VisitConflict.decided_at > func.now() - dt.timedelta(days=60),
        )
        .order_by(VisitConflict.id.desc())
        .limit(500)
    )
    return [{"kunci": str(key), "putusan": state} for key, state in rows]


def kept_visit(conflict: VisitConflict) -> tuple[list[Finding], list[Claims]]:
    """What the visit says, opened."""
    return unpacked(unseal(bytes(conflict.sealed), table="visit_conflict", row=conflict.id))


def compared(conflict: VisitConflict, rows: Mapping[int, Voter] | None = None) -> list[Compared]:
    """Every voter of a conflict, in the order of the visit; ``rows`` where they are locked already."""
    findings, _fresh = kept_visit(conflict)
    keys = [f.voter_id for f in findings]
    if rows is None:
        rows = {
            v.id: v
            for v in db.session.scalars(
                select(Voter).where(Voter.election_id == conflict.election_id, Voter.id.in_(keys))
            )
        }
    past = _past(conflict.tps_code[:2], [f for f in findings if f.voter_id in rows])
    last = _last_events(conflict.tps_code[:2], keys)
    return [
        Compared(rows[f.voter_id], f, _lines(conflict, f, rows[f.voter_id], past), last.get(f.voter_id))
        for f in findings
        if f.voter_id in rows
    ]


def seen_text(found: Sequence[Compared]) -> str:
    """What a page showed of the rows: a decision is taken on just this."""
    return ",".join(f"{c.voter.id}.{c.voter.version}.{c.voter.state}.{c.voter.tps_code}" for c in found)


def _lines(
    conflict: VisitConflict, finding: Finding, voter: Voter, past: Mapping[tuple[int, int], Claims]
) -> list[Line]:
    here, same = voter.tps_code == conflict.tps_code, voter.version == finding.version
    if here and same and still_fits(finding.found, finding.code, finding.state, voter.state, voter.tms_code):
        return []
    now = claims_of(voter)
    base = now if same else past.get((voter.id, finding.version), now)
    changes = dict(finding.changes)
    if changes.get("disability") == "0":
        changes["disability"] = None
    return compare(
        finding.found,
        changes,
        _fields(base) | {"state": finding.state, "tps_code": conflict.tps_code},
        _fields(now) | {"state": voter.state, "tps_code": voter.tps_code},
    )


def _fields(claims: Claims) -> dict[str, Any]:
    fields = asdict(claims)
    del fields["passport"]
    return fields | {"disability": None if claims.disability == "0" else claims.disability}


def _past(province: str, findings: Sequence[Finding]) -> dict[tuple[int, int], Claims]:
    """The rows as these findings saw them, opened, where they are not the living rows."""
    rows = db.session.scalars(
        select(VoterPast).where(
            VoterPast.province == province,
            tuple_(VoterPast.voter_id, VoterPast.version).in_([(f.voter_id, f.version) for f in findings]),
        )
    )
    found = {}
    for row in rows:
        secret = unseal_fields(bytes(row.sealed), table="voter", row=row.voter_id)
        born = dt.date.fromisoformat(secret["birth_date"])
        numbers: dict[str, Any] = {name: secret.get(name) for name in SEALED if name != "birth_date"}
        plain = {name: getattr(row, name) for name in _PLAIN}
        found[row.voter_id, row.version] = Claims(**plain, **numbers, birth_date=born)
    return found


_PLAIN = ("name", "birth_place", "sex", "marital_status", "address", "rt", "rw", "ktp_el")


def _last_events(province: str, keys: Sequence[int]) -> dict[int, VoterEvent]:
    last = (
        select(func.max(VoterEvent.id))
        .where(VoterEvent.province == province, VoterEvent.voter_id.in_(keys))
        .group_by(VoterEvent.voter_id)
    )
    rows = db.session.scalars(
        select(VoterEvent).where(VoterEvent.province == province, VoterEvent.id.in_(last))
    )
    return {row.voter_id: row for row in rows}
