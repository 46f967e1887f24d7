"""A small line over time or steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from electsys.web.charts.bars import draw, unique

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 420, 200, 62, 28, 12


def ceiling(value: int) -> int:
    """The round number at the top of the axis, whose quarters are round too: 4, 8, 10, 20, 40, 80, 100 ..."""
    step = 1
    while True:
        for factor in (1, 2, 4, 8):
            if value <= step * factor:
                return step * factor
        step *= 10


def line(points: Sequence[tuple[str, int]], *, title: Any, head: Any, unit: Any) -> Markup:
    """A line through the points (label, value), from nought; ``head`` and ``unit`` title its table."""
    top = ceiling(max((v for _label, v in points), default=1))
    across, up = WIDTH - LEFT - 12, HEIGHT - BOTTOM - TOP
    step = across / max(1, len(points) - 1)
    placed = [
        (label, value, round(LEFT + i * step, 1), round(TOP + up * (top - value) / top, 1))
        for i, (label, value) in enumerate(points)
    ]
    grid = (
        [(top * k // 4, round(TOP + up * (4 - k) / 4, 1)) for k in range(5)]
        if top >= 4
        else [(0, TOP + up), (top, TOP)]
    )
    return draw(
        "line",
        points=placed,
        grid=grid,
        title=title,
        head=head,
        unit=unit,
        id=unique("garis"),
        size=(WIDTH, HEIGHT, LEFT),
    )
