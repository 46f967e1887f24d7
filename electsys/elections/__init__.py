"""What is voted on, when, and under which rules: elections, contests, ballots, calendar, settings."""

from __future__ import annotations

from flask import Flask

from electsys.elections import models as models


def init_app(app: Flask) -> None:
    """Join the room to the app."""
    from electsys.elections import citations, cli, views, wording, workflow  # noqa: F401  (workflow registers itself)
    from electsys.ledger.wording import VERBS

    VERBS.update(wording.VERBS)
    app.cli.add_command(cli.group)
    citations.init_app(app)
    views.init_app(app)
