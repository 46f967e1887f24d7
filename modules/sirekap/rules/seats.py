"""Votes into seats: the threshold of the parliament and the method of Sainte-Lague, in whole numbers.

UU 7/2017 art. 414, 415, 419-421. A quotient v/d is compared as v * (L/d), with L the least common multiple
of the divisors: exact, without fractions or decimals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import lcm
from typing import NamedTuple

from modules.sirekap.rules.ties import Contender, Step, UnresolvedTie, separate


@dataclass(frozen=True)
class Threshold:
    """Who reached a share of all valid votes, and how near everybody came.

    ``needed`` is the fewest votes that reach it: 4 % of 151,793,293 are 6,071,731.72, so 6,071,732.
    """

    share: Fraction
    valid: int
    votes: Mapping[str, int]

    @property
    def needed(self) -> int:
        """The fewest votes that reach the share."""
        return -(-self.valid * self.share.numerator // self.share.denominator)

    def passes(self, party: str) -> bool:
        """Whether a party has at least the share (UU 7/2017 art. 414(1))."""
        return self.votes[party] * self.share.denominator >= self.valid * self.share.numerator

    @property
    def passed(self) -> tuple[str, ...]:
        """The parties that reach it, in the order in which they were given."""
        return tuple(party for party in self.votes if self.passes(party))

    def margin(self, party: str) -> int:
        """Votes above what is needed; negative, the votes that lack."""
        return self.votes[party] - self.needed


def threshold(votes: Mapping[str, int], share: Fraction, valid: int | None = None) -> Threshold:
    """Judge parties by their votes in the whole country; ``valid`` defaults to the sum of all of them.

    Raises ValueError for negative votes or a share outside 0..1.
    """
    _refuse_negative(votes)
    if not 0 <= share <= 1:
        raise ValueError(f"a share of {share} is none")
    return Threshold(share, sum(votes.values()) if valid is None else valid, dict(votes))


class Quotient(NamedTuple):
    """A party's votes by a divisor; ``seat`` is the number of the seat that it won, None if it won none.

    ``tied`` says that another party has the same quotient.
    """

    rank: int
    party: str
    votes: int
    divisor: int
    seat: int | None
    tied: bool

    @property
    def value(self) -> Fraction:
        """The exact quotient."""
        return Fraction(self.votes, self.divisor)


class Pair(NamedTuple):
    """A party with a seat and one that is next: ``needed`` more votes for the latter would have moved it."""

    winner: str
    loser: str
    needed: int


@dataclass(frozen=True)
class Allocation:
    """Seats of a dapil with what shows them.

    ``quotients`` holds, from high to low, every party by every divisor up to the first that won nothing, so
    that no quotient outside of it can win. ``closest`` is None where nobody else has votes.
    """

    seats: Mapping[str, int]
    quotients: tuple[Quotient, ...]
    closest: Pair | None
    steps: tuple[Step, ...] = ()


@cache
def odd_divisors(count: int) -> tuple[int, ...]:
    """1, 3, 5, ... (UU 7/2017 art. 420)."""
    return tuple(range(1, 2 * count, 2))


def allocate(
    votes: Mapping[str, int],
    seats: int,
    *,
    divisors: Sequence[int] | None = None,
    strategies: Sequence[str] = (),
    parties: Mapping[str, Contender] | None = None,
) -> Allocation:
    """Give the ``seats`` of a dapil one by one to the highest quotients (UU 7/2017 art. 420).

    ``votes`` holds only parties that take part. Where a quotient is shared at the last seat, ``strategies``
    separate the parties by what ``parties`` tells of them. Raises UnresolvedTie where they do not, ValueError
    for negative votes, no votes at all, no seats, or too few divisors.
    """
    _refuse_negative(votes)
    if seats < 1 or not any(votes.values()):
        raise ValueError("nothing to give, or nobody to give it to")
    # One divisor more than the seats: a party that wins all of them has a quotient that won nothing too.
    given = tuple(divisors) if divisors is not None else odd_divisors(seats + 1)
    used = given[: seats + 1]
    scale = lcm(*used)
    factors = [(scale // divisor, divisor) for divisor in used]
    names = list(votes)
    # Descending by value, then in the order in which the parties were given: that only numbers the seats.
    ranked = sorted(
        (-count * factor, place, divisor)
        for place, count in enumerate(votes.values())
        for factor, divisor in factors
        if count
    )
    steps: list[Step] = []
    if len(ranked) > seats and ranked[seats - 1][0] == ranked[seats][0]:
        ranked = _settled(ranked, seats, names, votes, strategies, parties or {}, steps)
    won = dict.fromkeys(names, 0)
    for _, place, _ in ranked[:seats]:
        won[names[place]] += 1
    most = max(won.values())
    if len(ranked) < seats or (most == len(given) < seats):
        raise ValueError("too few divisors for the seats")
    rows = _quotients(ranked, seats, names, votes, used[: most + 1])
    return Allocation(won, rows, closest(votes, won, given), tuple(steps))


Ranked = tuple[int, int, int]


def _settled(
    ranked: list[Ranked],
    seats: int,
    names: Sequence[str],
    votes: Mapping[str, int],
    strategies: Sequence[str],
    parties: Mapping[str, Contender],
    steps: list[Step],
) -> list[Ranked]:
    """``ranked`` with those who share the quotient of the last seat in the order of the strategies."""
    value = ranked[seats - 1][0]
    start = next(i for i, row in enumerate(ranked) if row[0] == value)
    tied = [row for row in ranked if row[0] == value]
    rows = {names[row[1]]: row for row in tied}
    contenders = tuple(parties.get(name) or Contender(name, votes[name]) for name in rows)
    left = seats - start
    done: list[str] = []
    for tier in separate(contenders, strategies, steps):
        if len(done) < left < len(done) + len(tier):
            raise UnresolvedTie([who.key for who in tier], left - len(done), steps)
        done += [who.key for who in tier]
    return ranked[:start] + [rows[name] for name in done] + ranked[start + len(tied) :]


def _quotients(
    ranked: Sequence[Ranked],
    seats: int,
    names: Sequence[str],
    votes: Mapping[str, int],
    shown: Sequence[int],
) -> tuple[Quotient, ...]:
    """The ranked quotients by the ``shown`` divisors; equal ones share a rank."""
    last = shown[-1]
    rows: list[Quotient] = []
    rank, before = 0, 1
    for number, (value, place, divisor) in enumerate(ranked, 1):
        if divisor > last:
            continue
        same = value == before
        if not same:
            rank, before = len(rows) + 1, value
        elif not rows[-1].tied:
            rows[-1] = rows[-1]._replace(tied=True)
        name = names[place]
        seat = number if number <= seats else None
        rows.append(Quotient(rank, name, votes[name], divisor, seat, same))
    return tuple(rows)


def closest(
    votes: Mapping[str, int], won: Mapping[str, int], divisors: Sequence[int] | None = None
) -> Pair | None:
    """The party that lacked the fewest votes for one more seat, and whose seat it would have been.

    B lacks x for A's last seat where (T_B + x)/d(W_B + 1) > T_A/d(W_A), with T the votes, W the seats and d
    the divisors; A holds the lowest quotient that won. Of equals the first in alphabetical order is named.
    """
    given = divisors or odd_divisors(max(won.values(), default=0) + 1)
    last = sorted((Fraction(votes[party], given[won[party] - 1]), party) for party in votes if won[party])[:2]
    best: Pair | None = None
    for party in sorted(votes):
        holder = next(((q, a) for q, a in last if a != party), None)
        if holder is None or won[party] >= len(given):
            continue
        lowest, winner = holder
        needed = lowest.numerator * given[won[party]] // lowest.denominator - votes[party] + 1
        if best is None or needed < best.needed:
            best = Pair(winner, party, needed)
    return best


def _refuse_negative(votes: Mapping[str, int]) -> None:
    if any(count < 0 for count in votes.values()):
        raise ValueError("votes are counted, never negative")
