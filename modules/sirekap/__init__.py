"""Sirekap: recapitulation and publication.

The recap ladder sums C.Hasil tier by tier into D.Hasil (models, rules/ladder.py, operations); the public JSON
of 2024 comes from Situng's count (reference: sirekap-api.md).
Decisions rest on :func:`official_votes`.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.web import navigation
from modules.sirekap import models
from modules.sirekap.determination_events import ResultDetermined
from modules.sirekap.queries.official import OfficialResult, OfficialVotes, official_votes
from modules.sirekap.recap_events import RecapCorrected, RecapLocked

__all__ = [
    "OfficialResult",
    "OfficialVotes",
    "RecapCorrected",
    "RecapLocked",
    "ResultDetermined",
    "models",
    "official_votes",
]


def init_app(app: Flask) -> None:
    """Join the module to the app."""
    from modules.sirekap import (  # noqa: F401  (the workflows register themselves)
        api,
        determination_demo,
        determination_menu,
        leaves,
        publication,
        recap_cli,
        recap_demo,
        recap_menu,
        workflow,
    )
    from modules.sirekap.cli import sirekap

    for blueprint in ("rekap", "determinations", "audits", "publiclog"):
        navigation.section(blueprint, _l("Hasil resmi"), group="publik")
    for blueprint in ("rekap", "determinations", "audits", "publication"):
        navigation.section(blueprint, _l("Rekapitulasi"), group="kerja")
    leaves.join()
    app.cli.add_command(sirekap)
    recap_menu.join(app)
    recap_cli.join(app)
    determination_menu.join(app)
    app.register_blueprint(api.bp)
    publication.init_app(app)
