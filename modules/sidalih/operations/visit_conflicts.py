"""A visit that did not fit the list any more: kept, and decided by a person, field by field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.privacy import reserve_ids, seal
from modules.sidalih.models import HouseholdVisit, VisitConflict
from modules.sidalih.operations.visits import lock_rows, require_visits, write_visit
from modules.sidalih.operations.voters import place_voter
from modules.sidalih.permissions import RECORD
from modules.sidalih.queries.visits.conflicts import Compared, compared, kept_visit, seen_text
from modules.sidalih.rules.visits import STATION, resolve
from modules.sidalih.visit_findings import Finding, Visit, packed


def keep_conflict(
    election: Election, visit: Visit, voters: Collection[int], *, actor: Actor
) -> VisitConflict:
    """Keep a phone's visit that did not fit, sealed, until somebody decides."""
    grants.demand(actor, visit.permission, Scope(visit.tps, election=election.id))
    if visit.device_id is None or visit.packet_key is None:
        raise ValueError("a conflict is of a phone's packet")
    [key] = reserve_ids("visit_conflict", 1)
    row = VisitConflict(
        id=key,
        election_id=election.id,
        tps_code=visit.tps,
        house=visit.house,
        device_id=visit.device_id,
        packet_key=visit.packet_key,
        voters=sorted(voters),
        sealed=seal(packed(visit), table="visit_conflict", row=key),
        account_id=actor.account_id,
        actor=actor.name,
        made_at=visit.made_at,
    )
    db.session.add(row)
    db.session.flush()
    record(
        "sidalih:visit:keep",
        f"visit_conflict:{key}",
        actor=actor,
        region=visit.tps,
        election_id=election.id,
        details={"voters": len(voters)},
    )
    return row


def settle_conflict(
    conflict: VisitConflict,
    choices: Mapping[int, Collection[str]],
    fresh: Collection[int],
    *,
    seen: str,
    reason: str,
    actor: Actor,
) -> HouseholdVisit | None:
    """Write what was chosen: of each voter the fields in ``choices`` are as the visit says, the others stay.

    ``fresh`` are the places of the new voters to take in. Voters whom nobody changed meanwhile are as the
    visit found them. ``seen`` is what the page showed (:func:`seen_text`). None where nothing of the visit
    stands.
    """
    _lock(conflict)
    election = db.session.get_one(Election, conflict.election_id)
    station = require_visits(election, conflict.tps_code, RECORD, actor=actor)
    reason = _reasoned(reason)
    findings, people = kept_visit(conflict)
    rows = lock_rows(election.id, [f.voter_id for f in findings])
    found = compared(conflict, rows)
    if seen_text(found) != seen:
        raise Refused(
            _("Data pemilih di rumah ini berubah lagi sejak halaman ini dibuka."),
            hint=_("Muat ulang halaman, periksa lagi, lalu putuskan."),
            status=409,
        )
    kept = [r for c in found if (r := _resolved(c, choices.get(c.voter.id, ()), conflict, reason, actor))]
    new = [claims for n, claims in enumerate(people) if n in fresh]
    row = None
    if kept or new:
        visit = Visit(
            conflict.tps_code,
            conflict.house,
            kept,
            new,
            device_id=conflict.device_id,
            packet_key=conflict.packet_key,
            made_at=conflict.made_at,
            permission=RECORD,
        )
        row = write_visit(election, station, visit, rows, actor=actor, more={"conflict": conflict.id})
    chosen = {str(key): sorted(names) for key, names in choices.items() if names}
    _close(conflict, "dicatat" if row else "dibuang", reason, actor, {"phone": chosen, "new": len(new)})
    return row


def drop_conflict(conflict: VisitConflict, *, permission: str, reason: str, actor: Actor) -> None:
    """The list stands as it is; nothing of the visit is written."""
    grants.demand(actor, permission, Scope(conflict.tps_code, election=conflict.election_id))
    _lock(conflict)
    _close(conflict, "dibuang", _reasoned(reason), actor, {})


def conflict_of(device_id: int, packet_key: UUID) -> VisitConflict | None:
    """The conflict that a phone's packet left, decided or not."""
    return db.session.scalars(
        select(VisitConflict).where(
            VisitConflict.device_id == device_id, VisitConflict.packet_key == packet_key
        )
    ).one_or_none()


def close_visited(visit: Visit, *, actor: Actor) -> None:
    """The same phone visited the house anew: what it found before decides nothing any more."""
    rows = db.session.scalars(
        select(VisitConflict)
        .where(
            VisitConflict.device_id == visit.device_id,
            VisitConflict.tps_code == visit.tps,
            VisitConflict.house == visit.house,
            VisitConflict.state == "terbuka",
        )
        .order_by(VisitConflict.id)
        .with_for_update()
    ).all()
    for row in rows:
        chosen = visit.settles == row.packet_key
        _close(
            row,
            "dicatat" if chosen else "diulang",
            visit.reason if chosen else None,
            actor,
            {"visit": str(visit.packet_key)},
        )


def _resolved(
    one: Compared, chosen: Collection[str], conflict: VisitConflict, reason: str, actor: Actor
) -> Finding | None:
    """The finding that is written of one voter, fitted to the row as it stands."""
    if not one.lines:
        return one.finding
    answer = resolve(one.finding.found, one.lines, chosen, one.voter.state)
    if answer is None:
        return None
    found, changes = answer
    if STATION in changes:
        place_voter(
            one.voter,
            changes.pop(STATION),
            actor=actor,
            permission=RECORD,
            reason=reason,
            details={"conflict": conflict.id},
        )
    note = " · ".join(filter(None, (one.finding.note, reason)))
    return replace(one.finding, found=found, changes=changes, note=note)


def _reasoned(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("Tuliskan alasannya."), field="reason")
    return reason


def _lock(conflict: VisitConflict) -> None:
    db.session.refresh(conflict, with_for_update=True)
    if conflict.state != "terbuka":
        raise Refused(
            _("Benturan ini sudah diputus oleh %(who)s.", who=conflict.decided_by),
            hint=_("Lihat putusannya di halaman benturan."),
            status=409,
        )


def _close(
    conflict: VisitConflict, state: str, reason: str | None, actor: Actor, details: dict[str, Any]
) -> None:
    conflict.state, conflict.reason = state, reason
    conflict.decided_at, conflict.decided_by = func.now(), actor.name
    db.session.flush()
    record(
        "sidalih:visit:settle",
        f"visit_conflict:{conflict.id}",
        actor=actor,
        reason=reason,
        region=conflict.tps_code,
        election_id=conflict.election_id,
        details={"from": "terbuka", "to": state, **details},
    )
