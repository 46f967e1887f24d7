"""The law of a C.Hasil (domain.md 6.2), on real forms and on forms broken one rule at a time."""

from __future__ import annotations

import pytest

from modules.situng.layouts import form_model
from modules.situng.rules import (
    NOT_YET,
    RELATIONS,
    Limits,
    ballots_due,
    is_complete,
    is_empty,
    judge,
)

LIMITS = Limits(max_voters=300, spare_numerator=1, spare_denominator=50)

#: A real form: TPS 9203011002010 (domain.md 6.2), which passes R01 to R09.
REAL = {
    "pemilih_dpt_l": 103, "pemilih_dpt_p": 98, "pemilih_dpt_j": 201,
    "pengguna_dpt_l": 65, "pengguna_dpt_p": 70, "pengguna_dpt_j": 135,
    "pengguna_dptb_l": 0, "pengguna_dptb_p": 0, "pengguna_dptb_j": 0,
    "pengguna_dpk_l": 8, "pengguna_dpk_p": 8, "pengguna_dpk_j": 16,
    "pengguna_total_l": 73, "pengguna_total_p": 78, "pengguna_total_j": 151,
    "surat_suara_diterima": 206, "surat_suara_digunakan": 151,
    "surat_suara_rusak": 0, "surat_suara_tidak_digunakan": 55,
    "disabilitas_l": 1, "disabilitas_p": 0, "disabilitas_j": 1,
    "suara_sah": 150, "suara_tidak_sah": 1, "suara_total": 151,
}  # fmt: skip
VOTES = [17, 124, 9]


def test_a_clean_real_form_breaks_nothing():
    assert judge(REAL, VOTES, LIMITS) == ([], [])
    assert is_complete(REAL, VOTES)


def test_the_form_model_has_every_cell_of_the_results_format_in_order():
    assert list(form_model().names) == list(REAL)
    assert form_model().index("suara_total") == 24
    with pytest.raises(KeyError):
        form_model("c_hasil_1955")


#: One changed cell, and every rule that it breaks.
BROKEN = [
    ({"pemilih_dpt_l": 104}, ["F.101:pemilih_dpt"]),
    ({"pengguna_dptb_l": 1}, ["F.101:pengguna_dptb", "F.102:pengguna_total_l"]),
    ({"disabilitas_l": 2}, ["F.101:disabilitas"]),
    ({"pengguna_dpk_j": 15}, ["F.101:pengguna_dpk", "F.102:pengguna_total_j"]),
    ({"surat_suara_rusak": 1}, ["F.103:surat_suara"]),
    (
        {"surat_suara_digunakan": 150, "surat_suara_tidak_digunakan": 56},
        ["F.104:pengguna", "F.106:surat_suara"],
    ),
    ({"suara_tidak_sah": 2}, ["F.105:suara_total"]),
    ({"suara_total": 152, "suara_tidak_sah": 2}, ["F.106:surat_suara", "F.106:pengguna"]),
    ({"suara_sah": 149, "suara_tidak_sah": 2}, ["F.107:suara_sah"]),
    ({"pemilih_dpt_l": 60, "pemilih_dpt_j": 158}, ["F.109:pengguna_dpt_l"]),
    ({"disabilitas_p": 79, "disabilitas_j": 80}, ["F.110:disabilitas_p"]),
    ({"surat_suara_diterima": 140, "surat_suara_tidak_digunakan": -11}, ["F.113:pengguna"]),
]


@pytest.mark.parametrize(("change", "faults"), BROKEN)
def test_each_rule_names_itself_and_its_place(change, faults):
    assert judge(REAL | change, VOTES, LIMITS)[0] == faults


def test_every_relation_is_broken_by_some_case():
    seen = {key for _, faults in BROKEN for key in faults}
    assert {r.code for r in RELATIONS} == {key.split(":")[0] for key in seen}


@pytest.mark.parametrize("name", list(REAL))
def test_an_unknown_cell_is_never_judged_broken(name):
    faults, _ = judge(REAL | {name: None}, VOTES, LIMITS)
    assert faults == []


def test_unknown_votes_make_a_form_incomplete_and_their_sum_unknown():
    faults, warnings = judge(REAL | {"suara_sah": 999, "suara_total": 1000}, [17, None, 9], LIMITS)
    assert "F.107:suara_sah" not in faults
    assert not [w for w in warnings if w.startswith("W.119:suara")]
    assert not is_complete(REAL, [17, None, 9])


def test_a_dpt_of_zero_beside_voters_is_a_missing_number():
    zero = {"pemilih_dpt_l": 0, "pemilih_dpt_p": 0, "pemilih_dpt_j": 0}
    faults, warnings = judge(REAL | zero, VOTES, LIMITS)
    assert faults == []
    assert warnings == ["W.109:dpt_nol"]


def test_a_dpt_of_zero_without_voters_stands():
    nobody = dict.fromkeys(REAL, 0)
    assert judge(nobody, [0, 0, 0], LIMITS) == ([], ["W.119:nihil"])


@pytest.mark.parametrize(
    ("change", "votes", "warning"),
    [
        ({"surat_suara_diterima": 207, "surat_suara_tidak_digunakan": 56}, VOTES, "W.112:cadangan"),
        ({"pemilih_dpt_l": 203, "pemilih_dpt_j": 301}, VOTES, "W.114:dpt"),
        ({}, [17, 275, 9], "W.119:suara_besar"),
        ({"pemilih_dpt_j": 135}, VOTES, "W.119:partisipasi_penuh"),
        ({"suara_tidak_sah": 0}, VOTES, "W.119:tanpa_tidak_sah"),
        ({}, [0, 150, 0], "W.119:satu_peserta"),
    ],
)
def test_warnings(change, votes, warning):
    assert warning in judge(REAL | change, votes, LIMITS)[1]


@pytest.mark.parametrize(
    ("voters", "ballots"), [(201, 206), (200, 204), (300, 306), (0, 0), (1, 2), (50, 51)]
)
def test_spare_ballots_round_up(voters, ballots):
    assert ballots_due(voters, LIMITS) == ballots


def test_nothing_written_is_empty_and_a_zero_is_not():
    nothing = dict.fromkeys(REAL)
    assert is_empty(nothing, [None, None, None])
    assert not is_empty(nothing | {"suara_sah": 0}, [None, None, None])
    assert not is_empty(nothing, [None, 0, None])


def test_rules_without_their_inputs_are_not_in_the_table():
    codes = {r.code for r in RELATIONS}
    assert codes.isdisjoint(NOT_YET)
