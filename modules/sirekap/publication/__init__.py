"""The public side of an election as static files (docs/publication.md is the contract).

A publication rests on one state of the public log: a snapshot is taken while no form moves
(:mod:`.snapshot`), the areas that new leaves touch are written (:mod:`.counted`), the list of contents
becomes a leaf itself, and the log's tiles and the list go last (:mod:`.publishing`). Nobody can switch
publication off alone: a stop takes two people and is announced (:mod:`.stops`).
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l


def init_app(app: Flask) -> None:
    """Join publication to the app."""
    from electsys.ledger.wording import name_subject, name_verb
    from electsys.web import navigation
    from modules.sirekap.publication import (  # noqa: F401  (they register themselves)
        cli,
        demo,
        jobs,
        models,
        stops,
        views,
    )

    app.register_blueprint(views.bp)
    name_verb("sirekap:publication:publish", _l("Menerbitkan hasil"))
    name_verb("sirekap:stop:ask", _l("Mengajukan penghentian publikasi"))
    name_subject("publication_stop", _l("penghentian publikasi"))
    navigation.entry(_l("Publikasi"), "publication.start", permission=stops.ASK, order=60)
