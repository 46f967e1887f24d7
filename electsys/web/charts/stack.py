"""Bars of several parts: how many are in which state, each state with a colour and a pattern of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from electsys.web.charts.bars import draw, unique
from electsys.web.charts.maps import PATTERNS

#: Units of a whole bar; it is as wide as its place, and its patterns stretch with it.
LONG = 600


@dataclass(frozen=True)
class Bar:
    """One bar: what it counts, how many are in each state (in the order of the states), where it leads."""

    name: str
    parts: tuple[int, ...]
    link: str | None = None

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.parts)

    def pieces(self) -> list[tuple[int, float, float]]:
        """(state, start, length) of what is not empty; the lengths fill the bar exactly."""
        found, before = [], 0
        for state, part in enumerate(self.parts):
            if part:
                start = LONG * before / self.total
                found.append((state, round(start, 2), round(LONG * part / self.total, 2)))
            before += part
        return found


def stack(bars: Sequence[Bar], states: Sequence[Any], *, title: Any, head: Any) -> Markup:
    """Bars over ``states`` (at most six names, the best first); ``head`` titles the names in the table."""
    return draw(
        "stack",
        bars=bars,
        states=states,
        title=title,
        head=head,
        id=unique("tumpuk"),
        long=LONG,
        # The last state is that nothing has happened: an empty bar.
        patterns=[*PATTERNS[: len(states) - 1], ""],
    )
