"""What a NIK and an NKK must look like, and what makes one doubtful (domain.md 5.3).

A NIK has 16 digits: 6 of the place of first registration, the birth date DDMMYY (women: DD + 40) and
a serial of 4 (UU 23/2006 art. 13; PP 37/2007 art. 37). Only length and digits are hard. Everything
else is a warning, because the civil registry itself holds such numbers: the place is that of the
first registration, not of today's home, and errors of birth date and sex were issued for life.
"""

from __future__ import annotations

import calendar
from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from typing import Literal

Sex = Literal["L", "P"]

#: Hard: the number cannot be one. Everything else is work for a person.
HARD = frozenset({"nik_length", "nik_digits", "nkk_length", "nkk_digits"})
WOMEN = 40  # added to the day of birth of a woman


@dataclass(frozen=True)
class NumberProblem:
    """One doubt about a number, as a code; ``electsys.privacy.wording`` has the words."""

    code: str

    @property
    def hard(self) -> bool:
        """Whether the number must be refused, rather than looked at by a person."""
        return self.code in HARD


@dataclass(frozen=True)
class NikParts:
    """A NIK taken apart. ``day`` is the day of birth without the 40; ``year`` has two digits."""

    region: str
    day: int
    month: int
    year: int
    sex: Sex
    serial: int

    @property
    def date_possible(self) -> bool:
        """Whether some century has such a day."""
        if not 1 <= self.month <= 12 or self.day < 1:
            return False
        return any(
            self.day <= calendar.monthrange(century + self.year, self.month)[1] for century in (1900, 2000)
        )

    def matches(self, birth_date: date) -> bool:
        """Whether this is that day, whatever the century."""
        return (self.day, self.month, self.year) == (birth_date.day, birth_date.month, birth_date.year % 100)


def form_problem(number: str, kind: Literal["nik", "nkk"]) -> NumberProblem | None:
    """The hard rule: 16 characters, all of them digits 0 to 9 (UU 23/2006 art. 13)."""
    if len(number) != 16:
        return NumberProblem(f"{kind}_length")
    if not (number.isascii() and number.isdecimal()):
        return NumberProblem(f"{kind}_digits")
    return None


def parse_nik(nik: str) -> NikParts:
    """Take a NIK apart; ValueError if its form is wrong."""
    if problem := form_problem(nik, "nik"):
        raise ValueError(problem.code)
    day = int(nik[6:8])
    woman = day > WOMEN
    return NikParts(
        region=nik[:6],
        day=day - WOMEN if woman else day,
        month=int(nik[8:10]),
        year=int(nik[10:12]),
        sex="P" if woman else "L",
        serial=int(nik[12:]),
    )


def check_nik(
    nik: str,
    *,
    birth_date: date | None = None,
    sex: Sex | None = None,
    regions: Container[str] | None = None,
) -> list[NumberProblem]:
    """All doubts about a NIK, beside what else is known of its holder.

    ``regions`` holds the known codes, of provinces (2 digits), kab/kota (4) or kecamatan (6): the
    longest part that it might know decides. Unknown facts (None) raise no doubt.
    """
    if problem := form_problem(nik, "nik"):
        return [problem]
    parts, codes = parse_nik(nik), []
    if regions is not None and not any(parts.region[:n] in regions for n in (2, 4, 6)):
        codes.append("nik_region_unknown")
    if not parts.date_possible:
        codes.append("nik_date_impossible")
    elif birth_date is not None and not parts.matches(birth_date):
        codes.append("nik_date_differs")
    if sex is not None and sex != parts.sex:
        codes.append("nik_sex_differs")
    if parts.serial == 0:
        codes.append("nik_serial_zero")
    return [NumberProblem(c) for c in codes]


def check_nkk(nkk: str, *, regions: Container[str] | None = None) -> list[NumberProblem]:
    """All doubts about a family card number: 6 region, DDMMYY of its issue, 4 serial (not 0000)."""
    if problem := form_problem(nkk, "nkk"):
        return [problem]
    codes = []
    if regions is not None and not any(nkk[:n] in regions for n in (2, 4, 6)):
        codes.append("nkk_region_unknown")
    day, month, year = int(nkk[6:8]), int(nkk[8:10]), int(nkk[10:12])
    if not NikParts(nkk[:6], day, month, year, "L", 0).date_possible:
        codes.append("nkk_date_impossible")
    if nkk[12:] == "0000":
        codes.append("nkk_serial_zero")
    return [NumberProblem(c) for c in codes]
