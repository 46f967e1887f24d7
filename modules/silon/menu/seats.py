"""Vacant seats and who takes them, in words, in the menu and on the task list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.identity import grants
from electsys.ledger.wording import name_subject, name_verb
from electsys.web import navigation, tasks
from modules.silon.permissions import REPLACE
from modules.silon.queries import seats as queries
from modules.silon.views import seats as _pages  # noqa: F401  (the pages register)

VERBS = {
    "silon:seat:open": _l("Membuka penggantian antarwaktu"),
    "silon:seat:rank": _l("Mencari calon pengganti"),
    "silon:seat:check": _l("Memeriksa syarat calon pengganti"),
    "silon:seat:hear": _l("Mencatat klarifikasi penggantian"),
    "silon:seat:pass_over": _l("Melewati calon pengganti"),
    "silon:seat:wait": _l("Menunda penggantian karena sengketa"),
    "silon:seat:go_on": _l("Melanjutkan penggantian"),
    "silon:seat:conclude": _l("Menetapkan calon pengganti"),
    "silon:seat:announce": _l("Mengirim nama calon pengganti"),
    "silon:seat:seat": _l("Mencatat pelantikan pengganti"),
    "silon:seat:close": _l("Menolak permintaan penggantian"),
}


def join(app: Flask) -> None:
    """Register pages, words and what waits."""
    for verb, label in VERBS.items():
        name_verb(verb, label)
    name_subject("seat_case", _l("penggantian antarwaktu"))
    navigation.entry(_l("Penggantian antarwaktu"), "silon.cases_start", permission=REPLACE, order=69)
    tasks.source(REPLACE, waiting)


def waiting(account: Any) -> Iterable[tasks.Task]:
    """Cases of the account's bodies that wait for somebody."""
    n = queries.open_cases(grants.scopes(account, REPLACE))
    if n:
        yield tasks.Task(_("Proses penggantian antarwaktu"), url_for("silon.cases_start"), count=n, order=69)
