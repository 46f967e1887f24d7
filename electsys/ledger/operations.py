"""The only writer of the trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rfc8785
from flask import has_request_context, request
from sqlalchemy.orm import Session, scoped_session

from electsys.db import db
from electsys.ledger.actor import Actor
from electsys.ledger.models import Act


def record(
    verb: str,
    subject: str,
    *,
    actor: Actor,
    reason: str | None = None,
    details: Mapping[str, Any] | None = None,
    region: str | None = None,
    election_id: int | None = None,
    session: Session | scoped_session[Any] | None = None,
) -> Act:
    """Write one act into the caller's transaction; it stands or falls with what it reports.

    ``verb`` is ``module:resource:action``, ``subject`` is ``table:id``. ``details`` carries ids,
    counts and codes only. A number of 16 digits in ``reason`` or ``details`` is masked, because
    people type a NIK where they should not. A bulk act is one act with its count and digest.
    ``session`` defaults to the request's. The row gets its ``id`` at the next flush.
    """
    from electsys.privacy import scrub
    from electsys.privacy.indexes import fingerprint
    from electsys.web.security import request_id

    if verb.count(":") != 2 or not subject:
        raise ValueError(f"an act needs module:resource:action and a subject, not {verb!r}, {subject!r}")
    details = scrub.masked(dict(details or {}))
    rfc8785.dumps(details)  # what cannot be canonical could never be sealed
    act = Act(
        account_id=actor.account_id,
        actor=actor.name,
        grant_id=actor.grant_id,
        verb=verb,
        subject=subject,
        region=region,
        election_id=election_id,
        reason=scrub.mask(reason) if reason else None,
        details=details,
    )
    if has_request_context():
        act.request_id = request_id() or None
        act.origin = fingerprint(request.remote_addr) if request.remote_addr else None
    (session or db.session).add(act)
    return act
