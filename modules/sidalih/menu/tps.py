"""Polling stations and dapil in the menu, on the task list and in the trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from electsys.db import db
from electsys.identity import grants
from electsys.ledger.wording import name_subject, name_verb
from electsys.web import navigation, tasks
from electsys.workflow.scoping import within
from modules.sidalih.models.tps import TpsProposal
from modules.sidalih.permissions import COMPILE, PROPOSE_DAPIL, READ

VERBS = {
    "sidalih:tps:propose": _l("Menyusun usulan TPS"),
    "sidalih:tps:apply": _l("Menerapkan usulan TPS"),
    "sidalih:tps:discard": _l("Membuang usulan TPS"),
    "sidalih:tps:move": _l("Memindahkan keluarga ke TPS lain"),
    "sidalih:tps:undo": _l("Mengurungkan perubahan TPS"),
    "sidalih:tps:open": _l("Membuka TPS"),
    "sidalih:tps:close": _l("Menutup TPS"),
    "sidalih:dapil:propose": _l("Menyusun usulan dapil"),
    "sidalih:dapil:choose": _l("Memilih rancangan dapil"),
}
SUBJECTS = {
    "tps": _l("TPS"),
    "tps_proposal": _l("usulan TPS"),
    "tps_change": _l("perubahan TPS"),
    "dapil_proposal": _l("usulan dapil"),
}


def join(app: Flask) -> None:
    """Name the acts, put the pages into the menu, let pages and jobs register themselves."""
    from modules.sidalih.operations import dapil_jobs, tps_jobs  # noqa: F401
    from modules.sidalih.views import dapil, tps, tps_family  # noqa: F401

    for verb, label in VERBS.items():
        name_verb(verb, label)
    for table, label in SUBJECTS.items():
        name_subject(table, label)
    navigation.entry(_l("Susun TPS"), "sidalih.tps_start", permission=READ, order=34)
    navigation.entry(_l("Usulan dapil"), "sidalih.dapil_start", permission=PROPOSE_DAPIL, order=38)
    tasks.source(COMPILE, waiting_proposals)


def waiting_proposals(account: Any) -> Iterable[tasks.Task]:
    """Proposals of the account's regions that wait for a decision."""
    inside = within(region=TpsProposal.village_code, election=TpsProposal.election_id)
    n = db.session.scalar(
        select(func.count()).where(TpsProposal.state == "menunggu", inside(grants.scopes(account, COMPILE)))
    )
    if n:
        yield tasks.Task(_("Putuskan usulan TPS"), url_for("sidalih.tps_start"), count=n, order=35)
