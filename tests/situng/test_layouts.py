"""Form models and their pages: nothing overlaps, nothing is missing, and what is printed can be read."""

from __future__ import annotations

import tomllib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modules.situng.layouts import (
    FormKey,
    Line,
    QrRefused,
    edition,
    form_model,
    layout,
    model_for,
    models,
    parse_qr,
    qr_text,
    vote_cells,
)
from modules.situng.layouts.drawing import BITS, page_svg
from modules.situng.layouts.models import FOLDER, parse_model
from modules.situng.layouts.payload import CONTESTS
from modules.situng.layouts.sheets import digits_of
from modules.situng.rules import RELATIONS, contests_of, judge, party_relations, relations, vote_system

PAIRS = [Line(n, f"CALON {n} dan WAKIL {n}") for n in (1, 2, 3)]
PERSONS = [Line(n, f"CALON {n}, S.H.", "perseorangan") for n in range(1, 55)]


def parties(sizes):
    """A ballot of parties with so many candidates each."""
    lines = []
    for number, size in enumerate(sizes, 1):
        lines.append(Line(number, f"PARTAI {number}", "partai"))
        lines += [Line(number, f"CALON {number}.{c}", "partai", c) for c in range(1, size + 1)]
    return lines


CASES = [
    ("ppwp", PAIRS),
    ("dpd", PERSONS),
    ("dpr", parties([12] * 24)),
    ("dprd_kabko", parties([1, 0, 12, 3])),
    ("gubernur", [Line(1, "A dan B"), Line(2, "KOLOM KOSONG")]),
]


@pytest.mark.parametrize(("contest", "lines"), CASES)
def test_every_number_of_a_form_stands_on_its_pages_once(contest, lines):
    model = model_for(contest)
    pages = layout(model, contest, lines)
    names = [cell.name for page in pages for cell in page.cells]
    assert sorted(names) == sorted([*model.names, *(vote.name for vote in vote_cells(lines))])
    assert [page.number for page in pages] == list(range(1, len(pages) + 1))
    assert {page.of for page in pages} == {len(pages)}


def inside_and_apart(pages):
    for page in pages:
        boxes = [d for cell in page.cells for d in cell.digits]
        bubbles = [b for cell in page.cells for b in cell.bubbles]
        kept = [m.box for m in page.markers] + ([page.qr] if page.qr else [])
        for n, box in enumerate(boxes):
            assert box.x >= 5 and box.y >= 5 and box.right <= page.width - 5 and box.bottom <= page.height - 5
            assert not any(box.meets(other) for other in boxes[n + 1 :]), (page.number, box)
            assert not any(box.meets(other) for other in kept)
        rows: dict[float, list[float]] = {}
        for bubble in bubbles:
            rows.setdefault(round(bubble.y, 3), []).append(bubble.x)
            assert not any(box.x < bubble.x < box.right and box.y < bubble.y < box.bottom for box in boxes)
        for line in rows.values():
            line.sort()
            assert all(b - a > 2 * bubbles[0].r for a, b in pairwise(line))
        for cell in page.cells:
            assert all(cell.row.holds(d) and cell.crop.holds(d) for d in cell.digits), cell.name
            assert cell.row.holds(cell.crop)
            for b in cell.bubbles:
                assert cell.crop.x <= b.x - b.r and b.x + b.r <= cell.crop.right
                assert cell.crop.y <= b.y - b.r and b.y + b.r <= cell.crop.bottom
        others = [cell.row for cell in page.cells]
        assert len({(r.x, r.y) for r in others}) == len(set(others))
        distinct = sorted(set(others), key=lambda r: (r.x, r.y))
        assert not any(a.meets(b) for n, a in enumerate(distinct) for b in distinct[n + 1 :])


@pytest.mark.parametrize(("contest", "lines"), CASES)
def test_boxes_bubbles_and_marks_keep_apart(contest, lines):
    inside_and_apart(layout(model_for(contest), contest, lines))


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=24))
def test_any_ballot_of_parties_has_pages(sizes):
    lines = parties(sizes)
    pages = layout(form_model(), "dprd_kabko", lines)
    inside_and_apart(pages)
    names = [cell.name for page in pages for cell in page.cells if cell.name.startswith("suara_")]
    assert set(names) >= {vote.name for vote in vote_cells(lines)}


def test_a_party_is_not_broken_without_its_head():
    """Above the first row of every column stands the head of its party."""
    pages = layout(form_model(), "dpr", parties([12] * 8))
    for page in pages:
        votes = [cell for cell in page.cells if cell.ref.startswith("IV.")]
        for x in {cell.row.x for cell in votes}:
            first = min((c for c in votes if c.row.x == x), key=lambda c: c.row.y)
            number = first.name.split("_")[1]
            [head] = [
                t.text for t in page.texts
                if t.bold and abs(t.box.bottom - first.row.y) < 0.01 and abs(t.box.x - x) < 2
            ]  # fmt: skip
            assert head.startswith(f"{number}. PARTAI {number}")
            assert head.endswith("(lanjutan)") == (first.role != "suara_partai")


def test_a_cell_has_a_box_and_ten_bubbles_a_digit():
    for cell in layout(form_model(), "ppwp", PAIRS)[1].cells:
        assert len(cell.digits) == 3
        assert {(b.digit, b.value) for b in cell.bubbles} == {(d, v) for d in range(3) for v in range(10)}


def test_marks_tell_page_and_corner():
    for page in layout(form_model(), "dpr", parties([12] * 24)):
        assert [m.corner for m in page.markers] == [0, 1, 2, 3]
        assert {m.id // 4 for m in page.markers} == {(page.number - 1) % 12}
        assert {(m.box.w, m.box.h) for m in page.markers} == {(14, 14)}
        assert page.qr.w >= 32


def test_printed_marks_are_those_of_the_library():
    cv2 = pytest.importorskip("cv2")
    book = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for number in range(48):
        image = cv2.aruco.generateImageMarker(book, number, 6, borderBits=1)
        bits = int("".join("1" if v > 127 else "0" for row in image[1:5, 1:5] for v in row), 2)
        assert int.from_bytes(BITS[2 * number : 2 * number + 2]) == bits


def test_the_picture_of_a_page_is_xml():
    import xml.etree.ElementTree as ET

    page = layout(form_model(), "ppwp", PAIRS)[0]
    root = ET.fromstring(page_svg(page))  # noqa: S314  (our own)
    assert root.attrib["viewBox"] == "0 0 210 297"
    assert sum(1 for e in root if e.tag.endswith("circle")) == sum(len(c.bubbles) for c in page.cells)


def test_a_number_in_its_boxes():
    assert digits_of(7, 3) == ["X", "X", "7"]
    assert digits_of(0, 3) == ["X", "X", "0"]
    assert digits_of(305, 3) == ["3", "0", "5"]
    assert digits_of(1000, 3) is None
    assert digits_of(-1, 3) is None


# --- the code of a page

KEY = FormKey(1, "ppwp", "3171011001001", 1, 2, "5FX")


@pytest.mark.parametrize("contest", CONTESTS)
def test_a_code_reads_back_and_fits_version_two(contest):
    key = FormKey(999, contest, "9934567890123", 10, 12, "ZZZ")
    text = qr_text(key)
    assert parse_qr(text) == key
    assert len(qr_text(FormKey(12, contest, key.tps, 10, 12, "ZZZ"))) <= 38
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://kpu.go.id", "foreign"),
        ("", "foreign"),
        ("K1/3171010001/001/1/AB12CD34", "foreign"),
        (qr_text(KEY).replace("E1/", "E2/"), "version"),
        (qr_text(KEY).replace("001/1/2", "002/1/2"), "damaged"),
        (qr_text(KEY)[:-1] + ("0" if qr_text(KEY)[-1] != "0" else "1"), "damaged"),
        (qr_text(KEY).replace("PPWP", "DPR"), "damaged"),
    ],
)
def test_a_foreign_or_damaged_code_is_refused(text, reason):
    with pytest.raises(QrRefused) as refused:
        parse_qr(text)
    assert refused.value.reason == reason


def test_impossible_pages_are_refused_even_with_a_right_check():
    for key in (FormKey(1, "ppwp", KEY.tps, 3, 2, "5FX"), FormKey(1, "ppwp", "123", 1, 2, "5FX")):
        with pytest.raises(QrRefused):
            parse_qr(qr_text(key))


def test_an_edition_follows_ballot_and_geometry():
    pages = layout(form_model(), "ppwp", PAIRS)
    assert edition(pages) == edition(layout(form_model(), "ppwp", list(PAIRS)))
    assert edition(pages) != edition(layout(form_model(), "ppwp", [*PAIRS[:2], Line(3, "LAIN")]))
    assert edition(pages) != edition(layout(form_model("c_hasil_kwk_2024"), "gubernur", PAIRS))


# --- models


def test_every_model_says_what_the_rules_need():
    assert {m.code for m in models()} == {"c1_ppwp_2019", "c_hasil_2024", "c_hasil_kwk_2024"}
    for model in models():
        for contest in model.contests:
            assert model.titles[contest] and model.forms[contest]
            assert contest in CONTESTS


def test_the_cells_of_2024_keep_their_order():
    """Stored arrays follow it: a change would exchange numbers of forms that are already in."""
    assert form_model().names == (
        *(f"pemilih_dpt_{c}" for c in "lpj"),
        *(f"pengguna_{w}_{c}" for w in ("dpt", "dptb", "dpk", "total") for c in "lpj"),
        *("surat_suara_diterima", "surat_suara_digunakan", "surat_suara_rusak"),
        "surat_suara_tidak_digunakan",
        *(f"disabilitas_{c}" for c in "lpj"),
        *("suara_sah", "suara_tidak_sah", "suara_total"),
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["cell"].append(d["cell"][0]), "two cells bear one name"),
        (lambda d: d["section"].pop(), "belongs to no section"),
        (lambda d: d["cell"].pop(0), "lacks pemilih_dpt_j"),
    ],
)
def test_a_broken_model_is_refused_with_its_reason(change, words):
    data = tomllib.loads((FOLDER / "c_hasil_2024.toml").read_text(encoding="utf-8"))
    change(data)
    with pytest.raises(ValueError, match=words):
        parse_model(data)


def test_an_unknown_model_is_none():
    for code in ("tidak_ada", "../rules", ""):
        with pytest.raises(KeyError):
            form_model(code)
    assert model_for("lurah") is None
    assert model_for("ppwp").code == "c_hasil_2024"
    assert model_for("ppwp", "c1_ppwp_2019").code == "c1_ppwp_2019"
    assert model_for("gubernur", "c_hasil_2024").code == "c_hasil_kwk_2024"


def test_chambers_bear_their_own_names():
    model = form_model()
    assert model.title("dprd_prov", "11") == "DEWAN PERWAKILAN RAKYAT ACEH"
    assert model.title("dprd_prov", "95") == "DEWAN PERWAKILAN RAKYAT PAPUA PEGUNUNGAN"
    assert model.title("dprd_prov", "12") == "DEWAN PERWAKILAN RAKYAT DAERAH PROVINSI"
    assert model.title("ppwp", "11") == "PRESIDEN DAN WAKIL PRESIDEN"


def test_the_form_of_2019_has_the_law_of_its_own_rows():
    model = form_model("c1_ppwp_2019")
    keys = {rule.key for rule in relations(model)}
    assert {"F.102:pemilih_total_j", "F.101:disabilitas_terdaftar", "F.103:surat_suara"} <= keys
    assert "F.102:pemilih_total_j" not in {rule.key for rule in relations(form_model())}
    assert all(rule in RELATIONS for rule in relations(model))
    cells = dict.fromkeys(model.names, 0) | {"pemilih_dpt_j": 188, "pemilih_total_j": 189}
    from modules.situng.rules import Limits

    assert "F.102:pemilih_total_j" in judge(cells, [0, 0], Limits(300, 1, 50))[0]


def test_the_measured_form_of_2019():
    first, second = layout(form_model("c1_ppwp_2019"), "ppwp", PAIRS[:2])
    assert {m.kind for m in first.markers} == {"square"}
    assert len(first.cells) == 10 * 3 + 4
    assert [c.name for c in second.cells] == [
        "suara_1", "suara_2", "suara_sah", "suara_tidak_sah", "suara_total",
    ]  # fmt: skip
    assert second.cell("suara_1").label == "CALON 1 dan WAKIL 1"
    assert first.qr is None
    for page in (first, second):
        for cell in page.cells:
            assert len(cell.digits) == 3 and not cell.bubbles
            assert cell.row.holds(cell.digits[1])


def test_a_party_is_the_sum_of_its_parts():
    one, two = party_relations(parties([2, 0]))
    assert (one.left, one.right) == (("suara_1", "suara_1_1", "suara_1_2"), ("suara_1_jumlah",))
    assert (two.key, two.left) == ("F.108:partai_2", ("suara_2",))


# --- contests of a region

ABSENT = {"31": ["dprd_kabko"], "99": ["dpd", "dprd_prov", "dprd_kabko"]}
FIVE = ("ppwp", "dpr", "dpd", "dprd_prov", "dprd_kabko")


@pytest.mark.parametrize(
    ("region", "kinds"),
    [
        ("1201", FIVE),
        ("3171", FIVE[:4]),
        ("3171011001", FIVE[:4]),
        ("9901", FIVE[:2]),
        ("", FIVE),
        ("1331", FIVE),
    ],
)
def test_contests_of_a_region(region, kinds):
    assert contests_of(FIVE, region, ABSENT) == list(kinds)


def test_how_a_region_votes():
    systems = {"94": "noken", "9401": "langsung"}
    assert vote_system("9402", systems) == "noken"
    assert vote_system("9401011", systems) == "langsung"
    assert vote_system("1201", systems) == "langsung"
