"""Documents of candidates: purpose of the files, queues of the desk, pages, words, tasks, the job."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.documents import kinds
from modules.silon.rules.documents import PURPOSE

#: They show KTP-el and health letters: sealed on every disk, and given back to nobody without a watermark.
LIMITS = {"max_bytes": 10 * kinds.MB, "max_pages": 100, "max_pixels": 50_000_000}


def join(app: Flask) -> None:
    """Register pages, words and what waits."""
    kinds.declare(
        PURPOSE,
        label=_l("Dokumen calon"),
        media=(kinds.PDF, kinds.JPEG, kinds.PNG),
        download=False,
        sealed=True,
        **LIMITS,
    )
