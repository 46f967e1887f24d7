"""Bars: the shares of candidates, how far a count or a job has come."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, render_template
from markupsafe import Markup

_COLOUR = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")


@dataclass(frozen=True)
class Share:
    """One bar: its number on the ballot, name, votes, colour (``#rrggbb``) and where it leads."""

    name: str
    votes: int
    color: str | None = None
    number: int | None = None
    link: str | None = None

    @property
    def fill(self) -> str | None:
        """The colour, if it is one; anything else would be somebody's text in an attribute."""
        return self.color if self.color and _COLOUR.fullmatch(self.color) else None


def width(part: int, whole: int, full: int = 100) -> str:
    """The length of a bar as SVG wants it, exact to a thousandth; never beyond its ground."""
    if whole <= 0:
        return "0"
    thousandths = min(1000 * full, (2000 * full * max(part, 0) + whole) // (2 * whole))
    return f"{thousandths // 1000}.{thousandths % 1000:03d}".rstrip("0").rstrip(".")


def unique(stem: str) -> str:
    """An id that stands once on the page."""
    counter = g.setdefault("chart_ids", itertools.count(1))
    return f"{stem}-{next(counter)}"


def draw(template: str, **values: Any) -> Markup:
    """A chart's HTML."""
    return Markup(render_template(f"web/charts/{template}.html", width=width, **values))  # noqa: S704


def shares(parts: Sequence[Share], *, title: Any, total: int | None = None, unit: Any = None) -> Markup:
    """Horizontal bars of shares in ``total`` (the sum without one), in the order given."""
    whole = sum(p.votes for p in parts) if total is None else total
    return draw("shares", parts=parts, total=whole, title=title, unit=unit, id=unique("bagian"))


def coverage(accepted: int, received: int, expected: int, *, label: Any) -> Markup:
    """How much is in: accepted over received over expected. ``label`` says it in words."""
    return draw("coverage", accepted=accepted, received=received, expected=expected, label=label)


def progress(done: int, total: int, *, label: Any) -> Markup:
    """How far something has come, with the numbers beside the bar."""
    return draw("progress", done=done, total=total, label=label)
