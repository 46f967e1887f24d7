"""A page of a document on the desk: of a sealed one, marked with its reader and kept in the trail.

What a sealed purpose takes shows numbers of persons (a KTP-el, a letter of health). Who judges hundreds of
them a day has no budget of disclosures to spend; every opening stands in the trail instead.
"""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _

from electsys.documents import kinds
from electsys.documents.models import StoredFile
from electsys.ledger import Actor, record
from electsys.verification import pages
from electsys.verification.models import VerificationItem
from electsys.web.formats import waktu


def open_page(item: VerificationItem, stored: StoredFile, page: int, *, actor: Actor) -> bytes:
    """Page ``page`` of a document of an item as JPEG. Who may, the caller has checked."""
    purpose = kinds.ALL.get(stored.kind)
    if purpose is None or not purpose.sealed:
        return pages.draw_page(stored, page)
    when = waktu(dt.datetime.now(dt.UTC))
    words = _("Butir %(id)s dibuka %(name)s, %(when)s", id=item.id, name=actor.name, when=when)
    drawn = pages.draw_page(stored, page, words)
    if page == 1:  # once for each opening, however long the document is
        record(
            "verification:item:read",
            f"verification_item:{item.id}",
            actor=actor,
            details={"file": stored.id},
            region=item.region,
            election_id=item.election_id,
        )
    return drawn
