"""What the name of a scan says, and that no name holds a NIK."""

from __future__ import annotations

import pytest

from modules.sipol.rules.scans import Match, Named, bare, holds_nik, match_scans, read_name

NIK = "1201014101900001"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("KTA-000123_kta.jpg", Named("KTA-000123", "kta")),
        ("KTA-000123_ktp.PDF", Named("KTA-000123", "ktp")),
        ("0012 34 ktp-el.png", Named("0012 34", "ktp")),
        ("0012_e-ktp.png", Named("0012", "ktp")),
        ("0012ektp.png", Named("0012", "ktp")),
        ("12.01/9.kta.jpeg", Named("12.01/9", "kta")),
        ("kta.jpg", None),
        ("_ktp.jpg", None),
        ("KTA-000123.jpg", None),
        ("rapat.pdf", None),
        ("", None),
    ],
)
def test_card_and_kind_come_from_the_name(name, said):
    assert read_name(name) == said


@pytest.mark.parametrize(
    "name",
    [
        f"{NIK}_ktp.jpg",
        f"{NIK}.jpg",
        "1201-0141-0190-0001_kta.jpg",
        "1201 0141 0190 0001.jpg",
        "120101.410190.0001_ktp.jpg",
        f"KTA_12_{NIK}_ktp.jpg",
        "3171010101010002_kta.png",
    ],
)
def test_a_nik_is_seen_in_one_piece_or_parted(name):
    assert holds_nik(name)


@pytest.mark.parametrize(
    "name",
    [
        "KTA-000123_kta.jpg",
        "IMG_20240101_123456.jpg",  # 14 digits
        "1201019901900001_ktp.jpg",  # no day 99, no woman's either
        "12010141019000011.jpg",  # 17 digits
        "120101410190000.jpg",  # 15
        "0000000000000000.jpg",
    ],
)
def test_other_numbers_are_no_nik(name):
    assert not holds_nik(name)


def test_marks_do_not_count_in_a_card():
    assert bare("KTA/12.01/0009") == bare("kta-12_01 0009") == "kta12010009"


def test_each_file_finds_one_member_or_a_reason():
    cards = {bare("KTA/1"): [7], bare("KTA/2"): [8, 9]}
    names = ["KTA-1_kta.jpg", "kta1_ktp.png", "KTA 1 kta.pdf", "KTA-2_kta.jpg", "KTA-3_ktp.jpg", "x.jpg"]
    assert match_scans([*names, f"{NIK}_kta.jpg"], cards) == [
        Match(names[0], "kta", 7),
        Match(names[1], "ktp", 7),
        Match(names[2], "kta", 7, "twice", "KTA 1"),
        Match(names[3], "kta", None, "card_twice", "KTA-2"),
        Match(names[4], "ktp", None, "card_unknown", "KTA-3"),
        Match(names[5], problem="name_unknown"),
        Match(f"{NIK}_kta.jpg", problem="nik_in_name"),
    ]


def test_a_nik_is_never_read_as_a_card():
    """Some parties number their cards so: the name is refused all the same."""
    assert match_scans([f"{NIK}_kta.jpg"], {NIK: [7]})[0].member is None
