"""Pages of documents as their readers get them: what shows numbers of persons is marked, counted and logged.

A document that lies sealed (electsys.documents.sealing) shows such numbers to whoever looks. What an overseer
reads is marked and logged whatever it is (NA-21); all others read the rest as it is.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.documents.kinds import JPEG
from electsys.documents.models import StoredFile
from electsys.documents.watermarks import watermarked
from electsys.ledger import Act, Actor, record
from electsys.privacy import spend_budget
from electsys.verification import pages
from electsys.verification.models import VerificationItem
from electsys.verification.registry import Queue
from electsys.web.formats import waktu

READ_PAGE = "verification:document:read"
#: One person's papers are one row of a reader's budget in this time, however often pages are turned.
ONCE = dt.timedelta(hours=24)


def read_page(
    queue: Queue, item: VerificationItem, stored: StoredFile, page: int, *, account: Any, actor: Actor
) -> bytes:
    """A page of a document of an item as JPEG. Refused where there is none, and over the reader's budget."""
    picture = pages.draw_page(stored, page)
    if stored.sealed is None and not queue.overseer(account):
        return picture
    subject = queue.person(item) or f"verification_item:{item.id}"
    if stored.sealed is not None:
        spend_once(READ_PAGE, subject, actor=actor)
    record(
        READ_PAGE,
        subject,
        actor=actor,
        region=item.region,
        election_id=item.election_id,
        details={"item": item.id, "file": stored.id, "page": page},
    )
    return watermarked(picture, JPEG, reader_words(_("butir %(id)s", id=item.id), actor))


def reader_words(what: str, actor: Actor) -> str:
    """What stands all over the copy of a reader."""
    now = waktu(dt.datetime.now(dt.UTC))
    return _("%(what)s dibuka %(name)s, %(when)s", what=what, name=actor.name, when=now)


def spend_once(verb: str, subject: str, *, actor: Actor) -> None:
    """Take one row of the reader's budget for a person, unless it was taken within :data:`ONCE`.

    Call it before the look is recorded under ``verb`` and ``subject``: the trail says whether it was.
    """
    known = db.session.scalar(
        select(Act.id)
        .where(
            Act.subject == subject,
            Act.verb == verb,
            Act.account_id == actor.account_id,
            Act.at > dt.datetime.now(dt.UTC) - ONCE,
        )
        .limit(1)
    )
    if known is None:
        spend_budget(1, actor=actor)
