"""Letters in the menu and on the task lists: what waits for me, how much, until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.documents import guards
from electsys.documents.papers import today
from electsys.identity.access import can
from electsys.ledger.wording import VERBS
from electsys.web import navigation, tasks
from electsys.web.formats import ZONES
from modules.jdih.queries import incoming as masuk
from modules.jdih.queries import letters
from modules.jdih.wording import letters as wording
from modules.jdih.workflow.letters import ARCHIVE, READ

#: What waits -> words of the task, its order on the list.
LETTERS = {
    "tanda_tangan": (_l("Tandatangani naskah dinas"), 20),
    "setuju": (_l("Setujui naskah dinas"), 21),
    "paraf": (_l("Paraf konsep naskah dinas"), 22),
    "perbaikan": (_l("Perbaiki konsep yang dikembalikan"), 23),
    "nomor": (_l("Beri nomor naskah dinas"), 24),
    "kirim": (_l("Kirim naskah dinas"), 25),
    "arsip": (_l("Arsipkan naskah dinas"), 60),
}
INCOMING = {
    "tindak_lanjut": (_l("Tindak lanjuti disposisi"), 26),
    "disposisi": (_l("Disposisikan surat masuk"), 27),
    "registrasi": (_l("Registrasi surat masuk"), 28),
}


def register() -> None:
    """Put letters into the menu, their work onto the task lists, and a lock on the papers of secret ones."""
    VERBS.update(wording.VERBS)
    navigation.entry(_l("Naskah dinas"), "jdih.letters", permission=READ, order=40)
    navigation.entry(_l("Surat masuk"), "jdih.incoming_letters", permission=READ, order=41)
    navigation.entry(_l("Arsip naskah"), "jdih.archive", permission=ARCHIVE, order=42)
    navigation.entry(
        _l("Klasifikasi arsip"), "jdih.archive_classes", permission=ARCHIVE, group="kelola", order=62
    )
    navigation.entry(_l("Jenis naskah"), "jdih.letter_kinds", permission=ARCHIVE, group="kelola", order=63)
    tasks.source(READ, waiting)
    guards.keep_closed(letters.closed_papers)


def waiting(account: Any) -> Iterable[tasks.Task]:
    """What waits for this account's initial, signature, number, disposition or report."""
    for what, (words, order) in LETTERS.items():
        if n := letters.count_waiting(account, what):
            yield tasks.Task(str(words), url_for("jdih.letters", tunggu=what), count=n, order=order)
    if requests := letters.open_backdates(account):
        link = url_for("jdih.letter", letter_id=requests[0].letter_id)
        yield tasks.Task(_("Putuskan permintaan nomor sisipan"), link, count=len(requests), order=24)
    for what, (words, order) in INCOMING.items():
        if n := masuk.count_waiting(account, what):
            due = masuk.nearest_due(account) if what == "tindak_lanjut" else None
            yield tasks.Task(
                str(words),
                url_for("jdih.incoming_letters", tunggu=what),
                count=n,
                deadline=_end_of(due) if due else None,
                order=order,
            )
    if can(account, ARCHIVE) and (n := letters.count_due(account, today(""))):
        link = url_for("jdih.archive", tahap="habis")
        yield tasks.Task(_("Arsip yang retensinya habis"), link, count=n, order=70)


def _end_of(day: dt.date) -> dt.datetime:
    """The end of a day in Jakarta."""
    return dt.datetime.combine(day, dt.time(23, 59), ZONES["WIB"])
