"""Periodic work of the room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys import jobs
from electsys.responses import rates


@jobs.every(600, name="responses.sweep", label=_l("Membersihkan hitungan pertanyaan publik"))
def sweep() -> None:
    """Forget full buckets and expired proofs."""
    rates.sweep()
