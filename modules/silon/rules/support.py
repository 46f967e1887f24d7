"""How many supporters, from how many areas (UU 7/2017 art. 183; UU 10/2016 art. 41; domain.md 4.3, 4.5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from modules.silon.rules.pairs import band

#: Flags that keep a row from counting without anybody's judgement: it is refused at the end of vermin.
FATAL = ("ganda_internal", "bukan_pemilih", "pekerjaan", "usia", "luar_wilayah", "nik")
#: Rows are numbered by the step in which they are given, items of the desk and samples by the step in which
#: they are judged; where a ruling makes the support begin anew (a new cycle), the numbers go on.
GIVEN_IN = {"penyerahan": 1, "perbaikan": 2, "perbaikan_kedua": 3}
#: Odd rounds of the desk know "not yet"; a repair follows the first alone.
DESK = {"vermin": 1, "vermin_perbaikan": 2, "vermin_kedua": 4}
FIELD = {"verfak": 1, "verfak_kedua": 2}


def given_round(step: str, cycle: int) -> int:
    """The round of the rows that are given in a step (``penyerahan`` or a repair); cycles count from 1."""
    return 3 * (cycle - 1) + GIVEN_IN[step]


def desk_round(step: str, cycle: int) -> int:
    """The round of the items that are judged at the desk in a step."""
    return 4 * (cycle - 1) + DESK[step]


def sample_round(step: str, cycle: int) -> int:
    """The round of the samples of a factual step."""
    return 2 * (cycle - 1) + FIELD[step]


@dataclass(frozen=True)
class Demand:
    """What is asked: ``minimum`` supporters from ``areas`` of ``of`` areas."""

    minimum: int
    areas: int
    of: int


@dataclass(frozen=True)
class Progress:
    """How far a list has come."""

    demand: Demand
    counted: int
    reached: int

    @property
    def lacking(self) -> int:
        """Supporters that are still missing."""
        return max(self.demand.minimum - self.counted, 0)

    @property
    def areas_lacking(self) -> int:
        """Areas in which nobody is counted yet."""
        return max(self.demand.areas - self.reached, 0)

    @property
    def enough(self) -> bool:
        """Whether both minimum and spread are reached."""
        return not self.lacking and not self.areas_lacking


def dpd(voters: int, areas: int, table: Iterable[Sequence[object]], spread: Fraction) -> Demand:
    """For the DPD: supporters by the DPT of the province, from at least ``spread`` of its kab/kota.

    ``table`` holds rows ``[up to, supporters]``; the last has no end. Raises ValueError where none covers it.
    """
    for upto, minimum in table:
        if upto is None or voters <= int(str(upto)):
            return Demand(int(str(minimum)), ceil(spread * areas), areas)
    raise ValueError(f"no minimum for {voters} voters")


def independent(voters: int, areas: int, table: Iterable[Sequence[object]], spread: Fraction) -> Demand:
    """For an independent pair: a share of the DPT, from more than ``spread`` of the areas below.

    A part of a supporter is a whole one (UU 10/2016 art. 41: "at least").
    """
    return Demand(ceil(band(table, voters) * voters), int(spread * areas) + 1, areas)


def progress(demand: Demand, by_area: Mapping[str, int]) -> Progress:
    """How far a list has come, from the counted supporters of each area."""
    reached = sum(1 for n in by_area.values() if n > 0)
    return Progress(demand, sum(by_area.values()), reached)


@dataclass(frozen=True)
class Repair:
    """What a repair asks for: new supporters for those that the plenary found lacking, and no others.

    ``factor`` new ones replace each that is lacking (``denda_dukungan``, ``denda_dukungan_pilkada``).
    """

    lacking: int
    factor: int
    given: int

    @property
    def needed(self) -> int:
        """How many must be handed in anew at least."""
        return replacements(self.lacking, self.factor)

    @property
    def missing(self) -> int:
        """How many of those are not given yet."""
        return max(self.needed - self.given, 0)


def replacements(struck: int, factor: int) -> int:
    """How many are asked for those that are lacking in a repair."""
    return struck * max(factor, 1)


def verdict_of(flags: Collection[str]) -> tuple[str, str | None]:
    """What vermin finds of a row by its flags alone: ``ms``, or ``tms`` with the first that is fatal.

    A double with another's list is no verdict: a visit asks the person (domain.md 4.3).
    """
    fatal = next((flag for flag in FATAL if flag in flags), None)
    return ("tms", fatal) if fatal else ("ms", None)
