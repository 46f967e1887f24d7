"""Building of polling stations: the law (UU 7/2017 art. 350), the lower bound, the proposals."""

from __future__ import annotations

import itertools
import math
import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modules.sidalih.rules import tps, tps_flows, tps_packing
from modules.sidalih.rules.tps import Family, Proposal, Station

VILLAGE = "1201012001"


def code(number: int) -> str:
    return f"{VILLAGE}{number:03d}"


def stations(*caps: int) -> list[Station]:
    return [Station(code(k), cap) for k, cap in enumerate(caps, 1)]


def village(
    seed: int, families: int, *, per_tps: int = 0, newcomers: float = 0.0, caps: int = 300
) -> tuple[list[Family], list[Station]]:
    """A plausible village: RW of 4 to 6 RT of 20 to 40 families; with ``per_tps`` families in each TPS."""
    dice = random.Random(seed)
    made: list[Family] = []
    rw = 0
    while len(made) < families:
        rw += 1
        for rt in range(1, dice.randint(4, 6) + 1):
            for order in range(dice.randint(20, 40)):
                size = dice.choices((1, 2, 3, 4, 5, 6), (18, 34, 24, 15, 6, 3))[0]
                made.append(Family(len(made) + 1, size, f"{rw:03d}", f"{rt:03d}", order))
    made = made[:families]
    if not per_tps:
        return made, []
    count = -(-families // per_tps)
    placed = [
        f
        if dice.random() < newcomers
        else Family(f.id, f.voters, f.rw, f.rt, f.order, {code(k // per_tps + 1): f.voters})
        for k, f in enumerate(made)
    ]
    return placed, stations(*[caps] * count)


def loads(families: Iterable[Family], proposal: Proposal) -> Counter[str]:
    """Voters of each TPS of the proposal, counted anew."""
    counted: Counter[str] = Counter()
    for f in families:
        if f.id in proposal.placement:
            counted[proposal.placement[f.id]] += f.voters
    return counted


# --- the lower bound against every placement there is --------------------------------------------


def fewest_moves(families: Sequence[Family], codes: Sequence[str], cap: int) -> int:
    """By trying all: the fewest voters that move in a lawful placement, with as many new TPS as it takes."""
    best = [sum(f.voters for f in families) + 1]

    def go(at: int, load: list[int], moved: int) -> None:
        if moved >= best[0]:
            return
        if at == len(families):
            best[0] = moved
            return
        f = families[at]
        for k in range(len(load) + 1):  # the last one is a new TPS; empty new ones are alike
            held = load[k] if k < len(load) else 0
            if held + f.voters <= cap:
                after = [*load[:k], held + f.voters, *load[k + 1 :]]
                saved = f.present.get(codes[k], 0) if k < len(codes) else 0
                go(at + 1, after, moved + sum(f.present.values()) - saved)

    go(0, [0] * len(codes), 0)
    return best[0]


@st.composite
def small_villages(draw: st.DrawFn, whole: bool = False) -> tuple[list[Family], list[Station], int]:
    """A few families, up to three TPS; members scattered, new, or in a TPS of elsewhere.

    ``whole``: each family stands in one TPS, or in none.
    """
    cap = draw(st.integers(4, 9))
    count = draw(st.integers(1, 3))
    places = [*(code(k + 1) for k in range(count)), "1201012009001", None]
    made = []
    for n in range(draw(st.integers(1, 6))):
        members = draw(st.lists(st.sampled_from(places), min_size=1, max_size=4))
        members = [members[0]] * len(members) if whole else members
        present = Counter(m for m in members if m)
        made.append(Family(n + 1, len(members), "001", str(draw(st.integers(1, 2))), n, dict(present)))
    return made, stations(*[cap] * count), cap


@settings(max_examples=150, deadline=None)
@given(small_villages())
def test_no_lawful_placement_moves_fewer_than_the_bound(
    case: tuple[list[Family], list[Station], int],
) -> None:
    families, there, cap = case
    bound = tps.lower_bound(families, there, cap)
    assert bound <= fewest_moves(families, [s.code for s in there], cap)


def test_the_bound_is_reached_where_nothing_else_is_in_the_way() -> None:
    sizes = (4, 4, 3, 3)
    families = [Family(k, n, "1", "1", k, {code(1): n}) for k, n in enumerate(sizes, 1)]
    # 14 voters in a TPS of 9: five are too many, but no families hold five together; 3 + 3 and 4 + 3 do.
    assert tps.lower_bound(families, stations(9), 9) == 6
    assert fewest_moves(families, [code(1)], 9) == 6


def test_uniting_a_family_costs_its_smaller_part_and_no_more() -> None:
    families = [Family(1, 5, "1", "1", 0, {code(1): 3, code(2): 1})]
    assert tps.lower_bound(families, stations(9, 9), 9) == 1
    proposal = tps.propose(families, stations(9, 9), village=VILLAGE, cap=9)
    assert proposal.placement == {1: code(1)}
    assert (proposal.before.split_families, proposal.score.split_families, proposal.score.moved) == (1, 0, 1)


def test_the_bound_counts_voters_in_a_tps_of_another_village() -> None:
    families = [Family(1, 2, "1", "1", 0, {"1201012009001": 2}), Family(2, 3, "1", "1", 1, {code(1): 3})]
    proposal = tps.propose(families, stations(9), village=VILLAGE, cap=9)
    assert (proposal.before.outside_village, proposal.before.moves_lower_bound) == (2, 2)
    assert (proposal.score.outside_village, proposal.score.moved) == (0, 2)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=9),
    st.integers(1, 30),
)
def test_the_cheapest_cover_is_the_cheapest(items: list[tuple[int, int]], need: int) -> None:
    if sum(w for w, _c in items) < need:
        with pytest.raises(ValueError, match="do not hold"):
            tps_packing.cover(items, need)
        return
    subsets = itertools.chain.from_iterable(
        itertools.combinations(range(len(items)), n) for n in range(len(items) + 1)
    )
    least = min(sum(items[i][1] for i in s) for s in subsets if sum(items[i][0] for i in s) >= need)
    cost, chosen = tps_packing.cover(items, need)
    assert chosen is not None
    assert cost == least == sum(items[i][1] for i in chosen)
    assert sum(items[i][0] for i in chosen) >= need
    assert tps_packing._fractional(items, need) <= least


# --- proposals -----------------------------------------------------------------------------------


def obeys(families: Sequence[Family], there: Sequence[Station], cap: int, proposal: Proposal) -> None:
    """What holds for every proposal, counted here and not by the rules."""
    caps = {s.code: s.cap for s in [*there, *proposal.new]}
    assert not [c for c, n in loads(families, proposal).items() if n > caps[c]]
    assert set(proposal.placement) | set(proposal.oversize) == {f.id for f in families}
    assert all(c in caps and c.startswith(VILLAGE) for c in proposal.placement.values())
    moved = sum(
        sum(n for c, n in f.present.items() if c != proposal.placement[f.id])
        for f in families
        if f.id in proposal.placement
    )
    assert moved == proposal.score.moved
    assert (proposal.score.over_cap, proposal.score.split_families, proposal.score.outside_village) == (
        0,
        0,
        0,
    )


@settings(max_examples=200, deadline=None)
@given(small_villages(whole=True))
def test_a_small_village_keeps_the_law_and_moves_at_most_a_tenth_more(
    case: tuple[list[Family], list[Station], int],
) -> None:
    families, there, cap = case
    proposal = tps.propose(families, there, village=VILLAGE, cap=cap)
    obeys(families, there, cap, proposal)
    assert proposal.score.moved <= math.floor(Fraction(11, 10) * proposal.score.moves_lower_bound)
    assert proposal.score.new_tps >= proposal.score.least_new_tps
    assert proposal == tps.propose(list(reversed(families)), there, village=VILLAGE, cap=cap)


@settings(max_examples=100, deadline=None)
@given(small_villages())
def test_scattered_families_are_united_within_the_law(case: tuple[list[Family], list[Station], int]) -> None:
    families, there, cap = case
    proposal = tps.propose(families, there, village=VILLAGE, cap=cap)
    obeys(families, there, cap, proposal)


def test_scattered_families_move_hardly_more_than_the_best_of_all_placements() -> None:
    places = [code(1), code(2), "1201012009001", None]
    above = 0
    for seed in range(150):
        dice = random.Random(seed)
        cap = dice.randint(4, 9)
        families = []
        for n in range(dice.randint(1, 5)):
            members = [dice.choice(places) for _ in range(dice.randint(1, 4))]
            families.append(Family(n, len(members), "1", "1", n, dict(Counter(m for m in members if m))))
        proposal = tps.propose(families, stations(cap, cap), village=VILLAGE, cap=cap)
        fewest = fewest_moves(families, [code(1), code(2)], cap)
        above += proposal.score.moved > max(fewest, proposal.score.moves_allowed)
    assert above <= 3


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(40, 900), st.integers(60, 220), st.sampled_from((0.0, 0.1, 0.6)))
def test_a_village_of_any_size_keeps_the_law(seed: int, count: int, per_tps: int, newcomers: float) -> None:
    families, there = village(seed, count, per_tps=per_tps, newcomers=newcomers)
    proposal = tps.propose(families, there, village=VILLAGE, cap=300)
    obeys(families, there, 300, proposal)
    assert proposal.score.moved <= proposal.score.moves_allowed
    assert proposal.score.new_tps <= proposal.score.least_new_tps + 1


def least_stations(sizes: Sequence[int], cap: int) -> int:
    """Bin packing by trying all."""
    for count in range(1, len(sizes) + 1):
        for choice in itertools.product(range(count), repeat=len(sizes)):
            load = [0] * count
            for n, k in zip(sizes, choice, strict=True):
                load[k] += n
            if max(load) <= cap:
                return count
    raise AssertionError


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(1, 6), min_size=1, max_size=7), st.integers(6, 10))
def test_as_few_new_tps_as_can_be(sizes: list[int], cap: int) -> None:
    families = [Family(k, n, "1", "1", k) for k, n in enumerate(sizes)]
    proposal = tps.propose(families, [], village=VILLAGE, cap=cap)
    obeys(families, [], cap, proposal)
    assert len(proposal.new) == least_stations(sizes, cap)


def test_a_new_village_is_cut_into_even_stretches_of_neighbours() -> None:
    families, _ = village(7, 1000)
    total = sum(f.voters for f in families)
    proposal = tps.propose(families, [], village=VILLAGE, cap=300)
    assert len(proposal.new) == -(-total // 300) == proposal.score.least_new_tps
    counted = loads(families, proposal)
    assert max(counted.values()) - min(counted.values()) == proposal.score.spread <= 30
    # On the walk by RW, RT and address each TPS is one stretch.
    walk = [proposal.placement[f.id] for f in families]
    assert len([c for c, _group in itertools.groupby(walk)]) == len(proposal.new)
    # Cuts fall between two RT wherever one ends within 15 voters of an even cut: fewer than one cut a TPS.
    assert proposal.score.rt_cuts < len(proposal.new) - 1


def test_a_placement_that_keeps_the_law_stays_as_it_is() -> None:
    families, there = village(3, 400, per_tps=80)
    proposal = tps.propose(families, there, village=VILLAGE, cap=300)
    assert (proposal.score.moves_lower_bound, proposal.score.moved, proposal.new) == (0, 0, ())
    assert all(f.present == {proposal.placement[f.id]: f.voters} for f in families)


def test_who_leaves_a_full_tps_is_the_rt_with_the_smallest_foothold_there() -> None:
    big = [Family(k, 3, "1", "1", k, {code(1): 3}) for k in range(100)]
    strays = [Family(100 + k, 3, "1", "9", k, {code(1): 3}) for k in range(5)]
    others = [Family(200 + k, 3, "1", "9", k, {code(2): 3}) for k in range(50)]
    proposal = tps.propose([*big, *strays, *others], stations(300, 300), village=VILLAGE, cap=300)
    assert {f for f, c in proposal.placement.items() if c == code(2)} == {f.id for f in [*strays, *others]}
    assert (proposal.score.moved, proposal.score.moves_lower_bound, proposal.score.rt_cuts) == (15, 15, 0)


def test_new_voters_join_the_tps_of_their_rt() -> None:
    one = [Family(k, 2, "1", "1", k, {code(1): 2}) for k in range(100)]
    two = [Family(100 + k, 2, "1", "2", k, {code(2): 2}) for k in range(110)]
    new = [Family(300 + k, 2, "1", "2", 200 + k) for k in range(5)]
    proposal = tps.propose([*one, *two, *new], stations(300, 300), village=VILLAGE, cap=300)
    assert {proposal.placement[f.id] for f in new} == {code(2)}
    assert proposal.score.rt_cuts == 0


def test_a_family_beyond_every_cap_is_named_and_left_where_it_is() -> None:
    families = [Family(1, 11, "1", "1", 0, {code(1): 11}), Family(2, 4, "1", "1", 1, {code(1): 4})]
    proposal = tps.propose(families, stations(9), village=VILLAGE, cap=9)
    assert proposal.oversize == (1,)
    assert proposal.placement == {2: code(1)}
    assert proposal.score.moved == 0
    # Honest to the end: it still stands there, so that TPS is over its cap until people have decided.
    assert proposal.score.over_cap == 1


def test_special_sites_keep_their_voters_and_take_no_others() -> None:
    prison = Station(f"{VILLAGE}901", 300, special=True)
    families = [
        Family(1, 4, "1", "1", 0, {code(1): 3, prison.code: 1}),
        Family(2, 2, "1", "1", 1, {prison.code: 2}),
        Family(3, 6, "1", "1", 2),
    ]
    proposal = tps.propose(families, [*stations(9), prison], village=VILLAGE, cap=9)
    assert proposal.placement == {1: code(1), 3: code(1)}
    assert (proposal.score.split_families, proposal.score.moved, proposal.score.over_cap) == (0, 0, 0)
    full = tps.propose(families, [*stations(9), Station(prison.code, 2, True)], village=VILLAGE, cap=9)
    assert (full.score.over_cap, full.score.special_over_cap) == (0, 1)


def test_anew_evens_out_and_keeps_the_names_of_most() -> None:
    families, _ = village(5, 300)
    placed = [
        Family(f.id, f.voters, f.rw, f.rt, f.order, {code(2 if k < 200 else 1): f.voters})
        for k, f in enumerate(families)
    ]
    kept = tps.propose(placed, stations(700, 700), village=VILLAGE, cap=700)
    anew = tps.propose(placed, stations(700, 700), village=VILLAGE, cap=700, keep=False)
    assert kept.score.moved == 0
    assert anew.score.spread < kept.score.spread
    # The first stretch keeps the code 2 that most of it has, though it comes first on the walk.
    assert anew.placement[families[0].id] == code(2)
    assert 0 < anew.score.moved < sum(f.voters for f in families) // 3


def test_numbers_of_new_tps_follow_the_last_and_never_reach_the_special_ones() -> None:
    families = [Family(k, 9, "1", "1", k) for k in range(3)]
    there = [Station(code(1), 9), Station(code(7), 9), Station(code(901), 9, True)]
    assert [s.code for s in tps.propose(families, there, village=VILLAGE, cap=9).new] == [code(8)]
    with pytest.raises(ValueError, match="no TPS number left"):
        tps.propose(families, [Station(code(900), 9)], village=VILLAGE, cap=9)


@pytest.mark.parametrize(
    ("families", "there", "cap", "says"),
    [
        ([], [], 0, "able to hold"),
        ([], [Station(code(1), 0)], 9, "able to hold"),
        ([], [Station("1201012009001", 9)], 9, "another village"),
        ([Family(1, 1), Family(1, 2)], [], 9, "one id"),
        ([Family(1, 1, present={code(1): 2})], [], 9, "more voters placed"),
    ],
)
def test_nonsense_is_refused(families: list[Family], there: list[Station], cap: int, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        tps.propose(families, there, village=VILLAGE, cap=cap)


def test_an_empty_village_needs_nothing() -> None:
    proposal = tps.propose([], [], village=VILLAGE, cap=300)
    assert (proposal.placement, proposal.new, proposal.score.spread) == ({}, (), 0)


def test_thirty_thousand_voters_are_placed_alike_twice() -> None:
    families, there = village(11, 11_000, per_tps=120, newcomers=0.05)
    began = time.perf_counter()
    proposal = tps.propose(families, there, village=VILLAGE, cap=300)
    print(f"{sum(f.voters for f in families)} voters: {time.perf_counter() - began:.2f} s, {proposal.score}")
    obeys(families, there, 300, proposal)
    assert proposal.score.moved <= proposal.score.moves_allowed
    assert tps.propose(families, there, village=VILLAGE, cap=300) == proposal


# --- code 8 --------------------------------------------------------------------------------------


def test_code_8_moves_net_to_nought_in_a_village() -> None:
    found = tps_flows.check_wrong_tps(VILLAGE, [(code(1), code(2)), (code(1), code(3)), (code(2), code(1))])
    assert found.flows == {code(1): (2, 1), code(2): (1, 1), code(3): (0, 1)}
    assert (found.net, found.balanced) == (0, True)
    assert str(found).splitlines()[-2:] == ["selisih desa +0 (nol)", "belum ditempatkan 0, ke desa lain 0"]


def test_a_code_8_voter_who_is_placed_nowhere_or_elsewhere_is_found() -> None:
    found = tps_flows.check_wrong_tps(
        VILLAGE, [(code(1), None), (code(1), "1201012009001"), (code(2), code(1))]
    )
    assert (found.net, found.pending, found.outside, found.balanced) == (-2, 1, 1, False)
    assert "TIDAK NOL" in str(found)
