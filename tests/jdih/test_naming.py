"""Citations and stems as people write them."""

from __future__ import annotations

import pytest

from modules.jdih.rules import naming


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PKPU 10/2023:8(2)", [("PKPU 10/2023", "8(2)")]),
        ("UU 7/2017:173(2)b", [("UU 7/2017", "173(2)b")]),
        ("UU 7/2017 art 344", [("UU 7/2017", "344")]),
        ("UU 7/2017 pasal 8 ayat (2)", [("UU 7/2017", "8(2)")]),
        ("Keputusan KPU 1644/2023", [("Kep 1644/2023", None)]),
        ("kep kpu 57/2022", [("Kep 57/2022", None)]),
        ("MK 90/PUU-XXI/2023", [("MK 90/PUU-XXI/2023", None)]),
        ("MA 24 P/HUM/2023", [("MA 24 P/HUM/2023", None)]),
        ("Putusan MK 1/PHPU.PRES-XXII/2024.", [("MK 1/PHPU.PRES-XXII/2024", None)]),
        (
            "MK 01-02-01-18/PHPU.DPR-DPRD-XXII/2024",
            [("MK 01-02-01-18/PHPU.DPR-DPRD-XXII/2024", None)],
        ),
        (
            "Bawaslu 001/LP/ADM.PL/BWSL/00.00/III/2024",
            [("Bawaslu 001/LP/ADM.PL/BWSL/00.00/III/2024", None)],
        ),
        ("PKPU 12.a/2024", [("PKPU 12.a/2024", None)]),
        ("PKPU 7/2022: 300 in 2024", [("PKPU 7/2022", None)]),
        ("(UU 23/2006 art. 13; PP 37/2007 art. 37).", [("UU 23/2006", "13"), ("PP 37/2007", "37")]),
        (
            "PKPU 2/2021 jo PKPU 8/2021, Kep KPU 57/2022",
            [("PKPU 2/2021", None), ("PKPU 8/2021", None), ("Kep 57/2022", None)],
        ),
        ("Sirekap 2024", []),
        ("domain.md R19", []),
        ("10/2023", []),
    ],
)
def test_find(text, found):
    assert [(c.document, c.article) for c in naming.find(text)] == found
    for c in naming.find(text):
        assert naming.find(text[c.start : c.end])[0].document == c.document


@pytest.mark.parametrize("text", ["", "PKPU", "PKPU 10/2023 dan UU 7/2017", "lihat PKPU 10/2023", "%s; drop"])
def test_parse_takes_one_citation_alone(text):
    assert naming.parse(text) is None


def test_parse():
    assert naming.parse(" pkpu 10/2023:8(2) ") == ("PKPU 10/2023", "8(2)")
    assert naming.parse("Perppu 1/2022") == ("Perppu 1/2022", None)


@pytest.mark.parametrize(
    ("arguments", "stem"),
    [
        # domain.md 8.1: 2024kpt219, 2022pkpu010, 2023kpt042.
        (("kpt", "", "219", 2024), "2024kpt219"),
        (("pkpu", "", "10", 2022), "2022pkpu010"),
        (("kpt", "", "42", 2023), "2023kpt042"),
        (("kpt", "1201", "12", 2024), "1201-2024kpt012"),
        (("kpt", "1201", "12.a", 2024), "1201-2024kpt012-a"),
        (("mk", "", "90/PUU-XXI/2023", 2023), "2023mk090-puu-xxi"),
        (("ma", "", "24 P/HUM/2023", 2023), "2023ma024-p-hum"),
        (("se", "", "1577/PP.05-SD/13/2025", 2025), "2025se1577-pp-05-sd-13"),
    ],
)
def test_stem(arguments, stem):
    assert naming.stem(*arguments) == stem


def test_a_stem_without_number():
    assert naming.stem("buku", "", None, 2020, id=7) == "2020buku-7"


def test_names():
    assert naming.citation("PKPU", "10", 2023) == "PKPU 10/2023"
    assert naming.citation("MK", "55/PUU-XVIII/2020", 2021) == "MK 55/PUU-XVIII/2020"
    assert naming.citation(None, "10", 2023) is None
    assert naming.citation("PKPU", None, 2023) is None
    assert naming.full_name("Peraturan KPU", "10", 2023) == "Peraturan KPU Nomor 10 Tahun 2023"
    assert naming.full_name("Putusan MK", "55/PUU-XVIII/2020", 2021) == "Putusan MK Nomor 55/PUU-XVIII/2020"
    assert naming.full_name("Artikel Hukum", None, 2021) == "Artikel Hukum (2021)"
