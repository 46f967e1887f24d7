"""Fill a layout: from what people typed to values, from values to what the typst template prints."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from electsys.documents.layouts import COMMON, KECEPATAN, LAYOUTS, SIFAT, TABLE, Field
from electsys.documents.papers import date_text
from electsys.errors import Refused

#: Longest value of one field, in characters; a longer text belongs into an attachment.
LONGEST = 60_000
#: Marks between the columns of a typed table: the first that stands in its heading line.
SEPARATORS = ("\t", "|", ";")
#: A cell that is set to the right: 112.904 or 12,5; and what a last row is called that sums the others.
NUMBER = re.compile(r"-?\d[\d.,]*")
TOTALS = ("jumlah", "total")


def read_values(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What people typed, as values of the kind's own fields; empty ones are left out.

    A value that is no text (a list, a table, a date) is taken as it is. :class:`Refused` names the field.
    """
    values = {}
    for field in LAYOUTS[kind].fields:
        value = given.get(field.name)
        if isinstance(value, str):
            value = read(field, value)
        if value:
            values[field.name] = value
        elif field.required:
            raise Refused(_("Isi %(field)s.", field=field.label), field=field.name)
    return values


def read(field: Field, text: str) -> Any:
    """The value of one field from its text; "" or an empty list where nothing was typed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n ")
    if len(text) > LONGEST:
        raise Refused(
            _("%(field)s terlalu panjang.", field=field.label),
            field=field.name,
            hint=_("Pindahkan sebagian ke lampiran."),
        )
    if field.input == "line":
        return " ".join(text.split())
    if field.input == "paragraphs":
        return [" ".join(p.split()) for p in text.split("\n\n") if p.strip()]
    if field.input == "list":
        return [" ".join(line.split()) for line in text.split("\n") if line.strip()]
    if field.input == "table":
        return _table(field, text)
    if field.input == "date":
        return _date(field, text)
    return text


def _table(field: Field, text: str) -> dict[str, Any] | None:
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        return None
    mark = next((m for m in SEPARATORS if m in lines[0]), SEPARATORS[0])
    columns, *rows = ([cell.strip() for cell in line.split(mark)] for line in lines)
    for number, row in enumerate(rows, 1):
        if len(row) != len(columns):
            raise Refused(
                _(
                    "%(field)s, baris %(row)s: %(found)s kolom, seharusnya %(wanted)s.",
                    field=field.label,
                    row=number,
                    found=len(row),
                    wanted=len(columns),
                ),
                field=field.name,
                hint=str(TABLE),
            )
    if not rows:
        raise Refused(
            _("%(field)s belum berisi baris.", field=field.label), field=field.name, hint=str(TABLE)
        )
    numbers = [i for i in range(len(columns)) if all(NUMBER.fullmatch(row[i]) for row in rows)]
    return {"columns": columns, "rows": rows, "numbers": numbers, "total": rows[-1][0].lower() in TOTALS}


def _date(field: Field, text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Refused(_("%(field)s bukan tanggal.", field=field.label), field=field.name) from None


def data_of(kind: str, values: Mapping[str, Any], **common: Any) -> dict[str, Any]:
    """What the template prints: values of the kind's fields, the common facts that it shows, ``parts``.

    ``common`` may hold any of :data:`COMMON` (``sifat`` and ``kecepatan`` as keys), ``signers``,
    ``letterhead``, ``electronic`` (the paper says that it is signed electronically) and ``simulation``.
    """
    layout = LAYOUTS[kind]
    hidden = set(COMMON) - set(layout.common)
    with force_locale("id"):  # papers are Indonesian, whatever the reader's language
        data = {k: v for k, v in common.items() if k not in hidden and v not in (None, "", [])}
        for name, words in (("sifat", SIFAT), ("kecepatan", KECEPATAN)):
            if name in data:
                data[name] = str(words.get(data[name], data[name]))
        data |= {k: date_text(v) if isinstance(v, dt.date) else v for k, v in values.items()}
        data["parts"] = [
            {
                "name": f.name,
                "style": f.style,
                "label": f.printed or str(f.label),
                "input": "line" if f.input == "date" else f.input,
                "above": f.above,
                "value": data[f.name],
            }
            for f in layout.fields
            if f.style != "own" and data.get(f.name)
        ]
    return data | {
        "layout": {
            "kind": kind,
            "title": layout.title,
            "lead": layout.lead,
            "side_by_side": layout.side_by_side,
            "stamp": layout.stamp,
        }
    }
