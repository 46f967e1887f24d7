"""Candidates that do not exist, by number, on lists that break no rule.

Every number is one person: no two share a NIK, or a name and birth date, so that whatever is double was put
there by :func:`seeded`, which tells it. Serials of NIK are 7000 and higher, which the registry does not
reach.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

FIRST, DAYS = dt.date(1950, 1, 1), 15_000
SERIAL = 7_000
VOWELS, CONSONANTS = "AIUEO", "BDGHJKLMNPRSTW"


class Row(NamedTuple):
    """One row of a file of candidates; texts as the file writes them (design, section 7)."""

    kode_dapil: str
    nomor_partai: str
    nomor_urut: str
    nama: str
    jk: str
    nik: str
    tempat_lahir: str
    tanggal_lahir: str
    kabkota_tinggal: str


class Place(NamedTuple):
    """A dapil of a contest, with its seats."""

    contest: str
    code: str
    seats: int


class Seeded(NamedTuple):
    """A row with its contest and, where it is one side of a double, the flag that it must bear."""

    contest: str
    row: Row
    flag: str | None


def name_of(number: int) -> str:
    """A name that is no other number's: two words of syllables."""
    base, letters = len(VOWELS) * len(CONSONANTS), []
    number += base**3
    while number:
        number, at = divmod(number, base)
        letters.append(CONSONANTS[at // len(VOWELS)] + VOWELS[at % len(VOWELS)])
    return "CALON " + "".join(letters)


def person(number: int, sex: str, districts: Sequence[str]) -> tuple[str, str, str, str]:
    """NIK, name, birth date and kab/kota of a number."""
    born = FIRST + dt.timedelta(days=number % DAYS)
    round_, at = divmod(number // DAYS, len(districts))
    day = born.day + (40 if sex == "P" else 0)
    district = districts[at]
    nik = f"{district}{day:02}{born:%m%y}{SERIAL + round_:04}"
    return nik, name_of(number), born.isoformat(), district[:4]


def lists(places: Sequence[Place], parties: Sequence[int], count: int) -> Iterator[tuple[Place, int, int]]:
    """(place, party, names) until ``count`` names are given out: never more than the seats."""
    slots = [(place, party) for place in places for party in parties]
    sizes = [0] * len(slots)
    given = 0
    while given < count:
        before = given
        for at, (place, _party) in enumerate(slots):
            if given < count and sizes[at] < place.seats:
                sizes[at] += 1
                given += 1
        if given == before:
            raise ValueError(f"{len(slots)} lists have no room for {count} names")
    for (place, party), size in zip(slots, sizes, strict=True):
        if size:
            yield place, party, size


def seeded(
    places: Sequence[Place], parties: Sequence[int], count: int, districts: Sequence[str], *, seed: int
) -> Iterator[Seeded]:
    """``count`` candidates; one in five hundred is put up on another list too, and as many seem to be.

    The second side of a double takes NIK, name and birth date of the first, that of a seeming one name and
    birth date alone.
    """
    chance = random.Random(seed)  # noqa: S311  (people who do not exist)
    whole = list(lists(places, parties, count))
    total = sum(size for _place, _party, size in whole)
    chosen = chance.sample(range(total), max(4, total // 250) // 4 * 4)
    half = len(chosen) // 2
    sides: dict[int, tuple[int, str]] = {}
    owner = [at for at, (_place, _party, size) in enumerate(whole) for _n in range(size)]
    for kind, numbers in (("ganda_calon", chosen[:half]), ("potensi_ganda", chosen[half:])):
        for first, second in zip(numbers[::2], numbers[1::2], strict=True):
            if owner[first] != owner[second]:
                sides[first], sides[second] = (first, kind), (first, kind)
    number = 0
    for place, party, size in whole:
        for position in range(1, size + 1):
            side = sides.get(number)
            twin, flag = side or (number, None)
            # A woman leads each block of three; both sides of a double are women, whatever their places.
            sex = "P" if position % 3 == 1 or flag else "L"
            nik, name, born, home = person(twin, sex, districts)
            if flag == "potensi_ganda" and twin != number:
                nik = f"{nik[:12]}{int(nik[12:]) + 1500:04}"
            yield Seeded(
                place.contest,
                Row(place.code, str(party), str(position), name, sex, nik, "UJI", born, home),
                flag,
            )
            number += 1


def write_csv(path: Path, rows: Iterable[Row]) -> Path:
    """Write rows as a file of candidates; the path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Row._fields)
        writer.writerows(rows)
    return path
