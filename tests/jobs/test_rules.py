"""Arithmetic of waiting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from electsys.jobs.rules import LONGEST_PAUSE, pause, remaining


@pytest.mark.parametrize(
    ("done", "total", "elapsed", "left"),
    [(1, 4, 10, 30), (4, 4, 10, 0), (5, 4, 10, 0), (0, 4, 10, None), (1, 0, 10, None), (1, 4, 0, None)],
)
def test_remaining_goes_on_at_the_rate_so_far(done, total, elapsed, left):
    assert remaining(done, total, elapsed) == left


def test_pauses_grow_fourfold():
    assert [pause(5, n) for n in (1, 2, 3, 4, 5)] == [5, 20, 80, 320, LONGEST_PAUSE]


@given(st.floats(0, 1000), st.integers(1, 20))
def test_no_pause_is_longer_than_the_longest(backoff, attempt):
    assert 0 <= pause(backoff, attempt) <= LONGEST_PAUSE
