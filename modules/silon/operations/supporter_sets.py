"""Many supporters move at once: an event a row, one act; whoever they concern is judged anew."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, insert, literal, select

from electsys.db import db
from electsys.ledger import Actor
from modules.silon.models import Nomination, Supporter, SupporterEvent
from modules.silon.models.supporters import ACTIVE
from modules.silon.operations.supporters import because, reflag
from modules.silon.workflow import SUPPORTER


def move_all(
    nomination: Nomination,
    which: Any,
    action: str,
    target: str,
    reason: Any,
    *,
    actor: Actor,
    kind: str = "putus",
) -> int:
    """Move every row of ``which`` by ``action`` to ``target``; ``reason`` is an SQL expression. How many."""
    niks: list[bytes] = []
    if target not in ACTIVE:  # they say nothing to others from now on
        niks = list(db.session.scalars(select(Supporter.nik_index).where(which).distinct()))
    db.session.execute(
        insert(SupporterEvent).from_select(
            [
                *("supporter_id", "village_code", "kind", "from_state", "to_state", "reason"),
                *("account_id", "actor"),
            ],
            select(
                Supporter.id,
                Supporter.village_code,
                literal(kind),
                Supporter.state,
                literal(target),
                reason,
                literal(actor.account_id),
                literal(actor.name),
            ).where(which),
        )
    )
    event = (
        select(func.max(SupporterEvent.id))
        .where(SupporterEvent.supporter_id == Supporter.id)
        .correlate(Supporter)
        .scalar_subquery()
    )
    moved = SUPPORTER.move_set(
        which,
        action,
        actor=Actor(actor.account_id, actor.name),
        reason=_("Pleno dukungan"),
        values={"event_id": event},
    )
    if niks:
        because(f"nomination:{nomination.id}", actor)
        reflag(nomination, niks)
    db.session.expire_all()
    return int(moved)
