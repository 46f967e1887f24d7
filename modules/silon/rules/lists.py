"""The law of a party's list in a dapil (UU 7/2017 art. 240-246; PKPU 10/2023 art. 8; UU 11/2006 art. 80).

Whoever asks brings the facts and the law as values (:class:`ListLaw` is made from the settings of the
election); what comes back are codes with values, worded in :mod:`modules.silon.finding_words`.

Severity: ``tolak`` forbids a submission (it cannot become a list: too many names, no names, a number twice,
somebody too young, a party that may not stand here); ``bms`` is a fault that verification will find and that
repair can mend (domain.md 11, X4-X7, X9); ``peringatan`` is to be looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal

Severity = Literal["tolak", "bms", "peringatan"]
Rounding = Literal["half_up", "ceil"]

#: Rule -> the article that it applies; settings that name another one replace it (:class:`ListLaw`).
ARTICLES: Mapping[str, str] = {
    "kosong": "UU 7/2017:243",
    "melebihi_kursi": "UU 7/2017:244",
    "kuota_perempuan": "UU 7/2017:245",
    "zipper": "UU 7/2017:246(2)",
    "nomor_urut": "UU 7/2017:246(1)",
    "ganda_daftar": "UU 7/2017:240(1)",
    "usia": "UU 7/2017:240(1)",
    "partai_lokal": "UU 11/2006:80",
    "nik_kosong": "PKPU 10/2023:12",
    "ganda_calon": "UU 7/2017:240(1)",
    "potensi_ganda": "UU 7/2017:240(1)",
    "bukan_anggota": "UU 7/2017:240(1)",
    "anggota_lain": "UU 7/2017:240(1)",
    "bukan_pemilih": "UU 7/2017:240(1)",
    "pekerjaan": "UU 7/2017:240(1)",
    "nik": "PKPU 10/2023:12",
}
#: How grave a flag of a candidate is (:data:`modules.silon.models.candidates.FLAGS`). A double is never a
#: refusal: else a party could keep another from submitting by naming its candidate.
FLAG_SEVERITY: Mapping[str, Severity] = {
    "ganda_calon": "bms",
    "potensi_ganda": "peringatan",
    "bukan_anggota": "bms",
    "anggota_lain": "bms",
    "bukan_pemilih": "bms",
    "pekerjaan": "peringatan",
    "usia": "tolak",
    "nik": "peringatan",
}
#: Province of the local parties (UU 11/2006).
ACEH = "11"


@dataclass(frozen=True)
class ListLaw:
    """The settings that judge a list: shares are exact fractions, ages whole years."""

    #: At most this share of the dapil's seats (``maks_calon_per_dapil``).
    size: Fraction = Fraction(1)
    #: At least this share of the names are women (``kuota_perempuan``), and how that is rounded.
    quota: Fraction = Fraction(3, 10)
    rounding: Rounding = "half_up"
    #: At least one woman in every so many names (``zipper_n``); 0 is no such rule.
    zipper: int = 3
    #: Youngest age in years, on the day of ``tanggal_acuan_usia``; None where the day is not set.
    age: int = 21
    age_on: date | None = None
    articles: Mapping[str, str] = field(default_factory=lambda: ARTICLES)


@dataclass(frozen=True)
class Listed:
    """One name of a list. What is not known is not judged."""

    number: int
    #: L or P.
    sex: str
    name: str = ""
    born: date | None = None
    #: Whatever tells one person from another: the id of the person, a blind index; never a NIK.
    person: Any = None
    #: What was found of this candidate elsewhere (``candidate.flags``).
    flags: tuple[str, ...] = ()
    #: False where the NIK is still missing: it is needed for a submission.
    identified: bool = True


@dataclass(frozen=True)
class ListFacts:
    """A list as it stands: the names that count, the seats of the dapil, and where a party may stand."""

    candidates: Sequence[Listed]
    #: Of the dapil; None where the map does not say.
    seats: int | None
    law: ListLaw = ListLaw()
    #: ``dpr``, ``dprd_prov`` or ``dprd_kabko``, and the body's region ("" is the nation).
    chamber: str = "dpr"
    region: str = ""
    #: Region of a local party (Aceh: "11"); "" of a national one.
    party_region: str = ""


@dataclass(frozen=True)
class Finding:
    """A rule that a list breaks. ``numbers`` are the places on the list that it speaks of."""

    code: str
    severity: Severity
    article: str
    values: Mapping[str, Any] = field(default_factory=dict)
    numbers: tuple[int, ...] = ()


def most_names(seats: int, share: Fraction = Fraction(1)) -> int:
    """How many names a list may have: ``share`` of the seats, rounded down (UU 7/2017 art. 244)."""
    return int(share * seats)


def women_needed(names: int, quota: Fraction = Fraction(3, 10), rounding: Rounding = "half_up") -> int:
    """How many of ``names`` must be women (UU 7/2017 art. 245).

    ``half_up``: a fraction below one half falls, others rise (PKPU 10/2023 art. 8(2)); ``ceil``: any fraction
    rises (MA 24 P/HUM/2023).

    >>> [women_needed(n) for n in (1, 4, 7, 8, 11)]
    [0, 1, 2, 2, 3]
    >>> [women_needed(n, rounding="ceil") for n in (1, 4, 7, 8, 11)]
    [1, 2, 3, 3, 4]
    """
    exact = quota * names
    return -(-exact.numerator // exact.denominator) if rounding == "ceil" else int(exact + Fraction(1, 2))


def blocks_without_women(sexes: Sequence[str], n: int) -> list[tuple[int, int]]:
    """The full blocks of ``n`` names without a woman, as first and last place from 1.

    An incomplete last block is not tested (UU 7/2017 art. 246(2); domain.md 4.1).

    >>> blocks_without_women("LLPLLLL", 3)
    [(4, 6)]
    """
    if n < 1:
        return []
    starts = range(0, len(sexes) - n + 1, n)
    return [(at + 1, at + n) for at in starts if "P" not in sexes[at : at + n]]


def age_on(born: date, day: date) -> int:
    """Whole years of age on a day. Who was born on 29 February is a year older on 1 March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def may_stand_in(party_region: str, chamber: str, region: str) -> bool:
    """Whether a party may stand there: a local one of Aceh in DPRA and DPRK only (UU 11/2006 art. 80)."""
    return not party_region or (chamber != "dpr" and region.startswith(party_region))


def judge_list(facts: ListFacts) -> list[Finding]:
    """Every rule that the list breaks, the gravest first; an empty list means that nothing was found."""
    law = facts.law
    rows = sorted(facts.candidates, key=lambda row: row.number)
    found = [
        *_place(facts),
        *_size(len(rows), facts.seats, law),
        *_order(rows, law),
        *_persons(rows, law),
        *_ages(rows, law),
        *_women(rows, law),
        *_zipper(rows, law),
        *_flags(rows, law),
    ]
    rank: dict[Severity, int] = {"tolak": 0, "bms": 1, "peringatan": 2}
    return sorted(found, key=lambda finding: rank[finding.severity])


def forbidding(findings: Iterable[Finding]) -> list[Finding]:
    """Those that forbid a submission."""
    return [finding for finding in findings if finding.severity == "tolak"]


def _finding(
    code: str, severity: Severity, law: ListLaw, numbers: Iterable[int] = (), **values: Any
) -> Finding:
    return Finding(code, severity, law.articles.get(code, ARTICLES[code]), values, tuple(numbers))


def _place(facts: ListFacts) -> Iterable[Finding]:
    if not may_stand_in(facts.party_region, facts.chamber, facts.region):
        yield _finding("partai_lokal", "tolak", facts.law, chamber=facts.chamber)


def _size(names: int, seats: int | None, law: ListLaw) -> Iterable[Finding]:
    if not names:
        yield _finding("kosong", "tolak", law)
    if seats is not None and names > (most := most_names(seats, law.size)):
        yield _finding("melebihi_kursi", "tolak", law, names=names, most=most, seats=seats)


def _order(rows: Sequence[Listed], law: ListLaw) -> Iterable[Finding]:
    """Numbers are 1, 2, 3 ... without a gap, each once (UU 7/2017 art. 246(1))."""
    counted = Counter(row.number for row in rows)
    twice = sorted(number for number, times in counted.items() if times > 1)
    missing = sorted(set(range(1, len(rows) + 1)) - counted.keys()) if not twice else []
    if twice:
        yield _finding("nomor_urut", "tolak", law, twice, twice=tuple(twice), missing=())
    elif missing:
        beyond = sorted(number for number in counted if not 1 <= number <= len(rows))
        yield _finding("nomor_urut", "tolak", law, beyond, twice=(), missing=tuple(missing))


def _persons(rows: Sequence[Listed], law: ListLaw) -> Iterable[Finding]:
    places: dict[Any, list[int]] = {}
    for row in rows:
        if row.person is not None:
            places.setdefault(row.person, []).append(row.number)
    for numbers in places.values():
        if len(numbers) > 1:
            yield _finding("ganda_daftar", "tolak", law, numbers)
    if lacking := [row.number for row in rows if not row.identified]:
        yield _finding("nik_kosong", "tolak", law, lacking)


def _ages(rows: Sequence[Listed], law: ListLaw) -> Iterable[Finding]:
    for row in rows:
        if row.born is None or law.age_on is None:
            if "usia" in row.flags:
                yield _finding("usia", "tolak", law, [row.number], age=law.age, on=law.age_on, years=None)
        elif (years := age_on(row.born, law.age_on)) < law.age:
            yield _finding("usia", "tolak", law, [row.number], age=law.age, on=law.age_on, years=years)


def _women(rows: Sequence[Listed], law: ListLaw) -> Iterable[Finding]:
    women = sum(row.sex == "P" for row in rows)
    needed = women_needed(len(rows), law.quota, law.rounding)
    if women < needed:
        yield _finding(
            "kuota_perempuan", "bms", law, women=women, needed=needed, names=len(rows), rounding=law.rounding
        )


def _zipper(rows: Sequence[Listed], law: ListLaw) -> Iterable[Finding]:
    for first, last in blocks_without_women([row.sex for row in rows], law.zipper):
        numbers = [row.number for row in rows[first - 1 : last]]
        yield _finding("zipper", "bms", law, numbers, first=numbers[0], last=numbers[-1], n=law.zipper)


def _flags(rows: Sequence[Listed], law: ListLaw) -> Iterable[Finding]:
    """What links and codes said of each candidate; the age is told by :func:`_ages`."""
    for row in rows:
        for flag in row.flags:
            if flag != "usia" and flag in FLAG_SEVERITY:
                yield _finding(flag, FLAG_SEVERITY[flag], law, [row.number], name=row.name)
