"""Outlines of provinces and kab/kota for maps (simplified, of 2019 on the codes of 2024)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "garis_batas.json"
#: Room around the drawn areas, as a part of the longer side.
MARGIN = 0.02


@cache
def _drawn() -> dict[str, dict[str, list[Any]]]:
    loaded: dict[str, dict[str, list[Any]]] = json.loads(FILE.read_text())
    return loaded


def outlines(level: int, parent: str) -> tuple[dict[str, str], str]:
    """SVG paths by code of the areas of a level inside ``parent``, and the view box that holds them.

    Level 1 is provinces, 2 kab/kota. Areas without a known outline are left out; none at all gives an
    empty dict and an empty view box.
    """
    inside = {code: row for code, row in _drawn()[str(level)].items() if code.startswith(parent)}
    if not inside:
        return {}, ""
    west, north = min(r[1] for r in inside.values()), min(r[2] for r in inside.values())
    east, south = max(r[3] for r in inside.values()), max(r[4] for r in inside.values())
    room = round(MARGIN * max(east - west, south - north)) + 1
    box = f"{west - room} {north - room} {east - west + 2 * room} {south - north + 2 * room}"
    return {code: row[0] for code, row in inside.items()}, box
