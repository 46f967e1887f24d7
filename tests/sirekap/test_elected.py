"""Who is elected of a list and of a province, and every tie (domain.md 7.1, 7.2; PKPU 6/2024)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.sirekap.rules.elected import rank_list, rank_persons, with_plenary
from modules.sirekap.rules.ties import DECIDED, STILL_TIED, UNKNOWN, Contender, UnresolvedTie, order

SPREADS = ("sebaran_kabko", "sebaran_kecamatan", "sebaran_desa", "sebaran_tps")
CHAIN = (*SPREADS, "perempuan")


def who(number, votes, sex="L", **spread):
    return Contender(str(number), votes, number, sex, spread)


def spread(kabko=1, kecamatan=1, desa=1, tps=1):
    return {"kabko": kabko, "kecamatan": kecamatan, "desa": desa, "tps": tps}


def keys(people):
    return [each.key for each in people]


def test_by_own_votes_up_to_the_seats_of_the_party():
    found = rank_list([who(1, 50), who(2, 90), who(3, 70)], 2, CHAIN)
    assert keys(found.elected) == ["2", "3"]
    assert [(place.who.key, place.rank) for place in found.places] == [("2", 1), ("3", 2), ("1", 3)]
    assert found.vacant == 0 and not found.steps


@pytest.mark.parametrize("kind", ["kabko", "kecamatan", "desa", "tps"])
def test_equal_votes_the_wider_spread_step_by_step(kind):
    one = who(1, 50, **spread(2, 3, 4, 5))
    two = who(2, 50, **{**spread(2, 3, 4, 5), kind: 9})
    found = rank_list([one, two], 1, CHAIN)
    assert keys(found.elected) == ["2"]
    assert [step.strategy for step in found.steps] == list(SPREADS[: SPREADS.index(f"sebaran_{kind}") + 1])
    assert [step.outcome for step in found.steps] == [STILL_TIED] * (len(found.steps) - 1) + [DECIDED]


def test_then_a_woman_goes_first():
    found = rank_list([who(1, 50, "L", **spread()), who(2, 50, "P", **spread())], 1, CHAIN)
    assert keys(found.elected) == ["2"]


def test_same_sex_is_left_to_the_plenary():
    people = [who(1, 50, "P", **spread()), who(2, 50, "P", **spread())]
    with pytest.raises(UnresolvedTie) as told:
        rank_list(people, 1, CHAIN)
    assert (told.value.tied, told.value.places) == (("1", "2"), 1)
    decided = with_plenary(people, ["2", "1"])
    assert keys(rank_list(decided, 1, (*CHAIN, "pleno")).elected) == ["2"]


def test_an_unknown_spread_decides_nothing_and_ends_the_chain():
    people = [who(1, 50, "L", kabko=2), who(2, 50, "P")]
    with pytest.raises(UnresolvedTie) as told:
        rank_list(people, 1, CHAIN)
    assert [step.outcome for step in told.value.steps] == [UNKNOWN]


def test_a_tie_in_reserve_shares_a_place():
    people = [who(1, 90), who(2, 50), who(3, 50), who(4, 10)]
    found = rank_list(people, 1, ())
    assert [(p.who.key, p.rank, p.elected) for p in found.places] == [
        ("1", 1, True), ("2", 2, False), ("3", 2, False), ("4", 4, False),
    ]  # fmt: skip


def test_without_votes_the_order_of_the_list():
    found = rank_list([who(3, 0, "P"), who(1, 0), who(2, 0)], 2, CHAIN)
    assert keys(found.elected) == ["1", "2"]
    mixed = rank_list([who(1, 0), who(2, 0), who(3, 4)], 2, CHAIN)
    assert keys(mixed.elected) == ["3", "1"]


def test_who_has_died_or_withdrawn_is_passed_over_and_stands_last():
    found = rank_list([who(1, 90), who(2, 50), who(3, 40)], 1, CHAIN, barred={"1"})
    assert keys(found.elected) == ["2"]
    assert found.places[-1].who.key == "1" and not found.places[-1].elected


def test_a_list_with_fewer_names_than_seats_leaves_seats_vacant():
    found = rank_list([who(1, 90)], 3, CHAIN)
    assert (keys(found.elected), found.vacant) == (["1"], 2)


def test_dpd_the_four_with_the_most_votes():
    people = [who(n, votes) for n, votes in enumerate([10, 80, 30, 70, 60, 20], 1)]
    assert keys(rank_persons(people, 4, SPREADS).elected) == ["2", "4", "5", "3"]


def test_dpd_a_tie_for_the_fourth_seat():
    people = [who(1, 90), who(2, 80), who(3, 70), who(4, 60, **spread(3)), who(5, 60, **spread(5))]
    assert keys(rank_persons(people, 4, SPREADS).elected)[-1] == "5"
    with pytest.raises(UnresolvedTie):
        rank_persons(people, 4, ())
    # A tie of the first two does not touch the four.
    even = [who(1, 90), who(2, 90), who(3, 70), who(4, 60), who(5, 10)]
    assert set(keys(rank_persons(even, 4, ()).elected)) == {"1", "2", "3", "4"}


def test_dpd_nobody_without_a_vote_is_elected():
    found = rank_persons([who(1, 5), who(2, 0), who(3, 0)], 4, SPREADS)
    assert (keys(found.elected), found.vacant) == (["1"], 3)


def test_a_strategy_that_is_none_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        order([who(1, 5), who(2, 5)], ["undian"])


PEOPLE = st.lists(
    st.builds(
        lambda votes, sex, wide: (votes, sex, wide),
        st.integers(0, 5),
        st.sampled_from("LP"),
        st.integers(0, 3),
    ),
    max_size=8,
).map(lambda rows: [who(n, v, sex, **spread(w, w, w, w)) for n, (v, sex, w) in enumerate(rows, 1)])


@given(PEOPLE, st.integers(0, 8), st.randoms(use_true_random=False))
def test_nobody_is_lost_and_the_order_of_names_does_not_matter(people, seats, random):
    def outcome(given):
        try:
            found = rank_list(given, seats, CHAIN)
        except UnresolvedTie as tie:
            return sorted(tie.tied), tie.places
        assert sorted(keys(p.who for p in found.places)) == sorted(keys(people))
        assert len(found.elected) + found.vacant == seats
        lowest = min((p.votes for p in found.elected), default=0)
        assert all(p.who.votes <= lowest for p in found.places if not p.elected) or not found.elected
        return [(p.who.key, p.rank, p.elected) for p in found.places]

    mixed = list(people)
    random.shuffle(mixed)
    first, second = outcome(people), outcome(mixed)
    assert first == second
