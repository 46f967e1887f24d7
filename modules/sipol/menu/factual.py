"""Factual verification in the menu, on the task list, in trails and on phones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.ledger.wording import name_subject, name_verb
from electsys.verification.queries.samples import waiting_for
from electsys.verification.sampling import SampleKind, register_kind
from electsys.web import navigation, tasks
from modules.sipol import factual_words, field
from modules.sipol.permissions import ASSIGN_VISITS, READ, VISIT
from modules.sipol.queries.factual import KIND
from modules.sipol.views import factual, factual_checks, factual_people  # noqa: F401  (they register)

VERBS = {
    "sipol:factual:screen": _l("Memeriksa anggota tambahan"),
    "sipol:factual:check": _l("Mencatat kunjungan kantor dan pengurus partai"),
    "sipol:factual:attach": _l("Menerima foto kunjungan kantor dan pengurus partai"),
    "sipol:factual:close": _l("Menutup pekerjaan faktual wilayah"),
}


def join(app: Flask) -> None:
    """Register the kind of sample, its words, the pages and what waits."""
    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("party_factual_check", _l("kunjungan kantor dan pengurus partai"))
    register_kind(SampleKind(KIND, _l("Anggota partai"), ASSIGN_VISITS, VISIT, "party_member"))
    factual_words.join()
    field.join()
    navigation.entry(_l("Verifikasi faktual"), "sipol.factual_start", permission=READ, order=50)
    tasks.source(VISIT, visits)


def visits(account: Any) -> Iterable[tasks.Task]:
    """People whom the account has still to visit."""
    n = waiting_for(account.id, (KIND,))
    if n:
        yield tasks.Task(_("Datangi anggota dalam sampel"), url_for("sipol.factual_own"), count=n, order=50)
