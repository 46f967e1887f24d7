"""Silon: the law of lists, files of candidates, links between candidates, members and voters."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.events import subscribe
from electsys.ledger.wording import name_subject, name_verb
from electsys.web import navigation
from modules.sidalih import ListDetermined, VotersImported
from modules.silon.cli import silon
from modules.silon.imports import deliveries

VERBS = {
    "silon:candidate:import": _l("Membawa berkas calon"),
    "silon:candidate:recheck": _l("Memeriksa ulang kaitan calon"),
}


def join(app: Flask) -> None:
    """Register pages, words and what waits."""
    from modules.silon import link_jobs
    from modules.silon.views.links import WATCH

    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("candidate_batch", _l("berkas calon"))
    deliveries.offer()
    subscribe(VotersImported, link_jobs.on_voters)
    subscribe(ListDetermined, link_jobs.on_list)
    app.cli.add_command(silon)
    navigation.entry(_l("Pencalonan ganda"), "silon.doubles_start", permission=WATCH, order=59)
