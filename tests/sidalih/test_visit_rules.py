"""Coklit's rules on plain values: the day of a paper, and what stands of a visit that does not fit."""

from __future__ import annotations

import datetime as dt

import pytest

from modules.sidalih.rules.visits import RESULT, STATION, Line, compare, paper_day_fault, resolve, still_fits

FIRST, LAST = dt.date(2023, 2, 12), dt.date(2023, 3, 14)
BASE = {"state": "potensial", "tps_code": "1", "name": "A", "rt": "001"}


@pytest.mark.parametrize(
    ("day", "fault"),
    [
        (FIRST, None),
        (dt.date(2023, 3, 1), None),
        (dt.date(2023, 3, 2), "depan"),
        (dt.date(2023, 2, 11), "luar"),
    ],
)
def test_a_visit_was_in_the_stage_and_not_in_the_future(day, fault):
    assert paper_day_fault(day, dt.date(2023, 3, 1), FIRST, LAST) == fault


def test_nor_after_the_last_day_of_the_stage():
    assert paper_day_fault(LAST, dt.date(2023, 4, 1), FIRST, LAST) is None
    assert paper_day_fault(dt.date(2023, 3, 15), dt.date(2023, 4, 1), FIRST, LAST) == "luar"


@pytest.mark.parametrize(
    ("found", "code", "state", "tms", "fits"),
    [
        ("sesuai", None, "potensial", None, True),
        ("sesuai", None, "sesuai", None, True),
        ("sesuai", None, "baru", None, True),
        ("sesuai", None, "tms", "1", False),
        ("ubah", None, "sesuai", None, False),
        ("tms", "1", "tms", "1", True),
        ("tms", "1", "tms", "4", False),
        ("tms", "1", "sesuai", None, False),
        ("tempat", None, "sesuai", None, False),
    ],
)
def test_two_who_find_the_same_agree(found, code, state, tms, fits):
    assert still_fits(found, code, "potensial", state, tms) is fits


def open_of(lines):
    return [line.field for line in lines if line.open]


def test_who_found_it_right_stands_by_what_was_fetched():
    now = BASE | {"state": "ubah", "name": "B"}
    lines = compare("sesuai", {}, BASE, now)
    assert lines == [
        Line(RESULT, "potensial", "sesuai", "ubah", False),
        Line("name", "A", "A", "B", True),
    ]
    assert resolve("sesuai", lines, [], "ubah") is None
    assert resolve("sesuai", lines, ["name"], "ubah") == ("ubah", {"name": "A"})


def test_each_field_is_chosen_alone():
    now = BASE | {"state": "ubah", "name": "B", "rt": "003"}
    lines = compare("ubah", {"name": "C", "rt": "003"}, BASE, now)
    assert open_of(lines) == ["name"]  # the office made the same change of RT
    assert next(line for line in lines if line.field == "rt") == Line("rt", "001", "003", "003", False)
    assert resolve("ubah", lines, ["name"], "ubah") == ("ubah", {"name": "C"})
    assert resolve("ubah", lines, ["rt"], "ubah") is None


def test_a_row_that_was_struck_comes_back_by_choice_alone():
    now = BASE | {"state": "tms"}
    lines = compare("ubah", {"name": "C"}, BASE, now)
    assert open_of(lines) == [RESULT, "name"]
    assert resolve("ubah", lines, ["name"], "tms") is None
    assert resolve("ubah", lines, [RESULT], "tms") == ("sesuai", {})
    assert resolve("ubah", lines, [RESULT, "name"], "tms") == ("ubah", {"name": "C"})


@pytest.mark.parametrize("found", ["tms", "tempat"])
def test_who_struck_judged_no_field(found):
    now = BASE | {"state": "ubah", "name": "B"}
    lines = compare(found, {}, BASE, now)
    assert open_of(lines) == [RESULT]
    assert [line.said for line in lines] == [found, None]
    assert resolve(found, lines, [], "ubah") is None
    assert resolve(found, lines, [RESULT], "ubah") == (found, {})


def test_struck_twice_for_different_reasons_stays_as_it_stands():
    assert open_of(compare("tms", {}, BASE, BASE | {"state": "tms"})) == []


def test_a_voter_of_another_station_by_now_comes_back_by_choice():
    lines = compare("sesuai", {}, BASE, BASE | {"tps_code": "2"})
    assert open_of(lines) == [STATION]
    assert resolve("sesuai", lines, [STATION], "potensial") == ("sesuai", {STATION: "1"})
    assert resolve("sesuai", lines, [], "potensial") == ("sesuai", {})  # asked there, and right
