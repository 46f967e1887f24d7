"""What a board must have, and what in its data is worth a word (UU 7/2017 art. 173(2)b-e; PKPU 4/2022)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from electsys.privacy.rules import Sex, check_nik
from modules.sipol.rules.names import plain

#: The three that every board must have. [M]
TRIO = ("ketua", "sekretaris", "bendahara")
OFFICES = (*TRIO, "anggota")
#: Length of a region code -> level in words: centre, province, kab/kota, kecamatan.
LEVELS = {0: "pusat", 2: "provinsi", 4: "kabko", 6: "kecamatan"}
#: Levels that need an office and an account (UU 7/2017 art. 173(2)g, i).
HOUSED = (0, 2, 4)
#: An officer is an adult or was married; the registry's oldest is younger than this. [M]
YOUNGEST, OLDEST = 17, 110


@dataclass(frozen=True)
class Share:
    """Women among the officers of a board. ``needed`` is how many the share of the law asks for."""

    women: int
    officers: int
    needed: int

    @property
    def reached(self) -> bool:
        """Whether there are enough; a board of nobody has not."""
        return self.officers > 0 and self.women >= self.needed


def share_of_women(women: int, officers: int, minimum: Fraction) -> Share:
    """The share against ``minimum``, rounded up to whole people (art. 173(2)e: at least 30 %)."""
    return Share(women, officers, -(-officers * minimum.numerator // minimum.denominator))


def missing_offices(offices: Iterable[str]) -> tuple[str, ...]:
    """Which of the three a board lacks."""
    there = set(offices)
    return tuple(office for office in TRIO if office not in there)


def taken_twice(offices: Iterable[str]) -> tuple[str, ...]:
    """Which of the three a board has twice."""
    counts = Counter(offices)
    return tuple(office for office in TRIO if counts[office] > 1)


def board_problem(
    decree_date: dt.date, term_from: dt.date, term_to: dt.date | None, today: dt.date
) -> tuple[str, str] | None:
    """What is wrong with the dates of a board: (field, code), or None.

    ``term_reversed``: it ends before it begins. ``decree_future``: the decree bears a day to come.
    """
    if term_to is not None and term_to < term_from:
        return "term_to", "term_reversed"
    if decree_date > today:
        return "decree_date", "decree_future"
    return None


def board_notes(term_to: dt.date | None, today: dt.date, voting_day: dt.date) -> tuple[str, ...]:
    """What is not wrong but worth a word: ``term_over`` (the board has no term any more), ``term_short``
    (it ends before the votes are cast)."""
    if term_to is None:
        return ()
    if term_to < today:
        return ("term_over",)
    return ("term_short",) if term_to < voting_day else ()


def officer_problems(
    nik: str, birth_date: dt.date, sex: Sex, today: dt.date, regions: Container[str] | None = None
) -> tuple[str, ...]:
    """What is doubtful in an officer's numbers; codes of electsys.privacy.wording, and two of our own.

    ``birth_future`` and ``birth_impossible`` (older than the oldest) are mistakes, ``too_young`` too. The
    codes of the NIK but its form may be right all the same: the registry has such numbers.
    """
    found = [problem.code for problem in check_nik(nik, birth_date=birth_date, sex=sex, regions=regions)]
    age = today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))
    if birth_date > today:
        found.append("birth_future")
    elif age > OLDEST:
        found.append("birth_impossible")
    elif age < YOUNGEST:
        found.append("too_young")
    return tuple(found)


#: Problems that no look at the KTP-el can settle.
WRONG = frozenset({"nik_length", "nik_digits", "birth_future", "birth_impossible", "too_young"})


def office_note(tenure: str, valid_to: dt.date | None, needed_to: dt.date) -> str | None:
    """``ends_early`` where a lease or loan ends before the last step of the election (art. 173(2)g)."""
    if tenure == "milik" or valid_to is None or valid_to >= needed_to:
        return None
    return "ends_early"


def bears_name(holder: str, name: str, short_name: str) -> bool:
    """Whether the holder of an account bears the party's name, whole or short (PKPU 4/2022)."""
    words = f" {plain(holder)} "
    return f" {plain(name)} " in words or f" {plain(short_name)} " in words


def next_without(code: str, order: Sequence[str], done: Container[str]) -> str | None:
    """The next area after ``code`` in ``order`` that is not done; the first again after the last."""
    start = order.index(code) + 1 if code in order else 0
    return next(
        (each for each in (*order[start:], *order[:start]) if each not in done and each != code), None
    )
