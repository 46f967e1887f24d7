"""What happens by itself: sessions whose time is over are marked, quiet lock-outs forgotten."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.identity.operations import locks, sessions
from electsys.jobs import every


@every(seconds=600, name="identity.tidy", label=_l("Membersihkan sesi dan tautan yang kedaluwarsa"))
def tidy() -> None:
    """Every ten minutes."""
    sessions.expire_sessions()
    locks.tidy()
