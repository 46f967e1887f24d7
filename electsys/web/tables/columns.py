"""What a table shows: columns and filters as declarations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from electsys.web.formats import UNKNOWN, angka, tanggal, waktu

_SHOWN: dict[str, Callable[[Any], Any]] = {"number": angka, "date": tanggal, "moment": waktu}


@dataclass(frozen=True)
class Column:
    """One column.

    ``value`` is an attribute name (dots reach further) or a function of the row. ``kind`` formats it:
    ``text``, ``number``, ``date`` or ``moment``. ``cell`` gives HTML instead (a ``Markup``), while the
    download still carries ``value``; ``link`` is the address the cell leads to. ``sort`` is what a select
    orders by; on a sequence, True orders by the value. ``hidden`` columns show when chosen.
    """

    name: str
    label: Any
    value: str | Callable[[Any], Any]
    kind: str = "text"
    sort: Any = None
    cell: Callable[[Any], Any] | None = None
    link: Callable[[Any], str | None] | None = None
    hidden: bool = False
    head: bool = False
    export: bool = True

    @property
    def look(self) -> str:
        """The class of its cells."""
        return {"number": "num", "text": ""}.get(self.kind, self.kind)

    def of(self, row: Any) -> Any:
        """The plain value in a row."""
        if callable(self.value):
            return self.value(row)
        for part in self.value.split("."):
            row = getattr(row, part, None) if not isinstance(row, dict) else row.get(part)
        return row

    def html(self, row: Any) -> Markup:
        """The cell as it is shown."""
        if self.cell is not None:
            shown = escape(self.cell(row))
        else:
            value = self.of(row)
            shown = escape(UNKNOWN if value is None else _SHOWN.get(self.kind, str)(value))
        address = self.link(row) if self.link else None
        return Markup('<a href="{}">{}</a>').format(address, shown) if address else shown

    def plain(self, row: Any) -> str | int | float | None:
        """The value as a download carries it: numbers stay numbers, moments are ISO 8601."""
        value = self.of(row)
        if isinstance(value, dt.date | dt.datetime):
            return value.isoformat()
        if isinstance(value, bool):
            return int(value)
        return value if value is None or isinstance(value, int | float) else str(value)


@dataclass(frozen=True)
class Filter:
    """One choice above the table: its name in the address, its choices, and what it does.

    ``apply`` takes the select and the chosen value and returns the narrowed select; on a sequence it takes
    a row and the value and tells whether the row stays.
    """

    name: str
    label: Any
    choices: Sequence[tuple[str, Any]]
    apply: Callable[[Any, str], Any]
