"""News of lists, within Silon: who verifies begins when a nomination enters a round (electsys.events)."""

from __future__ import annotations

from dataclasses import dataclass

from electsys.events import Event


@dataclass(frozen=True, kw_only=True)
class RoundBegins(Event):
    """A nomination entered the verification: round 1 when KPU received it, 2 when its repair came in.

    In the transaction of the move; subscribe ``later=True`` for work that may take long.
    """

    nomination_id: int
    round: int
