"""Numbers, shares, dates as people in Indonesia write them."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from electsys.web.formats import angka, angka_semua, persen, tanggal, title_region, ukuran, waktu

NOON = dt.datetime(2024, 2, 14, 6, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def request_context(app):
    with app.test_request_context("/"):
        yield


def test_numbers_have_points_and_the_unknown_is_no_nought():
    assert angka(1234567) == "1.234.567"
    assert angka(0) == "0"
    assert angka(-1500) == "-1.500"
    assert angka(None) == "–"


def test_many_numbers_are_written_as_each_of_them():
    many = [1234567, 0, None, -1500, 999, 1000]
    for language in ("id", "en"):
        with force_locale(language):
            assert angka_semua(many) == [angka(value) for value in many]


def test_shares_are_exact_and_rounded_half_up():
    assert persen(1, 3) == "33,33%"
    assert persen(2, 3) == "66,67%"
    assert persen(1, 8, 1) == "12,5%"
    assert persen(5, 1000, 0) == "1%"  # 0,5 goes up
    assert persen(96214691, 164227475) == "58,59%"  # the official figure of pair 02 in 2024
    assert persen(3, 2) == "150,00%"


def test_a_share_of_nothing_is_unknown():
    assert persen(0, 0) == persen(None, 5) == persen(5, None) == "–"


def test_a_part_never_shows_as_the_whole():
    assert persen(823235, 823236) == "99,99%"
    assert persen(823236, 823236) == "100,00%"


@given(n=st.integers(0, 10**12), total=st.integers(1, 10**12), places=st.integers(0, 4))
def test_a_share_is_within_half_a_unit_of_the_truth(n, total, places):
    shown = Fraction(persen(n, total, places).rstrip("%").replace(".", "").replace(",", "."))
    truth = Fraction(100 * n, total)
    unit = Fraction(1, 10**places)
    assert abs(shown - truth) <= (unit if n < total and shown == 100 - unit else unit / 2)


def test_moments_are_read_on_the_clock_of_the_place():
    assert waktu(NOON) == "14 Februari 2024 13.00 WIB"
    assert waktu(NOON, "WITA") == "14 Februari 2024 14.00 WITA"
    assert waktu(NOON, "WIT") == "14 Februari 2024 15.00 WIT"
    assert waktu(None) == tanggal(None) == "–"
    late = dt.datetime(2024, 2, 14, 18, 0, tzinfo=dt.UTC)
    assert tanggal(late) == "15 Februari 2024"
    assert tanggal(dt.date(2024, 8, 17)) == "17 Agustus 2024"


def test_a_moment_without_a_zone_is_a_mistake():
    with pytest.raises(ValueError, match="time zone"):
        waktu(dt.datetime(2024, 2, 14, 6, 0))  # noqa: DTZ001


def test_english():
    with force_locale("en"):
        assert angka(1234567) == "1,234,567"
        assert persen(1, 3) == "33.33%"
        assert waktu(NOON) == "14 February 2024 13:00 WIB"


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1,0 kB"),
        (1_449_999, "1,4 MB"),
        (2_147_483_648, "2,1 GB"),
        (None, "–"),
    ],
)
def test_sizes(size, said):
    assert ukuran(size) == said


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("TAPANULI TENGAH", "Tapanuli Tengah"),
        ("DKI JAKARTA", "DKI Jakarta"),
        ("P A P U A", "Papua"),
        ("KOTO XI TARUSAN", "Koto XI Tarusan"),
        ("TO'BARANA", "To'barana"),
        ("PASAR BATU-BATU", "Pasar Batu-Batu"),
        (None, "–"),
    ],
)
def test_names_of_regions_in_reading_case(name, read):
    assert title_region(name) == read
