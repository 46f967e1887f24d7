"""The desk of who enters forms: the next one, whose it is for some minutes, and what is typed so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from flask import current_app
from sqlalchemy import delete, func, or_, select, true
from sqlalchemy.dialects.postgresql import insert

from electsys.db import db
from electsys.identity import Account, grants
from electsys.ledger import Actor
from modules.situng.contest import ContestCount
from modules.situng.models import Capture, CaptureDraft
from modules.situng.queries.captures import key_of, names_of
from modules.situng.queries.contests import contest_count
from modules.situng.workflow import STEPS, capture_scopes


def claim(capture: Capture, *, actor: Actor) -> bool:
    """Put a capture onto the actor's desk for some minutes; False while somebody else has it.

    A claim only keeps two people from typing the same form at once. An entry is taken without one, too:
    nothing that was typed is lost because a claim ran out.
    """
    db.session.refresh(capture, with_for_update=True)
    now = dt.datetime.now(dt.UTC)
    taken = capture.claimed_by not in (None, actor.account_id)
    if taken and capture.claimed_until is not None and capture.claimed_until > now:
        return False
    capture.claimed_by = actor.account_id
    capture.claimed_until = now + dt.timedelta(minutes=float(current_app.config["DESK_CLAIM_MINUTES"]))
    db.session.flush()
    return True


def release(capture: Capture, *, actor: Actor) -> None:
    """Take a capture off the actor's desk; what was typed stays as a draft."""
    if capture.claimed_by == actor.account_id:
        capture.claimed_by = capture.claimed_until = None
        db.session.flush()


def take_next(count: ContestCount, step: str, *, actor: Actor, region: str = "") -> Capture | None:
    """Claim the next form of a step (``pertama``, ``kedua``, ``ketiga``) inside the actor's regions.

    Never one that the actor has entered before; None when none waits. What has a photo comes first come, in
    the order of the TPS: two people never get one form (SKIP LOCKED).
    """
    state, permission = STEPS[step]
    account = db.session.get(Account, actor.account_id) if actor.account_id else None
    held = grants.scopes(account, permission)
    found = db.session.scalars(
        select(Capture)
        .where(
            Capture.contest_id == count.contest_id,
            Capture.state == state,
            capture_scopes(held),
            Capture.tps_code.startswith(region, autoescape=True) if region else true(),
            *(
                or_(person.is_(None), person != actor.account_id)
                for person in (Capture.first_person, Capture.second_person)
            ),
            or_(
                Capture.claimed_until.is_(None),
                Capture.claimed_until < func.now(),
                Capture.claimed_by == actor.account_id,
            ),
        )
        .order_by((Capture.claimed_by == actor.account_id).desc().nulls_last(), Capture.tps_code)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if found is not None:
        claim(found, actor=actor)
    return found


def save_draft(capture: Capture, values: Mapping[str, str], *, actor: Actor) -> None:
    """Keep what somebody has typed so far, as typed, until the entry is sent."""
    known = set(names_of(contest_count(capture.contest_id, capture.tps_code)))
    kept = {name: value.strip()[:9] for name, value in values.items() if name in known and value.strip()}
    key = {**key_of(capture), "account_id": actor.account_id}
    statement = insert(CaptureDraft).values(**key, values=kept)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=list(key), set_={"values": kept, "saved_at": func.now()}
        )
    )


def forget_draft(capture: Capture, *, actor: Actor) -> None:
    """Drop what the actor has typed: the entry was sent."""
    db.session.execute(
        delete(CaptureDraft).where(
            *(getattr(CaptureDraft, name) == value for name, value in key_of(capture).items()),
            CaptureDraft.account_id == actor.account_id,
        )
    )
