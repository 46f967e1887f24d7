"""What may be uploaded for letters: annexes, and papers that were signed by hand or came by post."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.documents import kinds

ANNEX = "letter_annex"
SCAN = "letter_scan"

kinds.declare(
    ANNEX,
    label=_l("Lampiran naskah dinas"),
    media=(kinds.PDF, kinds.JPEG, kinds.PNG),
    max_bytes=20 * kinds.MB,
    max_pages=300,
    max_pixels=50_000_000,
)
kinds.declare(
    SCAN,
    label=_l("Pindaian surat"),
    media=(kinds.PDF, kinds.JPEG),
    max_bytes=25 * kinds.MB,
    max_pages=300,
    max_pixels=80_000_000,
)
