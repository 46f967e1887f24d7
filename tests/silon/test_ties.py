"""Who comes next: votes, then the chain of the law; days and months of its deadlines."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.silon.rules import seats, ties
from modules.silon.rules.ties import DECIDED, STILL_TIED, UNKNOWN, Contender, next_in_rank
from modules.silon.rules.workdays import add_months, add_workdays

CHAIN = ("sebaran_kabko", "sebaran_kecamatan", "sebaran_desa", "sebaran_tps", "perempuan", "nomor_dct")


def who(number, votes=100, sex="L", **spread):
    full = {"kabko": 2, "kecamatan": 9, "desa": 40, "tps": 80} | spread
    return Contender(number, votes, sex, full)


def test_most_votes_and_no_chain():
    found = next_in_rank([who(1, 90), who(2, 91), who(3, 12)], CHAIN)
    assert (found.first, found.votes, found.steps, found.tied) == (2, 91, (), ())


@pytest.mark.parametrize(
    ("left", "right", "first", "strategy"),
    [
        (who(1, kabko=3), who(2, kabko=2), 1, "sebaran_kabko"),
        (who(1, kecamatan=4), who(2, kecamatan=5), 2, "sebaran_kecamatan"),
        (who(1, desa=7), who(2, desa=6), 1, "sebaran_desa"),
        (who(1, tps=80), who(2, tps=81), 2, "sebaran_tps"),
        (who(1), who(2, sex="P"), 2, "perempuan"),
        (who(4), who(2), 2, "nomor_dct"),
        (who(4, sex="P"), who(2, sex="P"), 2, "nomor_dct"),
    ],
)
def test_each_strategy_decides_in_its_turn(left, right, first, strategy):
    found = next_in_rank([left, right], CHAIN)
    assert found.first == first
    assert [s.outcome for s in found.steps[:-1]] == [STILL_TIED] * CHAIN.index(strategy)
    assert (found.steps[-1].strategy, found.steps[-1].outcome) == (strategy, DECIDED)


def test_a_strategy_narrows_three_to_two_and_the_next_decides():
    found = next_in_rank([who(1, kabko=1), who(2, kecamatan=3), who(3, kecamatan=4)], CHAIN)
    assert found.first == 3
    assert [s.remaining for s in found.steps] == [(2, 3), (3,)]


def test_what_is_not_known_is_not_guessed():
    unknown = Contender(2, 100, "P", {"kabko": 2})
    found = next_in_rank([who(1), unknown], CHAIN)
    assert (found.first, found.tied, found.unknown) == (None, (1, 2), "sebaran_kecamatan")
    assert found.steps[-1].outcome == UNKNOWN
    assert found.steps[-1].values == ((1, "9"), (2, "?"))


def test_a_chain_may_end_unresolved():
    found = next_in_rank([who(1), who(2)], CHAIN[:-1])
    assert (found.first, found.tied, found.unknown) == (None, (1, 2), None)


def test_nobody_with_a_vote_gives_nobody():
    assert next_in_rank([who(1, 0), who(2, 0)], CHAIN) == ties.Ranking(None, None)
    assert next_in_rank([], CHAIN).first is None


def test_a_strategy_that_is_none_is_an_error():
    with pytest.raises(KeyError):
        next_in_rank([who(1), who(2)], ["umur"])


people = st.builds(
    Contender,
    number=st.integers(1, 30),
    votes=st.integers(0, 3),
    sex=st.sampled_from(["L", "P", None]),
    spread=st.dictionaries(st.sampled_from(["kabko", "kecamatan", "desa", "tps"]), st.integers(0, 2)),
)


@given(st.lists(people, max_size=8, unique_by=lambda c: c.number), st.integers())
def test_order_of_entry_means_nothing_and_the_first_has_the_most(rows, seed):
    found = next_in_rank(rows, CHAIN)
    shuffled = rows[:]
    random.Random(seed).shuffle(shuffled)
    assert next_in_rank(shuffled, CHAIN) == found
    most = max((c.votes for c in rows), default=0)
    winners = {c.number for c in rows if c.votes == most} if most else set()
    assert found.first in winners if found.first is not None else set(found.tied) <= winners
    if found.first is None and winners:
        assert len(found.tied) > 1
        assert found.unknown is not None, "the last of the chain is the number, which nobody shares"


def test_working_days_pass_over_weekends_and_holidays():
    friday = dt.date(2025, 3, 28)
    assert add_workdays(friday, 1) == dt.date(2025, 3, 31)
    holidays = {dt.date(2025, 3, 31), dt.date(2025, 4, 1)}
    assert add_workdays(friday, 5, holidays) == dt.date(2025, 4, 8)
    assert add_workdays(friday, 0) == friday
    with pytest.raises(ValueError, match="ahead"):
        add_workdays(friday, -1)


def test_months_end_where_a_month_is_shorter():
    assert add_months(dt.date(2025, 8, 31), 6) == dt.date(2026, 2, 28)
    assert add_months(dt.date(2028, 8, 31), 6) == dt.date(2029, 2, 28)
    assert add_months(dt.date(2025, 12, 15), 1) == dt.date(2026, 1, 15)


def test_less_than_six_months_are_too_little():
    ends = dt.date(2029, 9, 30)
    at = lambda day: seats.clock(day, ends, days=5, months=6).too_late  # noqa: E731
    assert not at(dt.date(2029, 3, 30))
    assert at(dt.date(2029, 3, 31)) is False
    assert at(dt.date(2029, 4, 1))


def test_a_verdict_needs_everything_and_fails_with_one():
    full = dict.fromkeys(seats.CHECKS, "ms")
    assert seats.verdict(full, has_party=True) == "ms"
    assert seats.verdict(full | {"lhkpn": "tms"}, has_party=True) == "tms"
    assert seats.verdict({"dct": "ms"}, has_party=True) == "belum"
    person = {check: "ms" for check in seats.CHECKS if check != "anggota"}
    assert seats.verdict(person, has_party=False) == "ms"
    assert seats.verdict(person, has_party=True) == "belum"
