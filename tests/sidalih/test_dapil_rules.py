"""Seats and dapil: the law's numbers (UU 7/2017 art. 185-193; PKPU 6/2022), neighbours, splitting, plans."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from electsys.regions import rules as regions
from electsys.regions.outlines import outlines
from modules.sidalih.rules import dapil, dapil_near, dapil_search
from modules.sidalih.rules.dapil import Council, Unit, Village

#: Population (DAK2) and seats of 2019 of the smallest and largest kab/kota of each rung: public facts.
REAL_KABKO = (
    *(("SUPIORI", 21_014, 20), ("KOTA TOMOHON", 98_013, 20)),
    *(("KEPULAUAN TALAUD", 100_753, 25), ("LANNY JAYA", 197_313, 25)),
    *(("KOTA BANJAR", 201_191, 30), ("MAMUJU", 297_096, 30)),
    *(("LAMPUNG BARAT", 301_131, 35), ("KARO", 399_494, 35)),
    *(("KUPANG", 402_320, 40), ("GIANYAR", 492_757, 40)),
    *(("LABUHANBATU", 504_324, 45), ("BOYOLALI", 989_776, 45)),
    *(("BANJARNEGARA", 1_002_398, 50), ("JAKARTA TIMUR", 2_944_493, 50)),
    *(("BANDUNG", 3_522_724, 55), ("BOGOR", 4_246_307, 55)),
)

#: Kecamatan of Tapanuli Tengah with their people of 2017 (DAK2); the kab/kota had 357,209 and 35 seats.
TAPTENG = (
    *(("BARUS", 16_910), ("SORKAM", 16_026), ("PANDAN", 52_943), ("PINANGSORI", 25_391)),
    *(("MANDUAMAS", 22_635), ("KOLANG", 21_445), ("TAPIAN NAULI", 20_572), ("SIBABANGUN", 18_987)),
    *(("SOSOR GADONG", 14_888), ("SORKAM BARAT", 17_447), ("SIRANDORUNG", 16_386), ("ANDAM DEWI", 16_219)),
    *(("SITAHUIS", 5_978), ("TUKKA", 13_540), ("BADIRI", 26_691), ("PASARIBU TOBING", 7_621)),
    *(("BARUS UTARA", 4_853), ("SUKA BANGUN", 3_645), ("LUMUT", 12_965), ("SARUDIK", 22_067)),
)


def units(*people: int, **facts) -> list[Unit]:
    """Units 01, 02, ... beside each other in the order of their codes."""
    codes = [f"{k:02d}" for k in range(1, len(people) + 1)]
    near = dapil.near_in_order(codes)
    return [Unit(c, f"UNIT {c}", n, near[c], **facts) for c, n in zip(codes, people, strict=True)]


def council(made: Sequence[Unit], seats: int, chamber: str = "dprd_kabko") -> Council:
    fewest, most = dapil.RANGE[chamber]
    return Council(made, seats, fewest=fewest, most=most)


# --- seats ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "people", "seats"), REAL_KABKO)
def test_seats_of_a_kabko_are_those_of_2019(name: str, people: int, seats: int) -> None:
    assert dapil.seats_of_chamber("dprd_kabko", people, "9999") == seats, name


@pytest.mark.parametrize(
    ("people", "seats"),
    [
        (1_000_000, 35),
        (1_000_001, 45),
        (7_000_000, 65),
        (11_000_000, 85),
        (20_000_000, 100),
        (20_000_001, 120),
    ],
)
def test_seats_of_a_province_by_article_188(people: int, seats: int) -> None:
    assert dapil.seats_of_chamber("dprd_prov", people, "12") == seats


def test_the_law_sets_the_seats_of_the_dpr_and_its_range() -> None:
    assert dapil.RANGE == {"dpr": (3, 10), "dprd_prov": (3, 12), "dprd_kabko": (3, 12)}
    with pytest.raises(LookupError):
        dapil.seats_of_chamber("dpr", 1, "12")


def test_whole_quotients_first_then_the_largest_remainders() -> None:
    # 357,209 people and 35 seats: BPPd 10,205.97; 8.41, 8.82, 8.81, 8.95 quotients.
    people = [85_879, 90_043, 89_905, 91_382]
    assert dapil.bppd(sum(people), 35) == Fraction(357_209, 35)
    assert [n * 35 // sum(people) for n in people] == [8, 8, 8, 8]
    assert dapil.allocate(35, people) == [8, 9, 9, 9]
    assert dapil.allocate(3, [100, 100]) == [2, 1]  # a tie goes to the first


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 4_000_000), min_size=2, max_size=12), st.integers(20, 55))
def test_allocation_keeps_the_quota_and_agrees_with_the_floor(people: list[int], seats: int) -> None:
    shared = dapil.allocate(seats, people)
    assert sum(shared) == seats
    for n, got in zip(people, shared, strict=True):
        assert got in (seats * n // sum(people), seats * n // sum(people) + 1)
    if all(3 <= got <= 12 for got in shared):
        codes = {f"{k:02d}": n for k, n in enumerate(people)}
        assert list(regions.share_seats(seats, codes).values()) == shared


# --- splitting -----------------------------------------------------------------------------------


def test_seats_of_the_nation_go_by_people_and_three_at_least() -> None:
    people = {"a": 900, "b": 90, "c": 5, "d": 5}
    shared = dapil.share_nation(20, people, fewest=3)
    # c and d have three each; the fourteen left go to a and b by 900 : 90, and b would have fewer than three.
    assert shared == {"a": 11, "b": 3, "c": 3, "d": 3}
    assert dapil.share_nation(11, {"a": 600, "b": 300, "c": 200}, fewest=1) == {"a": 6, "b": 3, "c": 2}
    with pytest.raises(ValueError, match="do not fit"):
        dapil.share_nation(11, people, fewest=3)


@given(
    st.dictionaries(st.integers(0, 99), st.integers(1, 10**7), min_size=1, max_size=38), st.integers(0, 500)
)
def test_no_seat_of_the_nation_is_lost(people: dict[int, int], more: int) -> None:
    named = {f"{code:02}": n for code, n in people.items()}
    seats = 3 * len(named) + more
    shared = dapil.share_nation(seats, named, fewest=3)
    assert sum(shared.values()) == seats
    assert shared.keys() == named.keys() and min(shared.values()) >= 3


def test_the_work_of_a_search_grows_with_units_and_seats() -> None:
    small, more, larger = (
        dapil.work_of(units, seats, fewest=3, most=12) for units, seats in ((9, 55), (9, 60), (35, 120))
    )
    assert small <= more < larger


def test_a_kecamatan_with_more_than_twelve_seats_is_split_by_desa_and_named() -> None:
    made = units(150_000, 600_000, 100_000)
    villages = {"02": [Village(f"02000{k}", 60_000) for k in range(10)]}
    parts, named = dapil.split_large(made, villages, 30, 12)
    assert [(s.name, s.parts) for s in named] == [("UNIT 02", ("02/1", "02/2"))]
    assert named[0].share == Fraction(600_000 * 30, 850_000)
    by_code = {u.code: u for u in parts}
    assert [by_code[c].population for c in ("02/1", "02/2")] == [300_000, 300_000]
    assert by_code["02/1"].villages == tuple(f"02000{k}" for k in range(5))
    assert by_code["01"].near == {"02/1", "02/2"}
    assert by_code["02/1"].near == {"01", "02/2", "03"}


def test_a_share_of_just_twelve_is_not_split_and_one_without_desa_is_named() -> None:
    assert dapil.split_large(units(120, 180), {}, 30, 18)[1] == []
    parts, named = dapil.split_large(units(120, 180), {}, 30, 12)
    assert [(s.code, s.parts) for s in named] == [("02", ())]
    assert [u.code for u in parts] == ["01", "02"]


def test_every_part_has_a_desa_even_where_one_is_huge() -> None:
    villages = {"01": [Village("010001", 1), Village("010002", 1), Village("010003", 998)]}
    parts, _named = dapil.split_large(units(1000), villages, 36, 12)
    assert [(u.code, len(u.villages)) for u in parts] == [("01/1", 1), ("01/2", 1), ("01/3", 1)]


# --- neighbours ----------------------------------------------------------------------------------


def test_neighbours_on_the_map_share_a_border_and_not_only_a_corner() -> None:
    squares = {
        "A": "M0,0l10,0 0,10 -10,0 0,-10z",
        "B": "M10,0l10,0 0,10 -10,0 0,-10z",
        "C": "M10,10l10,0 0,10 -10,0 0,-10z",
        "D": "M60,60l5,0 0,5 -5,0 0,-5z",
    }
    near = dapil_near.near_on_map(squares)
    assert near["A"] == {"B"}
    assert near["B"] == {"A", "C"}
    # The island joins what is nearest to it.
    assert near["D"] == {"C"}


def test_neighbours_of_the_real_map() -> None:
    paths, _box = outlines(2, "12")
    near = dapil_near.near_on_map(paths)
    assert all(a in near[b] for a, others in near.items() for b in others)
    assert near["1273"] == {"1201"}  # Kota Sibolga lies inside Tapanuli Tengah
    assert dapil.pieces(near.keys(), near) == 1


def test_in_order_each_unit_has_its_neighbours_in_the_list() -> None:
    assert dapil.near_in_order(["03", "01", "02"]) == {"01": {"02"}, "02": {"01", "03"}, "03": {"02"}}


# --- plans ---------------------------------------------------------------------------------------


def test_marks_follow_the_seven_principles() -> None:
    made = [
        Unit("01", "A", 100, frozenset({"02"}), present="X", upper="P"),
        Unit("02", "B", 100, frozenset(), present="X", upper="P"),
        Unit("03", "C", 50, frozenset({"04"}), present="Y", upper="Q"),
        Unit("04", "D", 50, frozenset(), present="Y", upper="Q", whole="99"),
        Unit("05", "E", 100, frozenset({"04"}), present="Y", upper="Q", whole="99"),
    ]
    plan = council(made, 20).judge([["01", "02"], ["03", "04"], ["05"]])
    assert tuple(plan.marks) == dapil.PRINCIPLES
    assert [(g.units, g.seats) for g in plan.groups] == [(("01", "02"), 10), (("03", "04"), 5), (("05",), 5)]
    assert plan.marks == {
        "kesetaraan": 100,
        "sistem_proporsional": 55,  # 20 seats in 3 dapil, of 12
        "proporsionalitas": 50,  # 5 of 10
        "integralitas": 100,
        "cakupan_sama": 100,
        "kohesivitas": 75,  # kecamatan 99 lies in two dapil, the other three in one
        "kesinambungan": 75,  # 100 of 400 people leave Y
    }
    assert (plan.price_ratio, plan.faults, plan.changed) == (1, 0, ("05",))


def test_faults_are_seats_out_of_range_and_dapil_in_pieces() -> None:
    made = units(100, 100, 100, 20)
    plan = council(made, 16).judge([["01", "03"], ["02"], ["04"]])
    assert [g.seats for g in plan.groups] == [10, 5, 1]
    # One dapil in two pieces; a dapil of one seat lacks two.
    assert (plan.out_of_range, plan.broken, plan.faults) == (2, 1, 3)
    assert plan.marks["integralitas"] == 66
    assert plan.marks["kesinambungan"] is None and plan.marks["cakupan_sama"] is None


def test_without_a_map_nothing_is_said_about_gaps() -> None:
    unmapped = Council(units(100, 100, 100), 15, fewest=3, most=12, mapped=False)
    plan = unmapped.judge([["01", "03"], ["02"]])
    assert plan.marks["integralitas"] is None
    assert plan.broken == 1


def test_price_of_a_seat_is_compared_exactly() -> None:
    plan = council(units(300, 310), 6).judge([["01"], ["02"]])
    assert plan.price_ratio == Fraction(310, 300)
    assert plan.marks["kesetaraan"] == 96  # 96.77, never rounded up


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(5_000, 60_000), min_size=6, max_size=22))
def test_proposals_keep_the_law(people: list[int]) -> None:
    made = units(*people)
    seats = dapil.seats_of_chamber("dprd_kabko", sum(people), "9999")
    judge = council(made, seats)
    plans = dapil_search.propose(judge)
    for plan in plans:
        codes = [c for g in plan.groups for c in g.units]
        assert sorted(codes) == [u.code for u in made]
        assert all(3 <= g.seats <= 12 for g in plan.groups)
        assert sum(g.seats for g in plan.groups) == seats
        # Neighbours in the order of codes: each dapil is one stretch of it.
        for g in plan.groups:
            numbers = [int(c) for c in g.units]
            assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert plans == dapil_search.propose(council(list(reversed(made)), seats))
    assert [p.mark for p in plans] == sorted((p.mark for p in plans), reverse=True)


def test_tapanuli_tengah_has_a_map_of_nearly_equal_dapil() -> None:
    people = [n for _name, n in TAPTENG]
    assert sum(people) == 357_209
    seats = dapil.seats_of_chamber("dprd_kabko", sum(people), "1201")
    assert seats == 35
    [best, *_rest] = dapil_search.propose(council(units(*people), seats))
    assert len(best.groups) == 4
    assert best.price_ratio < Fraction(11, 10)


def test_the_dapil_of_today_are_judged_and_mended_where_they_break_the_law() -> None:
    # Three dapil today; the first holds 14 of 30 seats.
    made = units(*[100] * 15)
    today = ["A"] * 7 + ["B"] * 4 + ["C"] * 4
    made = [Unit(u.code, u.name, u.population, u.near, present=p) for u, p in zip(made, today, strict=True)]
    judge = council(made, 30)
    now = dapil_search.present_plan(judge)
    assert now is not None
    assert ([g.seats for g in now.groups], now.faults) == ([14, 8, 8], 2)
    best = next(p for p in dapil_search.propose(judge) if len(p.groups) == 3)
    assert best.faults == 0
    # Units leave the first dapil only as far as the range and the mean mark ask for it.
    assert [g.seats for g in best.groups] == [10, 10, 10]
    assert len(best.changed) == 3


def test_without_a_lawful_map_nothing_is_proposed() -> None:
    judge = council(units(10, 90), 30)
    assert dapil_search.propose(judge) == []
    assert dapil_search.present_plan(judge) is None


def test_a_town_inside_a_full_kabko_leaves_maps_with_the_fewest_pieces() -> None:
    """01 (ten seats) encloses 02 (one seat): no map of whole units hangs together."""
    near = {"01": {"02", "03"}, "02": {"01"}, "03": {"01", "04"}, "04": {"03"}}
    people = {"01": 1000, "02": 100, "03": 400, "04": 500}
    made = [Unit(code, code, people[code], frozenset(near[code])) for code in people]
    plans = dapil_search.propose(council(made, 20, "dpr"))
    assert plans
    assert {plan.broken for plan in plans} == {1} and {plan.out_of_range for plan in plans} == {0}
    unmapped = Council(made, 20, fewest=3, most=10, mapped=False)
    assert dapil_search.propose(unmapped) == []


def test_a_kabko_of_the_dpr_stays_whole_as_long_as_it_may_be_one_dapil() -> None:
    made = units(1005, 995)  # 10.05 and 9.95 of 20 seats
    assert dapil.split_large(made, {}, 20, 10, whole=True) == (made, [])
    kept, named = dapil.split_large(made, {}, 20, 10)
    assert [s.code for s in named] == ["01"] and len(kept) == 2
    _kept, named = dapil.split_large(units(1100, 900), {}, 20, 10, whole=True)
    assert [s.code for s in named] == ["01"]
