"""Who may put up a pair, how old it must be, and how its number is drawn (domain.md 4.4, 4.5).

President: any participating party or coalition (MK 62/PUU-XXII/2024), or before that a share of seats or of
valid votes of the last DPR election (UU 7/2017 art. 222). Regional head: a share of the valid votes of the
last DPRD election there, by the size of the DPT (MK 60/PUU-XXII/2024). All shares are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from electsys.elections.rules import lot_of, parse
from modules.silon.rules.lists import age_on


@dataclass(frozen=True)
class Threshold:
    """One way to pass: ``have`` of ``total`` against ``share``; ``needed`` is share times total, exact."""

    #: ``kursi``, ``suara`` or ``peserta`` (to take part is enough).
    by: str
    have: int
    total: int
    share: Fraction

    @property
    def needed(self) -> Fraction:
        """What is asked; at least as much passes."""
        return self.share * self.total

    @property
    def passes(self) -> bool:
        """At least the share; of nothing nobody has a share."""
        return self.total > 0 and self.have >= self.needed

    @property
    def lacking(self) -> int:
        """How many whole votes or seats are still missing."""
        return max(ceil(self.needed) - self.have, 0) if self.total else 0


def presidential(
    *,
    parties: int,
    seats: int,
    all_seats: int,
    votes: int,
    valid: int,
    terms: tuple[Fraction, Fraction] | None,
) -> tuple[Threshold, ...]:
    """The ways in which parties may put up a pair; one that passes is enough.

    ``terms`` are the shares of seats and of valid votes, None where no threshold binds: then it is enough
    that one of them takes part.
    """
    if terms is None:
        return (Threshold("peserta", parties, max(parties, 1), Fraction(1, max(parties, 1))),)
    return (Threshold("kursi", seats, all_seats, terms[0]), Threshold("suara", votes, valid, terms[1]))


def band(table: Iterable[Sequence[object]], voters: int) -> Fraction:
    """The share that binds at ``voters`` of the DPT, from rows ``[up to, share]``; the last row has no end.

    Raises ValueError where no row covers it.
    """
    for upto, share in table:
        if upto is None or voters <= int(str(upto)):
            found = parse("fraction", str(share))
            if isinstance(found, Fraction):
                return found
    raise ValueError(f"no share for {voters} voters")


def regional(*, votes: int, valid: int, voters: int, table: Iterable[Sequence[object]]) -> Threshold:
    """What parties need to put up a pair in a region: a share of the valid DPRD votes there."""
    return Threshold("suara", votes, valid, band(table, voters))


def old_enough(born: date, day: date, years: int) -> bool:
    """Whether somebody has reached an age on a day, birthdays on 29 February included."""
    return age_on(born, day) >= years


@dataclass(frozen=True)
class DrawnPair:
    """A nomination with the number it drew; nomination 0 is the empty column beside a single pair."""

    nomination: int
    number: int
    lot: str


def draw_pairs(nominations: Iterable[int], seed: str) -> tuple[DrawnPair, ...]:
    """Numbers 1, 2, 3 ... by the lots of the nominations; a single pair draws against the empty column."""
    keys = sorted(set(nominations))
    if len(keys) == 1:
        keys = [0, *keys]
    ordered = sorted(keys, key=lambda key: (lot_of(seed, key), key))
    return tuple(DrawnPair(key, n, lot_of(seed, key)) for n, key in enumerate(ordered, 1))
