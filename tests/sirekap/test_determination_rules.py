"""A contest's votes into its outcome, as pure values: what a tie leaves open, what a plenary settles."""

from __future__ import annotations

from fractions import Fraction

import pytest

from modules.sirekap.determination_words import law_value, percent, quotient, share_words
from modules.sirekap.rules.determination import Law, Line, Part, determine
from modules.sirekap.traces import part_trace, summary_of

DPR = Law("dpr", threshold=Fraction(4, 100), name_ties=("perempuan",))


def party(number, *votes, own=0, sexes="LLLL", struck=()):
    lines = [Line(number, number, None, f"Partai {number}", own)]
    lines += [
        Line(number, number, n, f"Calon {number}.{n}", v, sexes[n - 1], n in struck)
        for n, v in enumerate(votes, 1)
    ]
    return lines


def dapil(key, seats, *parties):
    return Part(key, f"Dapil {key}", tuple(line for each in parties for line in each), 1, "", seats)


def won(found, part=0):
    return {
        (row.participant, row.candidate): (row.seats, row.rank, row.elected) for row in found.parts[part].rows
    }


def test_a_party_under_the_threshold_takes_no_part_even_where_it_is_first():
    here = dapil("1", 2, party(1, 30, own=10), party(2, 20, 5))
    there = dapil("2", 2, party(2, 900, 800), party(3, 700))
    found = determine([here, there], DPR)
    assert found.threshold.passed == ("2", "3")
    assert won(found)[1, None] == (0, None, False)
    assert won(found)[2, None] == (2, None, False)
    assert won(found)[2, 1] == (None, 1, True) and won(found)[2, 2] == (None, 2, True)


def test_the_party_s_own_votes_count_for_seats_and_for_nobody_s_rank():
    found = determine([dapil("1", 1, party(1, 10, 20, own=100), party(2, 90, 30))], DPR)
    assert won(found)[1, None][0] == 1
    assert won(found)[1, 2] == (None, 1, True)


def test_a_struck_candidate_is_passed_over():
    found = determine([dapil("1", 1, party(1, 50, 20, struck=(1,)), party(2, 10))], DPR)
    assert won(found)[1, 1][2] is False and won(found)[1, 2][2] is True


def test_a_tie_for_the_last_seat_leaves_that_dapil_open_and_no_other():
    open_ = dapil("1", 1, party(1, 50), party(2, 50))
    clear = dapil("2", 1, party(1, 50), party(2, 10))
    found = determine([open_, clear], DPR)
    assert [(tie.place, tie.tied, tie.places) for tie in found.ties] == [("kursi:1", ("1", "2"), 1)]
    assert found.parts[0].rows == () and won(found, 1)[1, None][0] == 1
    settled = determine([open_, clear], DPR, {"kursi:1": ["2", "1"]})
    assert settled.ties == () and won(settled)[2, None][0] == 1
    assert part_trace(settled.parts[0])["settled"]["kursi:1"][-1]["strategy"] == "pleno"


def test_a_tie_of_names_is_a_tie_of_its_list():
    even = dapil("1", 1, party(1, 50, 50), party(2, 10))
    found = determine([even], DPR)
    assert [(tie.place, tie.tied) for tie in found.ties] == [("calon:1:1", ("1", "2"))]
    woman = dapil("1", 1, party(1, 50, 50, sexes="LP"), party(2, 10))
    assert won(determine([woman], DPR))[1, 2][2] is True
    decided = determine([even], DPR, {"calon:1:1": ["2", "1"]})
    assert won(decided)[1, 2][2] is True


def test_a_list_that_is_too_short_leaves_a_seat_vacant():
    found = determine([dapil("1", 3, party(1, 90), party(2, 10))], DPR)
    assert found.parts[0].vacant == {1: 2}
    assert part_trace(found.parts[0])["vacant"] == {"1": 2}


def test_dpd_and_its_closest_pair():
    people = [Line(n, n, None, f"Calon {n}", v) for n, v in enumerate([10, 80, 30, 70, 60, 25], 1)]
    found = determine([Part("12", "Sumut", tuple(people), None, "12", 4)], Law("dpd"))
    assert {row.participant for row in found.parts[0].rows if row.elected} == {2, 4, 5, 3}
    assert part_trace(found.parts[0])["closest"] == [3, 6, 6]


def test_heads_and_kinds_that_are_none():
    pairs = [Line(n, n, None, f"Pasangan {n}", v) for n, v in enumerate([40, 35], 1)]
    part = Part("31", "DKJ", tuple(pairs), None, "31")
    assert determine([part], Law("gubernur")).decision.winner == "1"
    assert determine([part], Law("gubernur", majority=Fraction(3, 5))).decision.runoff == ("1", "2")
    summary = summary_of(determine([part], Law("gubernur")))
    assert summary["decision"]["winner"] == 1
    with pytest.raises(ValueError):
        determine([part], Law("lurah"))
    with pytest.raises(ValueError):
        determine([part], Law("ppwp"))


def test_words():
    assert (percent(1, 3), percent(2, 3), percent(0, 0)) == ("33,33", "66,67", "0,00")
    assert (share_words("1/25"), share_words("1/3")) == ("4 %", "1/3")
    assert (quotient(20_000, 3), quotient(30_000, 3)) == ("6.666 2/3", "10.000")
    assert law_value('["sebaran_tps", "perempuan"]') == "sebaran suara di TPS, calon perempuan didahulukan"
    assert (law_value("[1, 3]"), law_value("4 %")) == ("1, 3", "4 %")
