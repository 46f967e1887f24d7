"""JDIH in the menu and on the task lists."""

from __future__ import annotations

from modules.jdih.menu import letters, register, search


def join() -> None:
    """Put the pages of letters, register and search into the menu, and what waits onto the task lists."""
    for part in (letters, register, search):
        part.register()
