"""Sirekap: recapitulation and publication. So far: the public JSON of 2024, from Situng's count.

The paths and shapes are those that KPU published in 2024 and that third-party programs still read
(reference: sirekap-api.md). Recap, decisions, static publication and the public log follow here.
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Join the module to the app."""
    from modules.sirekap import api, publication
    from modules.sirekap.cli import sirekap

    app.register_blueprint(api.bp)
    app.cli.add_command(sirekap)
    publication.init_app(app)
