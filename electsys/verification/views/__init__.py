"""Pages of verification: the work list, the desk, second looks, items with their history.

What an overseer of a queue looks at bears who looked and when, and is an act of the trail (NA-21).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, abort, g, request
from flask_login import current_user

from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope
from electsys.ledger import record
from electsys.verification import registry
from electsys.verification.models import VerificationItem
from electsys.verification.operations.desk import scope_of
from electsys.verification.queries import desk as queries
from electsys.verification.registry import Queue

bp = Blueprint("verification", __name__, url_prefix="/verifikasi")


def load_item(item_id: int) -> tuple[VerificationItem, Scope]:
    """An item in its scope; 404 where there is none."""
    item = db.session.get(VerificationItem, item_id)
    if item is None or registry.find(item.queue) is None:
        abort(404)
    return item, scope_of(item)


def queue_of(item: VerificationItem, *, judge: bool = False) -> Queue:
    """The queue of an item, for who may read (or ``judge``) that item; 403 for others."""
    queue = registry.find(item.queue)
    if queue is None:
        abort(404)
    if not grants.can(current_user, queue.permission if judge else queue.reader, scope_of(item)):
        abort(403)
    return _watched(queue)


def queue_named(name: str, *, judge: bool = False) -> Queue:
    """The queue of a URL, for who may read (or ``judge``) it somewhere; 404 or 403."""
    queue = registry.find(name)
    if queue is None:
        abort(404)
    if not grants.can(current_user, queue.permission if judge else queue.reader):
        abort(403)
    return _watched(queue)


def _watched(queue: Queue) -> Queue:
    """The queue; an overseer's look at it is remembered until the answer goes out."""
    if queue.overseer(current_user):
        g.verification_watched = queue
    return queue


@bp.context_processor
def watermark() -> dict[str, Any]:
    """What the layout prints under a page that an overseer reads."""
    if g.get("verification_watched") is None:
        return {}
    return {"viewed_by": current_user.username, "viewed_at": dt.datetime.now(dt.UTC)}


@bp.after_request
def note(response: Response) -> Response:
    """An overseer's look, in the trail; a page of a document has an act of its own."""
    queue = g.get("verification_watched")
    page = (request.endpoint or "").partition(".")[2]
    if queue is not None and response.status_code == 200 and page != "document_page":
        given = {name: str(value)[:60] for name, value in (request.view_args or {}).items()}
        record(
            "verification:queue:view",
            f"verification_item:{given.get('item_id', '*')}",
            actor=current_actor(),
            details={"page": page, **given, "queue": queue.name},
        )
    return response


def election_asked(names: list[str]) -> Election | None:
    """The election that the address names (``pemilu``), else the newest that has items in these queues."""
    asked = request.values.get("pemilu", "")
    if asked:
        found = by_code(asked)
        if found is None:
            abort(404)
        return found
    newest = queries.newest_election(names)
    return db.session.get(Election, newest) if newest is not None else None


def reading(queue: Queue) -> list[Scope]:
    """Where the reader reads a queue."""
    return grants.scopes(current_user, queue.reader)


def number(name: str) -> int | None:
    """A number of the address or the form; None where it is none."""
    said: Any = request.values.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 10 else None


from electsys.verification.views import desk, second, work  # noqa: E402, F401  (they add to bp)
