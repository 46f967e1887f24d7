"""The numbers of persons, as domain.md 5.3 has them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from electsys.privacy.masks import mask_name, mask_nik, mask_nkk
from electsys.privacy.rules import HARD, NikParts, check_nik, check_nkk, parse_nik
from electsys.privacy.wording import PROBLEMS

BORN = date(1979, 10, 1)
MAN = "1201010110790001"
WOMAN = "1201014110790001"

days = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
sexes = st.sampled_from(["L", "P"])
regions = st.integers(110101, 999999).map(str)
serials = st.integers(1, 9999)


def codes(problems: object) -> list[str]:
    return [p.code for p in problems]  # type: ignore[attr-defined]


def compose(region: str, born: date, sex: str, serial: int) -> str:
    return f"{region}{born.day + (40 if sex == 'P' else 0):02}{born:%m%y}{serial:04}"


@given(regions, days, sexes, serials)
def test_what_was_composed_is_taken_apart_again(region: str, born: date, sex: str, serial: int) -> None:
    parts = parse_nik(compose(region, born, sex, serial))
    assert parts == NikParts(region, born.day, born.month, born.year % 100, sex, serial)  # type: ignore[arg-type]
    assert parts.date_possible
    assert parts.matches(born)


@given(regions, days, sexes, serials)
def test_a_true_number_raises_no_doubt(region: str, born: date, sex: str, serial: int) -> None:
    nik = compose(region, born, sex, serial)
    assert check_nik(nik, birth_date=born, sex=sex, regions={region[:4]}) == []  # type: ignore[arg-type]


@given(st.text(max_size=20))
def test_any_text_is_judged_and_never_fails(text: str) -> None:
    problems = check_nik(text, birth_date=BORN, sex="L", regions=())
    hard = [p for p in problems if p.hard]
    proper = len(text) == 16 and all(c in "0123456789" for c in text)
    assert bool(hard) != proper
    check_nkk(text, regions=())


@given(st.text(alphabet="0123456789", min_size=16, max_size=16))
def test_sixteen_digits_are_never_refused(nik: str) -> None:
    assert not any(p.hard for p in check_nik(nik, birth_date=BORN, sex="P", regions=()))
    assert not any(p.hard for p in check_nkk(nik, regions=()))


@pytest.mark.parametrize(
    ("nik", "expected"),
    [
        (MAN, []),
        (MAN[:15], ["nik_length"]),
        (MAN + "1", ["nik_length"]),
        ("", ["nik_length"]),
        ("120101O110790001", ["nik_digits"]),
        ("١٢٠١٠١٠١١٠٧٩٠٠٠١", ["nik_digits"]),  # digits, but not 0 to 9
        ("1201010110790000", ["nik_serial_zero"]),
        ("1201013202790001", ["nik_date_impossible"]),
        ("1201010013790001", ["nik_date_impossible"]),
        ("1201014013790001", ["nik_date_impossible"]),
        ("1201010210790001", ["nik_date_differs"]),
        (WOMAN, ["nik_sex_differs"]),
        ("1201014210790001", ["nik_date_differs", "nik_sex_differs"]),
        ("9901010110790001", ["nik_region_unknown"]),
    ],
)
def test_doubts_about_a_man_born_on_1_october_1979(nik: str, expected: list[str]) -> None:
    assert codes(check_nik(nik, birth_date=BORN, sex="L", regions={"12", "1201"})) == expected


@pytest.mark.parametrize(("nik", "possible"), [("1201012902000001", True), ("1201012902010001", False)])
def test_29_february_stands_in_a_leap_year_of_some_century(nik: str, possible: bool) -> None:
    assert ("nik_date_impossible" not in codes(check_nik(nik))) is possible


def test_what_is_not_known_raises_no_doubt() -> None:
    assert check_nik(WOMAN) == []


@pytest.mark.parametrize(
    ("nkk", "expected"),
    [
        ("1201010110190007", []),
        ("1201010110190000", ["nkk_serial_zero"]),
        ("1201013213190007", ["nkk_date_impossible"]),
        ("1201014110190007", ["nkk_date_impossible"]),  # the 40 of women is the NIK's alone
        ("9901010110190007", ["nkk_region_unknown"]),
        ("12010101101900", ["nkk_length"]),
        ("120101011019000x", ["nkk_digits"]),
    ],
)
def test_doubts_about_a_family_card(nkk: str, expected: list[str]) -> None:
    assert codes(check_nkk(nkk, regions={"12"})) == expected


def test_a_malformed_number_is_not_taken_apart() -> None:
    with pytest.raises(ValueError, match="nik_length"):
        parse_nik("12")


def test_every_code_has_words() -> None:
    assert set(PROBLEMS) >= HARD
    for code in PROBLEMS:
        assert str(PROBLEMS[code])


# --- masks ----------------------------------------------------------------------------------------


def test_the_mask_of_design_md() -> None:
    assert mask_nik("1201014107900001") == "1201**********01"
    assert mask_nkk("1201014107900001") == "*" * 16


@pytest.mark.parametrize(
    ("value", "shown"), [(None, ""), ("", ""), ("120101", "******"), ("1" * 17, "*" * 17)]
)
def test_a_wrong_number_is_masked_whole(value: str | None, shown: str) -> None:
    assert mask_nik(value) == shown


@given(st.text(alphabet="0123456789", min_size=16, max_size=16))
def test_a_mask_shows_six_digits_at_most(nik: str) -> None:
    masked = mask_nik(nik)
    assert len(masked) == 16
    assert sum(c != "*" for c in masked) == 6


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Siti Rahmawati", "S*** R********"), ("I", "I"), ("", ""), (None, ""), ("  M.  Nur ", "M* N**")],
)
def test_a_name_is_masked_word_by_word(name: str | None, shown: str) -> None:
    assert mask_name(name) == shown
