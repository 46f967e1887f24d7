"""Factual verification in the menu, on the task list, in trails and on phones."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.ledger.wording import name_subject, name_verb
from electsys.verification.sampling import SampleKind, register_kind
from modules.sipol import factual_words
from modules.sipol.permissions import ASSIGN_VISITS, VISIT
from modules.sipol.queries.factual import KIND

VERBS = {
    "sipol:factual:screen": _l("Memeriksa anggota tambahan"),
    "sipol:factual:check": _l("Mencatat kunjungan kantor dan pengurus partai"),
    "sipol:factual:close": _l("Menutup pekerjaan faktual wilayah"),
}


def join(app: Flask) -> None:
    """Register the kind of sample and its words."""
    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("party_factual_check", _l("kunjungan kantor dan pengurus partai"))
    register_kind(SampleKind(KIND, _l("Anggota partai"), ASSIGN_VISITS, VISIT, "party_member"))
    factual_words.join()
