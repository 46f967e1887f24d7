"""The law of a voter's age and of doubtful rows (domain.md 5.1, 5.3)."""

from __future__ import annotations

import datetime as dt

import pytest

from modules.sidalih.rules.voters import Limits, age_on, band_of, doubts, may_vote

DAY = dt.date(2024, 2, 14)
LIMITS = Limits(DAY)


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (dt.date(2007, 2, 14), 17),
        (dt.date(2007, 2, 15), 16),
        (dt.date(1924, 2, 14), 100),
    ],
)
def test_age_on_the_voting_day(born, age):
    assert age_on(born, DAY) == age


@pytest.mark.parametrize(("day", "age"), [(dt.date(2025, 2, 28), 16), (dt.date(2025, 3, 1), 17)])
def test_born_on_a_leap_day(day, age):
    assert age_on(dt.date(2008, 2, 29), day) == age


def test_a_married_minor_votes():
    born = dt.date(2008, 1, 1)
    assert not may_vote(born, "B", LIMITS)
    assert may_vote(born, "S", LIMITS)
    assert may_vote(born, "P", LIMITS)


@pytest.mark.parametrize(
    ("born", "status", "nik", "found"),
    [
        (dt.date(1980, 5, 17), "S", "1201015705807001", []),
        (dt.date(2010, 5, 17), "B", "1201015705107001", ["umur_kurang"]),
        (dt.date(2013, 5, 17), "S", "1201015705137001", ["kawin_muda"]),
        (dt.date(1893, 5, 17), "P", "1201015705937001", ["umur_lebih"]),
        (dt.date(1980, 5, 18), "S", "1201015705807001", ["nik_date_differs"]),
        (dt.date(1980, 5, 17), "S", "1201011705807001", ["nik_sex_differs"]),
        (dt.date(1980, 5, 17), "S", "1201015705800000", ["nik_serial_zero"]),
        (dt.date(1980, 5, 17), "S", "9801015705807001", ["nik_region_unknown"]),
    ],
)
def test_doubts(born, status, nik, found):
    said = doubts(
        nik=nik,
        nkk=None,
        birth_date=born,
        sex="P",
        marital_status=status,
        limits=LIMITS,
        today=dt.date(2023, 2, 20),
        regions={"12", "1201", "120101"},
    )
    assert said == found


@pytest.mark.parametrize(
    ("age", "band"), [(16, "17"), (17, "17"), (20, "17"), (21, "21"), (70, "61"), (104, "71")]
)
def test_bands(age, band):
    assert band_of(age, [17, 21, 31, 41, 51, 61, 71]) == band
