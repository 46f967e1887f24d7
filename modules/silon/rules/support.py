"""How many supporters, from how many areas (UU 7/2017 art. 183; UU 10/2016 art. 41; domain.md 4.3, 4.5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from modules.silon.rules.pairs import band

#: Flags that keep a row from counting without anybody's judgement: it is refused at the end of vermin.
FATAL = ("ganda_internal", "bukan_pemilih", "pekerjaan", "usia", "luar_wilayah", "nik")


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


def replacements(struck: int, factor: int) -> int:
    """How many are asked for those that were struck in a repair (setting ``denda_dukungan``)."""
    return struck * max(factor, 1)


def verdict_of(flags: Collection[str]) -> tuple[str, str | None]:
    """What vermin finds of a row by its flags alone: ``ms``, or ``tms`` with the first that is fatal.

    A double with another's list is no verdict: a visit asks the person (domain.md 4.3).
    """
    fatal = next((flag for flag in FATAL if flag in flags), None)
    return ("tms", fatal) if fatal else ("ms", None)
