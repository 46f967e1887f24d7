"""The law of members as pure rules, by vectors (domain.md 3.5; PKPU 4/2022 art. 38-39)."""

from __future__ import annotations

import datetime as dt

import pytest

from electsys.elections.occupations import Occupations
from modules.sipol.rules import members as rules
from modules.sipol.rules.members import Claim, Settlement, settle, settle_heard

DAY = dt.date(2022, 8, 14)
#: The table of the election of 2024.
TABLE = Occupations(
    {
        "ASN": "asn pns pppk cpns pegawai-negeri",
        "TNI": "tni tentara tni-ad",
        "POLRI": "polri polisi kepolisian",
        "KADES": "kepala-desa kades lurah wali-nagari keuchik",
        "PERANGKAT": "perangkat-desa sekretaris-desa",
        "PENYELENGGARA": "kpu bawaslu ppk",
    }
)


@pytest.mark.parametrize(
    ("born", "marital", "under"),
    [
        (dt.date(2005, 8, 14), "B", False),  # seventeen on the day itself
        (dt.date(2005, 8, 15), "B", True),  # a day later
        (dt.date(2005, 8, 15), "S", False),  # married: a member all the same
        (dt.date(2005, 8, 15), "P", False),
        (dt.date(2010, 1, 1), "B", True),
        (dt.date(1950, 1, 1), "B", False),
    ],
)
def test_age_counts_on_the_reference_day_unless_ever_married(born, marital, under):
    assert rules.is_under_age(born, marital, on=DAY, age=17) is under


def test_who_is_born_on_a_leap_day_comes_of_age_on_the_first_of_march():
    born = dt.date(2004, 2, 29)
    assert rules.is_under_age(born, "B", on=dt.date(2021, 2, 28), age=17)
    assert not rules.is_under_age(born, "B", on=dt.date(2021, 3, 1), age=17)


@pytest.mark.parametrize(
    ("occupation", "code"),
    [
        ("PEGAWAI NEGERI SIPIL (PNS)", "ASN"),
        ("Guru PPPK", "ASN"),
        ("TENTARA NASIONAL INDONESIA", "TNI"),
        ("Anggota TNI-AD", "TNI"),
        ("KEPOLISIAN RI", "POLRI"),
        ("Kepala  Desa", "KADES"),
        ("kepala-desa", "KADES"),
        ("Staf kelurahan", None),  # not the head of it
        ("PERANGKAT DESA", "PERANGKAT"),
        ("Kepala sekolah di desa", None),
        ("PENSIUNAN PNS", None),
        ("Purnawirawan TNI", None),
        ("Wiraswasta", None),
        ("PETANI/PEKEBUN", None),
        ("", None),
    ],
)
def test_a_barred_occupation_is_named_in_whole_words(occupation, code):
    assert TABLE.barred(occupation) == code


def test_own_flags_keep_their_order_and_what_others_say():
    assert rules.own_flags(under_age=True, barred=False, nik_unknown=True) == ["usia", "nik"]
    assert rules.with_own(["ganda_eksternal", "usia"], ["nik"]) == ["ganda_eksternal", "nik"]


@pytest.mark.parametrize(
    ("claims", "outcome"),
    [
        # art. 38(4): one party brought the statement
        ([Claim(1, "diterima"), Claim(2)], Settlement("selesai", 1)),
        ([Claim(1), Claim(2, "diterima"), Claim(3, "ditolak")], Settlement("selesai", 2)),
        # a party with two rows of the person is one party
        ([Claim(1, "diterima"), Claim(1), Claim(2)], Settlement("selesai", 1)),
        # art. 39: two or more brought one
        ([Claim(1, "diterima"), Claim(2, "diterima")], Settlement("klarifikasi")),
        ([Claim(1, "diterima"), Claim(2, "diterima"), Claim(3)], Settlement("klarifikasi")),
        # nobody brought one, or none was good: nobody keeps the person
        ([Claim(1), Claim(2)], Settlement("selesai", 0)),
        ([Claim(1, "ditolak"), Claim(2)], Settlement("selesai", 0)),
        # a verifier has yet to decide
        ([Claim(1, "diterima"), Claim(2, "menunggu")], Settlement("menunggu")),
        # one party alone is no double between parties
        ([Claim(1, "diterima"), Claim(1)], Settlement("bukan_ganda")),
        ([], Settlement("bukan_ganda")),
    ],
)
def test_who_keeps_a_person_whom_several_parties_claim(claims, outcome):
    assert settle(claims) == outcome


def test_after_a_hearing_the_chosen_party_keeps_the_person():
    assert settle_heard(2, {1, 2}) == Settlement("selesai", 2)
    assert settle_heard(None, {1, 2}) == Settlement("selesai", 0)
    with pytest.raises(ValueError, match="one of the parties"):
        settle_heard(3, {1, 2})


def test_a_row_is_cured_once_every_flag_is_answered():
    assert rules.is_cured(["usia", "nik"], {"usia", "nik"})
    assert not rules.is_cured(["usia", "ganda_identik"], {"usia"})
    assert rules.is_cured([], set())


def test_files_find_their_member_by_the_card_number_in_the_name():
    cards = {"KTA-000123": 1, "KTA-00012": 2, "12.01/77": 3}
    names = [
        "kta 000123 budi.pdf",
        "KTA-00012.jpg",
        "surat 120177.pdf",
        "lain.pdf",
        "12.01.77 kta-000123.pdf",
    ]
    assert rules.match_files(names, cards) == {
        "kta 000123 budi.pdf": 1,
        "KTA-00012.jpg": 2,
        "surat 120177.pdf": 3,
    }
