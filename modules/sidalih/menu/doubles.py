"""Doubles in the menu, on the task list and in the trail; their job and their command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import jobs
from electsys.db import db
from electsys.elections.models import Election
from electsys.events import subscribe
from electsys.identity import grants
from electsys.ledger.wording import name_subject, name_verb
from electsys.web import navigation, tasks
from modules.sidalih.events import VotersImported
from modules.sidalih.operations.double_search import find_alike, find_same_nik
from modules.sidalih.permissions import DECIDE_DOUBLES, READ_DOUBLES
from modules.sidalih.queries.doubles import open_count
from modules.sidalih.workflow.doubles import DOUBLE


def join(app: Flask) -> None:
    """Name the acts, put the pages into the menu, listen to imports."""
    from modules.sidalih.commands import doubles as commands
    from modules.sidalih.views import doubles  # noqa: F401

    name_verb("sidalih:double:search", _l("Mencari pemilih ganda"))
    name_verb("sidalih:double:hand", _l("Menyerahkan pasangan ganda"))
    name_subject("double_case", _l("pasangan ganda"))
    name_subject("double_run", _l("pencarian ganda"))
    name_subject("doubles", _l("pemilih ganda"))
    navigation.entry(_l("Pemilih ganda"), "sidalih.doubles_start", permission=READ_DOUBLES, order=36)
    tasks.source(DECIDE_DOUBLES, waiting)
    subscribe(VotersImported, after_import, later=True)
    commands.join()


def waiting(account: Any) -> Iterable[tasks.Task]:
    """Open pairs of the account's regions."""
    from modules.sidalih.public import current_election

    found = current_election()
    held = grants.scopes(account, DECIDE_DOUBLES)
    if found is None or not held or DOUBLE.scope_clause is None:
        return
    n = open_count(found, DOUBLE.scope_clause(held))
    if n:
        code = db.session.get_one(Election, found).code
        link = url_for("sidalih.doubles", election=code, status="terbuka")
        yield tasks.Task(_("Putuskan pasangan pemilih ganda"), link, count=n, order=36)


def after_import(event: VotersImported) -> None:
    """Pairs with one NIK that a file has brought."""
    find_same_nik(event.election_id, event.region, actor=event.actor, batch_id=event.batch_id)


@jobs.task("sidalih.doubles", label=_l("Mencari pemilih ganda"))
def search(job: jobs.JobHandle, *, election_id: int, region: str, engine: str) -> None:
    """A search, by NIK or by likeness."""
    if engine == "nik":
        run = find_same_nik(election_id, region, actor=job.actor)
    else:
        run = find_alike(
            election_id,
            region,
            actor=job.actor,
            engine=engine,
            progress=lambda done, total: job.progress(done, total, _("Membaca pemilih")),
        )
    job.result(
        _(
            "%(pairs)s pasangan: %(fresh)s baru, %(known)s sudah dikenal; %(gone)s tidak ditemukan lagi.",
            pairs=run.pairs,
            fresh=run.fresh,
            known=run.known,
            gone=run.vanished,
        )
    )
