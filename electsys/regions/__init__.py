"""Where everything happens: the region tree of each map, its polling stations and its dapil.

The tables are in :mod:`.models`, reads in :mod:`.queries`, the only writer is :mod:`.loading`; the
committed facts and where they come from are in ``data/README.md``, made by :mod:`.build`.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.regions import models as models
from electsys.regions.outlines import outlines as outlines


def init_app(app: Flask) -> None:
    """Join the room to the app."""
    from electsys.ledger.wording import name_verb
    from electsys.regions import cli, views

    name_verb("regions:map:load", _l("memuat peta wilayah"))
    name_verb("regions:tps:load", _l("memuat daftar TPS"))
    app.cli.add_command(cli.group)
    views.init_app(app)
