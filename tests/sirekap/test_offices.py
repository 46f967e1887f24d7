"""President and regional heads (UU 7/2017 art. 416; UU 10/2016 art. 54D; UU 2/2024 art. 10)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from modules.sirekap.rules.offices import PresidentLaw, president, regional_head
from modules.sirekap.rules.ties import Contender, UnresolvedTie

HALF, FIFTH = Fraction(1, 2), Fraction(1, 5)
LAW = PresidentLaw(HALF, FIFTH, HALF, strategies=("sebaran_provinsi", "sebaran_kabko"))


def pairs(*votes, **spread):
    return [Contender(str(n), v, n, spread=spread.get(f"s{n}", {})) for n, v in enumerate(votes, 1)]


def provinces(reached: int, count: int, weak: str = "1"):
    """``reached`` provinces in which the weak pair has exactly a fifth, the others just below."""
    return {
        f"{n:02d}": {weak: 20 if n < reached else 19, "2": 80 if n < reached else 81} for n in range(count)
    }


@pytest.mark.parametrize(("count", "needed"), [(38, 20), (34, 18), (1, 1)])
def test_more_than_half_of_the_provinces(count, needed):
    for reached in (needed - 1, needed):
        found = president(pairs(60, 30, 10), provinces(reached, count), LAW)
        assert found.provinces_needed == needed
        assert found.tests[0].reached == reached
        assert found.winner == ("1" if reached == needed else None)
        assert found.runoff == (() if reached == needed else ("1", "2"))


def test_2024_the_second_pair_won_in_the_first_round():
    """National votes of Keputusan KPU 360/2024; the shares by province are those of a test."""
    votes = (40_971_906, 96_214_691, 27_040_878)
    found = president(pairs(*votes), provinces(38, 38, weak="1"), LAW)
    assert found.winner == "2" and found.kind == "menang"
    assert found.tests[1].valid == 164_227_475


def test_exactly_half_is_not_more_than_half():
    found = president(pairs(50, 30, 20), provinces(38, 38), LAW)
    assert (found.kind, found.runoff) == ("putaran_kedua", ("1", "2"))
    assert president(pairs(51, 30, 19), provinces(38, 38), LAW).winner == "1"


def test_a_province_without_votes_is_reached_by_nobody():
    empty = provinces(38, 38) | {"00": {"1": 0, "2": 0}}
    assert president(pairs(60, 30, 10), empty, LAW).tests[0].reached == 37


def test_two_pairs_need_only_the_majority():
    """MK 50/PUU-XII/2014; a setting asks for the spread again."""
    none = provinces(0, 38)
    assert president(pairs(51, 49), none, LAW).winner == "1"
    strict = PresidentLaw(HALF, FIFTH, HALF, spread_for_two=True)
    assert president(pairs(51, 49), none, strict).runoff == ("1", "2")


def test_a_single_pair_needs_both():
    assert president(pairs(60), provinces(10, 38), LAW).kind == "putaran_kedua"
    assert president(pairs(60), provinces(20, 38), LAW).winner == "1"


def test_ties_of_the_first_round():
    no = provinces(0, 38)
    assert president(pairs(40, 40, 20), no, LAW).runoff == ("1", "2")
    wide = pairs(34, 33, 33, s2={"provinsi": 5}, s3={"provinsi": 7})
    assert president(wide, no, LAW).runoff == ("1", "3")
    with pytest.raises(UnresolvedTie):
        president(pairs(34, 33, 33), no, LAW)
    three = pairs(30, 30, 30, s1={"provinsi": 9}, s2={"provinsi": 3}, s3={"provinsi": 4})
    assert president(three, no, LAW).runoff == ("1", "3")


def test_in_the_second_round_the_most_votes_win():
    assert president(pairs(49, 51), provinces(0, 38), LAW, second_round=True).winner == "2"
    with pytest.raises(UnresolvedTie):
        president(pairs(50, 50), provinces(0, 38), LAW, second_round=True)


def test_regional_heads_by_plurality():
    assert regional_head(pairs(40, 35, 25), majority=None).winner == "1"
    with pytest.raises(UnresolvedTie):
        regional_head(pairs(40, 40, 20), majority=None)
    tied = pairs(40, 40, s2={"kecamatan": 3}, s1={"kecamatan": 2})
    assert regional_head(tied, majority=None, strategies=("sebaran_kecamatan",)).winner == "2"


def test_dkj_needs_a_majority():
    found = regional_head(pairs(50, 30, 20), majority=HALF)
    assert (found.kind, found.runoff) == ("putaran_kedua", ("1", "2"))
    assert regional_head(pairs(51, 30, 19), majority=HALF).winner == "1"
    assert regional_head(pairs(45, 55), majority=HALF, second_round=True).winner == "2"


def test_a_single_pair_against_the_blank_column():
    assert regional_head(pairs(51), majority=None, blank=49).winner == "1"
    assert regional_head(pairs(50), majority=None, blank=50).kind == "kotak_kosong"
    with pytest.raises(ValueError):
        regional_head(pairs(50, 50), majority=None, blank=1)


def test_without_a_vote_there_is_no_outcome():
    for call in (
        lambda: president(pairs(0, 0, 0), provinces(0, 38), LAW),
        lambda: regional_head(pairs(0, 0), majority=None),
        lambda: regional_head(pairs(0), majority=None, blank=0),
        lambda: regional_head([], majority=None),
    ):
        with pytest.raises(ValueError):
            call()
