"""News that Sipol publishes for modules on its right (electsys.events)."""

from __future__ import annotations

from dataclasses import dataclass

from electsys.events import Event


@dataclass(frozen=True, kw_only=True)
class PartiesDetermined(Event):
    """A plenary set which parties take part; it comes once a plenary, in its transaction."""

    election_id: int
    #: Party ids that take part now, and that do not.
    participants: tuple[int, ...]
    excluded: tuple[int, ...]
    #: The decision (``letter.id``).
    letter_id: int


@dataclass(frozen=True, kw_only=True)
class NumbersDrawn(Event):
    """Participants got their ballot numbers, in the transaction that wrote them."""

    election_id: int
    draw_id: int
    #: ``(party id, number)``.
    numbers: tuple[tuple[int, int], ...]
