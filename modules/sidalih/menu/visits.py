"""Coklit in menus, task lists, trails and phones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.identity import grants
from electsys.ledger.wording import name_subject, name_verb
from electsys.privacy import SealedColumn, declare_sealed
from electsys.web import navigation, tasks
from modules.sidalih import field
from modules.sidalih.permissions import ASSIGN, RECORD
from modules.sidalih.queries.rolls import current_election
from modules.sidalih.queries.visits import conflicts_waiting, unassigned


def join(app: Flask) -> None:
    """Name the acts, offer coklit on phones, put its pages into menu and task list."""
    from modules.sidalih.views import visit_conflicts, visit_houses, visits  # noqa: F401  (pages register)

    name_verb("sidalih:visit:give", _l("Membagi TPS kepada Pantarlih"))
    name_verb("sidalih:visit:take", _l("Mencatat kunjungan rumah"))
    name_verb("sidalih:visit:attach", _l("Menerima foto bukti coklit"))
    name_verb("sidalih:visit:keep", _l("Menyimpan kunjungan yang berbenturan"))
    name_verb("sidalih:visit:settle", _l("Memutus benturan kunjungan"))
    name_subject("visit_conflict", _l("benturan kunjungan"))
    declare_sealed(SealedColumn("visit_conflict", _l("Benturan kunjungan"), region="tps_code", fields=()))
    name_subject("visit_task", _l("tugas coklit"))
    name_subject("household_visit", _l("kunjungan rumah"))
    navigation.entry(_l("Coklit"), "sidalih.visit_start", permission=ASSIGN, order=32)
    tasks.source(ASSIGN, stations_to_give)
    tasks.source(RECORD, conflicts_to_decide)
    field.join()


def stations_to_give(account: Any) -> Iterable[tasks.Task]:
    """Stations without a Pantarlih, where coklit runs, in the account's villages."""
    election = current_election()
    held = grants.scopes(account, ASSIGN)
    n = unassigned(election.id, held) if election is not None and held else 0
    if n:
        yield tasks.Task(_("Bagi TPS kepada Pantarlih"), url_for("sidalih.visit_start"), count=n, order=32)


def conflicts_to_decide(account: Any) -> Iterable[tasks.Task]:
    """Visits that did not fit the list any more, in the account's areas."""
    election = current_election()
    held = grants.scopes(account, RECORD)
    n, oldest = conflicts_waiting(election.id, held) if election is not None and held else (0, None)
    if n:
        link = url_for("sidalih.visit_conflict", conflict_id=oldest)
        yield tasks.Task(_("Putuskan kunjungan coklit yang berbenturan"), link, count=n, order=33)
