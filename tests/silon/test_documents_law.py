"""Which documents are asked of whom, against the code tables of 2024."""

from __future__ import annotations

import pytest

from modules.silon.queries.documents import kinds_of, missing
from modules.silon.rules.documents import LATE, OPTIONAL, REQUIRED, Kind, asked_of, lacking
from tests.silon import conftest as make
from tests.silon.filing import document

EVERYONE = {
    *("pernyataan", "ktp_el", "ijazah", "sehat_jasmani", "sehat_rohani", "bebas_narkoba", "bukti_pemilih"),
    *("pas_foto", "sk_pengadilan", "riwayat_hidup"),
}


def kind(words, **more):
    return Kind("x", "X", frozenset(words.split()), **more)


@pytest.fixture
def asked(election):
    kinds = [k for k in kinds_of(election.id) if not k.of_nomination]

    def of(nomination="daftar", contest="dpr", *conditions):
        found = asked_of(kinds, nomination=nomination, contest=contest, conditions=conditions)
        return {need: {k.code for k in found if k.need == need} for need in (REQUIRED, OPTIONAL, LATE)}

    return of


def test_a_candidate_of_a_list(asked):
    assert asked() == {REQUIRED: EVERYONE | {"kta"}, OPTIONAL: {"skck"}, LATE: set()}


def test_a_person_for_the_dpd_needs_no_party_card(asked):
    assert asked("perseorangan", "dpd")[REQUIRED] == EVERYONE


def test_a_pair_brings_its_programme_and_the_doctors_of_the_team(asked):
    assert asked("pasangan", "ppwp")[REQUIRED] == EVERYONE | {"sehat_pasangan", "visi_misi"}


@pytest.mark.parametrize(
    ("condition", "more", "late"),
    [
        ("mantan_terpidana", {"putusan_pidana"}, set()),
        ("mengundurkan_diri", {"pengunduran_diri", "tanda_terima_mundur"}, {"sk_pemberhentian"}),
        ("pindah_partai", {"mundur_partai"}, set()),
        ("luar_negeri", {"surat_perwakilan"}, set()),
    ],
)
def test_a_condition_asks_for_more(asked, condition, more, late):
    found = asked("daftar", "dpr", condition)
    assert found[REQUIRED] == EVERYONE | {"kta"} | more
    assert found[LATE] == late


def test_words_of_one_group_are_alternatives_and_groups_all_hold():
    both = kind("daftar perseorangan dpd mantan_terpidana luar_negeri")
    assert both.applies("perseorangan", "dpd", ["luar_negeri"])
    assert not both.applies("perseorangan", "dpd", [])
    assert not both.applies("daftar", "dpr", ["luar_negeri"])
    assert not both.applies("pasangan", "dpd", ["luar_negeri"])
    assert kind("semua").applies("pasangan", "gubernur", ())
    assert kind("pasangan opsional").need == OPTIONAL


def test_what_may_come_late_lacks_only_when_it_is_asked():
    kinds = [kind("semua"), Kind("y", "Y", frozenset({"mengundurkan_diri", "susulan"}))]
    assert [k.code for k in lacking(kinds, ["x"])] == []
    assert [k.code for k in lacking(kinds, ["x"], late=True)] == ["y"]
    assert [k.code for k in lacking(kinds, ["y"])] == ["x"]


def test_missing_names_the_nomination_first_then_each_candidate(session, election):
    row = make.nomination(session)
    one = make.candidate(session, row)
    two = make.candidate(session, row, conditions=("mengundurkan_diri",))
    make.candidate(session, row, "ditarik")
    found = missing(row)
    own = [each.kind.code for each in found if each.candidate is None]
    assert own == ["surat_pengajuan", "daftar_bakal_calon", "persetujuan_pusat"]
    assert [each.candidate for each in found[:3]] == [None, None, None]
    assert {each.number for each in found[3:]} == {1, 2}
    assert {e.kind.code for e in found if e.candidate is one} == EVERYONE | {"kta"}
    assert "sk_pemberhentian" not in {e.kind.code for e in found if e.candidate is two}
    assert "sk_pemberhentian" in {e.kind.code for e in missing(row, late=True) if e.candidate is two}


def test_what_is_filed_is_not_missing_and_an_old_version_is_no_document(session, election):
    row = make.nomination(session)
    one = make.candidate(session, row)
    document(session, row, one, "ijazah")
    document(session, row, one, "kta", current=False)
    document(session, row, None, "surat_pengajuan")
    left = {(e.number, e.kind.code) for e in missing(row)}
    assert (1, "ijazah") not in left and (None, "surat_pengajuan") not in left
    assert (1, "kta") in left
