"""Voter files in the menu, on the task list, in trails and on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask.cli import AppGroup
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.identity import grants
from electsys.ledger.wording import name_verb
from electsys.web import navigation, tasks
from modules.sidalih.permissions import EDIT, READ, READ_LISTS


def join(app: Flask) -> None:
    """Register the pages, words, menu entries, tasks and the command of this part."""
    from modules.sidalih import cli
    from modules.sidalih.imports import deliveries
    from modules.sidalih.views import imports  # noqa: F401  (adds its routes)

    deliveries.offer()
    name_verb("sidalih:voter:import", _l("Mengimpor berkas pemilih"))
    navigation.entry(_l("Berkas pemilih"), "sidalih.batches", permission=READ_LISTS, order=31)
    navigation.entry(_l("Data yang perlu diperiksa"), "sidalih.doubtful", permission=READ, order=32)
    tasks.source(EDIT, doubtful_rows)
    group = app.cli.commands.get("sidalih")
    if isinstance(group, AppGroup):
        for command in cli.sidalih.commands.values():
            group.add_command(command)
    else:
        app.cli.add_command(cli.sidalih)


def doubtful_rows(account: Any) -> Iterable[tasks.Task]:
    """Rows with a doubt in the account's regions."""
    from modules.sidalih.queries.imports import how_many_doubtful

    n = how_many_doubtful(grants.scopes(account, EDIT))
    if n:
        yield tasks.Task(
            _("Periksa data pemilih yang diragukan"), url_for("sidalih.doubtful"), count=n, order=36
        )
