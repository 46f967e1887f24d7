"""Voters abroad: how they vote, and what the list of a PPLN holds (UU 7/2017 art. 212-213; domain.md 5)."""

from __future__ import annotations

from electsys.regions.rules import OVERSEAS

#: Kind of a polling station abroad, which is the way to vote there, in the order of the lists.
METHODS = ("tpsln", "ksk", "pos")


def is_abroad(code: str) -> bool:
    """Whether a region, TPS or roll lies abroad; its first four signs are the city of the PPLN."""
    return code.startswith(OVERSEAS)


def normal_passport(text: str) -> str:
    """A passport number as it compares: ``"a 123-4567"`` is ``A1234567``."""
    return "".join(c for c in text.upper() if c.isascii() and c.isalnum())


def passport_problem(passport: str) -> str | None:
    """``passport_form`` where it is none of a passport or SPLP: 6 to 12 letters and digits, one a digit."""
    right = 6 <= len(passport) <= 12 and any(c.isdigit() for c in passport)
    return None if right else "passport_form"
