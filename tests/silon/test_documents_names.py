"""Names of files tell whose document it is, or why they do not."""

from __future__ import annotations

import pytest

from modules.silon.rules.documents import Kind
from modules.silon.rules.naming import PHRASES, Matcher, Who

CODES = (
    *("pernyataan", "ktp_el", "ijazah", "sehat_jasmani", "sehat_rohani", "bebas_narkoba", "bukti_pemilih"),
    *("kta", "pas_foto", "sk_pengadilan", "skck", "riwayat_hidup", "putusan_pidana", "pengunduran_diri"),
    *("tanda_terima_mundur", "sk_pemberhentian", "mundur_partai"),
)
OWN = ("surat_pengajuan", "daftar_bakal_calon", "persetujuan_pusat")
KINDS = [Kind(code, code, frozenset({"semua"})) for code in CODES] + [
    Kind(code, code, frozenset({"daftar"}), of_nomination=True) for code in OWN
]
ASKED = frozenset(CODES) - {"putusan_pidana"}


@pytest.fixture
def matcher():
    people = [
        Who(1, "Budi Santoso", ASKED),
        Who(2, "Siti Aminah", ASKED, closed=frozenset({"kta"})),
        Who(12, "Rahmat", ASKED),
    ]
    return Matcher(KINDS, people, Who(0, "", frozenset(OWN)))


@pytest.mark.parametrize(
    ("name", "kind", "number"),
    [
        ("01_ijazah.pdf", "ijazah", 1),
        ("2. KTP-el Siti Aminah.jpg", "ktp_el", 2),
        ("12-Surat Keterangan Sehat Rohani.PDF", "sehat_rohani", 12),
        ("no 2 surat sehat jasmani (2).pdf", "sehat_jasmani", 2),
        ("Pas Foto Budi Santoso.png", "pas_foto", 1),
        ("1_surat pengunduran diri.pdf", "pengunduran_diri", 1),
        ("1_pengunduran diri dari partai lama.pdf", "mundur_partai", 1),
        ("1 tanda terima pengunduran.pdf", "tanda_terima_mundur", 1),
        ("2_SK Pengadilan Negeri.pdf", "sk_pengadilan", 2),
        ("MODEL B-PENGAJUAN-PARPOL.pdf", "surat_pengajuan", 0),
        ("B-DAFTAR.BAKAL.CALON-PARPOL.pdf", "daftar_bakal_calon", 0),
        ("12_bukti terdaftar pemilih 2023.pdf", "bukti_pemilih", 12),
    ],
)
def test_what_is_sure(matcher, name, kind, number):
    match = matcher.one(name)
    assert (match.kind, match.number, match.problem) == (kind, number, None)


@pytest.mark.parametrize(
    ("name", "kind", "number", "problem"),
    [
        ("01_scan0001.pdf", None, 1, "kind_unknown"),
        ("ijazah.pdf", "ijazah", None, "number_unknown"),
        ("ijazah 2019.pdf", "ijazah", None, "number_unknown"),
        ("07_ijazah.pdf", "ijazah", None, "number_absent"),
        ("1_KTP_Siti_Aminah.pdf", "ktp_el", 1, "name_contradicts"),
        ("1_putusan.pdf", "putusan_pidana", 1, "not_asked"),
        ("2_KTA.pdf", "kta", 2, "closed"),
    ],
)
def test_what_people_must_place(matcher, name, kind, number, problem):
    match = matcher.one(name)
    assert (match.kind, match.number, match.problem) == (kind, number, problem)
    assert not match.sure


def test_a_single_person_needs_no_number():
    only = Matcher(KINDS, [Who(1, "Budi Santoso", ASKED)], Who(0, "", frozenset()))
    assert only.one("ijazah.pdf").number == 1 and only.one("ijazah.pdf").sure


def test_the_second_file_for_one_place_is_left_to_people(matcher):
    found = matcher.all(["1_ijazah.pdf", "01 ijasah.pdf", "2_ijazah.pdf"])
    assert [m.problem for m in found] == [None, "twice", None]


def test_every_phrase_leads_to_a_kind_of_the_law(election):
    from modules.silon.queries.documents import kinds_of

    codes = {kind.code for kind in kinds_of(election.id)}
    assert {code for _phrase, code in PHRASES} == codes
