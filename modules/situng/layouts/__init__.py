"""Forms as data, laid out: pure, without Flask or database.

``form_model`` reads a model, ``layout`` puts it and a ballot on pages; whoever prints and whoever reads a
photo uses the same pages. A page's code is made by ``qr_text`` and read by ``parse_qr``.
"""

from __future__ import annotations

from collections.abc import Sequence

from modules.situng.layouts.flow import flow
from modules.situng.layouts.measured import measured
from modules.situng.layouts.models import (
    Cell,
    FormModel,
    Line,
    VoteCell,
    form_model,
    model_for,
    models,
    vote_cells,
)
from modules.situng.layouts.payload import FormKey, QrRefused, edition, parse_qr, qr_text
from modules.situng.layouts.shapes import Bubble, CellBox, Marker, Page, Rect

__all__ = [
    "Bubble",
    "Cell",
    "CellBox",
    "FormKey",
    "FormModel",
    "Line",
    "Marker",
    "Page",
    "QrRefused",
    "Rect",
    "VoteCell",
    "edition",
    "form_model",
    "layout",
    "model_for",
    "models",
    "parse_qr",
    "qr_text",
    "vote_cells",
]


def layout(model: FormModel, contest: str, lines: Sequence[Line], region: str = "") -> list[Page]:
    """The pages of a form for a contest and its ballot; ``region`` decides a chamber's own name only."""
    return measured(model, lines) if model.kind == "measured" else flow(model, contest, lines, region)
