"""Papers that a module keeps closer than their region: it says which ones an account may not read.

::

    guards.keep_closed(lambda account_id: exists().where(...))   # over OfficialDocument
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, and_, select, true

from electsys.db import db
from electsys.documents.models import OfficialDocument

#: Takes the account that reads (None is the public); gives the papers that are closed to it.
Closed = Callable[[int | None], ColumnElement[bool]]
_RULES: dict[str, Closed] = {}


def keep_closed(closed: Closed) -> None:
    """Keep the papers that ``closed`` names from an account; registered twice it stands once."""
    _RULES[f"{closed.__module__}.{closed.__qualname__}"] = closed


def open_to(account_id: int | None) -> ColumnElement[bool]:
    """The papers that no rule closes to the account, as SQL over OfficialDocument."""
    return and_(true(), *(~closed(account_id) for closed in _RULES.values()))


def is_open(document: OfficialDocument, account_id: int | None) -> bool:
    """The same for one paper."""
    found = select(OfficialDocument.id).where(OfficialDocument.id == document.id, open_to(account_id))
    return db.session.scalar(found) is not None
