"""Doubles, twins and namesakes among made-up voters, with the truth about each pair."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from modules.sidalih.synthetic.homes import some_home
from modules.sidalih.synthetic.names import misspelt, twin_name
from modules.sidalih.synthetic.people import (
    REISSUED,
    TPS_SIZE,
    Maker,
    Member,
    Serials,
    Voter,
    nik_prefix,
    people,
)

#: One person on two rows: what differs. None keeps the NIK: equal numbers are found by the blind index.
KINDS = ("nik_salah_ketik", "tanggal_tertukar", "ejaan", "pindah", "nkk_baru")
TWINS, NAMESAKES = "kembar", "nama_sama"


class Pair(NamedTuple):
    """Two rows of a stream (the first row is 1, ``row`` < ``other_row``) and what they are."""

    row: int
    other_row: int
    kind: str

    @property
    def same(self) -> bool:
        """Whether both rows are one person."""
        return self.kind in KINDS


@dataclass
class Seeded:
    """A stream with pairs among it; ``truth`` is complete when ``rows`` has run out."""

    rows: Iterator[Voter]
    truth: list[Pair] = field(default_factory=list)


def seeded(
    villages: Sequence[str],
    count: int,
    *,
    seed: int,
    voting_day: dt.date,
    doubles: int | None = None,
    twins: int | None = None,
    namesakes: int | None = None,
) -> Seeded:
    """``count`` rows, among them so many pairs; by default as on a list of a million.

    That is 1.7 % doubles (a fifth of each of ``KINDS``), 0.5 % pairs of twins and 2 % pairs of namesakes, of
    whom every tenth pair also shares the day of birth.

    - ``nik_salah_ketik``: a digit of the NIK mistyped or two changed over, in the same village;
    - ``tanggal_tertukar``: day and month changed over, and a NIK issued anew from that wrong date;
    - ``ejaan``: the name in another order or spelling, a NIK issued anew;
    - ``pindah``: another village, address and family card, a NIK issued anew by the new kecamatan;
    - ``nkk_baru``: a new family card in the same village, now married, a NIK issued anew.

    Twins share card, home, day and place of birth, have names alike and neighbouring serials. Namesakes are
    two people who bear one name.
    """
    pairs = {
        "double": round(count * 0.017) if doubles is None else doubles,
        TWINS: round(count * 0.005) if twins is None else twins,
        NAMESAKES: round(count * 0.02) if namesakes is None else namesakes,
    }
    result = Seeded(iter(()))
    result.rows = _rows(villages, count - sum(pairs.values()), pairs, seed, voting_day, result.truth)
    return result


def _rows(
    villages: Sequence[str],
    base: int,
    pairs: dict[str, int],
    seed: int,
    voting_day: dt.date,
    truth: list[Pair],
) -> Iterator[Voter]:
    rng = random.Random(seed ^ 0x5EED)  # noqa: S311 - made-up people
    places = rng.sample(range(base), sum(pairs.values()))
    what = [kind for kind, many in pairs.items() for _ in range(many)]
    chosen = dict(zip(places, what, strict=True))
    quota = [kind for kind in KINDS for _ in range(-(-pairs["double"] // len(KINDS)))]
    rng.shuffle(quota)
    quotas = {kind: quota[: pairs["double"]].count(kind) for kind in KINDS}
    maker = Doubler(rng, villages, base, voting_day)
    row = 0
    for at, voter in enumerate(people(villages, base, seed=seed, voting_day=voting_day)):
        row += 1
        yield voter
        kind = chosen.get(at)
        if kind is None:
            continue
        if kind == "double":
            kind = _kind_for(rng, voter, quotas)
            quotas[kind] -= 1
        row += 1
        truth.append(Pair(row - 1, row, kind))
        yield maker.makers[kind](voter)


def _kind_for(rng: random.Random, voter: Voter, quotas: dict[str, int]) -> str:
    """A kind with some left that suits this voter: only a day up to 12 can change places with its month."""
    born = voter.birth_date
    swappable = born.day <= 12 and born.day != born.month
    if swappable and rng.random() < 0.8 and quotas["tanggal_tertukar"] > 0:
        return "tanggal_tertukar"
    left = [kind for kind, many in quotas.items() if many > 0 and kind != "tanggal_tertukar"]
    if left:
        return rng.choices(left, [quotas[kind] for kind in left])[0]
    return "tanggal_tertukar" if swappable else "pindah"


class Doubler:
    """Makes the second row of a pair."""

    def __init__(self, rng: random.Random, villages: Sequence[str], count: int, day: dt.date) -> None:
        self.rng = rng
        self.villages = list(villages)
        self.tps = max(1, count // len(self.villages) // TPS_SIZE)
        self.people = Maker(rng, day)
        self.people._own = Serials(REISSUED + 500)  # strangers' numbers, apart from those of the stream
        self._reissued = Serials(REISSUED, most=499)
        self._cards = Serials(REISSUED)
        self.makers: dict[str, Callable[[Voter], Voter]] = {
            "nik_salah_ketik": self.mistyped,
            "tanggal_tertukar": self.swapped,
            "ejaan": self.misspelt,
            "pindah": self.moved,
            "nkk_baru": self.new_card,
            TWINS: self.twin,
            NAMESAKES: self.namesake,
        }

    def _nik(self, region: str, born: dt.date, sex: str) -> str:
        return self._reissued.number(nik_prefix(region, born, sex))

    def _card(self, village: str) -> str:
        rng = self.rng.randrange
        return self._cards.number(f"{village[:6]}{rng(1, 29):02d}{rng(1, 13):02d}{rng(18, 24):02d}")

    def _anew(self, voter: Voter) -> str:
        """A second NIK, from the same place and date."""
        return self._nik(voter.nik[:6], voter.birth_date, voter.jenis_kelamin)

    def mistyped(self, voter: Voter) -> Voter:
        """One digit wrong, or two neighbours changed over; at times the family card is another too."""
        rng, nik = self.rng, voter.nik
        swaps = [i for i in range(15) if nik[i] != nik[i + 1]]
        if rng.random() < 0.4:
            at = rng.choice(swaps)
            nik = nik[:at] + nik[at + 1] + nik[at] + nik[at + 2 :]
        else:
            at = rng.randrange(16)
            step = 3 if at == 15 else rng.randrange(1, 10)  # an even serial may be a twin's
            nik = nik[:at] + str((int(nik[at]) + step) % 10) + nik[at + 1 :]
        card = voter.nkk if rng.random() < 0.7 else self._card(voter.kode_desa)
        return voter._replace(nik=nik, nkk=card)

    def swapped(self, voter: Voter) -> Voter:
        """Day and month of birth changed over."""
        born = voter.birth_date
        other = dt.date(born.year, born.day, born.month)
        card = voter.nkk if self.rng.random() < 0.7 else self._card(voter.kode_desa)
        nik = self._nik(voter.nik[:6], other, voter.jenis_kelamin)
        return voter._replace(nik=nik, nkk=card, tanggal_lahir=other.isoformat())

    def misspelt(self, voter: Voter) -> Voter:
        """The name written otherwise; half of them on another card, some in another house."""
        other = voter._replace(nama=misspelt(self.rng, voter.nama), nik=self._anew(voter))
        if self.rng.random() < 0.5:
            other = other._replace(nkk=self._card(voter.kode_desa))
            if self.rng.random() < 0.4:
                other = self._at(other, voter.kode_desa)
        return other

    def moved(self, voter: Voter) -> Voter:
        """Registered again in another village."""
        village = self.rng.choice(self.villages)
        if village == voter.kode_desa and len(self.villages) > 1:
            village = self.villages[self.villages.index(village) - 1]
        nik = self._nik(village[:6], voter.birth_date, voter.jenis_kelamin)
        return self._at(voter._replace(nik=nik, nkk=self._card(village)), village)

    def new_card(self, voter: Voter) -> Voter:
        """Married since, on a card of their own."""
        other = voter._replace(nik=self._anew(voter), nkk=self._card(voter.kode_desa), status_kawin="S")
        return other if self.rng.random() < 0.6 else self._at(other, voter.kode_desa)

    def twin(self, voter: Voter) -> Voter:
        """Brother or sister of the same day: names alike, the next serial."""
        sex, born = voter.jenis_kelamin, voter.birth_date
        if self.rng.random() < 0.3:
            sex = "L" if sex == "P" else "P"
        return voter._replace(
            nama=twin_name(self.rng, voter.nama, sex),
            nik=f"{nik_prefix(voter.nik[:6], born, sex)}{int(voter.nik[12:]) + 1:04d}",
            jenis_kelamin=sex,
            status_kawin="B" if self.rng.random() < 0.8 else voter.status_kawin,
        )

    def namesake(self, voter: Voter) -> Voter:
        """Somebody else of that name, every fifth in the same village, every tenth born on the same day."""
        rng = self.rng
        village = voter.kode_desa if rng.random() < 0.2 else rng.choice(self.villages)
        born = self.people.born(18 + 60 * rng.random())
        same_day = rng.random() < 0.1
        if same_day:
            born = voter.birth_date
        member = Member(voter.jenis_kelamin, born, rng.choice("BSP"), voter.nama)
        while True:
            home = some_home(rng, village)
            other = self.people.voter(member, village, self._card(village), home, self._some_tps())
            if not same_day or other.tempat_lahir != voter.tempat_lahir:
                return other
            village = rng.choice(self.villages)

    def _some_tps(self) -> str:
        return f"{self.rng.randrange(1, self.tps + 1):03d}"

    def _at(self, voter: Voter, village: str) -> Voter:
        address, rt, rw = some_home(self.rng, village)
        return voter._replace(alamat=address, rt=rt, rw=rw, kode_desa=village, tps=self._some_tps())
