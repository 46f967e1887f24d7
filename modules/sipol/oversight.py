"""Bawaslu reads everything: each view bears who looked and when, and is an act of the trail (NA-21).

An overseer is an account that reads parties and does no work on them. Nothing here shuts or ends a page.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, current_app, request
from flask_login import current_user

from electsys.identity import current_actor, grants
from electsys.ledger import record
from modules.sipol import permissions as rights
from modules.sipol.views import bp

WORK = (
    *(rights.EDIT, rights.SUBMIT, rights.OPEN, rights.RECEIVE, rights.VERIFY, rights.CONCLUDE),
    *(rights.DETERMINE, rights.EDIT_MEMBERS, rights.HEAR_MEMBERS, rights.ASSIGN_VISITS, rights.VISIT),
    rights.RESPOND,
)
VIEWED = "sipol:oversight:view"


def is_overseer(account: Any) -> bool:
    """Whether an account reads parties and does no work on them."""
    if not getattr(account, "is_authenticated", False) or not grants.can(account, rights.READ):
        return False
    return not any(grants.can(account, right) for right in WORK)


def watched() -> bool:
    """Whether this request is an overseer's look at a page that is not everybody's."""
    view = current_app.view_functions.get(request.endpoint or "")
    rule = getattr(view, "access_rule", None)
    return rule is not None and rule.permission is not None and is_overseer(current_user)


@bp.context_processor
def watermark() -> dict[str, Any]:
    """What the layout prints under a page that an overseer reads."""
    return {"viewed_by": current_user.username, "viewed_at": dt.datetime.now(dt.UTC)} if watched() else {}


@bp.after_request
def note(response: Response) -> Response:
    """The look, in the trail: which page, of which party; a refused one is none."""
    if response.status_code == 200 and watched():
        given = {name: str(value)[:60] for name, value in (request.view_args or {}).items()}
        record(
            VIEWED,
            f"party:{given.get('party', '*')}",
            actor=current_actor(),
            details={"page": (request.endpoint or "").partition(".")[2], **given},
        )
    return response
