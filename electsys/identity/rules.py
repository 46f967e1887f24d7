"""The rules of log-in, grants and identity as pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
#: Lengths of a region code: nation, province, kab/kota, kecamatan, desa, TPS.
REGION_DIGITS = (0, 2, 4, 6, 10, 13)

#: Failures in a row that are free of a wait, by what is guessed. Many people share one address.
FREE_FAILURES = {"account": 5, "code": 5, "mail": 3, "origin": 60}
LONGEST_WAIT = timedelta(hours=1)


def wait_after(failures: int, free: int = 5) -> timedelta:
    """How long a key waits after so many failures in a row: 1 minute, doubled each time, at most an hour.

    >>> [wait_after(n).seconds // 60 for n in (4, 5, 6, 7, 11, 99)]
    [0, 1, 2, 4, 60, 60]
    """
    if failures < free:
        return timedelta(0)
    return min(timedelta(minutes=2 ** min(failures - free, 10)), LONGEST_WAIT)


def minutes_left(wait: timedelta) -> int:
    """A wait in whole minutes, never told too short."""
    return max(1, -(-int(wait.total_seconds()) // 60))


_BROWSERS = (
    ("Edge", "Edg/"),
    ("Opera", "OPR/"),
    ("Samsung Internet", "SamsungBrowser/"),
    ("Firefox", "Firefox/"),
    ("Firefox", "FxiOS/"),
    ("Chrome", "CriOS/"),
    ("Chrome", "Chrome/"),
    ("Safari", "Safari/"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS X"),
    ("ChromeOS", "CrOS"),
    ("Linux", "Linux"),
)


def device_of(agent: str) -> str:
    """Browser and system of a user agent in words that its owner recognises, such as "Firefox, Windows"."""
    browser = next((name for name, sign in _BROWSERS if sign in agent), "")
    system = next((name for name, sign in _SYSTEMS if sign in agent), "")
    return ", ".join(part for part in (browser, system) if part)


def region_fits(code: str, digits: Sequence[int] | None) -> bool:
    """Whether a grant of a role may name this region; ``digits`` are the lengths that the role allows."""
    if code and not (code.isascii() and code.isdecimal()):
        return False
    return len(code) in (REGION_DIGITS if digits is None else digits)


def common_region(codes: Iterable[str]) -> str:
    """The longest prefix of all codes: who holds it, reaches all of them. Without codes it is the nation."""
    codes = sorted(codes)
    if not codes:
        return ""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(codes[0], codes[-1], strict=False))
    return "".join(digit for digit, _ in same)


@dataclass(frozen=True)
class Facts:
    """What is known of a human, for comparing; None is not known. ``name`` is normalised."""

    name: str
    birth_date: date | None = None
    sex: str | None = None


def differences(known: Facts, claimed: Facts) -> list[str]:
    """In what a claim disagrees about the human behind a NIK.

    The words are ``nama``, ``tanggal_lahir`` and ``jenis_kelamin``. What one side does not know is no
    disagreement.
    """
    found = []
    if known.name != claimed.name:
        found.append("nama")
    if known.birth_date and claimed.birth_date and known.birth_date != claimed.birth_date:
        found.append("tanggal_lahir")
    if known.sex and claimed.sex and known.sex != claimed.sex:
        found.append("jenis_kelamin")
    return found


def another_human(differs: Sequence[str], *, birth_date_agrees: bool) -> bool:
    """Whether the disagreement is such that the claim gets a row of its own until people decide.

    A name spelled otherwise under the same NIK and birth date is one human; another birth date, another
    sex, or another name without a birth date to hold it, may be two.
    """
    return bool(set(differs) - {"nama"}) or (bool(differs) and not birth_date_agrees)


def changed_permissions(before: Iterable[str], after: Iterable[str]) -> tuple[list[str], list[str]]:
    """What a role's new set adds and what it takes away."""
    old, new = set(before), set(after)
    return sorted(new - old), sorted(old - new)
