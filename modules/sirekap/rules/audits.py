"""A risk-limiting audit of what was published: draw polling stations, read the paper, compute the risk.

Batch comparison with the maximum relative overstatement (Stark's MACRO) and draws in proportion to the error
that a station could hide (trust-and-ux.md C4). A station is a batch of ``ballots``; an assertion is a sum of
weighted votes that must be above zero for the outcome to stand. Everything is an exact fraction.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from math import ceil, lcm, log, log1p
from typing import NamedTuple

from modules.sirekap.rules.offices import Decision

DIGEST = 1 << 256


class Batch(NamedTuple):
    """A polling station: votes as published, and the ballots that lay in its box."""

    key: str
    ballots: int
    votes: Mapping[str, int]


@dataclass(frozen=True)
class Assertion:
    """The sum of ``weights`` times votes must be above zero; a ballot can hide at most ``worst``.

    ``scope`` begins the codes of the stations that it is about: "" for all.
    """

    name: str
    weights: Mapping[str, Fraction]
    #: What stands in ``weights`` for everybody who is not named there.
    others: Fraction
    scope: str = ""

    @cached_property
    def unit(self) -> int:
        """Every weight times this is a whole number."""
        return lcm(*(w.denominator for w in (*self.weights.values(), self.others)))

    @cached_property
    def _whole(self) -> tuple[Mapping[str, int], int]:
        return {who: int(w * self.unit) for who, w in self.weights.items()}, int(self.others * self.unit)

    @cached_property
    def worst(self) -> int:
        """How far one ballot can pull the sum down, in :attr:`unit` of it."""
        weights, others = self._whole
        return -min(*weights.values(), others, 0)

    def net(self, votes: Mapping[str, int]) -> int:
        """The weighted sum of some votes, in :attr:`unit` of it."""
        weights, others = self._whole
        return sum(weights.get(who, others) * n for who, n in votes.items())

    def covers(self, key: str) -> bool:
        """Whether a station counts here."""
        return key.startswith(self.scope)


def beats(winner: str, loser: str) -> Assertion:
    """The winner has more votes than the loser: one vote for each, against each."""
    return Assertion(f"{winner} > {loser}", {winner: Fraction(1), loser: Fraction(-1)}, Fraction(0))


def exceeds(who: str, share: Fraction, scope: str = "") -> Assertion:
    """Somebody has more than a share t of the valid votes: (1 - t) for each vote, -t for each other."""
    where = f" ({scope})" if scope else ""
    return Assertion(f"{who} > {share}{where}", {who: 1 - share}, -share, scope)


@dataclass(frozen=True)
class Frame:
    """The stations that are drawn from, for one assertion or several: u_p of each and their sum U.

    With several the largest possible error counts (MACRO). Raises ValueError where an assertion is not above
    zero already as published: there is nothing to audit, the outcome is another.
    """

    assertions: tuple[Assertion, ...]
    batches: tuple[Batch, ...]

    def __post_init__(self) -> None:
        if not self.batches or not self.assertions:
            raise ValueError("nothing to audit")
        for assertion in self.assertions:
            if self.margins[assertion.name] <= 0:
                raise ValueError(assertion.name)

    @cached_property
    def margins(self) -> dict[str, int]:
        """The published sum of each assertion, in its unit."""
        found = dict.fromkeys((a.name for a in self.assertions), 0)
        for assertion in self.assertions:
            covered = (b for b in self.batches if assertion.covers(b.key))
            found[assertion.name] = sum(assertion.net(batch.votes) for batch in covered)
        return found

    @cached_property
    def scale(self) -> int:
        """Every u_p times this is a whole number."""
        return lcm(*self.margins.values())

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """u_p of each station times :attr:`scale`."""
        return tuple(map(self._size, self.batches))

    def _size(self, batch: Batch) -> int:
        return max(
            (a.net(batch.votes) + a.worst * batch.ballots) * (self.scale // self.margins[a.name])
            for a in self.assertions
            if a.covers(batch.key)
        )

    def bound(self, batch: Batch) -> Fraction:
        """u_p = max (x_p + worst * b_p) / margin: the largest part of a margin that a station could hide."""
        return Fraction(self._size(batch), self.scale)

    @cached_property
    def total(self) -> Fraction:
        """U, the sum of u_p."""
        return Fraction(sum(self.sizes), self.scale)

    def error(self, batch: Batch, paper: Mapping[str, int]) -> Fraction:
        """e_p: the largest part of a margin by which the published votes overstate the paper."""
        return max(
            Fraction(a.net(batch.votes) - a.net(paper), self.margins[a.name])
            for a in self.assertions
            if a.covers(batch.key)
        )

    def taint(self, batch: Batch, paper: Mapping[str, int]) -> Fraction:
        """max(0, e_p) / u_p: 0 where nothing is overstated, 1 where the station hid all that it could."""
        bound = self.bound(batch)
        return max(Fraction(0), self.error(batch, paper)) / bound if bound > 0 else Fraction(0)

    def draws(self, seed: str) -> Iterator[Batch]:
        """Stations one after the other, with replacement, in proportion to u_p; endless.

        Draw i reads SHA-256 of the text ``seed,i`` as a number of 256 bits; its share of 2^256 is the place
        in the row of stations, by code, each as long as its u_p. Anybody draws again with ``sha256sum``.
        """
        ends = list(accumulate(self.sizes))
        number = 0
        while True:
            number += 1
            digest = int.from_bytes(hashlib.sha256(f"{seed},{number}".encode()).digest(), "big")
            yield self.batches[bisect_right(ends, digest * ends[-1] // DIGEST)]


def frame(assertions: Iterable[Assertion], batches: Iterable[Batch]) -> Frame:
    """A frame of the stations that any assertion is about, ordered by code."""
    chosen = tuple(assertions)
    kept = sorted((b for b in batches if any(a.covers(b.key) for a in chosen)), key=lambda b: b.key)
    return Frame(chosen, tuple(kept))


def sample_size(total: Fraction, limit: Fraction) -> int:
    """Draws that are enough if the paper overstates nothing: the least n with (1 - 1/U)^n <= limit."""
    if not 0 < limit < 1:
        raise ValueError(f"a risk limit of {limit} is none")
    if total <= 1:
        return 1
    n = max(1, ceil(log(limit) / log1p(-1 / float(total))) - 1)
    clean = 1 - 1 / total
    power = clean**n
    while power > limit:
        n, power = n + 1, power * clean
    return n


def risk(total: Fraction, taints: Sequence[Fraction]) -> Fraction | None:
    """The Kaplan-Markov risk after some draws: the product of (1 - 1/U) / (1 - t), at most 1.

    None where a station hid all that it could: no further draw helps, everything is counted again.
    """
    if any(t >= 1 for t in taints):
        return None
    product = Fraction(1)
    for taint, times in Counter(taints).items():
        product *= (max(Fraction(0), 1 - 1 / total) / (1 - taint)) ** times
    return min(Fraction(1), product)


def cheaper_to_count(draws: int, stations: int) -> bool:
    """Whether drawing is no less work than reading every station once."""
    return draws >= stations


def president_assertions(
    decision: Decision, share: Fraction, in_province: Fraction
) -> dict[str, tuple[Assertion, ...]]:
    """What must hold for a president elected in the first round (UU 7/2017 art. 416), by group.

    ``urutan``: the winner is before each other pair; ``mayoritas``: more than ``share`` of all valid votes;
    ``provinsi``: more than ``in_province`` in the provinces that are needed, the surest of them.
    """
    if decision.winner is None:
        raise ValueError("nobody is elected")
    winner = decision.winner
    test = next(t for t in decision.tests if t.key == winner)
    surest = sorted(
        (p for p in test.provinces if p.reached),
        key=lambda p: (-Fraction(p.votes, p.valid), p.province),
    )
    return {
        "urutan": tuple(beats(winner, t.key) for t in decision.tests if t.key != winner),
        "mayoritas": (exceeds(winner, share),),
        "provinsi": tuple(
            exceeds(winner, in_province, p.province) for p in surest[: decision.provinces_needed or 0]
        ),
    }


def seat_assertion(winner: str, won: int, loser: str, has: int) -> Assertion:
    """A party keeps its last seat before another's next: T_A / (2 W_A - 1) > T_B / (2 W_B + 1)."""
    return Assertion(
        f"{winner}:{won} > {loser}:{has + 1}",
        {winner: Fraction(1, 2 * won - 1), loser: Fraction(-1, 2 * has + 1)},
        Fraction(0),
    )
