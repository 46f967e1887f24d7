"""Relations between documents: enter and remove them; statuses follow."""

from __future__ import annotations

from collections.abc import Collection

from electsys.db import db
from electsys.errors import Refused
from electsys.ledger import Actor, record
from modules.jdih.models import LawDocument, LawRelation
from modules.jdih.operations.checking import (
    demand,
    doubt,
    hold,
    keep_version,
    mark,
    settle,
    wanted,
)
from modules.jdih.operations.statuses import lock_relations, refresh_statuses
from modules.jdih.queries import register as queries
from modules.jdih.rules import relations as rules
from modules.jdih.wording.register import REFUSAL_HINTS, REFUSALS, RELATIONS


def relate(
    source: LawDocument,
    kind: str,
    target: LawDocument,
    *,
    actor: Actor,
    note: str = "",
    outcome: str | None = None,
    accepted: Collection[str] = (),
) -> LawRelation:
    """Record that ``source`` does something to ``target``; both show it, and statuses follow.

    Who changes the standing of another satker's document (amends, revokes) needs the right there too.
    Refused: to itself, twice, between types that cannot, a circle (told in full). :class:`Doubtful`:
    a target newer than the source, a lower document that changes a higher one.
    """
    demand(actor, source.unit)
    if kind in rules.CHANGING:
        demand(actor, target.unit)
    lock_relations()
    hold(source)
    new = rules.Relation(source.id, kind, target.id, outcome or None)
    _refuse(new)
    laws = queries.laws({source.id, target.id})
    taken = settle(
        [doubt(code, source=source.year, target=target.year) for code in rules.doubts(new, laws)], accepted
    )
    relation = LawRelation(
        source_id=source.id, kind=kind, target_id=target.id, note=note.strip(), outcome=outcome or None
    )
    db.session.add(relation)
    db.session.flush()
    reason = f"{RELATIONS[kind][0]} {queries.short_name(target)}"
    keep_version(source, reason=reason[:1].upper() + reason[1:], actor=actor)
    mark(target)
    record(
        "jdih:relation:add",
        f"law_document:{source.id}",
        actor=actor,
        region=source.unit,
        details={"kind": kind, "target": target.id, "outcome": outcome or "", "accepted": taken},
    )
    refresh_statuses([source.id, target.id], actor=actor)
    return relation


def unrelate(relation: LawRelation, *, reason: str, actor: Actor) -> None:
    """Remove a relation that was entered by mistake; versions still tell of it, statuses follow."""
    reason = wanted(reason)
    source = db.session.get_one(LawDocument, relation.source_id)
    target = db.session.get_one(LawDocument, relation.target_id)
    demand(actor, source.unit)
    if relation.kind in rules.CHANGING:
        demand(actor, target.unit)
    lock_relations()
    hold(source)
    details = {"kind": relation.kind, "target": target.id}
    db.session.delete(relation)
    db.session.flush()
    keep_version(source, reason=reason, actor=actor)
    mark(target)
    record(
        "jdih:relation:remove",
        f"law_document:{source.id}",
        actor=actor,
        reason=reason,
        region=source.unit,
        details=details,
    )
    refresh_statuses([source.id, target.id], actor=actor)


def _refuse(new: rules.Relation) -> None:
    """Say in words why the rules refuse a relation."""
    alike = rules.CHANGING if new.kind in rules.CHANGING else {new.kind}
    known = queries.relations_onward({new.source, new.target}, alike)
    found = rules.refusal(new, queries.laws({new.source, new.target}), known)
    if found is None:
        return
    code, way = found
    message = str(REFUSALS[code])
    if way:
        documents = {id: db.session.get_one(LawDocument, id) for id in way}
        message %= {"way": " → ".join(queries.short_name(documents[id]) for id in (new.source, *way))}
    raise Refused(
        message,
        field={"outcome": "outcome", "types": "kind"}.get(code, "target"),
        hint=str(REFUSAL_HINTS[code]) if code in REFUSAL_HINTS else None,
        status=409 if code in ("twice", "circle") else 422,
    )


def relation_of(relation_id: int, document: LawDocument) -> LawRelation | None:
    """A relation that starts at this document."""
    found = db.session.get(LawRelation, relation_id)
    return found if found is not None and found.source_id == document.id else None
