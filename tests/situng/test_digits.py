"""The hint of the likely digit: it mends what it names, and nothing else breaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.situng.digits import broken, likely, one_digit
from tests.situng.conftest import CLEAN

VOTES = {n: v for n, v in CLEAN.items() if n.startswith("suara_") and n[6:].isdigit()}
CELLS = {n: v for n, v in CLEAN.items() if n not in VOTES}


def test_a_misread_hundred_is_found():
    [best, *_] = likely(CELLS, VOTES | {"suara_2": 624})
    assert (best.name, best.place, best.now, best.then) == ("suara_2", "ratusan", 624, 124)


def test_two_digits_swapped_are_found():
    names = {(m.name, m.place, m.then) for m in likely(CELLS, VOTES | {"suara_2": 142})}
    assert ("suara_2", "tukar", 124) in names


def test_a_total_that_breaks_three_rules_is_named_first():
    [best, *_] = likely(CELLS | {"suara_total": 751}, VOTES)
    assert (best.name, best.then, best.mends) == ("suara_total", 151, 3)


def test_a_clean_form_and_a_hopeless_one_give_no_hint():
    assert likely(CELLS, VOTES) == []
    assert likely(CELLS | {"suara_sah": 9}, VOTES | {"suara_1": 777, "suara_3": 348}) == []


@pytest.mark.parametrize(
    ("now", "then", "place"),
    [(117, 617, "ratusan"), (9, 19, "puluhan"), (38, 83, "tukar"), (5, 5, None), (117, 628, None),
     (12, -3, None), (1, 1_000_000, None), (105, 905, "ratusan"), (321, 123, None)],
)  # fmt: skip
def test_one_digit(now, then, place):
    assert one_digit(now, then) == place


@given(st.sampled_from(sorted({*CELLS, *VOTES})), st.integers(0, 3), st.integers(0, 9))
def test_every_hint_mends(name, at, digit):
    values = CELLS | VOTES
    text = f"{values[name]:04}"
    wrong = int(text[: 3 - at] + str(digit) + text[4 - at :])
    cells = {n: wrong if n == name else v for n, v in CELLS.items()}
    votes = {n: wrong if n == name else v for n, v in VOTES.items()}
    before = broken(cells | votes, votes)
    hints = likely(cells, votes, most=99)
    for hint in hints:
        after = broken(cells | votes | {hint.name: hint.then}, votes)
        assert len(after) < len(before) and set(after) <= set(before)
    if any(r.op == "=" for r in before):
        assert (name, values[name]) in {(h.name, h.then) for h in hints}
