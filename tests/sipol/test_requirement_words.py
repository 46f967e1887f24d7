"""What the trace says: every kind of gap in plain words, whole and in brief."""

from __future__ import annotations

import pytest

from modules.sipol.queries.requirements import Judgement
from modules.sipol.requirement_words import area_name, gap_words, line_words, short_words, trace, unmet_words
from modules.sipol.rules.requirements import PROFILE, Gap, Requirement, judge, requirements
from tests.sipol.test_requirements import LAW, bare, country, full

DOCUMENTS = {"sk": "SK kepengurusan", "kantor": "Bukti kantor"}


@pytest.mark.parametrize(
    ("gap", "level", "words"),
    [
        (
            Gap("profil", 3, 1, ("berita_negara", "lambang")),
            0,
            "profil belum memuat: nomor Berita Negara, lambang",
        ),
        (Gap("kepengurusan", 1, 0), 4, "kepengurusan belum ada"),
        (Gap("inti", 3, 2, ("bendahara",)), 4, "pengurus belum lengkap, belum ada: bendahara"),
        (Gap("perempuan", 3, 2, of=10), 0, "perempuan 2 dari 10 pengurus, perlu 3"),
        (Gap("kantor", 1, 0), 2, "kantor tetap belum ada"),
        (Gap("rekening", 1, 0), 2, "rekening belum ada"),
        (Gap("dokumen", 2, 0, ("sk", "kantor")), 4, "dokumen belum diunggah: SK kepengurusan, Bukti kantor"),
        (Gap("anggota", 1000, 12), 4, "anggota 12, perlu 1.000; kurang 988"),
        (
            Gap("bagian", 25, 23, ("NIAS", "KOTA MEDAN"), 33),
            2,
            "23 dari 33 kabupaten/kota memenuhi, perlu 25; kurang 2 dari: Nias, Kota Medan",
        ),
        (
            Gap("bagian", 38, 37, ("P A P U A",), 38),
            0,
            "37 dari 38 provinsi memenuhi, perlu 38; kurang 1 dari: Papua",
        ),
    ],
)
def test_each_gap_in_words(app, gap, level, words):
    with app.test_request_context():
        assert gap_words(gap, level, DOCUMENTS) == words


def test_in_brief(app):
    with app.test_request_context():
        assert gap_words(Gap("bagian", 25, 23, ("NIAS",), 33), 2, {}, brief=True) == (
            "23 dari 33 kabupaten/kota memenuhi, perlu 25"
        )
        assert gap_words(Gap("dokumen", 2, 0, ("sk", "x")), 4, {}, brief=True) == "2 dokumen belum diunggah"
        assert gap_words(Gap("kantor", 1, 0), 2, {}, brief=True) == "kantor tetap belum ada"


def test_a_line_of_the_article(app):
    with app.test_request_context():
        assert line_words(Requirement("b", "provinsi", "provinsi", 38, 35)) == "kurang 3 dari 38 provinsi"
        assert line_words(Requirement("c", "kabko", "kabko", 402, 402)) == "terpenuhi (402 dari 402)"


def test_a_trace_from_the_top(app):
    areas = country(provinces=1, districts=2, subdistricts=1)
    areas["1101"] = full("1101", office=False, members=0)
    areas["110201"] = bare("110201")
    verdict = judge(LAW, areas)
    judged = Judgement(LAW, verdict, requirements(LAW, verdict, PROFILE))
    with app.test_request_context():
        lines = trace(judged, "PU")
        assert [(line.code, line.depth, line.name, line.own) for line in lines] == [
            ("", 0, "Pusat PU", 0),
            ("11", 1, "W11", 0),
            ("1101", 2, "W1101", 2),
            ("1102", 2, "W1102", 0),
            ("110201", 3, "W110201", 2),
        ]
        assert lines[2].reasons == ("kantor tetap belum ada", "anggota 0, perlu 92; kurang 92")
        assert area_name(verdict, "PU") == "Pusat PU"
        assert short_words(verdict) == "belum lengkap: 0 dari 1 provinsi memenuhi, perlu 1"
        assert short_words(verdict.parts[0].parts[1].parts[0]) == "belum diisi"
        assert unmet_words(judged) == (
            "Kepengurusan di kecamatan setiap kabupaten/kota (kurang 1 dari 2 kabupaten/kota);"
            " Anggota ber-KTA di kabupaten/kota (kurang 1 dari 2 kabupaten/kota);"
            " Kantor tetap (kurang 1 dari 4 tempat);"
            " Kabupaten/kota yang lengkap sekaligus (kurang 2 dari 2 kabupaten/kota)"
        )
