"""Rulings that reopen a nomination or restore a candidate: in the menu, in words, in the inbox."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys import notices
from electsys.ledger.wording import name_verb
from electsys.web import navigation
from modules.silon.operations.rulings import APPLY, REOPEN, RESTORED
from modules.silon.permissions import DETERMINE


def join(app: Flask) -> None:
    """Register pages, words and notices."""
    from modules.silon.views import rulings  # noqa: F401  (the pages register)

    name_verb(APPLY, _l("Melaksanakan putusan atas pencalonan"))
    notices.kind(
        REOPEN,
        title=_l("Pencalonan dibuka kembali oleh putusan"),
        text=_l("Putusan %(number)s membuka kembali pencalonan di %(where)s. Statusnya sekarang: %(state)s."),
        level="penting",
    )
    notices.kind(
        RESTORED,
        title=_l("Calon dipulihkan oleh putusan"),
        text=_l("Putusan %(number)s menyatakan calon nomor %(place)s di %(where)s memenuhi syarat."),
        level="penting",
    )
    navigation.entry(_l("Putusan atas calon"), "silon.rulings", permission=DETERMINE, order=70)
