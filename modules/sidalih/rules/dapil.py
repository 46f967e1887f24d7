"""Electoral districts (dapil) and their seats (UU 7/2017 art. 185-193; PKPU 6/2022; domain.md 4.6).

Seats of a DPRD follow its population; the divisor (BPPd) is population / seats; a dapil has the whole
quotients of its population and the seats left over go to the largest remainders. A dapil joins whole,
neighbouring kecamatan (for DPR and DPRD provinsi: kab/kota); one that alone exceeds the most seats is split
by desa and named. Plans are judged by the seven principles of art. 185, each a mark from 0 to 100; where
nothing is known of a principle it has no mark and is no part of the mean.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from electsys.regions import rules as regions

#: Chamber -> fewest and most seats of a dapil (UU 7/2017 art. 187(2), 189(2), 192(2)).
RANGE = {"dpr": (3, 10), "dprd_prov": (3, 12), "dprd_kabko": (3, 12)}
#: Chamber -> the ladder of its seats by population (art. 188, 191); the DPR's are set by the law's annex.
LADDERS = {"dprd_prov": regions.LADDER_PROVINCE, "dprd_kabko": regions.LADDER_KABKO}
#: The seven principles, in the order of art. 185.
PRINCIPLES = (
    "kesetaraan",
    "sistem_proporsional",
    "proporsionalitas",
    "integralitas",
    "cakupan_sama",
    "kohesivitas",
    "kesinambungan",
)


@dataclass(frozen=True)
class Unit:
    """What dapil are made of: a kecamatan (or a part of one), or a kab/kota.

    ``near`` names its neighbours; ``present`` its dapil today and ``upper`` that of the chamber above, ""
    where they are not known. ``whole`` is the code of the kecamatan that a part belongs to.
    """

    code: str
    name: str
    population: int
    near: frozenset[str] = frozenset()
    present: str = ""
    upper: str = ""
    whole: str = ""
    villages: tuple[str, ...] = ()


class Village(NamedTuple):
    """A desa of a kecamatan that may have to be split."""

    code: str
    population: int


@dataclass(frozen=True)
class Group:
    """A proposed dapil: the codes of its units, its people and its seats."""

    units: tuple[str, ...]
    population: int
    seats: int

    @property
    def price(self) -> Fraction:
        """People a seat."""
        return Fraction(self.population, self.seats)


@dataclass(frozen=True)
class Plan:
    """A map of dapil with its marks.

    ``out_of_range`` counts seats beyond what a dapil may have, ``broken`` pieces beyond the first of a dapil
    that does not hang together.
    """

    groups: tuple[Group, ...]
    marks: dict[str, int | None]
    price_ratio: Fraction
    out_of_range: int
    broken: int
    #: Units whose dapil is another than today's.
    changed: tuple[str, ...]

    @property
    def faults(self) -> int:
        """How often it breaks the law; nought for every plan that is proposed, where there is such a plan."""
        return self.out_of_range + self.broken

    @property
    def mark(self) -> Fraction:
        """The mean of the known marks."""
        known = [m for m in self.marks.values() if m is not None]
        return Fraction(sum(known), len(known) or 1)


# --- seats ---------------------------------------------------------------------------------------


def seats_of_chamber(chamber: str, population: int, body: str) -> int:
    """Seats of a DPRD by the population of its area (art. 188, 191); KeyError for the DPR."""
    return regions.seats_of_body(population, LADDERS[chamber], body)


def bppd(population: int, seats: int) -> Fraction:
    """Bilangan pembagi penduduk: people a seat, exact; a form prints it rounded."""
    return Fraction(population, seats)


def allocate(seats: int, populations: Sequence[int]) -> list[int]:
    """Seats of each dapil: whole quotients of the BPPd, then the largest remainders (PKPU 6/2022 art. 12).

    A tie goes to the dapil that comes first. No range is forced: a plan that leaves it is a faulty plan.
    """
    people = sum(populations)
    shared = [seats * n // people for n in populations]
    rest = sorted(range(len(shared)), key=lambda i: (-(seats * populations[i] % people), i))
    for i in rest[: seats - sum(shared)]:
        shared[i] += 1
    return shared


def share_nation(seats: int, populations: Mapping[str, int], *, fewest: int) -> dict[str, int]:
    """Seats of each province by its people, at least ``fewest`` each; ties go to the lower code.

    What the seats of the DPR would be by population alone: the law's annex sets them (UU 7/2017 art. 186), so
    it stands beside them, as a comparison. ValueError where there are too few seats.
    """
    if seats < fewest * len(populations):
        raise ValueError(f"{seats} seats do not fit {len(populations)} provinces")
    fixed: dict[str, int] = {}
    while True:
        free = sorted(populations.keys() - fixed.keys())
        shared = allocate(seats - sum(fixed.values()), [populations[code] for code in free])
        low = [code for code, n in zip(free, shared, strict=True) if n < fewest]
        if not low:
            return fixed | dict(zip(free, shared, strict=True))
        fixed |= dict.fromkeys(low, fewest)


def work_of(units: int, seats: int, *, fewest: int, most: int) -> int:
    """How much it is to search plans: moves of a unit that are looked at, about; grows with the cube."""
    return units * units * min(seats // fewest, units, -(-seats // most) + 6)


# --- kecamatan that are too large ----------------------------------------------------------------


@dataclass(frozen=True)
class Split:
    """A kecamatan whose share is more than a dapil may have, and what became of it."""

    code: str
    name: str
    share: Fraction
    #: Codes of its parts; empty where the population of its desa is not known, so that it cannot be split.
    parts: tuple[str, ...]


def split_large(
    units: Sequence[Unit],
    villages: Mapping[str, Sequence[Village]],
    seats: int,
    most: int,
    *,
    whole: bool = False,
) -> tuple[list[Unit], list[Split]]:
    """Split units whose share exceeds ``most`` seats by desa, in the order of their codes, evenly.

    ``whole`` keeps a unit together as long as the whole quotient of its share fits: a kab/kota of the DPR is
    parted only where it could not be one dapil at all (UU 7/2017 art. 187(3)). A part is a unit "<code>/<n>";
    parts are neighbours of each other and of all neighbours of the whole.
    """
    people = sum(u.population for u in units)
    made: list[Unit] = []
    named: list[Split] = []
    for unit in units:
        share = Fraction(unit.population * seats, people)
        if share <= most or (whole and share < most + 1):
            made.append(unit)
            continue
        parts = _parts(
            unit, sorted(villages.get(unit.code, ())), -(-share.numerator // (share.denominator * most))
        )
        named.append(Split(unit.code, unit.name, share, tuple(p.code for p in parts)))
        made += parts or [unit]
    parts_of = {s.code: s.parts for s in named if s.parts}
    return [replace(u, near=_spread(u, parts_of)) for u in made], named


def _parts(unit: Unit, villages: Sequence[Village], count: int) -> list[Unit]:
    people = sum(v.population for v in villages)
    if people == 0 or len(villages) < count:
        return []
    held: list[list[Village]] = [[] for _ in range(count)]
    before = 0
    for at, village in enumerate(villages):
        # By the middle of the desa on the sum of its people; every part keeps at least one desa.
        k = min(count - 1, (2 * before + village.population) * count // (2 * people))
        k = max(min(k, at), count - (len(villages) - at))
        held[k].append(village)
        before += village.population
    if not all(held):
        return []
    return [
        replace(
            unit,
            code=f"{unit.code}/{k}",
            name=f"{unit.name} bagian {k}",
            population=sum(v.population for v in part),
            whole=unit.code,
            villages=tuple(v.code for v in part),
        )
        for k, part in enumerate(held, 1)
    ]


def _spread(unit: Unit, parts_of: Mapping[str, Sequence[str]]) -> frozenset[str]:
    own = parts_of.get(unit.whole, ())
    near = {part for code in unit.near for part in parts_of.get(code, (code,))}
    return frozenset((near | set(own)) - {unit.code})


# --- neighbours ----------------------------------------------------------------------------------


def near_in_order(codes: Iterable[str]) -> dict[str, frozenset[str]]:
    """Neighbours where no map is at hand: a unit and those before and after it in the order of codes."""
    ordered = sorted(codes)
    return {
        code: frozenset(ordered[max(0, i - 1) : i] + ordered[i + 1 : i + 2]) for i, code in enumerate(ordered)
    }


def pieces(codes: Collection[str], near: Mapping[str, Collection[str]]) -> int:
    """Into how many pieces the units fall that are not joined by neighbours."""
    left = set(codes)
    count = 0
    while left:
        count += 1
        border = [left.pop()]
        while border:
            found = left.intersection(near[border.pop()])
            left -= found
            border += found
    return count


# --- judging -------------------------------------------------------------------------------------


class Council:
    """The units of one chamber in one area, ready to judge plans.

    ``mapped`` says that neighbours come from a map. Where they come from the order of codes, plans still keep
    to them, but nothing is said about whether a dapil hangs together.
    """

    def __init__(self, units: Sequence[Unit], seats: int, *, fewest: int, most: int, mapped: bool = True):
        self.units = {u.code: u for u in sorted(units, key=lambda u: u.code)}
        self.seats, self.fewest, self.most, self.mapped = seats, fewest, most, mapped
        self._pieces: dict[tuple[str, ...], int] = {}
        self.people = sum(u.population for u in units)
        # A neighbour that is not among the units is none of theirs; what A says of B holds for B of A.
        self.near: dict[str, set[str]] = {c: set(u.near) & self.units.keys() for c, u in self.units.items()}
        for code, others in list(self.near.items()):
            for other in others:
                self.near[other].add(code)

    def judge(self, groups: Sequence[Collection[str]]) -> Plan:
        """Seats and marks of a plan whose groups hold every unit once."""
        ordered = sorted((tuple(sorted(g)) for g in groups), key=lambda g: g[0])
        people = [sum(self.units[c].population for c in g) for g in ordered]
        seats = allocate(self.seats, people)
        made = tuple(Group(g, p, max(1, s)) for g, p, s in zip(ordered, people, seats, strict=True))
        broken = [self.pieces(g) - 1 for g in ordered]
        out = sum(max(0, self.fewest - s) + max(0, s - self.most) for s in seats)
        kept, changed = self._continuity(ordered)
        prices = [g.price for g in made]
        marks: dict[str, int | None] = {
            "kesetaraan": _percent(min(prices), max(prices)),
            "sistem_proporsional": _percent(Fraction(self.seats, len(made)), self.most),
            "proporsionalitas": _percent(min(seats), max(seats)),
            "integralitas": _percent(sum(b == 0 for b in broken), len(made)) if self.mapped else None,
            "cakupan_sama": self._coterminous(ordered),
            "kohesivitas": self._whole(ordered),
            "kesinambungan": kept,
        }
        ratio = max(prices) / min(prices) if min(prices) else Fraction(self.people)
        return Plan(made, marks, ratio, out, sum(broken), changed)

    def pieces(self, group: tuple[str, ...]) -> int:
        """Into how many pieces a dapil of these units (in order) falls; remembered, as most stay alike."""
        if group not in self._pieces:
            self._pieces[group] = pieces(group, self.near)
        return self._pieces[group]

    def _coterminous(self, groups: Sequence[Sequence[str]]) -> int | None:
        uppers = [{self.units[c].upper for c in g} for g in groups]
        if any("" in u for u in uppers):
            return None
        return _percent(sum(len(u) == 1 for u in uppers), len(groups))

    def _whole(self, groups: Sequence[Sequence[str]]) -> int:
        """Kecamatan that lie in one dapil, of all."""
        inside: dict[str, set[int]] = defaultdict(set)
        for k, group in enumerate(groups):
            for code in group:
                inside[self.units[code].whole or code].add(k)
        return _percent(sum(len(ks) == 1 for ks in inside.values()), len(inside))

    def _continuity(self, groups: Sequence[Sequence[str]]) -> tuple[int | None, tuple[str, ...]]:
        """The share of people whose dapil stays: each new dapil continues the old one it shares most with."""
        if any(not u.present for u in self.units.values()):
            return None, ()
        common: Counter[tuple[int, str]] = Counter()
        for k, group in enumerate(groups):
            for code in group:
                common[k, self.units[code].present] += self.units[code].population
        heir: dict[int, str] = {}
        for (k, old), _n in sorted(common.items(), key=lambda kv: (-kv[1], kv[0])):
            if k not in heir and old not in heir.values():
                heir[k] = old
        changed = tuple(c for k, g in enumerate(groups) for c in g if self.units[c].present != heir.get(k))
        moved = sum(self.units[c].population for c in changed)
        return _percent(self.people - moved, self.people), tuple(sorted(changed))


def _percent(part: int | Fraction, whole: int | Fraction) -> int:
    """Hundredths, rounded down; nothing of nothing is all of it."""
    return 100 if not whole else int(min(Fraction(part) / Fraction(whole), Fraction(1)) * 100)
