"""Copies and breaches join the app: pages, menu, words, alarms, traces, commands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask.cli import AppGroup
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from electsys import notices
from electsys.db import db
from electsys.documents import kinds
from electsys.identity import grants
from electsys.ledger.wording import name_subject, name_verb
from electsys.privacy import SealedColumn, declare_sealed
from electsys.responses import traces
from electsys.responses.checks import Question
from electsys.web import navigation, tasks
from modules.sidalih.models import VoterCopy
from modules.sidalih.operations import canaries
from modules.sidalih.operations.copy_files import KIND
from modules.sidalih.operations.lookup import voters_of
from modules.sidalih.permissions import APPROVE_COPY, READ_LISTS
from modules.sidalih.queries.copies import subjects_of_voters
from modules.sidalih.workflow.copies import COPY

VERBS = {
    "sidalih:copy:request": _l("Meminta salinan daftar pemilih"),
    "sidalih:copy:password": _l("Mengambil kata sandi salinan"),
    "sidalih:copy:leak": _l("Baris kendali salinan dicari orang"),
    "sidalih:copy:trace": _l("Melacak berkas bocor"),
    "sidalih:breach:draw": _l("Menyusun berkas pemberitahuan kebocoran"),
}


def join(app: Flask) -> None:
    """Register everything."""
    from modules.sidalih import copying  # noqa: F401  (declares the background work)
    from modules.sidalih.commands import breach
    from modules.sidalih.views import copies  # noqa: F401  (adds its routes)

    # The envelope holds a file's password until it is shown; no field of it can be revealed.
    declare_sealed(SealedColumn("voter_copy", _l("Salinan daftar pemilih"), region="region", fields=()))
    kinds.declare(
        KIND,
        label=_l("Salinan daftar pemilih"),
        media=(kinds.PDF,),
        max_bytes=2 * kinds.GB,
        max_pages=5000,
        download=False,
    )
    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("voter_copy", _l("salinan daftar pemilih"))
    notices.kind(
        canaries.ALARM,
        title=_l("Salinan daftar pemilih bocor"),
        text=_l(
            "Baris kendali salinan %(copy)s (diserahkan kepada %(recipient)s) dicari lewat %(place)s. "
            "Salinan itu sampai ke tangan yang tidak berhak."
        ),
        level="penting",
    )
    navigation.entry(_l("Salinan daftar"), "sidalih.copies", permission=READ_LISTS, order=37)
    tasks.source(APPROVE_COPY, waiting)
    traces.register("sidalih_copies", copied)
    group = app.cli.commands.get("sidalih")
    if not isinstance(group, AppGroup):
        group = AppGroup("sidalih", help="Daftar pemilih.")
        app.cli.add_command(group)
    for command in breach.COMMANDS:
        group.add_command(command)


def waiting(account: Any) -> Iterable[tasks.Task]:
    """Requests of the account's regions that wait for it as the second person."""
    assert COPY.scope_clause is not None  # noqa: S101  (declared)
    n = db.session.scalar(
        select(func.count()).where(
            VoterCopy.state == "diminta",
            VoterCopy.requested_by != account.id,
            COPY.scope_clause(grants.scopes(account, APPROVE_COPY)),
        )
    )
    if n:
        link = url_for("sidalih.copies", keadaan="diminta")
        yield tasks.Task(_("Setujui atau tolak salinan daftar pemilih"), link, count=n, order=30)


def copied(question: Question) -> Iterable[traces.Trace]:
    """The lists that were handed out with the rows of the person who asks."""
    return traces.of_subjects(subjects_of_voters(voters_of(question.pair)))
