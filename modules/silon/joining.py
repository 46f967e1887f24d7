"""How the module joins the app: sealed columns, words, menu, pages, commands."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.ledger.wording import name_subject, name_verb
from electsys.privacy import SealedColumn, declare_sealed
from electsys.web import navigation
from modules.silon import models, workflow  # noqa: F401  (tables and states register themselves)
from modules.silon.claims import SEALED
from modules.silon.menu import (
    checks,
    documents,
    lists,
    merges,
    pairs,
    seats,
    stages,
    support,
    support_factual,
)
from modules.silon.views import bp

SUBJECTS = {
    "nomination": _l("pencalonan"),
    "candidate": _l("calon"),
    "candidate_document": _l("dokumen calon"),
    "listing": _l("daftar calon"),
}
VERBS = {
    "silon:list:begin": _l("Memulai pencalonan"),
    "silon:list:order": _l("Mengubah nomor urut calon"),
    "silon:list:add_liaison": _l("Menambah penghubung pencalonan"),
    "silon:candidate:add": _l("Mengisi calon"),
    "silon:candidate:change": _l("Mengubah data calon"),
}


def join(app: Flask) -> None:
    """Register everything with the ground floor."""
    declare_sealed(SealedColumn("candidate", _l("Calon"), region="region", fields=SEALED))
    # All that was said at one time, as one text: kept and compared, never opened field by field.
    declare_sealed(SealedColumn("candidate_version", _l("Versi data calon"), region="region", fields=()))
    for table, label in SUBJECTS.items():
        name_subject(table, label)
    for verb, label in VERBS.items():
        name_verb(verb, label)
    navigation.section("silon", _l("Pencalonan"))
    navigation.section("silon", _l("Pemilih dan peserta"), group="publik")
    for part in (lists, checks, documents, stages, support, support_factual, pairs, seats, merges):
        part.join(app)
    app.register_blueprint(bp)  # last: a part's views are imported by its join, above this line
