"""Portal, access and submission in the menu, on the task lists, in the inbox and in the trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import notices
from electsys.db import db
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger.wording import name_subject, name_verb
from electsys.web import navigation, tasks
from modules.sipol import demo  # noqa: F401  (its part of the demo is declared)
from modules.sipol.models import PartyProgress
from modules.sipol.operations import progress  # noqa: F401  (the count of all declares its beat)
from modules.sipol.operations.submissions import KINDS
from modules.sipol.permissions import EDIT, READ, RECEIVE
from modules.sipol.queries import registrations as queries
from modules.sipol.views import portal, registrations, submissions  # noqa: F401  (the pages register)

VERBS = {
    "sipol:party:open": _l("Memberi partai akses Sipol"),
    "sipol:party:amend": _l("Mengubah pengaturan partai"),
    "sipol:party:add_user": _l("Menambah pengguna partai"),
    "sipol:party:link_user": _l("Menerbitkan lembar aktivasi pengguna partai"),
    "sipol:party:end_user": _l("Mengakhiri hak pengguna partai"),
    "sipol:submission:submit": _l("Menyegel isi pengajuan partai"),
    "sipol:submission:accept": _l("Menerbitkan tanda terima pendaftaran partai"),
    "sipol:submission:return": _l("Menerbitkan pengembalian pendaftaran partai"),
}


def join(app: Flask) -> None:
    """Register pages, words, notices and what waits."""
    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("party_submission", _l("pengajuan partai"))
    notices.kind(
        "sipol.submission.new",
        title=_l("Pendaftaran partai menunggu pemeriksaan"),
        text=_l("%(party)s mengajukan pendaftaran. Periksa kelengkapannya."),
        level="tugas",
    )
    notices.kind(
        "sipol.submission.accepted",
        title=_l("Pendaftaran partai diterima"),
        text=_l("Pendaftaran %(party)s lengkap. Tanda terima resmi dapat diunduh."),
    )
    notices.kind(
        "sipol.submission.returned",
        title=_l("Pendaftaran partai dikembalikan"),
        text=_l("Pendaftaran %(party)s dikembalikan. Baca alasannya, perbaiki, lalu ajukan lagi."),
        level="penting",
    )
    navigation.entry(_l("Partai saya"), "sipol.own", permission=EDIT, order=40, icon="flag")
    navigation.entry(_l("Partai politik"), "sipol.start", permission=READ, order=41)
    navigation.entry(_l("Pendaftaran partai"), "sipol.submissions", permission=READ, order=42)
    tasks.source(EDIT, own_party)
    tasks.source(RECEIVE, waiting)


def own_party(account: Any) -> Iterable[tasks.Task]:
    """The party of somebody who enters for it: what it still lacks, until when."""
    parties = {s.party for s in grants.scopes(account, EDIT) if s.party is not None}
    row = queries.own_registration(sorted(parties))
    if row is None or row.state not in ("akses", *KINDS):
        return
    deadline = queries.deadline_of(row)
    if deadline is None or not deadline.open:
        return
    counted = db.session.get(PartyProgress, row.id)
    gaps = counted.gaps if counted else None
    text = _("Ajukan %(party)s", party=row.party.short_name)
    if gaps != 0:
        text = _("Lengkapi syarat %(party)s", party=row.party.short_name)
    yield tasks.Task(text, url_for("sipol.own"), count=gaps or None, deadline=deadline.closes, order=40)


def waiting(account: Any) -> Iterable[tasks.Task]:
    """Registrations that KPU has to receive or return."""
    scopes = grants.scopes(account, RECEIVE)
    n = sum(
        any(grants.covers(s, Scope(row.region, row.party_id, row.election_id)) for s in scopes)
        for _sent, row in queries.waiting_submissions()
    )
    if n:
        link = url_for("sipol.submissions")
        yield tasks.Task(_("Terima atau kembalikan pendaftaran partai"), link, count=n, order=41)
