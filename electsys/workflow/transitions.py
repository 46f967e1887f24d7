"""One edge of a workflow, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, true

Guard = ColumnElement[bool] | Callable[[], ColumnElement[bool]]


@dataclass(frozen=True, eq=False)
class Transition:
    """One edge: from ``source`` by ``action`` to ``target``.

    ``permission`` None marks a move that no button offers: it is made by a handler of an event (a court
    ruling) or by a named job of the system; whoever publishes the event has checked its own right.
    """

    source: str
    action: str
    target: str
    permission: str | None
    #: Code of the stage (tahapan) that must be open in the row's region.
    stage: str | None = None
    guard: Guard | None = None
    #: Kind of the official document that the operation writes with this move.
    document: str | None = None
    label: Any = ""
    #: What the user reads when the guard says no.
    refusal: Any = ""
    #: Whether the move demands a reason in words.
    reason: bool = False

    def guard_clause(self) -> ColumnElement[bool]:
        """The guard as SQL; true where there is none."""
        if self.guard is None:
            return true()
        return self.guard() if callable(self.guard) else self.guard
