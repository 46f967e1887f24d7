"""Persons who may be one human, and rulings that reopen, in words, in the menu, in the inbox."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys import notices
from electsys.ledger.wording import name_subject, name_verb
from electsys.web import navigation
from modules.silon.operations import rulings
from modules.silon.permissions import CONCLUDE, DETERMINE
from modules.silon.queries.merges import DISTINCT, MERGE, PART

VERBS = {
    rulings.APPLY: _l("Melaksanakan putusan dalam pencalonan"),
    MERGE: _l("Menggabungkan orang ganda di antara calon"),
    PART: _l("Membatalkan penggabungan orang di antara calon"),
    DISTINCT: _l("Menyatakan dua calon sebagai dua orang"),
}


def join(app: Flask) -> None:
    """Register pages, words and notices."""
    from modules.silon.views import merges as _merges  # noqa: F401  (the pages register)
    from modules.silon.views import rulings as _rulings  # noqa: F401

    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("person_merge", _l("penggabungan orang"))
    notices.kind(
        rulings.REOPEN,
        title=_l("Pencalonan dibuka kembali oleh putusan"),
        text=_l("%(where)s: putusan %(number)s membuka kembali pencalonan; keadaannya kini “%(state)s”."),
        level="penting",
    )
    notices.kind(
        rulings.RESTORED,
        title=_l("Calon dipulihkan oleh putusan"),
        text=_l("%(where)s: putusan %(number)s memulihkan calon nomor %(place)s."),
        level="penting",
    )
    navigation.entry(
        _l("Orang ganda di antara calon"), "silon.merges", permission=CONCLUDE, order=59, nation=True
    )
    navigation.entry(_l("Putusan atas pencalonan"), "silon.rulings", permission=DETERMINE, order=64)
