"""The draw of ballot numbers, so that anyone can draw it again with pencil, paper and ``sha256sum``.

1. A seed is fixed in public, before witnesses.
2. Parties that keep their number of the last election are taken out first (Perppu 1/2022, UU 7/2017
   art. 179(3)); their numbers are not drawn.
3. Every other party gets a lot: SHA-256, in hexadecimal, of the UTF-8 text ``seed|registration``, where
   ``registration`` is the number of its registration in Sipol. The smallest lot is drawn first.
4. National parties fill the numbers 1, 2, 3 ... that nobody kept; then the local parties of Aceh follow after
   the highest number of a national party (2022: 1-17 and 18-23).

Where numbers were given before (a party that a ruling admits), those stand, and who comes later follows after
the highest of all (2022: Partai Ummat, 24).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import count, islice

from electsys.elections.rules import lot_of


class TwoKeep(ValueError):
    """Two parties ask to keep one number; ``number`` and the ``parties`` say which."""

    def __init__(self, number: int, parties: Sequence[str]) -> None:
        super().__init__(f"{number}: {', '.join(parties)}")
        self.number = number
        self.parties = tuple(parties)


@dataclass(frozen=True)
class Entrant:
    """A party that gets a number. ``last_number`` is that of the last election, where it keeps it."""

    registration: int
    party: str
    local: bool = False
    last_number: int | None = None


@dataclass(frozen=True)
class Drawn:
    """A party with its number; ``lot`` is "" where the number was kept."""

    registration: int
    party: str
    number: int
    kept: bool
    local: bool
    lot: str


def draw_numbers(
    entrants: Iterable[Entrant], seed: str, *, given: Collection[int] = (), keeping: bool = True
) -> tuple[Drawn, ...]:
    """The numbers of these parties, in the order of the numbers.

    ``given`` are numbers that parties bear already. Without ``keeping`` nobody keeps a number.
    :class:`TwoKeep` where two parties would keep one number. A number that cannot be kept, because another
    party bears it or because it lies among the numbers of national parties, is drawn anew for its party.
    """
    everyone = list(entrants)
    national = [e for e in everyone if not e.local]
    local = [e for e in everyone if e.local]
    start = max(given, default=0) + 1
    done = _block(national, seed, start, _kept(national, given, 1, keeping))
    after = max([start - 1, *(each.number for each in done)]) + 1
    done += _block(local, seed, after, _kept(local, given, after, keeping))
    return tuple(sorted(done, key=lambda each: each.number))


def _kept(entrants: Sequence[Entrant], given: Collection[int], lowest: int, keeping: bool) -> dict[int, int]:
    """Registration -> number that it keeps."""
    found: dict[int, list[Entrant]] = {}
    for each in entrants if keeping else ():
        if each.last_number is not None and each.last_number >= lowest and each.last_number not in given:
            found.setdefault(each.last_number, []).append(each)
    for number, parties in found.items():
        if len(parties) > 1:
            raise TwoKeep(number, [each.party for each in parties])
    return {parties[0].registration: number for number, parties in found.items()}


def _block(entrants: Sequence[Entrant], seed: str, start: int, kept: dict[int, int]) -> list[Drawn]:
    """Those who keep a number, then the rest in the order of their lots."""
    done = [
        Drawn(each.registration, each.party, kept[each.registration], True, each.local, "")
        for each in entrants
        if each.registration in kept
    ]
    rest = sorted(
        (each for each in entrants if each.registration not in kept),
        key=lambda each: (lot_of(seed, each.registration), each.registration),
    )
    used = set(kept.values())
    free = islice((n for n in count(start) if n not in used), len(rest))
    done += [
        Drawn(each.registration, each.party, number, False, each.local, lot_of(seed, each.registration))
        for number, each in zip(free, rest, strict=True)
    ]
    return done
