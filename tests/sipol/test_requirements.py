"""The law of parties as it is written: vectors, boundaries, and that having more never harms."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modules.sipol.rules import requirements as rules
from modules.sipol.rules.requirements import CORE, PROFILE, Area, Law, judge

#: UU 7/2017 art. 173(2); documents as in the table of the election.
LAW = Law(
    provinces=Fraction(1),
    districts=Fraction(3, 4),
    subdistricts=Fraction(1, 2),
    women=Fraction(3, 10),
    members_most=1000,
    members_share=Fraction(1, 1000),
    rounding="floor",
    documents={
        0: ("berita_negara", "sk_kepengurusan"),
        2: ("sk_kepengurusan",),
        4: ("sk_kepengurusan", "bukti_kantor"),
        6: ("sk_kepengurusan",),
    },
)
#: A local party of Aceh.
ACEH = dataclasses.replace(LAW, districts=Fraction(1, 2), subdistricts=Fraction(1, 4))


def full(code: str, **changes) -> Area:
    """An area in which nothing of its own is missing."""
    level = len(code)
    facts = {
        "population": 92_154,
        "board": True,
        "core": frozenset(CORE),
        "people": 10,
        "women": 3,
        "office": level < 6,
        "account": level < 6,
        "documents": frozenset(rules.documents_of(LAW, level, centre=level == 0)),
        "members": 92 if level == 4 else 0,
    }
    return Area(code, f"W{code or 'N'}", **(facts | changes))


def bare(code: str) -> Area:
    return Area(code, f"W{code or 'N'}", population=92_154)


def country(provinces=2, districts=4, subdistricts=4) -> dict[str, Area]:
    """A small country in which the party has everything everywhere."""
    codes = [""]
    for p in range(11, 11 + provinces):
        codes.append(f"{p}")
        for d in range(1, districts + 1):
            codes.append(f"{p}{d:02}")
            codes += [f"{p}{d:02}{s:02}" for s in range(1, subdistricts + 1)]
    return {code: full(code) for code in codes}


# --- numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("population", "rounding", "minimum"),
    [
        (92_154, "floor", 92),
        (50_164, "floor", 50),
        (2_478_145, "floor", 1000),
        (293_282, "floor", 293),  # Kota Kediri 2022
        (999_999, "floor", 999),
        (1_000_000, "floor", 1000),
        (1_000_999, "floor", 1000),
        (92_154, "ceil", 93),
        (92_000, "ceil", 92),
        (92_499, "half_up", 92),
        (92_500, "half_up", 93),
        (999, "floor", 0),
        (None, "floor", 1000),
    ],
)
def test_fewest_members_of_a_kabko(population, rounding, minimum):
    assert rules.members_needed(population, dataclasses.replace(LAW, rounding=rounding)) == minimum


def test_another_rounding_is_a_mistake_of_the_program():
    with pytest.raises(ValueError, match="nearest"):
        rules.rounded(Fraction(1, 2), "nearest")


@pytest.mark.parametrize(
    ("total", "share", "needed"),
    [
        (38, Fraction(1), 38),
        (33, Fraction(3, 4), 25),
        (4, Fraction(3, 4), 3),
        (5, Fraction(3, 4), 4),
        (1, Fraction(3, 4), 1),
        (20, Fraction(1, 2), 10),
        (21, Fraction(1, 2), 11),
        (23, Fraction(1, 2), 12),
        (10, Fraction(3, 10), 3),
        (11, Fraction(3, 10), 4),
        (0, Fraction(1, 2), 0),
    ],
)
def test_a_share_is_rounded_up_exactly(total, share, needed):
    assert rules.needed_of(total, share) == needed


# --- verdicts --------------------------------------------------------------------------------------


def test_who_has_everything_meets_the_law():
    verdict = judge(LAW, country())
    assert verdict.meets
    assert verdict.state == "memenuhi"
    lines = rules.requirements(LAW, verdict, PROFILE)
    assert all(line.met for line in lines)
    assert [(r.letter, r.key, r.needed, r.found) for r in lines] == [
        ("a", "badan_hukum", 2, 2),
        ("b", "provinsi", 2, 2),
        ("c", "kabko", 6, 6),
        ("d", "kecamatan", 6, 6),
        ("e", "perempuan", 3, 3),
        ("f", "anggota", 6, 6),
        ("g", "kantor", 9, 9),
        ("h", "lambang", 1, 1),
        ("i", "rekening", 9, 9),
        ("", "dokumen", 9, 9),
        ("", "lengkap", 6, 6),
    ]


def test_exactly_enough_is_enough_and_one_less_is_not():
    areas = country(provinces=1, districts=4, subdistricts=4)
    for code in ("110103", "110104"):  # two of four kecamatan remain in the first
        areas[code] = bare(code)
    areas["1104"] = bare("1104")  # three of four kab/kota remain
    areas["1102"] = full("1102", members=92)
    assert judge(LAW, areas).meets
    areas["110102"] = bare("110102")
    verdict = judge(LAW, areas)
    assert not verdict.meets
    district = verdict.parts[0].parts[0]
    gap = district.gap("bagian")
    assert (gap.needed, gap.found, gap.of, gap.names) == (2, 1, 4, ("W110102", "W110103", "W110104"))
    province = verdict.parts[0].gap("bagian")
    assert (province.needed, province.found, province.of, province.missing) == (3, 2, 4, 1)
    assert province.names == ("W1101", "W1104")
    assert verdict.gap("bagian").names == ("W11",)
    assert [v.code for v in rules.failing(verdict)] == [
        *("", "11", "1101", "110102", "110103", "110104"),
        "1104",
    ]


@pytest.mark.parametrize(
    ("code", "changes", "aspect", "names"),
    [
        ("11", {"board": False}, "kepengurusan", ()),
        ("11", {"core": frozenset({"ketua"})}, "inti", ("sekretaris", "bendahara")),
        ("11", {"office": False}, "kantor", ()),
        ("11", {"account": False}, "rekening", ()),
        ("11", {"documents": frozenset()}, "dokumen", ("sk_kepengurusan",)),
        ("1101", {"documents": frozenset({"bukti_kantor"})}, "dokumen", ("sk_kepengurusan",)),
        ("1101", {"members": 91}, "anggota", ()),
        ("", {"women": 2}, "perempuan", ()),
        ("", {"documents": frozenset({"sk_kepengurusan"})}, "dokumen", ("berita_negara",)),
        ("", {"office": False}, "kantor", ()),
        ("110101", {"core": frozenset()}, "inti", CORE),
    ],
)
def test_each_thing_of_an_area_is_named(code, changes, aspect, names):
    areas = country(provinces=1, districts=1, subdistricts=1)
    areas[code] = full(code, **changes)
    verdict = judge(LAW, areas)
    assert not verdict.meets
    found = next(v for v in rules.failing(verdict) if v.code == code)
    assert found.gaps == (found.gap(aspect),)
    assert found.gap(aspect).names == names
    assert found.gap(aspect).missing > 0


def test_women_fail_the_centre_alone():
    areas = country(provinces=1, districts=1, subdistricts=1)
    for code in ("11", "1101", "110101"):
        areas[code] = full(code, women=0)
    assert judge(LAW, areas).meets
    assert not rules.women_kept(areas["11"], LAW)
    assert rules.women_kept(areas[""], LAW)


def test_the_profile_is_asked_of_the_centre():
    areas = country(provinces=1, districts=1, subdistricts=1)
    verdict = judge(LAW, areas, profile=("sk_menteri",))
    assert verdict.gap("profil").names == ("berita_negara", "lambang")
    lines = {r.key: r for r in rules.requirements(LAW, verdict, ("sk_menteri",))}
    assert (lines["badan_hukum"].missing, lines["lambang"].missing) == (1, 1)
    assert judge(LAW, areas, "1101", profile=None).meets


def test_a_kecamatan_needs_neither_office_nor_account():
    areas = country(provinces=1, districts=1, subdistricts=1)
    areas["110101"] = full("110101", office=False, account=False)
    assert judge(LAW, areas).meets


def test_things_in_different_kabko_do_not_add_up():
    """Each line is full, and yet too few kab/kota have everything at once: the last line says so."""
    areas = country(provinces=1, districts=4, subdistricts=1)
    areas["1101"] = full("1101", office=False)
    areas["1102"] = full("1102", members=0)
    verdict = judge(LAW, areas)
    assert not verdict.meets
    lines = {r.key: r for r in rules.requirements(LAW, verdict, PROFILE)}
    assert [lines[k].missing for k in ("kabko", "kantor", "anggota")] == [0, 0, 0]
    assert (lines["lengkap"].needed, lines["lengkap"].found) == (3, 2)


def test_too_much_in_one_province_does_not_help_another():
    areas = country(provinces=2, districts=4, subdistricts=1)
    for code in ("1201", "1202"):
        areas[code] = full(code, members=0)
    lines = {r.key: r for r in rules.requirements(LAW, judge(LAW, areas), PROFILE)}
    assert (lines["anggota"].needed, lines["anggota"].found) == (6, 5)


def test_a_local_party_of_aceh_has_the_province_as_its_centre():
    areas = {code: area for code, area in country(1, 4, 4).items() if code}
    areas["11"] = full("11", documents=frozenset(rules.documents_of(LAW, 2, centre=True)))
    for code in ("1103", "1104"):
        areas[code] = bare(code)
    for code in ("110102", "110103", "110104"):
        areas[code] = bare(code)
    verdict = judge(ACEH, areas, "11")
    assert verdict.meets  # 2 of 4 kab/kota, 1 of 4 kecamatan
    lines = {r.key: r for r in rules.requirements(ACEH, verdict, PROFILE)}
    assert "provinsi" not in lines
    assert (lines["kantor"].needed, lines["kantor"].found) == (3, 3)
    assert not judge(LAW, areas, "11").meets
    areas["11"] = full("11")
    assert judge(ACEH, areas, "11").gap("dokumen").names == ("berita_negara",)
    areas["110101"] = bare("110101")
    assert judge(ACEH, areas, "11").parts[0].gap("bagian").needed == 1


def test_lights():
    areas = country(provinces=1, districts=2, subdistricts=1)
    areas |= {code: bare(code) for code in ("1102", "110201")}
    verdict = judge(LAW, areas)
    assert [part.state for part in verdict.parts[0].parts] == ["memenuhi", "kosong"]
    areas["110201"] = full("110201")
    assert judge(LAW, areas).parts[0].parts[1].state == "sebagian"


# --- properties ------------------------------------------------------------------------------------

ADDITIONS = {
    "board": lambda a: a._replace(board=True),
    "core": lambda a: a._replace(core=frozenset(CORE)),
    "office": lambda a: a._replace(office=True),
    "account": lambda a: a._replace(account=True),
    "documents": lambda a: a._replace(
        documents=a.documents | {"berita_negara", "sk_kepengurusan", "bukti_kantor"}
    ),
    "members": lambda a: a._replace(members=a.members + 50),
    "women": lambda a: a._replace(people=a.people + 1, women=a.women + 1),
}


@st.composite
def incomplete(draw):
    """A small country with holes anywhere."""
    areas = country(draw(st.integers(1, 2)), draw(st.integers(1, 4)), draw(st.integers(0, 3)))
    for code in draw(st.sets(st.sampled_from(sorted(areas)), max_size=12)):
        changes = draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "board": st.just(False),
                    "core": st.just(frozenset({"ketua"})),
                    "office": st.just(False),
                    "account": st.just(False),
                    "documents": st.just(frozenset()),
                    "members": st.integers(0, 91),
                    "women": st.integers(0, 2),
                },
            )
        )
        areas[code] = full(code, **changes)
    return areas


def found_of(verdict):
    return [r.found for r in rules.requirements(LAW, verdict, PROFILE)]


@settings(max_examples=120, deadline=None)
@given(areas=incomplete(), data=st.data())
def test_having_more_never_harms(areas, data):
    before = judge(LAW, areas)
    code = data.draw(st.sampled_from(sorted(areas)))
    areas[code] = ADDITIONS[data.draw(st.sampled_from(sorted(ADDITIONS)))](areas[code])
    after = judge(LAW, areas)
    assert not (before.meets and not after.meets)
    # Further women raise the number that a board must have, never above what it then has.
    pairs = zip(found_of(before), found_of(after), strict=True)
    assert all(less <= more for less, more in pairs)
    met = {v.code for v in walk(before) if v.meets}
    assert met <= {v.code for v in walk(after) if v.meets}


@settings(max_examples=120, deadline=None)
@given(areas=incomplete())
def test_the_verdict_and_its_lines_agree(areas):
    verdict = judge(LAW, areas)
    lines = rules.requirements(LAW, verdict, PROFILE)
    if verdict.meets:
        assert all(line.met for line in lines)
    for each in walk(verdict):
        assert each.found == sum(part.meets for part in each.parts)
        assert (each.gap("bagian") is None) == (each.found >= each.needed)
        assert all(gap.missing > 0 for gap in each.gaps)
    assert (verdict in rules.failing(verdict)) == (not verdict.meets)


def walk(verdict):
    yield verdict
    for part in verdict.parts:
        yield from walk(part)
