"""Scans of members: their purpose among files, the words of the trail, their pages."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.documents import kinds
from electsys.ledger.wording import name_verb
from modules.sipol.operations.scans import READ_SCAN
from modules.sipol.rules.scans import PURPOSE
from modules.sipol.scan_words import refuse_nik
from modules.sipol.views import scans  # noqa: F401  (the pages register)


def join(_app: Flask) -> None:
    """Register the purpose and the words."""
    kinds.declare(
        PURPOSE,
        label=_l("Pindaian KTA dan KTP-el anggota partai"),
        media=(kinds.JPEG, kinds.PNG, kinds.PDF),
        max_bytes=5 * kinds.MB,
        max_pages=4,
        max_pixels=50_000_000,
        download=False,
        sealed=True,
        check_name=refuse_nik,
    )
    name_verb("sipol:scan:attach", _l("Mengunggah pindaian KTA atau KTP-el anggota"))
    name_verb(READ_SCAN, _l("Membuka pindaian KTA atau KTP-el anggota"))
