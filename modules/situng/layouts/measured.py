"""Forms that others printed: coordinates measured on the paper, kept in the model's file.

Such a form is read and shown beside its fields, never printed. Its corners are black squares; its
numbers have boxes and no bubbles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modules.situng.layouts.models import FormModel, Line, vote_cells
from modules.situng.layouts.shapes import CellBox, Marker, Page, Rect


def measured(model: FormModel, lines: Sequence[Line] = ()) -> list[Page]:
    """The pages of a measured model; without ``lines`` its vote rows bear the numbers in the file."""
    known = {cell.name: cell for cell in model.cells}
    votes = {vote.name: vote for vote in vote_cells(lines)}
    pages = []
    for number, data in enumerate(model.pages, 1):
        cells = []
        for row in data["row"]:
            whole = Rect(*row["row"])
            for name, boxes in row["boxes"].items():
                digits = tuple(Rect(*box) for box in boxes)
                cell = known.get(name) or votes.get(name)
                ref, label, role = (
                    (cell.ref, cell.label, cell.role) if cell else (row["ref"], row["label"], "suara")
                )
                cells.append(CellBox(name, ref, label, role, digits, (), _around(digits), whole))
        pages.append(
            Page(
                number,
                len(model.pages),
                data["width"],
                data["height"],
                _squares(number, data),
                None,
                tuple(cells),
            )
        )
    return pages


def _squares(number: int, data: Mapping[str, Any]) -> tuple[Marker, ...]:
    return tuple(
        Marker(4 * (number - 1) + corner, corner, Rect(*box), "square")
        for corner, box in enumerate(data["squares"])
    )


def _around(digits: Sequence[Rect]) -> Rect:
    left, top = min(d.x for d in digits), min(d.y for d in digits)
    return Rect(left, top, max(d.right for d in digits) - left, max(d.bottom for d in digits) - top)
