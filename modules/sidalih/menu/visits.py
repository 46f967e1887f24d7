"""Coklit in menus, trails and phones."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.ledger.wording import name_subject, name_verb
from modules.sidalih import field


def join(app: Flask) -> None:
    """Name the acts and offer coklit on phones."""
    name_verb("sidalih:visit:give", _l("Membagi TPS kepada Pantarlih"))
    name_verb("sidalih:visit:take", _l("Mencatat kunjungan rumah"))
    name_verb("sidalih:visit:attach", _l("Menerima foto bukti coklit"))
    name_subject("visit_task", _l("tugas coklit"))
    name_subject("household_visit", _l("kunjungan rumah"))
    field.join()
