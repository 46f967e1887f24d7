"""Who is a voter, and what makes a row doubtful (UU 7/2017 art. 1, 198-200; domain.md 5.1, 5.3).

Hard faults are few: length and digits of the numbers, a birth date that cannot be, unknown codes. Everything
else is a doubt: the row is taken and a person looks at it, because the civil registry itself holds such rows.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from typing import Any

from electsys.privacy.rules import check_nik, check_nkk

#: Doubts of a row, beside those that electsys.privacy.rules finds in its numbers.
TOO_YOUNG = "umur_kurang"
TOO_OLD = "umur_lebih"
MARRIED_YOUNG = "kawin_muda"


@dataclass(frozen=True)
class Limits:
    """What the settings of the election say: the voting day, and ages in whole years."""

    voting_day: date
    #: ``usia_pemilih``: from this age on everybody votes.
    voting_age: int = 17
    #: ``usia_pemilih_tinjau``: above this age the row is looked at.
    old_age: int = 100
    #: ``usia_kawin_tinjau``: married below this age the row is looked at.
    marriage_age: int = 16
    #: ``usia_pemula``: a voter up to this age votes for the first time.
    first_age: int = 21


def age_on(birth_date: date, day: date) -> int:
    """Whole years on ``day``; who was born on 29 February is a year older on 1 March of a common year."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def may_vote(birth_date: date, marital_status: str, limits: Limits) -> bool:
    """Whether the age allows it: old enough on the voting day, or married or married before (art. 198)."""
    return age_on(birth_date, limits.voting_day) >= limits.voting_age or marital_status in ("S", "P")


def age_doubts(birth_date: date, marital_status: str, limits: Limits, today: date) -> list[str]:
    """Doubts about the age: too young and never married, very old, married implausibly young.

    ``today`` is the day on which the marriage stands in the file.
    """
    found = []
    if not may_vote(birth_date, marital_status, limits):
        found.append(TOO_YOUNG)
    if age_on(birth_date, limits.voting_day) > limits.old_age:
        found.append(TOO_OLD)
    if marital_status in ("S", "P") and age_on(birth_date, today) < limits.marriage_age:
        found.append(MARRIED_YOUNG)
    return found


def doubts(
    *,
    nik: str | None,
    nkk: str | None,
    birth_date: date,
    sex: Any,
    marital_status: str,
    limits: Limits,
    today: date,
    regions: Container[str] | None = None,
) -> list[str]:
    """Every doubt about a row whose numbers have the right form (domain.md 5.3), in a settled order.

    ``regions`` are the known codes of provinces, kab/kota and kecamatan; the place in a NIK is that of its
    first registration, so the row's own village is never compared with it.
    """
    found = []
    if nik:
        found += [p.code for p in check_nik(nik, birth_date=birth_date, sex=sex, regions=regions)]
    if nkk:
        found += [p.code for p in check_nkk(nkk, regions=regions)]
    return found + age_doubts(birth_date, marital_status, limits, today)


def band_of(age: int, bands: list[int]) -> str:
    """The age band of ``kelompok_umur`` that an age falls into, named by its lower end: ``17``, ``21``, ...

    Below the first band everybody belongs to it (a married voter of 16).
    """
    return str(max((b for b in bands if b <= age), default=bands[0]))
