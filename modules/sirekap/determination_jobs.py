"""Background work on results."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import jobs
from electsys.db import db
from electsys.elections.models import Contest
from modules.sirekap.operations.determinations import compute_result


@jobs.task("sirekap.compute_result", label=_l("Menghitung hasil dari rekapitulasi"), retry=1)
def run(job: jobs.JobHandle, *, contest_id: int, area: str, ruling: str | None) -> None:
    """Compute a result from the locked D.Hasil."""
    contest = db.session.get_one(Contest, contest_id)
    row = compute_result(contest, area, actor=job.actor, ruling=ruling)
    job.result(
        _("Hasil dihitung: %(n)s suara sah, %(ties)s suara sama menunggu pleno.",
          n=row.valid, ties=row.open_ties),
        url=f"/penetapan/kerja/{row.id}",
    )  # fmt: skip
