"""What a public question and a response must look like, and their clock: plain values, no database."""

from __future__ import annotations

import datetime as dt
import re

#: Letters of a code that people read aloud and type: none that looks like another (Crockford's base 32).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE = 12
#: The oldest birth year that a form takes.
OLDEST = 1900
_DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)


def plain_number(text: str | None) -> str:
    """A NIK as people type it, without the blanks, dots and hyphens that group it."""
    return re.sub(r"[\s.\-]", "", text or "")


def parse_day(text: str | None) -> dt.date | None:
    """A birth date typed as ``17-08-1990``, ``17/8/1990`` or ``1990-08-17``; None for what is no past day."""
    found = _DAY.fullmatch((text or "").strip())
    if found is None:
        return None
    parts = [int(part) for part in found.groups() if part is not None]
    day, month, year = parts if found[1] else reversed(parts)
    if year < OLDEST:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def due(received: dt.datetime, days: int) -> dt.datetime:
    """Until when a response is to be decided: ``days`` times 24 hours (NA-20: 3 x 24 hours)."""
    return received + dt.timedelta(days=days)


def hours_left(deadline: dt.datetime, now: dt.datetime) -> int:
    """Whole hours until a deadline, rounded down; negative when it is past."""
    return int((deadline - now).total_seconds() // 3600)


def plain_code(text: str | None) -> str:
    """A code as it was given out: upper case, without hyphens; O is 0, I and L are 1 (Crockford)."""
    code = re.sub(r"[\s\-]", "", text or "").upper()
    return code.translate(str.maketrans("OIL", "011"))


def shown_code(code: str) -> str:
    """A code in groups of four: ``ABCD-EFGH-JKMN``."""
    return "-".join(code[n : n + 4] for n in range(0, len(code), 4))


def plain_receipt(text: str | None) -> str:
    """A receipt number as it was given out: upper case, without blanks."""
    return re.sub(r"\s", "", text or "").upper()
