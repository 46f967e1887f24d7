"""The rotation as a job: it shows progress, and goes on where it was stopped. Old budgets go each day."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import jobs
from electsys.privacy import operations, rotation


@jobs.task("privacy.rotate", label=_l("Mengganti kunci data pribadi"))
def rotate(job: jobs.JobHandle) -> None:
    """Seal every row again with the newest key. A retry finishes what is left."""
    count = rotation.reseal_all(lambda done, total: job.progress(done, total, _("Menyegel ulang")))
    job.result(_("%(count)s baris disegel ulang.", count=count))


@jobs.every(86_400, "privacy.forget_budgets", label=_l("Menghapus hitungan batas data pribadi yang lama"))
def forget_budgets() -> None:
    """Moments that no window counts any more are of no use."""
    operations.forget_budgets()
