"""What the typesetter needs to print forms: the pages once, and for each TPS what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from modules.situng.layouts.drawing import page_svg
from modules.situng.layouts.payload import FormKey, edition, qr_text
from modules.situng.layouts.shapes import Page

#: Stands in an empty box in front of a number.
CROSS = "X"


@dataclass(frozen=True)
class Sheet:
    """A form of one TPS: the words of its heading and the numbers that are printed on it."""

    tps: str
    fields: Mapping[str, str]
    known: Mapping[str, int] = field(default_factory=dict)


def digits_of(value: int, places: int) -> list[str] | None:
    """The digits of a number for its boxes, crosses in front; None when it does not fit."""
    text = str(value)
    return None if value < 0 or len(text) > places else [*(CROSS * (places - len(text))), *text]


def blanks(pages: Sequence[Page], *, title: str, mark: str = "") -> dict[str, Any]:
    """The data of ``templates/situng/c_hasil_halaman.typ``: the pages without anything of a TPS."""
    return {
        "title": title,
        "mark": mark,
        "width": pages[0].width,
        "height": pages[0].height,
        "pages": [
            {"picture": page_svg(page), "texts": [asdict(text) for text in page.texts]} for page in pages
        ],
    }


def paper(
    pages: Sequence[Page],
    blank: bytes,
    sheets: Iterable[Sheet],
    *,
    election: int,
    contest: str,
    title: str,
    code: Callable[[str], str],
    mark: str = "",
) -> dict[str, Any]:
    """The data of ``templates/situng/c_hasil.typ``.

    ``blank`` is the PDF of the pages; ``code`` makes the SVG of a QR code of its text. A number that has more
    digits than boxes is left to be written by hand: :func:`digits_of`.
    """
    stamp = edition(pages)
    places = {cell.name: len(cell.digits) for page in pages for cell in page.cells}
    made = []
    for sheet in sheets:
        texts = [qr_text(FormKey(election, contest, sheet.tps, p.number, p.of, stamp)) for p in pages]
        known = {
            name: digits
            for name, value in sheet.known.items()
            if name in places and (digits := digits_of(value, places[name])) is not None
        }
        made.append(
            {
                "fields": dict(sheet.fields),
                "codes": [{"text": text, "picture": code(text)} for text in texts],
                "known": known,
            }
        )
    # Cells that no sheet knows are drawn with their page; they need not be told again.
    told = {name for sheet in made for name in sheet["known"]}
    return {
        "title": title,
        "width": pages[0].width,
        "height": pages[0].height,
        "mark": mark,
        "blank": list(blank),
        "pages": [
            {
                "alt": " ".join(text.text for text in page.texts if len(text.text) > 2),
                "qr": asdict(page.qr) if page.qr else None,
                "fields": [asdict(item) for item in page.fields],
                "cells": [asdict(cell) for cell in page.cells if cell.name in told],
            }
            for page in pages
        ],
        "sheets": made,
    }
