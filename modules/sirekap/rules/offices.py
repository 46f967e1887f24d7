"""Who wins an office: president (UU 7/2017 art. 416) and heads of regions (UU 10/2016 art. 54D, 107, 109).

The bars are exact fractions, given by the settings of the election.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from modules.sirekap.rules.ties import Contender, Step, UnresolvedTie, order

Kind = Literal["menang", "putaran_kedua", "kotak_kosong"]


@dataclass(frozen=True)
class PresidentLaw:
    """What a pair must reach: more than ``total`` of all valid votes, and at least ``province`` of those of
    each of more than ``spread`` of the provinces. With two pairs the spread is asked only if
    ``spread_for_two`` (MK 50/PUU-XII/2014 waives it)."""

    total: Fraction
    province: Fraction
    spread: Fraction
    spread_for_two: bool = False
    strategies: Sequence[str] = ()


@dataclass(frozen=True)
class ProvinceTest:
    """The votes of a pair in a province and whether they reach the share that is asked there."""

    province: str
    votes: int
    valid: int
    reached: bool


@dataclass(frozen=True)
class PairTest:
    """How a pair stands against the bars."""

    key: str
    votes: int
    valid: int
    majority: bool
    provinces: tuple[ProvinceTest, ...]

    @property
    def reached(self) -> int:
        """In how many provinces it has the share that is asked."""
        return sum(test.reached for test in self.provinces)


@dataclass(frozen=True)
class Decision:
    """What follows from the votes: a winner, or the pairs of a second round.

    ``provinces_needed`` is None where no spread was asked.
    """

    kind: Kind
    winner: str | None
    runoff: tuple[str, ...] = ()
    tests: tuple[PairTest, ...] = ()
    provinces_needed: int | None = None
    #: Votes of the blank column that a single pair stood against.
    blank: int | None = None
    steps: tuple[Step, ...] = ()


def president(
    pairs: Sequence[Contender],
    provinces: Mapping[str, Mapping[str, int]],
    law: PresidentLaw,
    *,
    second_round: bool = False,
) -> Decision:
    """Judge the votes for president and vice president.

    ``pairs`` carry the votes of the whole election, those of voters overseas too; ``provinces`` the votes of
    each province by pair: overseas is none. In the second round the most votes win (art. 416(2)-(6)). Raises
    UnresolvedTie where nothing separates those who tie, ValueError where there is no vote.
    """
    valid = _valid(pairs)
    needed = _more_than(law.spread, len(provinces))
    tests = tuple(_pair_test(who, valid, provinces, law) for who in pairs)
    ranking = order(pairs, law.strategies)
    if second_round:
        return Decision("menang", ranking.first(1)[0].key, (), tests, steps=ranking.steps)
    asked = len(pairs) != 2 or law.spread_for_two
    for test in tests:
        if test.majority and (not asked or test.reached >= needed):
            return Decision("menang", test.key, (), tests, needed if asked else None)
    if len(pairs) < 3:
        # One pair, or two without a majority: there is nobody else to choose between.
        runoff: tuple[Contender, ...] = tuple(pairs)
    else:
        runoff = ranking.first(2)
    return Decision(
        *("putaran_kedua", None, tuple(who.key for who in runoff), tests),
        needed if asked else None,
        steps=ranking.steps,
    )


def regional_head(
    pairs: Sequence[Contender],
    *,
    majority: Fraction | None,
    blank: int | None = None,
    alone: Fraction = Fraction(1, 2),
    strategies: Sequence[str] = (),
    second_round: bool = False,
) -> Decision:
    """Judge the votes for governor, regent or mayor.

    The most votes win. With a ``majority`` (DKJ: UU 2/2024 art. 10) a pair needs more than that share, else
    the first two stand again. A single pair against the ``blank`` column needs more than ``alone`` of the
    valid votes (UU 10/2016 art. 54D), else nobody is elected.
    """
    if blank is not None:
        if len(pairs) != 1:
            raise ValueError("the blank column stands against a single pair")
        valid = pairs[0].votes + blank
        if not valid:
            raise ValueError("no valid votes")
        won = _exceeds(pairs[0].votes, valid, alone)
        test = PairTest(pairs[0].key, pairs[0].votes, valid, won, ())
        winner = pairs[0].key if won else None
        return Decision("menang" if won else "kotak_kosong", winner, (), (test,), blank=blank)
    if len(pairs) == 1:
        raise ValueError("a single pair stands against the blank column")
    valid = _valid(pairs)
    bar = Fraction(1, 2) if majority is None else majority
    tests = tuple(PairTest(who.key, who.votes, valid, _exceeds(who.votes, valid, bar), ()) for who in pairs)
    ranking = order(pairs, strategies)
    won_by = [test.key for test in tests if test.majority]
    if majority is None or second_round or won_by:
        first = won_by[0] if won_by else ranking.first(1)[0].key
        return Decision("menang", first, (), tests, steps=ranking.steps)
    runoff = tuple(who.key for who in ranking.first(2))
    return Decision("putaran_kedua", None, runoff, tests, steps=ranking.steps)


def _valid(pairs: Sequence[Contender]) -> int:
    valid = sum(who.votes for who in pairs)
    if valid <= 0 or any(who.votes < 0 for who in pairs):
        raise ValueError("no valid votes")
    return valid


def _exceeds(votes: int, valid: int, share: Fraction) -> bool:
    return votes * share.denominator > valid * share.numerator


def _more_than(share: Fraction, count: int) -> int:
    """The fewest that are more than a share of ``count``: of 38 more than half are 20."""
    return count * share.numerator // share.denominator + 1


def _pair_test(
    who: Contender, valid: int, provinces: Mapping[str, Mapping[str, int]], law: PresidentLaw
) -> PairTest:
    tests = []
    for province, votes in sorted(provinces.items()):
        total, own = sum(votes.values()), votes.get(who.key, 0)
        # At least the share; a province without a valid vote gives it to nobody.
        reached = total > 0 and own * law.province.denominator >= total * law.province.numerator
        tests.append(ProvinceTest(province, own, total, reached))
    return PairTest(who.key, who.votes, valid, _exceeds(who.votes, valid, law.total), tuple(tests))


__all__ = [
    "Decision",
    "PairTest",
    "PresidentLaw",
    "ProvinceTest",
    "UnresolvedTie",
    "president",
    "regional_head",
]
