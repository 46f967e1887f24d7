"""Sainte-Lague by its properties, by an independent naive count, and by published examples."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from modules.sirekap.rules.seats import Quotient, allocate, odd_divisors, threshold
from modules.sirekap.rules.ties import Contender, UnresolvedTie

VOTES = st.dictionaries(st.sampled_from("ABCDEFGHJK"), st.integers(0, 400), min_size=1, max_size=8)
SEATS = st.integers(1, 14)


def naive(votes: dict[str, int], seats: int) -> dict[str, int] | None:
    """Seat by seat with fractions; None where the last seat is tied between parties."""
    won = dict.fromkeys(votes, 0)
    while (left := seats - sum(won.values())) > 0:
        quotients = {p: Fraction(v, 2 * won[p] + 1) for p, v in votes.items()}
        top = max(quotients.values())
        best = [p for p, q in quotients.items() if q == top]
        if len(best) > left:
            return None
        for party in best:
            won[party] += 1
    return won


def seats_of(votes, seats):
    try:
        return dict(allocate(votes, seats).seats)
    except UnresolvedTie:
        return None


@given(VOTES, SEATS)
def test_agrees_with_the_naive_count_and_raises_on_its_ties(votes, seats):
    assume(any(votes.values()))
    assert seats_of(votes, seats) == naive(votes, seats)


@given(VOTES, SEATS)
def test_house_monotonicity(votes, seats):
    assume(any(votes.values()))
    few, more = seats_of(votes, seats), seats_of(votes, seats + 1)
    assume(few and more)
    assert all(more[p] >= few[p] for p in votes)


@given(VOTES, VOTES, SEATS)
def test_population_monotonicity(before, after, seats):
    """A party that grew, relative to another that it grew from, never loses a seat to it."""
    parties = sorted(before.keys() & after.keys())
    before, after = {p: before[p] for p in parties}, {p: after[p] for p in parties}
    assume(any(before.values()) and any(after.values()))
    one, two = seats_of(before, seats), seats_of(after, seats)
    assume(one and two)
    for p in parties:
        for q in parties:
            if before[p] and after[q] and after[p] * before[q] > after[q] * before[p]:
                assert not (two[p] < one[p] and two[q] > one[q])


@given(VOTES, SEATS, st.randoms(use_true_random=False))
def test_anonymity(votes, seats, random):
    assume(any(votes.values()))
    names = list(votes)
    random.shuffle(names)
    assert seats_of({p: votes[p] for p in names}, seats) == seats_of(votes, seats)


@given(VOTES, SEATS)
def test_the_trace_proves_the_outcome(votes, seats):
    assume(any(votes.values()))
    try:
        found = allocate(votes, seats)
    except UnresolvedTie:
        return
    won = [row for row in found.quotients if row.seat is not None]
    lost = [row for row in found.quotients if row.seat is None]
    assert sorted(row.seat for row in won) == list(range(1, seats + 1))
    assert all(a.value >= b.value for a, b in zip(found.quotients, found.quotients[1:], strict=False))
    assert all(a.value >= b.value for a in won for b in lost)
    # Everybody with votes stands there with a divisor that won nothing: no further one could.
    assert {row.party for row in lost} == {p for p, v in votes.items() if v}
    for row in found.quotients:
        same = [other for other in found.quotients if other.value == row.value]
        assert row.tied == (len(same) > 1)
        assert row.rank == 1 + sum(other.value > row.value for other in found.quotients)


def ranked(votes):
    """Every quotient from high to low, by fractions; equal ones in any order."""
    found = [Quotient(0, p, v, d, None, False) for p, v in votes.items() for d in range(1, 40, 2)]
    return sorted(found, key=lambda row: -row.value)


@given(VOTES, SEATS)
def test_the_closest_pair_is_the_least_change_that_moves_a_seat(votes, seats):
    assume(any(votes.values()) and len(votes) > 1)
    try:
        found = allocate(votes, seats)
    except UnresolvedTie:
        return
    pair = found.closest
    assert pair is not None
    moved = votes | {pair.loser: votes[pair.loser] + pair.needed}
    after = [row.party for row in ranked(moved)[:seats]]
    assert after.count(pair.loser) > found.seats[pair.loser]
    for party in votes:
        less = votes | {party: votes[party] + pair.needed - 1}
        try:
            assert allocate(less, seats).seats[party] == found.seats[party]
        except UnresolvedTie as tie:
            assert party in tie.tied


@pytest.mark.parametrize(
    ("votes", "seats", "expected"),
    [
        ((30_000, 20_000, 15_000, 7_000, 5_000), 6, (2, 2, 1, 1, 0)),
        ((53_000, 24_000, 23_000), 7, (3, 2, 2)),
        ((833_499, 588_102, 65_480, 183_724, 605_889), 13, (5, 3, 0, 1, 4)),
        ((1_305_956, 903_151, 650_114, 532_193, 319_024), 18, (6, 4, 3, 3, 2)),
    ],
)
def test_published_examples(votes, seats, expected):
    votes = dict(zip("ABCDE", votes, strict=False))
    found = allocate(votes, seats)
    assert tuple(found.seats.values()) == expected


@pytest.mark.parametrize(
    ("votes", "seats", "expected"),
    [
        ((53_000, 24_000, 23_000), 7, (4, 2, 1)),
        ((833_499, 588_102, 65_480, 183_724, 605_889), 13, (5, 3, 0, 1, 4)),
        ((1_305_956, 903_151, 650_114, 532_193, 319_024), 18, (7, 5, 3, 2, 1)),
    ],
)
def test_other_divisors_are_data(votes, seats, expected):
    """By 1, 2, 3 ... (D'Hondt): the official results of Denmark 2014 and Austria 2019."""
    votes = dict(zip("ABCDE", votes, strict=False))
    found = allocate(votes, seats, divisors=range(1, seats + 1))
    assert tuple(found.seats.values()) == expected
    assert sum(row.seat is not None for row in found.quotients) == seats


def test_the_law_example_seat_by_seat():
    """domain.md 7.1: six seats go to A, B, C, A (10,000), D (7,000), B (6,667)."""
    found = allocate({"A": 30_000, "B": 20_000, "C": 15_000, "D": 7_000, "E": 5_000}, 6)
    assert [(row.party, row.divisor) for row in found.quotients if row.seat] == [
        ("A", 1), ("B", 1), ("C", 1), ("A", 3), ("D", 1), ("B", 3),
    ]  # fmt: skip
    assert found.closest == ("B", "E", 1_667)  # 6,667 is more than 20,000 / 3


def test_a_tie_for_the_last_seat_is_never_guessed():
    with pytest.raises(UnresolvedTie) as told:
        allocate({"A": 50, "B": 50, "C": 10}, 3)
    assert (told.value.tied, told.value.places) == (("A", "B"), 1)


def test_a_tie_above_the_last_seat_takes_nothing_from_anybody():
    found = allocate({"A": 50, "B": 50, "C": 10}, 2)
    assert found.seats == {"A": 1, "B": 1, "C": 0}
    assert [row.tied for row in found.quotients[:3]] == [True, True, True]


def test_strategies_decide_a_tie_in_their_order():
    parties = {
        "A": Contender("A", 50, 1, spread={"kabko": 2, "kecamatan": 9}),
        "B": Contender("B", 50, 2, spread={"kabko": 2, "kecamatan": 12}),
    }
    found = allocate(
        {"A": 50, "B": 50}, 1, strategies=("sebaran_kabko", "sebaran_kecamatan"), parties=parties
    )
    assert found.seats == {"A": 0, "B": 1}
    assert [(step.strategy, step.outcome) for step in found.steps] == [
        ("sebaran_kabko", "masih_sama"),
        ("sebaran_kecamatan", "memutus"),
    ]
    with pytest.raises(UnresolvedTie) as told:
        allocate({"A": 50, "B": 50}, 1, strategies=("sebaran_kabko",), parties=parties)
    assert len(told.value.steps) == 1


def test_what_is_no_input_is_refused():
    for votes, seats in [({}, 1), ({"A": 0}, 1), ({"A": 5}, 0), ({"A": -1, "B": 5}, 1)]:
        with pytest.raises(ValueError):
            allocate(votes, seats)
    with pytest.raises(ValueError):
        allocate({"A": 100, "B": 1}, 5, divisors=odd_divisors(3))


def test_the_threshold_is_exact():
    """Exactly the share passes, one vote less does not (UU 7/2017 art. 414)."""
    votes = {"A": 4, "B": 3, "C": 93}
    bar = threshold(votes, Fraction(1, 25))
    assert (bar.needed, bar.passed) == (4, ("A", "C"))
    assert (bar.margin("A"), bar.margin("B")) == (0, -1)
    assert threshold({"A": 1}, Fraction(4, 100), valid=151_793_293).needed == 6_071_732
    for wrong in (Fraction(-1), Fraction(2)):
        with pytest.raises(ValueError):
            threshold(votes, wrong)


@given(VOTES, st.fractions(0, 1))
def test_needed_is_the_least_that_passes(votes, share):
    bar = threshold(votes, share)
    assert all(bar.passes(p) == (v >= bar.needed) for p, v in votes.items())
