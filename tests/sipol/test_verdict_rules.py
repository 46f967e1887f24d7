"""What the items of an area add up to: boundaries of the law, one aspect at a time, and upwards."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.sipol.rules.requirements import CORE, Law
from modules.sipol.rules.verdicts import (
    Aspect,
    Facts,
    Parts,
    conclude,
    factual_aspects,
    judge_area,
    move_of,
    parts_of,
    round_of,
)

LAW = Law(Fraction(1), Fraction(3, 4), Fraction(1, 2), Fraction(3, 10), 1000, Fraction(1, 1000), "floor")
DISTRICT = Facts(
    4,
    root=False,
    board="ms",
    core=frozenset(CORE),
    people=10,
    women=0,
    office="ms",
    account=True,
    account_proof="ms",
    subdistricts=11,
    subdistricts_met=6,
    population=92_154,
    members_met=92,
)
CENTRE = replace(DISTRICT, digits=0, root=True, women=3, documents={"ad_art": "ms", "berita_negara": "ms"})


def wanting(facts, *, repaired=False):
    return {a.name: (a.state, a.reason) for a in judge_area(facts, LAW, repaired=repaired) if not a.met}


def test_a_kabko_is_met_by_board_office_account_and_members():
    found = judge_area(DISTRICT, LAW, repaired=False)
    assert [a.name for a in found] == ["kepengurusan", "perempuan", "kantor", "rekening", "anggota"]
    assert all(a.met for a in found)
    assert conclude(found, Parts(), repaired=False).state == "ms"


@pytest.mark.parametrize(
    ("change", "aspect", "reason"),
    [
        ({"board": None}, "kepengurusan", "tidak_ada"),
        ({"board": "bms"}, "kepengurusan", "tidak_ms"),
        ({"core": frozenset(CORE[:2])}, "kepengurusan", "inti_kurang"),
        ({"subdistricts_met": 5}, "kepengurusan", "kecamatan_kurang"),
        ({"office": "tms"}, "kantor", "tidak_ms"),
        ({"office": None}, "kantor", "tidak_ada"),
        ({"account": False}, "rekening", "tidak_ada"),
        ({"account_proof": None}, "rekening", "tidak_ada"),
        ({"account_proof": "bms"}, "rekening", "tidak_ms"),
        ({"members_met": 91}, "anggota", "anggota_kurang"),
        ({"population": None, "members_met": 999}, "anggota", "anggota_kurang"),
    ],
)
@pytest.mark.parametrize("repaired", [False, True])
def test_one_thing_missing_is_one_aspect(change, aspect, reason, repaired):
    facts = replace(DISTRICT, **change)
    state = "tms" if repaired else "bms"
    assert wanting(facts, repaired=repaired) == {aspect: (state, reason)}
    end = conclude(judge_area(facts, LAW, repaired=repaired), Parts(), repaired=repaired)
    assert (end.state, end.reason, end.details["wanting"]) == (state, "aspek_kurang", [aspect])


def test_women_count_at_the_centre_alone():
    assert wanting(CENTRE) == {}
    assert wanting(replace(CENTRE, women=2)) == {"perempuan": ("bms", "perempuan_kurang")}
    assert wanting(replace(CENTRE, people=0, women=0)) == {"perempuan": ("bms", "perempuan_kurang")}
    province = replace(CENTRE, digits=2, root=False, women=0, documents={})
    assert wanting(province) == {}
    aceh = replace(province, root=True)
    assert wanting(aceh) == {"perempuan": ("bms", "perempuan_kurang")}


def test_the_documents_of_the_centre_are_one_aspect():
    facts = replace(CENTRE, documents={"ad_art": "bms", "berita_negara": None, "surat_pernyataan": "ms"})
    [aspect] = [a for a in judge_area(facts, LAW, repaired=True) if a.name == "dokumen"]
    assert aspect.details == {"needed": 3, "found": 1, "missing": ["ad_art", "berita_negara"]}
    assert aspect.state == "tms"


def test_three_quarters_of_the_kabko_and_all_provinces():
    states = {f"12{n:02}": "ms" if n <= 25 else "bms" for n in range(1, 34)}
    parts = parts_of(LAW, 2, False, states)
    assert (parts.of, parts.needed, parts.found, len(parts.wanting)) == (33, 25, 25, 8)
    assert conclude((), parts, repaired=False).state == "ms"
    one_less = parts_of(LAW, 2, False, {**states, "1201": "tms"})
    end = conclude((), one_less, repaired=False)
    assert (end.state, end.reason) == ("bms", "bagian_kurang")
    provinces = dict.fromkeys((f"{n}" for n in range(11, 49)), "ms")
    assert parts_of(LAW, 0, True, provinces).enough
    assert not parts_of(LAW, 0, True, {**provinces, "94": None}).enough
    assert parts_of(LAW, 4, False, {}) == Parts()


def test_a_local_party_of_aceh_begins_in_aceh():
    law = replace(LAW, districts=Fraction(1, 2), subdistricts=Fraction(1, 4))
    states = {f"11{n:02}": "ms" if n <= 12 else None for n in range(1, 24)}
    assert parts_of(law, 2, True, states).enough
    assert not parts_of(law, 2, True, {**states, "1112": "bms"}).enough


@given(st.lists(st.sampled_from(["ms", "bms", "tms", None]), max_size=40), st.integers(0, 39))
def test_one_more_that_is_met_never_breaks(states, at):
    codes = {str(n): state for n, state in enumerate(states)}
    before = parts_of(LAW, 2, False, codes)
    if states:
        after = parts_of(LAW, 2, False, {**codes, str(at % len(states)): "ms"})
        assert after.found >= before.found and (after.enough or not before.enough)
    assert before.enough == (4 * before.found >= 3 * before.of)


@pytest.mark.parametrize(
    ("step", "state", "factual", "move"),
    [
        ("vermin", "ms", True, "pass"),
        ("vermin", "ms", False, "clear"),
        ("vermin", "bms", True, "defer"),
        ("vermin", "tms", True, "fail"),
        ("vermin_perbaikan", "ms", True, "pass"),
        ("vermin_perbaikan", "bms", True, "fail"),
        ("vermin_perbaikan", "tms", False, "fail"),
        ("verfak", "ms", True, "clear"),
        ("verfak", "bms", True, "defer"),
        ("verfak_perbaikan", "ms", True, "clear"),
        ("verfak_perbaikan", "tms", True, "fail"),
    ],
)
def test_the_verdict_on_the_party_moves_its_registration(step, state, factual, move):
    from modules.sipol.workflow import REGISTRATION

    assert move_of(step, state, needs_factual=factual) == move
    assert REGISTRATION.find(step, move) is not None


def test_rounds_of_the_desk_and_aspects_of_the_factual_step():
    assert [round_of(s, n) for n in (1, 2) for s in ("vermin", "vermin_perbaikan")] == [1, 2, 3, 4]
    assert factual_aspects(4) == ("kepengurusan", "kantor", "anggota")
    assert "anggota" not in factual_aspects(2) and "perempuan" in factual_aspects(0)


def test_an_aspect_knows_its_words():
    from modules.sipol.verdict_words import reason_words

    for change in ({"board": None}, {"office": "bms"}, {"members_met": 1}, {"subdistricts_met": 0}):
        for aspect in judge_area(replace(DISTRICT, **change), LAW, repaired=False):
            words = reason_words(aspect.reason, aspect.details)
            assert bool(words) == (not aspect.met)
            assert "%" not in words and "_" not in words
    assert Aspect("kantor", "ms").met
