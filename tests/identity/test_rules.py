"""Rules of log-in, grants and identity."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from electsys.identity import rules
from electsys.identity.rules import Facts

CODES = st.lists(st.text("01234", min_size=0, max_size=13), max_size=6)


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (10_000, 60)]
)
def test_the_wait_grows_to_an_hour(failures, minutes):
    assert rules.wait_after(failures) == dt.timedelta(minutes=minutes)


@given(st.integers(0, 2000), st.integers(1, 100))
def test_the_wait_never_shrinks(failures, free):
    assert rules.wait_after(failures, free) <= rules.wait_after(failures + 1, free) <= rules.LONGEST_WAIT


@pytest.mark.parametrize(("seconds", "told"), [(1, 1), (59, 1), (60, 1), (61, 2), (3600, 60)])
def test_a_wait_is_never_told_too_short(seconds, told):
    assert rules.minutes_left(dt.timedelta(seconds=seconds)) == told


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Version/19.0 Safari/605.1", "Safari, macOS"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_devices_in_words(agent, device):
    assert rules.device_of(agent) == device


@pytest.mark.parametrize(
    ("code", "digits", "fits"),
    [
        ("", None, True),
        ("", (0,), True),
        ("", (4,), False),
        ("1201", (4,), True),
        ("1201", (2, 4), True),
        ("12", (4,), False),
        ("120", None, False),
        ("12a1", None, False),
        ("１２０１", None, False),
        ("1201012001001", None, True),
    ],
)
def test_a_region_fits_a_role(code, digits, fits):
    assert rules.region_fits(code, digits) is fits


@given(CODES)
def test_the_common_region_reaches_all_and_is_the_longest(codes):
    common = rules.common_region(codes)
    assert all(code.startswith(common) for code in codes)
    if codes:
        longer = codes[0][: len(common) + 1]
        assert longer == common or not all(code.startswith(longer) for code in codes)
    else:
        assert common == ""


BORN = dt.date(1990, 1, 1)


@pytest.mark.parametrize(
    ("known", "claimed", "differs"),
    [
        (Facts("SITI", BORN, "P"), Facts("SITI", BORN, "P"), []),
        (Facts("SITI", None, None), Facts("SITI", BORN, "P"), []),
        (Facts("SITI", BORN, "P"), Facts("SITTI", BORN, "P"), ["nama"]),
        (
            Facts("SITI", BORN, "P"),
            Facts("BUDI", dt.date(1991, 1, 1), "L"),
            ["nama", "tanggal_lahir", "jenis_kelamin"],
        ),
    ],
)
def test_differences(known, claimed, differs):
    assert rules.differences(known, claimed) == differs


@pytest.mark.parametrize(
    ("differs", "birth", "another"),
    [
        ([], False, False),
        (["nama"], True, False),
        (["nama"], False, True),
        (["jenis_kelamin"], True, True),
        (["nama", "tanggal_lahir"], False, True),
    ],
)
def test_when_a_claim_may_be_another_human(differs, birth, another):
    assert rules.another_human(differs, birth_date_agrees=birth) is another


@given(st.sets(st.text("abc", max_size=2)), st.sets(st.text("abc", max_size=2)))
def test_changes_of_a_role_are_exact(before, after):
    added, removed = rules.changed_permissions(before, after)
    assert (before | set(added)) - set(removed) == after
    assert not set(added) & before
    assert set(removed) <= before
