"""The legal status follows from relations: the only writer of ``law_document.legal_status``."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, text

from electsys.db import db
from electsys.ledger import Actor, record
from modules.jdih.models import LawDocument
from modules.jdih.operations.checking import mark
from modules.jdih.queries import register as queries
from modules.jdih.rules.relations import statuses


def lock_relations() -> None:
    """One at a time may change relations: two halves of a circle must not pass each other."""
    db.session.execute(text("select pg_advisory_xact_lock(hashtext('jdih:relations'))"))


def refresh_statuses(ids: Iterable[int], *, actor: Actor) -> int:
    """Compute the status of these documents and of all that relations tie to them; return how many changed.

    Each change is an act, and harvesters and the search learn of it.
    """
    lock_relations()
    db.session.flush()
    laws, relations = queries.neighbourhood(ids)
    due = statuses(laws, relations)
    rows = db.session.scalars(
        select(LawDocument).where(LawDocument.id.in_(list(due))).order_by(LawDocument.id)
    ).all()
    changed = [row for row in rows if row.legal_status != due[row.id]]
    for row in changed:
        before, row.legal_status = row.legal_status, due[row.id]
        mark(row)
        if before is not None:
            record(
                "jdih:status:follow",
                f"law_document:{row.id}",
                actor=actor,
                region=row.unit,
                details={"from": before, "to": row.legal_status or ""},
            )
    return len(changed)
