"""Sirekap: recapitulation and publication.

The recap ladder sums C.Hasil tier by tier into D.Hasil (models, rules/ladder.py, operations); the public JSON
of 2024 comes from Situng's count (reference: sirekap-api.md).
Decisions rest on :func:`official_votes`.
"""

from __future__ import annotations

from flask import Flask

from modules.sirekap import models
from modules.sirekap.queries.official import OfficialResult, OfficialVotes, official_votes
from modules.sirekap.recap_events import RecapCorrected, RecapLocked

__all__ = [
    "OfficialResult",
    "OfficialVotes",
    "RecapCorrected",
    "RecapLocked",
    "models",
    "official_votes",
]


def init_app(app: Flask) -> None:
    """Join the module to the app."""
    from modules.sirekap import (  # noqa: F401  (the workflows register themselves)
        api,
        leaves,
        publication,
        recap_menu,
        workflow,
    )
    from modules.sirekap.cli import sirekap

    leaves.join()
    recap_menu.join(app)
    app.register_blueprint(api.bp)
    app.cli.add_command(sirekap)
    publication.init_app(app)
