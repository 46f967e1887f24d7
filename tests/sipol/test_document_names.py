"""What the name of a file tells: kind and area, and why not."""

from __future__ import annotations

import csv
import lzma
from pathlib import Path

import pytest

from electsys import regions
from modules.sipol.rules.documents import Area, Kind, Matcher
from modules.sipol.rules.names import alike

ALL = frozenset({0, 2, 4, 6})
KINDS = [
    Kind("sk_kepengurusan", "SK kepengurusan", ALL),
    Kind("bukti_kantor", "Bukti kantor", frozenset({0, 2, 4})),
    Kind("bukti_rekening", "Bukti rekening", frozenset({0, 2, 4})),
    Kind("ad_art", "AD dan ART", frozenset({0})),
    Kind("sk_kemenkumham", "SK Menteri", frozenset({0})),
]
NORTH = "SUMATERA UTARA"
AREAS = [
    Area("", "Pusat"),
    Area("12", NORTH),
    Area("1201", "TAPANULI TENGAH", (NORTH,)),
    Area("1204", "NIAS", (NORTH,)),
    Area("1214", "NIAS SELATAN", (NORTH,)),
    Area("1271", "KOTA MEDAN", (NORTH,)),
    Area("1273", "KOTA SIBOLGA", (NORTH,)),
    Area("120101", "BARUS", ("TAPANULI TENGAH", NORTH)),
    Area("120401", "GIDO", ("NIAS", NORTH)),
    Area("121401", "LAHUSA", ("NIAS SELATAN", NORTH)),
    Area("120499", "LAHUSA", ("NIAS", NORTH)),
    Area("127101", "MEDAN KOTA", ("KOTA MEDAN", NORTH)),
    Area("3173", "KOTA ADM. JAKARTA PUSAT", ("DKI JAKARTA",)),
]
KNOWN = {"13", "1301", "130101"}


@pytest.fixture(scope="module")
def matcher():
    return Matcher(KINDS, AREAS, KNOWN, own=("PKU", "Partai Kita Uji"))


@pytest.mark.parametrize(
    ("name", "kind", "area"),
    [
        ("sk_kepengurusan_1201.pdf", "sk_kepengurusan", "1201"),
        ("SK DPC Nias 1204.pdf", "sk_kepengurusan", "1204"),
        ("SK DPC PKU Nias.PDF", "sk_kepengurusan", "1204"),
        ("SK-DPD Kab. Nias Selatan (final).pdf", "sk_kepengurusan", "1214"),
        ("SK No. 045 XII 2022 DPC Kota Medan.pdf", "sk_kepengurusan", "1271"),
        ("SK PAC Medan Kota.pdf", "sk_kepengurusan", "127101"),
        ("SK PAC 12.01.01.pdf", "sk_kepengurusan", "120101"),
        ("SK PAC Lahusa Nias Selatan.pdf", "sk_kepengurusan", "121401"),
        ("SK DPW Sumatera Utara.pdf", "sk_kepengurusan", "12"),
        ("sk dpw 12.pdf", "sk_kepengurusan", "12"),
        ("SK DPP.pdf", "sk_kepengurusan", ""),
        ("SK DPC Jakarta Pusat.pdf", "sk_kepengurusan", "3173"),
        ("AD-ART Partai Kita Uji 2022.pdf", "ad_art", ""),
        ("sk_kemenkumham.pdf", "sk_kemenkumham", ""),
        ("bukti rekening Sibolga.pdf", "bukti_rekening", "1273"),
        ("Surat domisili kantor Tapanuli Tengah.pdf", "bukti_kantor", "1201"),
    ],
)
def test_what_is_sure(matcher, name, kind, area):
    match = matcher.one(name)
    assert (match.kind, match.area, match.problem) == (kind, area, None)


@pytest.mark.parametrize(
    ("name", "kind", "area", "problem", "detail"),
    [
        ("SK DPC Pesisir 1301.pdf", "sk_kepengurusan", None, "area_outside", "1301"),
        ("SK DPC Tapanuli Tngah.pdf", "sk_kepengurusan", "1201", "area_similar", "tapanuli tngah"),
        ("SK PAC Lahusa.pdf", "sk_kepengurusan", None, "area_ambiguous", "2"),
        ("SK DPC Nias 1201.pdf", "sk_kepengurusan", "1201", "area_contradicts", "NIAS (1204)"),
        ("rekening kec Barus.pdf", "bukti_rekening", None, "level_wrong", "Bukti rekening"),
        ("rekening 120101.pdf", "bukti_rekening", None, "level_wrong", "120101"),
        ("SK DPC Atlantis.pdf", "sk_kepengurusan", None, "area_unknown", "atlantis"),
        ("SK DPC 2022.pdf", "sk_kepengurusan", None, "area_unknown", ""),
        ("foto rapat Nias.pdf", None, None, "kind_unknown", ""),
        ("Nias 1204.pdf", None, "1204", "kind_unknown", ""),
    ],
)
def test_what_is_left_to_people_says_why(matcher, name, kind, area, problem, detail):
    match = matcher.one(name)
    assert (match.kind, match.area, match.problem, match.detail) == (kind, area, problem, detail)


def test_whoever_may_not_place_at_the_centre_is_told_so():
    few = Matcher(KINDS, [a for a in AREAS if a.code.startswith("1201")], {a.code for a in AREAS})
    assert few.one("AD ART.pdf").problem == "area_outside"
    match = few.one("SK DPC Nias 1204.pdf")
    assert (match.problem, match.detail, match.area) == ("area_outside", "1204", None)


def test_a_second_file_for_one_place_is_left_to_people(matcher):
    first, second, third = matcher.all(["SK DPC Nias.pdf", "sk_kepengurusan_1204.pdf", "SK PAC Gido.pdf"])
    assert first.sure and third.sure
    assert (second.problem, second.area) == ("twice", "1204")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Partai Bulan Bintang", "Partai Bintang Bulan", True),
        ("Partai Kita Uji", "PARTAI  KITA-UJI", True),
        ("Partai Keadilan Sejahtera", "Partai Keadilan Sejahtra", True),
        ("Partai Nasional Indonesia", "Partai Rakyat Indonesia", False),
        ("Partai Golongan Karya", "Partai Gelombang Rakyat", False),
    ],
)
def test_names_that_look_alike(one, other, same):
    assert alike(one, other) is same and alike(other, one) is same


@pytest.fixture(scope="module")
def country():
    """Names and areas of the whole map of 2024, those abroad left out."""
    path = Path(regions.__file__).parent / "data/wilayah_2024.csv.xz"
    with lzma.open(path, "rt") as file:
        names = {row["kode"]: row["nama"] for row in csv.DictReader(file) if len(row["kode"]) <= 6}
    names = {code: name for code, name in names.items() if not code.startswith("99")}
    above = {code: tuple(names[code[:n]] for n in range(len(code) - 2, 1, -2)) for code in names}
    return names, Matcher(KINDS, [Area(code, name, above[code]) for code, name in names.items()])


def test_no_area_of_the_country_is_taken_for_another(country):
    names, matcher = country
    wrong, sure = [], 0
    for code, name in names.items():
        word = {2: "DPW", 4: "DPC", 6: "PAC"}[len(code)]
        parent = f" {names[code[:4]].title()}" if len(code) == 6 else ""
        match = matcher.one(f"SK {word} {name.title()}{parent}.pdf")
        sure += match.sure
        if match.sure and match.area != code:
            wrong.append((match.name, match.area, code))
        assert matcher.one(f"sk_kepengurusan_{code}.pdf").area == code
    assert wrong == []
    assert sure > 0.99 * len(names)


@pytest.mark.parametrize(
    ("name", "area"),
    [
        ("SK PAC Kota Baru Ende.pdf", "530813"),  # neither the kecamatan Ende nor a city
        ("SK PAC Belitang III Ogan Komering Ulu Timur.pdf", "160810"),
        ("SK No. 12 XII 2022 DPC Kota Solok.pdf", "1372"),
        ("SK DPC Kab. Solok.pdf", "1302"),
    ],
)
def test_words_that_are_a_part_of_some_names(country, name, area):
    match = country[1].one(name)
    assert (match.area, match.problem) == (area, None)


def test_a_name_that_two_have_is_asked_back(country):
    match = country[1].one("SK DPC Solok.pdf")
    assert (match.area, match.problem, match.detail) == (None, "area_ambiguous", "2")
