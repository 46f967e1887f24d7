"""Determination, draw, the public and oversight: pages, words, notices."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys import notices
from electsys.ledger.wording import name_subject, name_verb
from modules.sipol.operations.determination import DETERMINED
from modules.sipol.operations.draw import NUMBERED
from modules.sipol.views import determination, public  # noqa: F401  (the pages register)

VERBS = {
    "sipol:party:determine": _l("Menetapkan partai peserta pemilu"),
    "sipol:draw:hold": _l("Mengundi nomor urut partai"),
}


def join(app: Flask) -> None:
    """Register words and notices."""
    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("party_draw", _l("undian nomor urut partai"))
    name_subject("participant", _l("peserta pemilihan"))
    notices.kind(
        DETERMINED,
        title=_l("Penetapan peserta pemilu"),
        text=_l("%(party)s ditetapkan: %(state)s. Keputusannya dapat dibaca di JDIH."),
        level="penting",
    )
    notices.kind(
        NUMBERED,
        title=_l("Nomor urut partai"),
        text=_l("%(party)s mendapat nomor urut %(number)s. Undiannya dapat diputar ulang."),
        level="penting",
    )
