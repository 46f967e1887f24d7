"""Periodic work: forget uploads that nobody continues."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.documents.operations.uploads import sweep_uploads
from electsys.jobs.tasks import every

HOURLY = 3600


@every(HOURLY, "documents.sweep", label=_l("Membersihkan unggahan yang ditinggalkan"))
def sweep() -> None:
    """Remove expired uploads and what killed processes left on disk."""
    sweep_uploads()
