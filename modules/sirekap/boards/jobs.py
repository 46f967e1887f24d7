"""Boards as periodic work."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys import jobs
from electsys.db import db
from modules.sirekap.boards.writing import elections, write_boards


@jobs.every(30, "sirekap.boards", label=_l("Menulis papan rekapitulasi"))
def boards() -> None:
    """Write what changed, election by election."""
    for election in elections():
        write_boards(election)
        db.session.commit()
