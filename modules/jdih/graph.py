"""The relations of a document as a picture: what acts on it at the left, on what it acts at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from modules.jdih.queries.register import Related, short_name
from modules.jdih.wording.register import RELATIONS

#: Boxes on one side before the rest becomes "and n more"; the list beside the picture has them all.
MOST = 6
WIDTH, ROW, BOX, HEIGHT = 900, 66, 230, 44
#: Characters that fit a box.
FITS = 26


@dataclass(frozen=True)
class Box:
    """A document in the picture; ``verb`` stands on the line to it."""

    x: int
    y: int
    text: str
    verb: str = ""
    link: str | None = None

    @property
    def middle(self) -> int:
        """Where lines end."""
        return self.y + HEIGHT // 2


def verb(row: Related) -> str:
    """What a relation says, read from the document's side: "mengubah", "dicabut dengan"."""
    return str(RELATIONS[row.kind][0 if row.direction == "out" else 1])


def grouped(related: Sequence[Related]) -> list[tuple[str, list[Related]]]:
    """The list beside the picture: verb -> the documents, in the order of the query."""
    groups: dict[str, list[Related]] = {}
    for row in related:
        groups.setdefault(verb(row), []).append(row)
    return list(groups.items())


def drawn(name: str, related: Sequence[Related]) -> Markup | None:
    """The picture; None for a document that stands alone."""
    if not related:
        return None
    sides = {d: [r for r in related if r.direction == d] for d in ("in", "out")}
    columns = {"in": _column(sides["in"], 0), "out": _column(sides["out"], WIDTH - BOX)}
    height = max(1, *(len(boxes) for boxes in columns.values())) * ROW
    middle = Box((WIDTH - BOX) // 2, (height - HEIGHT) // 2, _fitted(name))
    shifted = {
        side: [Box(b.x, b.y + (height - len(boxes) * ROW) // 2, b.text, b.verb, b.link) for b in boxes]
        for side, boxes in columns.items()
    }
    values: dict[str, Any] = {"middle": middle, "box": BOX, "box_height": HEIGHT, "width": WIDTH}
    values |= {"before": shifted["in"], "after": shifted["out"], "height": height}
    return Markup(render_template("jdih/_graph.html", **values))  # noqa: S704  (our own template)


def _column(rows: Sequence[Related], x: int) -> list[Box]:
    shown = list(rows[:MOST] if len(rows) <= MOST else rows[: MOST - 1])
    boxes = [
        Box(
            x,
            n * ROW + (ROW - HEIGHT) // 2,
            _fitted(short_name(row.other)),
            verb(row),
            url_for("jdih.document", stem=row.other.stem),
        )
        for n, row in enumerate(shown)
    ]
    if len(rows) > len(shown):
        more = _("dan %(n)s lainnya", n=len(rows) - len(shown))
        boxes.append(Box(x, len(shown) * ROW + (ROW - HEIGHT) // 2, more))
    return boxes


def _fitted(text: str) -> str:
    return text if len(text) <= FITS else text[: FITS - 1] + "…"
