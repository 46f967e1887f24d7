"""Boards as static files: how far the count and the recap of every region are, for people and for programs.

What a board says is asked for all regions at once (:mod:`modules.sirekap.boards`); a region is written again
only where it says something new. ``data/papan/daftar.json`` holds the digest of what each board says.
"""

from __future__ import annotations

import json
from typing import Any

from modules.sirekap.boards import displays, words
from modules.sirekap.boards.content import Tallies, Tally, tallies
from modules.sirekap.boards.missing import bodies, stations
from modules.sirekap.boards.shelf import digest, encode
from modules.sirekap.boards.writing import numbers, pace_of, without_reasons
from modules.sirekap.publication.site import Site, way
from modules.sirekap.recap_words import REASONS

LIST = "data/papan/daftar.json"
#: Codes whose plenaries have TPS as columns: kecamatan, and PPLN.
LEAVES = (4, 6)
#: Hours of the pace on a page; its data hold more.
HOURS = 12


def write_boards(site: Site, *, everything: bool = False, region: str = "") -> None:
    """The boards that say something new; inside and above ``region`` only."""
    shelf, found = site.shelf, tallies(site.taken.election)
    known = json.loads(shelf.target.read(LIST) or b"{}") if shelf.holds(LIST) else {}
    says = {
        code: digest(encode(numbers(found, tally) | {"belum": bodies(found, tally), "terisi": tally.filled}))
        for code, tally in found.regions.items()
        if code.startswith(region) or region.startswith(code)
    }
    fresh = [code for code, said in says.items() if everything or known.get(code) != said]
    if not fresh:
        return
    lists = stations(found, [code for code in fresh if len(code) in LEAVES])
    for code in fresh:
        board = _board(site, found, found.regions[code], lists.get(code))
        shelf.put_json(f"data/papan/{way(code)}.json", board)
        site.page(
            f"papan/{way(code)}.html",
            "board",
            board=board,
            facts=displays.facts(board),
            words=words,
            reasons=REASONS,
            has=lambda code: code in says,
            kinds=[count.kind for count in site.taken.counts],
            hours=HOURS,
        )
    shelf.put_json(LIST, known | says)


def _board(site: Site, found: Tallies, tally: Tally, missing: dict[str, Any] | None) -> dict[str, Any]:
    """A board with its history, which the one before kept; it carries no moment of its own."""
    path = f"data/papan/{way(tally.code)}.json"
    raw = site.shelf.target.read(path) if site.shelf.holds(path) else None
    before = json.loads(raw)["laju"]["dihitung"] if raw else []
    board = numbers(found, tally)
    board["laju"]["dihitung"] = pace_of(before, tally.total("accepted"), site.now)
    board["belum"] = without_reasons(missing) if missing else bodies(found, tally)
    return board
