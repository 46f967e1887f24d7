"""Letters leave the house and go into the archive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import func

from electsys.db import db
from electsys.documents.papers import today
from electsys.errors import Refused
from electsys.events import publish
from electsys.ledger import Actor
from modules.jdih.events import LetterSent
from modules.jdih.models import ArchiveClass, Letter
from modules.jdih.workflow.letters import LETTER

#: How a letter goes to somebody outside.
WAYS = ("kurir", "pos", "email", "langsung")


def send_letter(letter: Letter, outside: Mapping[int, tuple[str, dt.date]], *, actor: Actor) -> None:
    """Send a signed letter to all its recipients.

    Another satker has it in its incoming register in this transaction (:class:`LetterSent`); for those
    outside ``outside`` says how and when it went (recipient id -> way, date).
    """
    day = today(letter.unit)
    LETTER.move(letter, "send", actor=actor, values={"sent_at": func.now()})
    for each in letter.recipients:
        if each.unit is not None:
            each.way, each.sent_on = "sistem", day
            continue
        way, sent_on = outside.get(each.id, ("", day))
        if way not in WAYS:
            raise Refused(_("Pilih cara pengiriman kepada %(name)s.", name=each.name), field=f"way_{each.id}")
        if sent_on > day or (letter.date is not None and sent_on < letter.date):
            raise Refused(
                _("Tanggal kirim kepada %(name)s di luar tanggal surat sampai hari ini.", name=each.name),
                field=f"date_{each.id}",
            )
        each.way, each.sent_on = way, sent_on
    db.session.flush()
    for each in letter.recipients:
        if each.unit is not None:
            publish(LetterSent(actor=actor, letter_id=letter.id, unit=each.unit))


def archive_letter(letter: Letter, *, actor: Actor) -> None:
    """Put a letter into the archive; from today its retention runs, by the table of its class."""
    if letter.class_code is None or db.session.get(ArchiveClass, letter.class_code) is None:
        raise Refused(_("Tentukan dulu klasifikasi arsipnya."), field="class_code")
    LETTER.move(letter, "archive", actor=actor, values={"archived_on": today(letter.unit)})
