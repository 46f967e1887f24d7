"""Pages of verification: the work list, the desk, second looks, items with their history."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request
from flask_login import current_user

from electsys.db import db
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.identity import grants
from electsys.identity.access import Scope
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
    return queue


def queue_named(name: str, *, judge: bool = False) -> Queue:
    """The queue of a URL, for who may read (or ``judge``) it somewhere; 404 or 403."""
    queue = registry.find(name)
    if queue is None:
        abort(404)
    if not grants.can(current_user, queue.permission if judge else queue.reader):
        abort(403)
    return queue


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
