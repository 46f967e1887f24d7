"""JDIH in the menu and on the task lists."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys.web import navigation
from modules.jdih.menu import letters, register, search


def join() -> None:
    """Put the pages of letters, register and search into the menu, and what waits onto the task lists."""
    navigation.section("jdih", _l("Naskah dan hukum"))
    for part in (letters, register, search):
        part.register()
