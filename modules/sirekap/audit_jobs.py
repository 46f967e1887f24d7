"""Audits in the background: a nation's list of stations takes longer than a page may."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import jobs
from electsys.db import db
from electsys.elections.models import Contest
from electsys.web.formats import angka
from modules.sirekap.models import Audit
from modules.sirekap.operations import audits as operations


def _address(audit: Audit) -> str:
    return f"/audit-hasil/{audit.id}"


@jobs.task("sirekap.prepare_audit", label=_l("Menetapkan daftar TPS audit"), retry=1)
def prepare(job: jobs.JobHandle, *, contest_id: int, region: str) -> None:
    """Fix the stations of an audit."""
    contest = db.session.get_one(Contest, contest_id)
    audit = operations.prepare_audit(contest, region, actor=job.actor, tell=job.progress)
    said = _("Daftar ditetapkan: %(n)s TPS dapat terundi.", n=angka(audit.stations))
    job.result(said, url=_address(audit))


@jobs.task("sirekap.draw_audit", label=_l("Mengundi TPS audit"), retry=1)
def draw(job: jobs.JobHandle, *, audit_id: int, seed: str, source: str) -> None:
    """Draw from the seed of the ceremony."""
    audit = db.session.get_one(Audit, audit_id)
    operations.draw_sample(audit, seed=seed, source=source, actor=job.actor, tell=job.progress)
    job.result(_("%(n)s kali diundi.", n=angka(audit.draws)), url=_address(audit))


@jobs.task("sirekap.draw_audit_more", label=_l("Mengundi TPS audit tambahan"), retry=1)
def draw_more(job: jobs.JobHandle, *, audit_id: int) -> None:
    """Draw on from the same seed."""
    audit = db.session.get_one(Audit, audit_id)
    more = operations.draw_more(audit, actor=job.actor, tell=job.progress)
    job.result(_("%(n)s kali diundi lagi.", n=angka(more)), url=_address(audit))
