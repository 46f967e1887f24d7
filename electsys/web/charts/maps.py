"""Maps: areas coloured by step or by leader, each a link, with pattern or label, legend and table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from electsys.web.charts.bars import Share, draw, unique

#: Steps of a share, in hundredths: below 20, 40, 60, 80, up to all.
STEPS = 5
#: Patterns over the colours of leaders, by their order; the first has none.
PATTERNS = (
    "",
    "M0 8L8 0M-2 2L2 -2M6 10L10 6",
    "M0 0L8 8M-2 6L2 10M6 -2L10 2",
    "M0 4H8",
    "M4 0V8",
    "M2 4a2 2 0 1 0 4 0a2 2 0 1 0 -4 0",
)

#: What tells the steps apart on paper without colour: ever denser, black at last.
STEP_PATTERNS = ("M4 4h.1", "M0 8L8 0", "M0 8L8 0M0 0L8 8", "M0 8L8 0M0 0L8 8M0 4H8M4 0V8", "")
STEP_PAPERS = ("#fff", "#fff", "#fff", "#fff", "#222")


@dataclass(frozen=True)
class Area:
    """One area: its outline (SVG path data), name, what it says in words, and how it is filled.

    ``step`` 1 to 5 fills by share, ``leader`` is an index into the map's ``leaders``; with neither the
    area has no data. ``label`` stands on the area at ``at`` where there is room.
    """

    code: str
    name: str
    path: str
    says: str
    link: str | None = None
    step: int | None = None
    leader: int | None = None
    label: str | None = None
    at: tuple[float, float] | None = None


def step_of(part: int | None, whole: int | None) -> int | None:
    """The step of a share: 1 (below a fifth) to 5; None where there is nothing to share."""
    if part is None or not whole:
        return None
    return min(STEPS, STEPS * part // whole + 1)


def choropleth(
    areas: Sequence[Area],
    *,
    viewbox: str,
    title: Any,
    description: Any,
    head: Any,
    leaders: Sequence[Share] = (),
    legend: Sequence[tuple[int, Any]] = (),
) -> Markup:
    """A map of areas. ``legend`` names the steps used; ``leaders`` name colours and patterns.
    Patterns and labels keep their size on the page whatever the units of ``viewbox``."""
    unit = float(viewbox.split()[2]) / 320
    return draw(
        "map",
        unit=unit,
        areas=areas,
        viewbox=viewbox,
        title=title,
        description=description,
        head=head,
        leaders=leaders,
        legend=legend,
        patterns=PATTERNS,
        step_patterns=STEP_PATTERNS,
        step_papers=STEP_PAPERS,
        id=unique("peta"),
    )
