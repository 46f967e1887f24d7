"""The audit's mathematics against published vectors (trust-and-ux.md C4), and by its properties."""

from __future__ import annotations

import hashlib
from collections import Counter
from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.sirekap.rules.audits import (
    Batch,
    beats,
    cheaper_to_count,
    exceeds,
    frame,
    president_assertions,
    risk,
    sample_size,
    seat_assertion,
)
from modules.sirekap.rules.offices import PresidentLaw, president
from modules.sirekap.rules.ties import Contender

LAW = PresidentLaw(Fraction(1, 2), Fraction(1, 5), Fraction(1, 2))
FIVE, ONE, TENTH = Fraction(5, 100), Fraction(1, 100), Fraction(1, 1000)


@pytest.mark.parametrize(
    ("winner", "loser", "large", "small"),
    [(200, 180, "0.0700", "0.0350"), (200, 160, "0.0733", "0.0367"), (200, 140, "0.0852", "0.0426")],
)
def test_the_bounds_of_arlo(winner, loser, large, small):
    margin = {20: 6000, 40: 6000, 60: 5400}[winner - loser]
    chosen = beats("w", "l")
    # As many batches as give the margin of the published example.
    size = margin // (winner - loser)
    batches = [Batch(f"{n:04d}", 400, {"w": winner, "l": loser}) for n in range(size - 1)]
    batches += [Batch(f"h{n}", 200, {"w": winner // 2, "l": loser // 2}) for n in range(2)]
    found = frame([chosen], batches)
    assert found.margins[chosen.name] == margin
    assert f"{float(found.bound(found.batches[0])):.4f}" == large
    assert f"{float(found.bound(batches[-1])):.4f}" == small


def test_the_contest_a_of_arlo():
    found = frame([beats("w", "l")], [Batch("1", 120_000, {"w": 60_000, "l": 54_000})])
    assert found.total == 21
    assert f"{float(risk(found.total, [Fraction(0)] * 31)):.4f}" == "0.2204"
    assert sample_size(found.total, Fraction(1, 4)) == 29


NATIONAL = {"1": 40_971_906, "2": 96_214_691, "3": 27_040_878}
BALLOTS = sum(NATIONAL.values()) + 4_194_536


@pytest.mark.parametrize(
    ("assertion", "total", "draws"),
    [
        (beats("2", "1"), "4.05", (11, 17, 25)),
        (exceeds("2", Fraction(1, 2)), "6.97", (20, 30, 45)),
    ],
)
def test_the_table_of_the_presidential_election_2024(assertion, total, draws):
    found = frame([assertion], [Batch("0", BALLOTS, NATIONAL)])
    assert f"{float(found.total):.2f}" == total
    assert tuple(sample_size(found.total, a) for a in (FIVE, ONE, TENTH)) == draws


@pytest.mark.parametrize(
    ("share", "total", "draws"),
    [(25, 5, 14), (30, 3, 8), (40, 2, 5), (60, Fraction(3, 2), 3)],
)
def test_a_fifth_of_a_province(share, total, draws):
    found = frame(
        [exceeds("A", Fraction(1, 5), "32")], [Batch("32", 1000, {"A": share * 10, "B": 1000 - share * 10})]
    )
    assert found.total == total
    assert sample_size(found.total, FIVE) == draws


@pytest.mark.parametrize(
    ("margin", "draws"), [(100, 32), (50, 62), (20, 152), (10, 302), (5, 601), (1, 2998)]
)
def test_races_by_their_diluted_margin(margin, draws):
    """Of 1,000 ballots; U = 1 + 1/margin."""
    found = frame([beats("A", "B")], [Batch("1", 1000, {"A": 500 + margin, "B": 500})])
    assert found.total == 1 + Fraction(1000, margin)
    assert sample_size(found.total, FIVE) == draws


def test_several_assertions_count_the_largest_error():
    one, two = beats("A", "B"), beats("A", "C")
    batches = [Batch("1", 100, {"A": 60, "B": 20, "C": 20}), Batch("2", 100, {"A": 50, "B": 40, "C": 10})]
    both = frame([one, two], batches)
    for batch in batches:
        assert both.bound(batch) == max(frame([a], batches).bound(batch) for a in (one, two))
    assert both.total == sum(both.bound(b) for b in batches)
    paper = {"A": 55, "B": 20, "C": 25}
    assert both.error(batches[0], paper) == max(Fraction(5, 50), Fraction(10, 80))
    assert both.taint(batches[0], paper) == Fraction(10, 80) / both.bound(batches[0])
    assert both.taint(batches[0], {"A": 99, "B": 0, "C": 1}) == 0


def test_an_outcome_that_is_none_is_not_audited():
    with pytest.raises(ValueError, match="A > B"):
        frame([beats("A", "B")], [Batch("1", 100, {"A": 40, "B": 40})])
    with pytest.raises(ValueError):
        frame([beats("A", "B")], [])
    with pytest.raises(ValueError):
        frame([exceeds("A", Fraction(1, 2))], [Batch("1", 10, {"A": 5, "B": 5})])


def test_a_station_that_hid_all_that_it_could_asks_for_a_full_count():
    batch = Batch("1", 100, {"A": 60, "B": 40})
    found = frame([beats("A", "B")], [batch])
    assert found.taint(batch, {"A": 0, "B": 100}) == 1
    assert risk(found.total, [Fraction(0), Fraction(1)]) is None


def test_errors_raise_the_risk_and_clean_draws_lower_it():
    total = Fraction(7)
    clean = [Fraction(0)] * 10
    assert risk(total, [*clean, Fraction(1, 10)]) > risk(total, [*clean, Fraction(0)])
    assert risk(total, []) == 1
    assert risk(total, [Fraction(1, 2)]) == 1


def test_the_draw_is_reproducible_by_anybody():
    batches = [Batch(f"{n:02d}", 10 * n, {"A": 6 * n, "B": 4 * n}) for n in range(1, 6)]
    found = frame([beats("A", "B")], reversed(batches))
    drawn = [b.key for b in islice(found.draws("31415926535897932384"), 5)]
    lengths = list(range(1, 6))  # u_p is in proportion to the station's size here
    for number, key in enumerate(drawn, 1):
        digest = hashlib.sha256(f"31415926535897932384,{number}".encode()).hexdigest()
        place = int(digest, 16) * sum(lengths) >> 256
        assert key == next(f"{n:02d}" for n in range(1, 6) if place < sum(lengths[:n]))


def test_draws_are_in_proportion_to_the_bounds():
    batches = [Batch(f"{n}", 100 * n, {"A": 60 * n, "B": 40 * n}) for n in (1, 3)]
    found = Counter(b.key for b in islice(frame([beats("A", "B")], batches).draws("7"), 4000))
    assert 900 < found["1"] < 1100


def test_president_is_three_groups_of_assertions():
    pairs = [Contender("1", 25, 1), Contender("2", 60, 2), Contender("3", 15, 3)]
    places = {f"{n:02d}": {"1": 20, "2": 20 + n, "3": 60 - n} for n in range(38)}
    half, fifth = LAW.total, LAW.province
    decision = president(pairs, places, LAW)
    groups = president_assertions(decision, half, fifth)
    assert [a.name for a in groups["urutan"]] == ["2 > 1", "2 > 3"]
    assert [a.name for a in groups["mayoritas"]] == ["2 > 1/2"]
    assert len(groups["provinsi"]) == 20
    assert groups["provinsi"][0].scope == "37"
    open_race = president([Contender("1", 5), Contender("2", 5), Contender("3", 4)], {}, LAW)
    with pytest.raises(ValueError):
        president_assertions(open_race, half, fifth)


def test_a_last_seat_is_often_cheaper_to_count_in_full():
    kept = seat_assertion("A", 2, "B", 1)
    found = frame([kept], [Batch(f"{n:03d}", 300, {"A": 150, "B": 149, "C": 0}) for n in range(500)])
    draws = sample_size(found.total, FIVE)
    assert cheaper_to_count(draws, 500) and not cheaper_to_count(20, 500)


VOTES = st.fixed_dictionaries({"A": st.integers(0, 50), "B": st.integers(0, 50), "C": st.integers(0, 50)})


@given(st.lists(st.tuples(VOTES, VOTES), min_size=1, max_size=6))
def test_no_paper_can_hide_more_than_the_bound(rows):
    batches = [Batch(str(n), 200, v) for n, (v, _) in enumerate(rows)]
    for assertion in (beats("A", "B"), exceeds("A", Fraction(1, 5))):
        try:
            found = frame([assertion], batches)
        except ValueError:
            continue
        assert found.total == 1 + Fraction(assertion.worst * 200 * len(rows), found.margins[assertion.name])
        for batch, (_, paper) in zip(batches, rows, strict=True):
            assert 0 <= found.taint(batch, paper) <= 1
        # If the paper says that the outcome is another, the errors add up to the whole margin.
        if assertion.net(sum((Counter(p) for _, p in rows), Counter())) <= 0:
            assert sum(found.error(b, p) for b, (_, p) in zip(batches, rows, strict=True)) >= 1


@given(st.fractions(Fraction(11, 10), 400), st.sampled_from([FIVE, ONE, TENTH]))
def test_the_sample_is_the_least_that_is_enough(total, limit):
    n = sample_size(total, limit)
    assert (1 - 1 / total) ** n <= limit
    assert n == 1 or (1 - 1 / total) ** (n - 1) > limit
