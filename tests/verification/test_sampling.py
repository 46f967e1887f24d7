"""Samples: sizes against published figures, draws that anybody repeats, projections, attempts."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from electsys.verification.rules import sampling as rules

people = some.integers(min_value=1, max_value=5000)
methods = some.sampled_from(rules.METHODS)
numbers = some.integers(min_value=0, max_value=2**256 - 1)


@pytest.mark.parametrize(
    ("population", "size"),
    [
        *((440, 205), (443, 206), (50, 44), (100, 80), (293, 166), (1000, 278), (1352, 299)),
        *((2500, 333), (0, 0), (1, 1), (2, 2), (1_000_000, 384)),
    ],
)
def test_krejcie_and_morgan(population, size):
    assert rules.krejcie_morgan(population) == size


@given(people)
def test_the_size_is_the_formula_as_it_is_printed(population):
    n, spread = Decimal(population), Decimal("3.841") * Decimal("0.25")
    printed = spread * n / (Decimal("0.0025") * (n - 1) + spread)
    assert rules.krejcie_morgan(population) == min(population, int(printed.to_integral_value(ROUND_HALF_UP)))


@pytest.mark.parametrize(
    ("population", "size", "method"),
    [(1352, 135, "sistematis_10"), (101, 10, "sistematis_10"), (100, 100, "sensus"), (25, 25, "sensus")],
)
def test_one_in_ten(population, size, method):
    drawn = rules.draw(population, "sistematis_10", 12345)
    assert (drawn.size, drawn.method) == (size, method)


def test_every_tenth_from_seven():
    places = rules.systematic(135, 10, 7)
    assert places[:3] == (7, 17, 27) and places[-1] == 1347
    assert rules.draw(1352, "sistematis_10", 6).places == places
    with pytest.raises(ValueError, match="first interval"):
        rules.systematic(135, 10, 11)


def test_nobody_cannot_be_drawn():
    with pytest.raises(ValueError, match="empty"):
        rules.draw(0, "krejcie_morgan", 1)


@given(people, methods, numbers)
def test_a_sample_is_of_its_frame_without_doubles(population, method, number):
    drawn = rules.draw(population, method, number)
    assert len(set(drawn.places)) == drawn.size == rules.sample_size(population, drawn.method)
    assert drawn.places == tuple(sorted(drawn.places))
    assert drawn.places[0] >= 1 and drawn.places[-1] <= population


@settings(deadline=None)  # counts; how long it takes is not asked
@given(some.integers(min_value=1, max_value=400))
def test_everybody_has_the_same_chance(population):
    hits = [0] * (population + 1)
    for number in range(population):
        for place in rules.draw(population, "krejcie_morgan", number).places:
            hits[place] += 1
    assert set(hits[1:]) == {rules.krejcie_morgan(population)}


def test_the_same_seed_gives_the_same_sample_on_any_machine():
    label = rules.label_of("pemilu-2024", "sipol_anggota", "party_registration:7", "1201", 1)
    assert label == "pemilu-2024/sipol_anggota/7/1201/1"
    number = rules.number_of("undian 2022", label)
    assert number == int(hashlib.sha256(b"undian 2022|pemilu-2024/sipol_anggota/7/1201/1").hexdigest(), 16)
    code = (
        "import hashlib;h=int(hashlib.sha256('undian 2022|pemilu-2024/sipol_anggota/7/1201/1'"
        ".encode()).hexdigest(),16);N,n=440,205;print([(h%N+k*N)//n+1 for k in range(n)])"
    )
    told = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(list(rules.draw(440, "krejcie_morgan", number).places))
    assert rules.number_of("undian 2023", label) != number
    assert rules.frame_digest([3, 12]) == hashlib.sha256(b"3\n12\n").digest()


@pytest.mark.parametrize(
    ("population", "met", "size", "method", "projection"),
    [
        (250, 16, 25, "sistematis_10", 160),
        (1352, 299, 299, "krejcie_morgan", 1352),
        (440, 150, 205, "krejcie_morgan", 321),  # 440 x 150 / 205 = 321.95
        (80, 61, 80, "sensus", 61),
        (440, 0, 205, "krejcie_morgan", 0),
    ],
)
def test_projection(population, met, size, method, projection):
    assert rules.project(population, met, size, method) == projection


def test_what_is_lacking():
    assert rules.lacking(293, 160) == 133
    assert rules.lacking(293, 293) == rules.lacking(293, 400) == 0


def test_the_second_round_visits_who_was_never_sampled():
    assert rules.second_frame([5, 1, 2, 9, 7], [2, 9], 3) == (1, 5, 7)
    assert rules.second_frame([5, 1, 2, 9, 7], [2, 9], 4) is None  # cannot reach the minimum
    assert rules.second_frame([2], [2], 0) is None


@pytest.mark.parametrize(
    ("number", "result", "state"),
    [
        (1, "membenarkan", ("ms", None)),
        (1, "menyangkal", ("tms", "menyangkal")),
        (2, "tidak_cocok", ("tms", "tidak_cocok")),
        (1, "tidak_bertemu", ("menunggu", None)),
        (2, "tidak_bertemu", ("menunggu", None)),
        (3, "tidak_bertemu", ("tms", "tidak_ditemui")),
        (3, "membenarkan", ("ms", None)),
    ],
)
def test_three_attempts(number, result, state):
    assert rules.after_attempt(number, result, 3) == state


def test_whole_villages_are_shared_out_evenly():
    given_ = rules.share_out({"a": 5, "b": 4, "c": 3, "d": 2}, [20, 10])
    assert given_ == {"a": 10, "b": 20, "c": 20, "d": 10}
    assert rules.share_out({"a": 1}, []) == {}
