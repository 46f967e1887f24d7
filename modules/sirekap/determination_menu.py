"""Results in the menu, on the task list and in the words of the trail."""

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
from modules.sirekap import audit_jobs as _audit_jobs  # noqa: F401  (the jobs register)
from modules.sirekap import determination_jobs as _jobs  # noqa: F401  (the job registers)
from modules.sirekap.models import Determination
from modules.sirekap.permissions import DETERMINE, PREPARE
from modules.sirekap.views import audits, determinations
from modules.sirekap.workflow.audits import AUDITING
from modules.sirekap.workflow.determinations import DETERMINATION

AUDIT_VERBS = {
    "prepare": _l("Menetapkan daftar TPS audit"),
    "enter": _l("Membaca kertas TPS untuk audit"),
    "draw_more": _l("Mengundi TPS tambahan"),
}


def join(app: Flask) -> None:
    """Register pages, words and what waits."""
    name_verb("sirekap:determination:compute", _l("Menghitung hasil"))
    name_verb("sirekap:determination:settle", _l("Memutus suara sama dalam pleno"))
    for step in DETERMINATION.transitions:
        name_verb(DETERMINATION.verb(step.action), step.label)
    name_subject("determination", _l("penetapan hasil"))
    for verb, label in AUDIT_VERBS.items():
        name_verb(f"sirekap:audit:{verb}", label)
    for step in AUDITING.transitions:
        name_verb(AUDITING.verb(step.action), step.label)
    name_subject("result_audit", _l("audit hasil"))
    app.register_blueprint(determinations.bp)
    app.register_blueprint(audits.bp)
    navigation.entry(_l("Audit hasil"), "audits.start", group="publik", order=36)
    navigation.entry(_l("Hasil yang ditetapkan"), "determinations.start", group="publik", order=35)
    navigation.entry(_l("Penetapan hasil"), "determinations.work_start", permission=PREPARE, order=58)
    tasks.source(DETERMINE, waiting)


def waiting(account: Any) -> Iterable[tasks.Task]:
    """Results that wait for the plenaries of the account's bodies."""
    inside = within(region=Determination.area, election=Determination.election_id)(
        list(grants.scopes(account, DETERMINE))
    )
    n = db.session.scalar(
        select(func.count()).select_from(Determination).where(Determination.state == "pleno", inside)
    )
    if n:
        yield tasks.Task(
            _("Tetapkan hasil dalam pleno"), url_for("determinations.work_start"), count=n, order=58
        )
