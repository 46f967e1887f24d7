"""Households of voters from a seed, village by village, in a stream."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from modules.sidalih.synthetic.homes import Lanes, birth_places, districts
from modules.sidalih.synthetic.names import Names

#: Serials of NIK: people registered where they live, people from elsewhere, numbers issued a second time.
OWN, FROM_ELSEWHERE, REISSUED = 9001, 8001, 7001
TPS_SIZE = 280
HOUSEHOLD = 2.5  # voters, about; only to guess how many lanes a village has


class Voter(NamedTuple):
    """One row of a voter file; texts as the file writes them (design, section 7)."""

    nkk: str
    nik: str
    nama: str
    tempat_lahir: str
    tanggal_lahir: str
    jenis_kelamin: str
    status_kawin: str
    alamat: str
    rt: str
    rw: str
    kode_desa: str
    tps: str
    disabilitas: str
    ktp_el: str

    @property
    def birth_date(self) -> dt.date:
        """The date of birth; ValueError where the row was spoilt."""
        return dt.date.fromisoformat(self.tanggal_lahir)


COLUMNS = Voter._fields


class Member(NamedTuple):
    """One of a household before numbers are given: sex, day of birth, marital status, name."""

    sex: str
    born: dt.date
    married: str
    name: str


def people(villages: Sequence[str], count: int, *, seed: int, voting_day: dt.date) -> Iterator[Voter]:
    """``count`` voters of these villages (10-digit codes, sorted here), households together.

    Every voter is 17 or older on ``voting_day``; NIK and NKK are unique, follow the rules of
    ``electsys.privacy.rules`` and are unmistakably synthetic: serials start at 7001. The same arguments give
    the same people. ValueError without villages, or where one kecamatan would hold too many people.
    """
    if not villages:
        raise ValueError("no village")
    rng = random.Random(seed)  # noqa: S311 - made-up people
    ordered = sorted(villages)
    maker = Maker(rng, voting_day)
    for at, village in enumerate(ordered):
        size = count * (at + 1) // len(ordered) - count * at // len(ordered)
        yield from maker.village(village, size)


class Serials:
    """Numbers that follow a prefix of 12 digits, each once."""

    def __init__(self, start: int, *, step: int = 1, most: int = 999) -> None:
        self._start, self._step, self._most = start, step, most
        self._given: dict[str, int] = {}

    def number(self, prefix: str) -> str:
        """The next number of 16 digits with this prefix."""
        serial = self._given.get(prefix, self._start)
        if serial >= self._start + self._most:
            raise ValueError(f"too many people under one prefix: {prefix[:6]}")
        self._given[prefix] = serial + self._step
        return f"{prefix}{serial:04d}"

    def forget(self) -> None:
        """Start over: another kecamatan."""
        self._given.clear()


def nik_prefix(region: str, born: dt.date, sex: str) -> str:
    """The first 12 digits of a NIK: kecamatan, day (women: + 40), month, year."""
    day = born.day + 40 if sex == "P" else born.day
    return f"{region}{day:02d}{born.month:02d}{born.year % 100:02d}"


class Maker:
    """Makes households; one for a whole stream, so that numbers stay unique."""

    def __init__(self, rng: random.Random, voting_day: dt.date) -> None:
        self.rng = rng
        self.day = voting_day
        self.names = Names(rng)
        # Every second serial stays free for a twin (doubles.py).
        self._own = Serials(OWN, step=2)
        self._cards = Serials(OWN)
        self._elsewhere = Serials(FROM_ELSEWHERE)
        self._district = ""
        self._places = birth_places()
        self._codes = sorted(self._places)
        self._districts = districts()

    def village(self, village: str, size: int) -> Iterator[Voter]:
        """The voters of one village."""
        if village[:6] != self._district:
            self._district = village[:6]
            self._own.forget()
            self._cards.forget()
        lanes = Lanes(self.rng, village, int(size / HOUSEHOLD))
        tps, inside, left = 1, 0, size
        while left:
            members = self.household()[:left]
            if inside + len(members) > TPS_SIZE:
                tps, inside = tps + 1, 0
            inside += len(members)
            left -= len(members)
            home, card = lanes.next(), self.card(village)
            for member in members:
                yield self.voter(member, village, card, home, f"{tps:03d}")

    def voter(self, member: Member, village: str, card: str, home: tuple[str, str, str], tps: str) -> Voter:
        """Give one of a household a place of birth, a NIK and a row."""
        rng = self.rng.random
        sex, born, married, name = member
        if rng() < 0.82:
            place = self._places.get(village[:4]) or self._places[self._codes[int(village[:4]) % 500]]
            nik = self._own.number(nik_prefix(village[:6], born, sex))
        else:
            district = self._districts[int(rng() * len(self._districts))]
            place = self._places.get(district[:4], "JAKARTA")
            nik = self._elsewhere.number(nik_prefix(district, born, sex))
        disabled = "0" if rng() >= 0.01 else str(1 + int(rng() * 6))
        young = (self.day - born).days < 6900
        ktp = "B" if rng() < (0.3 if young else 0.01) else "S"
        return Voter(
            *(card, nik, name, place, born.isoformat(), sex, married),
            *(*home, village, tps, disabled, ktp),
        )

    def card(self, village: str) -> str:
        """A family card number, issued between 2005 and last year."""
        rng = self.rng.random
        year, month, day = 2005 + int(rng() * 18), 1 + int(rng() * 12), 1 + int(rng() * 28)
        return self._cards.number(f"{village[:6]}{day:02d}{month:02d}{year % 100:02d}")

    def born(self, age: float) -> dt.date:
        """A day of birth for an age in years on voting day, never under 17 or over 100."""
        days = min(max(int(age * 365.25), 6210), 36400)
        date = self.day - dt.timedelta(days=days)
        if age > 50 and self.rng.random() < 0.02:  # born before registers were kept: a day was made up
            month, day = self.rng.choice(((12, 31), (1, 1), (7, 1)))
            date = dt.date(date.year, month, day)
        return date

    def household(self) -> list[Member]:
        """The voters of one family card, the head first."""
        rng, draw = self.rng.random, self.names.draw
        kind = rng()
        if kind < 0.12:  # lives alone
            sex = "L" if rng() < 0.55 else "P"
            age = 18 + 50 * rng() ** 1.5
            married = "P" if age > 40 and rng() < 0.5 else "B"
            return [Member(sex, self.born(age), married, draw(sex))]
        if kind < 0.20:  # a grandparent alone
            sex = "P" if rng() < 0.75 else "L"
            return [Member(sex, self.born(58 + 34 * rng() * rng() + 6 * rng()), "P", draw(sex))]
        husband = 20 + 55 * (rng() + rng()) / 2
        wife = max(17.6, husband - 3 + 3 * (rng() + rng() - 1) * 2)
        father = draw("L")
        members = [Member("L", self.born(husband), "S", father)]
        if kind < 0.29:  # one parent with children
            members = [Member("P", self.born(wife), "P", draw("P"))]
        else:
            members.append(Member("P", self.born(wife), "S", draw("P")))
        members.extend(self._children(wife, father))
        if rng() < 0.08:
            sex = "P" if rng() < 0.7 else "L"
            members.append(Member(sex, self.born(husband + 21 + 12 * rng()), "P", draw(sex)))
        return members

    def _children(self, mother: float, father: str) -> Iterator[Member]:
        """Children of voting age who still live at home; some bear the last part of the father's name."""
        rng = self.rng.random
        family = father.rsplit(" ", 1)[-1] if " " in father and rng() < 0.3 else ""
        at_birth = 19 + 7 * rng()
        for _child in range(1 + int(rng() * 3.2)):
            age = mother - at_birth
            at_birth += 1.6 + 4 * rng()
            if age < 17.1 or rng() > 1.45 - age / 34:
                continue
            sex = "L" if rng() < 0.51 else "P"
            yield Member(sex, self.born(age), "B", self.names.draw(sex, family=family))
