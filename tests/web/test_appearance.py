"""The dark look changes colours and nothing else: browser tests look in the dark at colours only."""

from __future__ import annotations

import re

from electsys.web.assets import OWN
from tests.browser import COLOURS, CONTRAST, RULES


def test_the_dark_sheet_sets_colours_only():
    sheet = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", (OWN / "css" / "dark.css").read_text(), flags=re.S)
    declared = re.findall(r"[{;]\s*([-\w]+)\s*:\s*([^;}]+)", sheet)
    assert len(declared) > 30
    shape = {name for name, _value in declared if not name.startswith("--")}
    assert shape <= {"color-scheme", "fill", "stroke"}
    sizes = [f"{name}: {value}" for name, value in declared if re.search(r"\d(rem|em|ch|vw)\b", value)]
    assert sizes == []


def test_axe_looks_at_both_in_full():
    """In the light every rule of the standard; in the dark its rules of colours; contrast in both."""
    assert RULES["runOnly"]["type"] == "tag" and "wcag22aa" in RULES["runOnly"]["values"]
    assert list(RULES["rules"]) == ["color-contrast"] and '"color-contrast"' in CONTRAST
    assert COLOURS["runOnly"]["values"] == ["link-in-text-block"]
