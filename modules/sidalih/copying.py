"""Background work of copies: make an approved one, close the expired ones."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import jobs
from electsys.db import db
from modules.sidalih.models import VoterCopy
from modules.sidalih.operations.copies import expire_copies
from modules.sidalih.operations.copy_files import build_copy


@jobs.task("sidalih.copy", label=_l("Membuat salinan daftar pemilih"), retry=3)
def make(job: jobs.JobHandle, *, copy_id: int) -> None:
    """Make the file of an approved copy."""
    copy = db.session.get_one(VoterCopy, copy_id)
    build_copy(
        copy, actor=job.actor, tell=lambda done, total: job.progress(done, total, _("Menulis salinan"))
    )
    job.result(
        _("Salinan %(id)s siap: %(rows)s pemilih.", id=copy.id, rows=copy.rows),
        url=f"/pemilih/salinan/{copy.id}",
    )


@jobs.every(300, "sidalih.expire_copies", label=_l("Menutup salinan daftar yang lewat batas waktu"))
def expire() -> None:
    """What may no longer be downloaded is closed and its password forgotten."""
    expire_copies()
