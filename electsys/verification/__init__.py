"""Verification: the desk where people judge items one after another, and samples of people to be visited.

Sipol judges boards, offices, documents and members of parties by it, Silon the documents of candidates and
the supporters of independents (UU 7/2017 art. 174-180, 183, 249). A module registers its queue and says what
is shown; who decides what, twice or never, is settled here.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.verification import models  # noqa: F401  (completes the metadata)
from electsys.verification.registry import Line, Queue, Reason, Sheet, find, queues, register

__all__ = ["Line", "Queue", "Reason", "Sheet", "find", "init_app", "queues", "register"]


def init_app(app: Flask) -> None:
    """Join the room to the app."""
    from electsys.identity import permissions
    from electsys.ledger.wording import SUBJECTS, VERBS
    from electsys.verification import views, wording
    from electsys.verification.registry import JUDGE, READ
    from electsys.web import navigation

    permissions.declare(READ, _l("Melihat antrean verifikasi"))
    permissions.declare(JUDGE, _l("Memutus butir verifikasi"))
    VERBS.update(wording.VERBS)
    SUBJECTS.update(wording.SUBJECTS)
    app.register_blueprint(views.bp)
    navigation.section("verification", _l("Meja kerja"))
    navigation.entry(_l("Meja verifikasi"), "verification.work", permission=READ, order=47)
