"""The errors of real voter files, put among good rows, with the truth about each."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from modules.sidalih.synthetic.names import Names
from modules.sidalih.synthetic.people import Voter

Spoiler = Callable[[random.Random, Voter, dt.date], Voter]


class Fault(NamedTuple):
    """What is wrong with the data row ``row`` of a stream (the first row is 1)."""

    row: int
    kind: str


def _years_before(day: dt.date, years: float) -> str:
    return (day - dt.timedelta(days=int(years * 365.25))).isoformat()


def _nik_date_differs(rng: random.Random, voter: Voter, _day: dt.date) -> Voter:
    born = voter.birth_date
    other = dt.date(born.year - 1 - rng.randrange(3), born.month, min(born.day, 28))
    return voter._replace(tanggal_lahir=other.isoformat())


def _nik_sex_differs(_rng: random.Random, voter: Voter, _day: dt.date) -> Voter:
    return voter._replace(jenis_kelamin="L" if voter.jenis_kelamin == "P" else "P")


SPOILERS: dict[str, Spoiler] = {
    # Hard: the row cannot be taken.
    "nik_length": lambda _r, v, _d: v._replace(nik=v.nik[:15]),
    "nik_digits": lambda _r, v, _d: v._replace(nik="O" + v.nik[1:]),
    "nkk_length": lambda _r, v, _d: v._replace(nkk=v.nkk + "0"),
    "name_missing": lambda _r, v, _d: v._replace(nama=""),
    "birth_date_unreadable": lambda _r, v, _d: v._replace(tanggal_lahir="31/02/1990"),
    "birth_date_future": lambda r, v, d: v._replace(tanggal_lahir=_years_before(d, -1 - r.random())),
    "too_young": lambda r, v, d: v._replace(
        tanggal_lahir=_years_before(d, 10 + 6 * r.random()), status_kawin="B"
    ),
    "sex_unknown": lambda _r, v, _d: v._replace(jenis_kelamin="X"),
    "marital_unknown": lambda _r, v, _d: v._replace(status_kawin="K"),
    "village_unknown": lambda _r, v, _d: v._replace(kode_desa=v.kode_desa[:6] + "9999"),
    "disability_unknown": lambda _r, v, _d: v._replace(disabilitas="9"),
    "ktp_el_unknown": lambda _r, v, _d: v._replace(ktp_el="?"),
    "rt_missing": lambda _r, v, _d: v._replace(rt=""),
    # Doubtful: the row comes in and a person looks at it (domain.md 5.3).
    "too_old": lambda r, v, d: v._replace(tanggal_lahir=_years_before(d, 101 + 29 * r.random())),
    "married_young": lambda r, v, d: v._replace(
        tanggal_lahir=_years_before(d, 10 + 3 * r.random()), status_kawin="S"
    ),
    "nik_date_differs": _nik_date_differs,
    "nik_sex_differs": _nik_sex_differs,
    "nik_region_unknown": lambda _r, v, _d: v._replace(nik="980101" + v.nik[6:]),
    "nik_serial_zero": lambda _r, v, _d: v._replace(nik=v.nik[:12] + "0000"),
    "nkk_serial_zero": lambda _r, v, _d: v._replace(nkk=v.nkk[:12] + "0000"),
}

#: These add a row instead of spoiling one.
REPEATS = ("row_twice", "nik_twice")

#: Share of rows by kind, as found in files: one row in fifty is not clean.
SHARES: Mapping[str, float] = dict.fromkeys((*SPOILERS, *REPEATS), 0.001)


def spoil(
    voters: Iterator[Voter],
    *,
    seed: int,
    voting_day: dt.date,
    truth: list[Fault],
    shares: Mapping[str, float] = SHARES,
) -> Iterator[Voter]:
    """The same stream with errors among the rows, at most one a row; ``truth`` grows as the rows pass.

    ``shares`` gives the chance of each kind (a key of ``SPOILERS`` or ``REPEATS``; ValueError for another).
    ``row_twice`` repeats the row as it is; ``nik_twice`` adds another person under the same NIK. The added
    row is the faulty one.
    """
    if unknown := set(shares) - set(SPOILERS) - set(REPEATS):
        raise ValueError(f"unknown kinds: {', '.join(sorted(unknown))}")
    rng = random.Random(seed)  # noqa: S311 - made-up people
    kinds, weights = list(shares), list(shares.values())
    total = sum(weights)
    row = 0
    for voter in voters:
        row += 1
        if rng.random() >= total:
            yield voter
            continue
        kind = rng.choices(kinds, weights)[0]
        if kind in REPEATS:
            yield voter
            row += 1
            other = voter if kind == "row_twice" else _stranger(rng, voter)
            yield other
        else:
            yield SPOILERS[kind](rng, voter, voting_day)
        truth.append(Fault(row, kind))


def _stranger(rng: random.Random, voter: Voter) -> Voter:
    """Another person, of another family, who was given the same NIK."""
    card = voter.nkk[:8] + ("06" if voter.nkk[8:10] == "05" else "05") + voter.nkk[10:]
    return voter._replace(nkk=card, nama=Names(rng).draw(voter.jenis_kelamin))
