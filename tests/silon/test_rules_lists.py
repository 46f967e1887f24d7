"""The law of a list (UU 7/2017 art. 240-246; PKPU 10/2023 art. 8): vectors, and what breaks each rule."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.silon.finding_words import FLAG_NAMES, SEVERITIES, finding_words, places
from modules.silon.rules.lists import (
    ARTICLES,
    Finding,
    Listed,
    ListFacts,
    ListLaw,
    age_on,
    blocks_without_women,
    forbidding,
    judge_list,
    may_stand_in,
    most_names,
    women_needed,
)
from modules.silon.rules.persons import own_flags, with_own

DCT_DAY = dt.date(2023, 11, 3)
LAW = ListLaw(age_on=DCT_DAY)


def names(sexes: str) -> list[Listed]:
    return [Listed(number, sex, person=number) for number, sex in enumerate(sexes, 1)]


def judge(sexes: str, **more) -> list[Finding]:
    return judge_list(ListFacts(names(sexes), **{"seats": 10, "law": LAW} | more))


def codes(found: list[Finding]) -> list[str]:
    return [finding.code for finding in found]


# --- size -----------------------------------------------------------------------------------------


def test_a_list_has_one_name_up_to_the_seats_of_its_dapil():
    assert judge("LLPLLPLLP" + "P") == []
    [found] = judge("LLPLLPLLPPL")
    assert (found.code, found.severity, found.article) == ("melebihi_kursi", "tolak", "UU 7/2017:244")
    assert found.values == {"names": 11, "most": 10, "seats": 10}
    assert finding_words(found) == "11 calon untuk 10 kursi; paling banyak 10."
    [empty] = judge("")
    assert (empty.code, empty.severity) == ("kosong", "tolak")


def test_a_share_of_the_seats_rounds_down():
    assert [most_names(n, Fraction(6, 5)) for n in (3, 5, 10)] == [3, 6, 12]
    assert codes(judge("LLPLLPLLPPL", law=ListLaw(size=Fraction(6, 5)))) == []


def test_seats_that_the_map_does_not_say_are_not_judged():
    assert judge("LLP" * 5, seats=None) == []


# --- women ----------------------------------------------------------------------------------------


def test_the_two_roundings_differ_from_1_to_12_exactly_where_domain_md_says():
    differs = {n for n in range(1, 13) if women_needed(n) != women_needed(n, rounding="ceil")}
    assert differs == {1, 4, 7, 8, 11}
    pairs = {n: (women_needed(n), women_needed(n, rounding="ceil")) for n in differs}
    assert pairs == {1: (0, 1), 4: (1, 2), 7: (2, 3), 8: (2, 3), 11: (3, 4)}


@given(st.integers(0, 10_000))
def test_beyond_twelve_they_are_the_formulas_of_the_law(n):
    assert women_needed(n) == math.floor(Fraction(3 * n, 10) + Fraction(1, 2))
    assert women_needed(n, rounding="ceil") == math.ceil(Fraction(3 * n, 10))


def test_a_half_rises_and_less_falls():
    # 5 x 30 % = 1.5 -> 2 (PKPU 10/2023 art. 8(2) b); 8 x 30 % = 2.4 -> 2 (a)
    assert (women_needed(5), women_needed(8)) == (2, 2)


def test_too_few_women_by_either_rounding():
    ceil = ListLaw(rounding="ceil")
    assert codes(judge("PLLP")) == []
    assert codes(judge("PLLL")) == []  # 1.2 -> 1
    [found] = judge("PLLL", law=ceil)
    assert (found.code, found.severity, found.article) == ("kuota_perempuan", "bms", "UU 7/2017:245")
    assert found.values == {"women": 1, "needed": 2, "names": 4, "rounding": "ceil"}
    assert "1 perempuan di antara 4 calon" in finding_words(found)
    assert "ke atas" in finding_words(found)
    few = [found for found in judge("PLLPLLLLLL") if found.code == "kuota_perempuan"]
    assert [(found.values["women"], found.values["needed"]) for found in few] == [(2, 3)]


# --- zipper ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sexes", "blocks"),
    [
        ("LLP", []),
        ("LLL", [(1, 3)]),
        ("PPPLLL", [(4, 6)]),
        ("LLPLL", []),  # 4-5 is no full block
        ("LL", []),
        ("LLLPLLL", [(1, 3)]),
        ("LPLLLLLLP", [(4, 6)]),
    ],
)
def test_one_woman_in_every_full_block_of_three(sexes, blocks):
    assert blocks_without_women(sexes, 3) == blocks


@given(st.lists(st.sampled_from("LP"), max_size=40), st.integers(1, 5))
def test_blocks_are_what_a_plain_look_finds(sexes, n):
    expected = []
    for start in range(0, len(sexes), n):
        block = sexes[start : start + n]
        if len(block) == n and block.count("P") == 0:
            expected.append((start + 1, start + n))
    assert blocks_without_women(sexes, n) == expected


def test_a_zipper_finding_names_the_places():
    found = [each for each in judge("PPPLLL") if each.code == "zipper"]
    assert [(each.numbers, each.severity, each.article) for each in found] == [
        ((4, 5, 6), "bms", "UU 7/2017:246(2)")
    ]
    assert finding_words(found[0]) == "Nomor 4-6: tidak ada perempuan; disyaratkan satu di setiap 3 calon."
    assert codes(judge("PPPLLL", law=ListLaw(zipper=0))) == []


# --- numbers --------------------------------------------------------------------------------------


def test_two_number_ones():
    rows = [Listed(1, "P", person=1), Listed(1, "L", person=2), Listed(2, "L", person=3)]
    [found] = judge_list(ListFacts(rows, seats=10, law=LAW))
    assert (found.code, found.severity, found.numbers) == ("nomor_urut", "tolak", (1,))
    assert finding_words(found) == "Nomor urut 1 dipakai lebih dari satu calon."


def test_a_gap_in_the_numbers():
    rows = [Listed(1, "P", person=1), Listed(2, "L", person=2), Listed(4, "L", person=3)]
    [found] = judge_list(ListFacts(rows, seats=10, law=LAW))
    assert (found.values["missing"], found.numbers) == ((3,), (4,))
    assert "Nomor urut 3 tidak ada" in finding_words(found)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=6))
def test_numbers_are_right_only_if_they_are_one_to_n(numbers):
    rows = [Listed(number, "P", person=at) for at, number in enumerate(numbers)]
    found = codes(judge_list(ListFacts(rows, seats=10, law=LAW)))
    assert ("nomor_urut" in found) == (sorted(numbers) != list(range(1, len(numbers) + 1)))


# --- persons --------------------------------------------------------------------------------------


def test_the_same_person_twice_in_a_list():
    rows = [Listed(1, "P", person=7), Listed(2, "P", person=8), Listed(3, "P", person=7)]
    [found] = judge_list(ListFacts(rows, seats=10, law=LAW))
    assert (found.code, found.numbers, found.severity) == ("ganda_daftar", (1, 3), "tolak")
    assert finding_words(found) == "Nomor 1 dan 3: orang yang sama."


def test_people_who_are_not_known_are_not_taken_for_one():
    rows = [Listed(1, "P"), Listed(2, "P")]
    assert judge_list(ListFacts(rows, seats=10, law=LAW)) == []


def test_a_name_without_nik_forbids_a_submission():
    rows = [Listed(1, "P"), Listed(2, "P", identified=False)]
    [found] = judge_list(ListFacts(rows, seats=10, law=LAW))
    assert (found.code, found.numbers, found.severity) == ("nik_kosong", (2,), "tolak")


# --- age ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "years"),
    [
        (dt.date(2002, 11, 3), 21),  # 21 on the day
        (dt.date(2002, 11, 4), 20),  # 20 years and 364 days
        (dt.date(2002, 11, 2), 21),
        (dt.date(1980, 5, 17), 43),
    ],
)
def test_age_on_the_day(born, years):
    assert age_on(born, DCT_DAY) == years


def test_who_was_born_on_29_february_is_older_on_1_march():
    born = dt.date(2000, 2, 29)
    assert age_on(born, dt.date(2021, 2, 28)) == 20
    assert age_on(born, dt.date(2021, 3, 1)) == 21
    assert age_on(born, dt.date(2024, 2, 28)) == 23
    assert age_on(born, dt.date(2024, 2, 29)) == 24


@given(
    st.dates(dt.date(1930, 1, 1), dt.date(2010, 12, 31)), st.dates(dt.date(2023, 1, 1), dt.date(2029, 12, 31))
)
def test_age_counts_the_birthdays(born, day):
    def birthday(year: int) -> dt.date:
        try:
            return born.replace(year=year)
        except ValueError:
            return dt.date(year, 3, 1)

    passed = sum(birthday(year) <= day for year in range(born.year + 1, day.year + 1))
    assert age_on(born, day) == passed


def test_twenty_years_and_364_days_is_refused_with_its_numbers():
    rows = [Listed(1, "P", born=dt.date(2002, 11, 3)), Listed(2, "P", born=dt.date(2002, 11, 4))]
    [found] = judge_list(ListFacts(rows, seats=10, law=LAW))
    assert (found.code, found.severity, found.numbers) == ("usia", "tolak", (2,))
    assert finding_words(found) == (
        "Nomor 2: 20 tahun pada 3 November 2023; disyaratkan paling rendah 21 tahun."
    )


def test_a_sealed_birth_date_is_told_by_its_flag():
    rows = [Listed(1, "P", flags=("usia",)), Listed(2, "P")]
    [found] = judge_list(ListFacts(rows, seats=10, law=LAW))
    assert (found.code, found.values["years"]) == ("usia", None)
    assert finding_words(found) == "Nomor 1: belum 21 tahun pada tanggal acuan."
    # where the date is known it speaks, not the flag
    known = [Listed(1, "P", born=dt.date(1990, 1, 1), flags=("usia",))]
    assert judge_list(ListFacts(known, seats=10, law=LAW)) == []


# --- parties of Aceh ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("home", "chamber", "region", "may"),
    [
        ("", "dpr", "", True),
        ("", "dprd_kabko", "3273", True),
        ("11", "dprd_prov", "11", True),
        ("11", "dprd_kabko", "1101", True),
        ("11", "dpr", "", False),
        ("11", "dpr", "11", False),
        ("11", "dprd_prov", "12", False),
        ("11", "dprd_kabko", "1201", False),
    ],
)
def test_local_parties_stand_in_aceh_alone(home, chamber, region, may):
    assert may_stand_in(home, chamber, region) is may
    found = judge("P", party_region=home, chamber=chamber, region=region)
    assert codes(found) == ([] if may else ["partai_lokal"])


# --- flags, order, articles, words ----------------------------------------------------------------


def test_flags_of_candidates_become_findings_with_their_severity():
    rows = [Listed(1, "P", flags=("ganda_calon", "bukan_anggota")), Listed(2, "P", flags=("pekerjaan",))]
    found = judge_list(ListFacts(rows, seats=10, law=LAW))
    assert [(each.code, each.severity, each.numbers) for each in found] == [
        ("ganda_calon", "bms", (1,)),
        ("bukan_anggota", "bms", (1,)),
        ("pekerjaan", "peringatan", (2,)),
    ]
    assert finding_words(found[1]) == "Nomor 1: tidak tercatat sebagai anggota partai ini di Sipol."
    assert forbidding(found) == []


def test_the_gravest_comes_first():
    rows = [Listed(n, "L", person=n, flags=("nik",)) for n in range(1, 12)]
    found = judge_list(ListFacts(rows, seats=10, law=LAW))
    ranks = [["tolak", "bms", "peringatan"].index(each.severity) for each in found]
    assert ranks == sorted(ranks)
    assert set(ranks) == {0, 1, 2}
    assert codes(forbidding(found)) == ["melebihi_kursi"]


def test_an_article_of_the_settings_goes_before_the_rules_own():
    law = ListLaw(rounding="ceil", articles={**ARTICLES, "kuota_perempuan": "MA 24 P/HUM/2023"})
    [found] = judge("L", law=law)
    assert found.article == "MA 24 P/HUM/2023"


def test_every_rule_has_words_and_no_word_lacks_a_rule():
    for severity, flag in itertools.product(SEVERITIES, FLAG_NAMES):
        text = finding_words(Finding(flag, severity, "x", {"age": 21, "on": None, "years": None}, (3,)))
        assert text.startswith("Nomor 3: ")
        assert text.endswith(".")


def test_places_are_read_aloud():
    assert [places(n) for n in ([3], [1, 4], [4, 5, 6], [1, 4, 9], [1, 2])] == [
        *("3", "1 dan 4", "4-6", "1, 4 dan 9", "1 dan 2")
    ]


# --- a row by itself ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "flags"),
    [
        ({}, []),
        ({"born": dt.date(2002, 11, 4)}, ["usia"]),
        ({"born": None}, []),
        ({"on": None, "born": dt.date(2020, 1, 1)}, []),
        ({"barred": True}, ["pekerjaan"]),
        ({"barred": True, "conditions": ("mengundurkan_diri",)}, []),
        ({"odd_nik": True, "barred": True, "born": dt.date(2005, 1, 1)}, ["pekerjaan", "usia", "nik"]),
    ],
)
def test_own_flags(facts, flags):
    whole = {
        "born": dt.date(1980, 1, 1),
        "age": 21,
        "on": DCT_DAY,
        "barred": False,
        "conditions": (),
        "odd_nik": False,
    }
    assert own_flags(**whole | facts) == flags


def test_own_flags_take_the_place_of_the_old_ones():
    assert with_own(["ganda_calon", "usia", "nik"], ["pekerjaan"]) == ["ganda_calon", "pekerjaan"]
