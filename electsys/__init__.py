"""electsys: one election information suite on one identity and one region model.

:func:`create_app` reads like a table of contents: the ground floor first, then the modules from
left to right. Each room has an ``init_app``; the app refuses to start with a route that has no
access rule.
"""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask
from flask import Flask
from flask_migrate import Migrate

import config as settings
from electsys import (
    backup,
    db,
    demo,
    devices,
    documents,
    elections,
    identity,
    intake,
    jobs,
    ledger,
    notices,
    privacy,
    regions,
    responses,
    verification,
    web,
    workflow,
)
from electsys.identity import access

#: The modules, leftmost first: a module may enter only the doors on its left.
MODULES = ("jdih", "sidalih", "sipol", "silon", "situng", "sirekap")


def create_app(**overrides: Any) -> Flask:
    """Build the application; ``overrides`` replace settings of ``config.load`` (tests only)."""
    app = APIFlask(
        "electsys",
        title="electsys",
        version="1",
        docs_path=None,
        static_folder=None,  # type: ignore[arg-type]  # our files come from electsys.web
        template_folder=str(settings.ROOT / "templates"),
        root_path=str(settings.ROOT),
    )
    app.config.from_mapping(settings.load() | overrides)

    db.init_app(app)
    Migrate(app, db.db, directory=str(settings.ROOT / "migrations"))

    web.init_app(app)
    ledger.init_app(app)
    privacy.init_app(app)
    identity.init_app(app)
    regions.init_app(app)
    elections.init_app(app)
    workflow.init_app(app)
    documents.init_app(app)
    jobs.init_app(app)
    intake.init_app(app)
    notices.init_app(app)
    devices.init_app(app)
    responses.init_app(app)
    verification.init_app(app)
    backup.init_app(app)
    demo.init_app(app)

    for name in MODULES:
        __import__(f"modules.{name}", fromlist=["init_app"]).init_app(app)

    # A published file's keys keep the order it is known for; Flask-Security has put in a provider of its own.
    app.json.sort_keys = False  # type: ignore[attr-defined]
    access.refuse_bare_routes(app)
    return app
