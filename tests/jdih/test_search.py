"""The search on a real PostgreSQL: what is meant comes first, and counts are what a count by hand gives."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import text

from modules.jdih import indexing
from modules.jdih.models.search import LawIndex, LawText
from modules.jdih.queries.search import NATION, SIZE, search
from modules.jdih.rules import reading, words
from tests.jdih.searching import publish, read, stored_text, titles
from tests.pages import count_queries

CANDIDACY = "Pencalonan Anggota Dewan Perwakilan Rakyat"


@pytest.fixture
def shelf(session):
    """A few documents that are easily mistaken for each other."""
    return {
        "pkpu10": publish(session, CANDIDACY, kind="pkpu", number="10", year=2023, citation="PKPU 10/2023"),
        "pkpu10_2022": publish(session, "Pencalonan Perseorangan DPD", kind="pkpu", number="10", year=2022),
        "kep10": publish(session, "Pedoman Teknis Pencalonan", number="10", year=2023),
        "kep10_tapteng": publish(
            session,
            "Penetapan Jadwal Tapteng",
            kind="kpt_kabko",
            number="10",
            year=2023,
            unit="1201",
        ),
        "kep1050": publish(session, "Penetapan Hasil Pemilihan Umum", number="1050", year=2024),
        "mk90": publish(
            session, "Pengujian Syarat Usia Calon", kind="putusan_mk", number="90/PUU-XXI/2023", year=2023
        ),
        "kep2023": publish(session, "PKPU 10 Tahun 2023 dibahas dalam kegiatan ini", number="77", year=2023),
    }


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("PKPU 10 2023", ["pkpu10"]),
        ("pkpu nomor 10 tahun 2023", ["pkpu10"]),
        ("PKPU 10/2023:8(2)", ["pkpu10"]),
        ("nomor 10 tahun 2023", ["pkpu10", "kep10", "kep10_tapteng"]),
        ("keputusan kpu 1050/2024", ["kep1050"]),
        ("putusan 90/PUU-XXI/2023", ["mk90"]),
        ("putusan 90 2023", ["mk90"]),
        ("pkpu 10", ["pkpu10", "pkpu10_2022"]),
    ],
)
def test_exact_hits_come_first(shelf, said, first):
    found = search(said)
    assert [h.document.id for h in found.hits if h.exact] == [shelf[name].id for name in first]
    assert [h.document.id for h in found.hits][: len(first)] == [shelf[name].id for name in first]


def test_the_name_of_the_file_finds_its_document(shelf):
    found = search(shelf["mk90"].stem + ".pdf")
    assert [h.document.id for h in found.hits] == [shelf["mk90"].id]
    assert found.hits[0].exact


def test_a_number_that_nobody_has_is_searched_as_words(shelf):
    found = search("PKPU 77 2019")
    assert not any(h.exact for h in found.hits)
    assert found.citation is None


FAMILIES = [
    ("memilih", "pemilihan", "dipilih", "pemilih"),
    ("menghitung", "penghitungan", "dihitung"),
    ("mencalonkan", "pencalonan", "dicalonkan"),
    ("mencabut", "pencabutan", "dicabut"),
    ("mengumumkan", "pengumuman", "diumumkan"),
    ("membentuk", "pembentukan", "dibentuk"),
]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f[0])
def test_forms_of_a_word_find_each_other(session, family):
    document = publish(session, f"Tata cara {family[0]} di daerah")
    for form in family[1:]:
        assert [h.document.id for h in search(form).hits] == [document.id], form


@pytest.mark.parametrize("seen", sorted(set(words.IRREGULAR.values())))
def test_forms_on_which_the_stemmer_errs_are_brought_together(session, seen):
    forms = [seen, *(form for form, to in words.IRREGULAR.items() if to == seen)]
    stems = {
        session.scalar(text("select to_tsvector('indonesia', :w)::text"), {"w": words.indexable(form)})
        for form in forms
    }
    assert len(stems) == 1, stems
    with_stemmer = {
        session.scalar(text("select to_tsvector('indonesia', :w)::text"), {"w": form}) for form in forms
    }
    assert len(with_stemmer) > 1, "the stemmer does not err here: take the family out"


def test_a_form_that_the_stemmer_errs_on_is_marked(session):
    publish(session, "Jadwal tahapan", pages=("KPU menetapkan jadwal. Jadwal ditetapkan.",))
    hit = search("ditetapkan").hits[0]
    assert "<mark>ditetapkan</mark>" in hit.passage
    assert "<mark>menetapkan</mark>" in search("menetapkan").hits[0].passage


def test_stop_words_neither_help_nor_hinder(session):
    document = publish(session, "Pemilihan Gubernur dan Wakil Gubernur")
    publish(session, "Anggaran dan Belanja")
    assert [h.document.id for h in search("gubernur yang dan wakil di").hits] == [document.id]
    assert [h.document.id for h in search('"gubernur dan wakil"').hits] == [document.id]
    assert search("dan yang").total == search("").total == 2


def test_accents_do_not_matter(session):
    document = publish(session, "Résumé kegiatan café di Bandung")
    assert [h.document.id for h in search("resume cafe").hits] == [document.id]
    assert [h.document.id for h in search("RÉSUMÉ").hits] == [document.id]


def test_hyphens_and_slashes_do_not_matter(session):
    document = publish(session, "Pelaksanaan Undang-Undang Pemilu", pages=("BA/KPU-Kab/2024 undang-undang",))
    for said in ("undang undang", "undang-undang", "KPU Kab", "ba/kpu-kab"):
        assert document.id in [h.document.id for h in search(said).hits], said


def test_a_typing_error_is_mended_and_said(session):
    document = publish(session, "Rekapitulasi Hasil Penghitungan Perolehan Suara")
    publish(session, "Anggaran")
    found = search("rekapitlasi")
    assert titles(found) == [document.title]
    assert found.mended == "rekapitulasi"
    assert search("rekapitlasi penghitugan").hits[0].document.id == document.id
    assert search("rekapitulasi").mended == ""


def test_a_mended_word_is_looked_for_in_the_text_as_well(session):
    publish(session, "Rekapitulasi Provinsi", number="1", year=2020)
    document = publish(session, "Pedoman", pages=("rekapitulasi dilakukan di kecamatan",))
    assert document.id in [h.document.id for h in search("rekapitlasi").hits]


def test_a_half_remembered_title_is_offered(session):
    document = publish(session, "Pembentukan Panitia Pemilihan Kecamatan dan Panitia Pemungutan Suara")
    publish(session, "Belanja modal")
    found = search("pembentukan panitia kecamatn xyzqw")
    assert found.alike or found.mended
    assert titles(found)[0] == document.title


def test_nothing_is_like_nonsense(session):
    publish(session, "Pembentukan Panitia")
    assert search("zzzzqqqqxxxx").total == 0


@pytest.mark.parametrize(
    "said",
    ["' or 1=1 --", "a & | ! <-> b", ":*", "((", '"', '""', "\\",
     "\0pemilu", "%", "_", "pemilu:*ABC", "-", "- -x",
     "$1", "{}", ":query", "%(x)s", "<script>alert(1)</script>", "\ufffe\uffff"],
)  # fmt: skip
def test_no_query_breaks_the_search(session, said):
    publish(session, "Pemilu serentak")
    search(said)


def test_a_query_of_a_thousand_characters(session):
    document = publish(session, "Pemilu serentak", abstract=" ".join(f"kata{n}" for n in range(40)))
    found = search(" ".join(f"kata{n}" for n in range(40)) + " x" * 1000)
    assert found.cut
    assert titles(found) == [document.title]


def test_markup_in_titles_and_texts_is_only_text(session):
    publish(session, "Judul <b>tebal</b> & pemilu", pages=("<script>alert(1)</script> pemilu & \x01suara",))
    hit = search("pemilu").hits[0]
    assert "<b>" not in hit.title and "&lt;b&gt;" in hit.title
    assert "<script" not in hit.passage
    assert "<mark>pemilu</mark>" in hit.passage


def test_the_passage_names_its_page_and_file(session):
    publish(session, "Pedoman", pages=("halaman pembuka", "tentang kampanye", "kampanye rapat umum terbuka"))
    hit = search("kampanye terbuka").hits[0]
    assert hit.page == 3  # both words stand there
    assert "<mark>kampanye</mark>" in hit.passage
    assert hit.file_id


def test_words_may_lie_far_apart_in_a_document(session):
    document = publish(session, "Logistik Pemilu", pages=("kotak suara", "bilik kardus"))
    assert [h.document.id for h in search("logistik kardus").hits] == [document.id]


def test_a_title_ranks_before_a_text(session):
    body = publish(session, "Pedoman umum", pages=("kampanye " * 50,))
    title = publish(session, "Kampanye Pemilu")
    assert [h.document.id for h in search("kampanye").hits] == [title.id, body.id]


def test_only_published_documents_are_found(session):
    publish(session, "Kampanye rahasia", state="konsep", pages=("kampanye",))
    publish(session, "Kampanye ditarik", state="ditarik", pages=("kampanye",))
    assert search("kampanye").total == 0
    assert search("").total == 0


def test_a_withdrawn_document_is_gone_at_once(session):
    document = publish(session, "Kampanye", pages=("kampanye",))
    assert search("kampanye").total == 1
    document.state, document.withdrawal = "ditarik", "keliru"
    indexing.touch(document.id)
    assert search("kampanye").total == 0
    document.state, document.withdrawal = "terbit", None
    indexing.touch(document.id)
    assert search("kampanye").hits[0].passage


def test_the_text_of_a_removed_file_is_forgotten(session):
    document = publish(session, "Pedoman", pages=("rahasiasekali",))
    assert search("rahasiasekali").total == 1
    session.delete(document.files[0])
    session.flush()
    indexing.touch(document.id)
    assert search("rahasiasekali").total == 0
    assert session.scalar(text("select count(*) from law_text")) == 0


def test_a_changed_title_is_found_and_the_old_one_is_not(session):
    document = publish(session, "Lama sekali")
    document.title = "Baru"
    indexing.touch(document.id)
    assert search('"lama sekali"').total == 0
    assert titles(search("baru")) == ["Baru"]


# --- facets --------------------------------------------------------------------------------------

OPTIONS = {
    "jenis": ["kpt", "pkpu", "putusan_mk"],
    "tahun": ["2022", "2023", "2024"],
    "status": ["berlaku", "diubah", "dicabut"],
    "satker": [NATION, "12", "1201"],
    "subjek": ["pencalonan", "kampanye", "logistik"],
}


def facts(document):
    return {
        "jenis": {document.kind},
        "tahun": {str(document.year)},
        "status": {document.legal_status},
        "satker": {document.unit or NATION},
        "subjek": set(document.subjects),
        "tipe": {"putusan" if document.kind.startswith("putusan") else "peraturan"},
    }


def by_hand(documents, filters, facet):
    """What a count of every document by hand gives for a facet: under all filters but its own."""
    counted = {}
    for document in documents:
        have = facts(document)
        if all(have[f] & set(chosen) for f, chosen in filters.items() if chosen and f != facet):
            for value in have[facet]:
                counted[value] = counted.get(value, 0) + 1
    return counted


def test_facets_do_not_lie(session):
    rng = random.Random(7)
    documents = [
        publish(
            session,
            rng.choice(["Pedoman kampanye", "Pedoman logistik", "Jadwal"]),
            kind=rng.choice(OPTIONS["jenis"]),
            year=int(rng.choice(OPTIONS["tahun"])),
            status=rng.choice(OPTIONS["status"]),
            unit={NATION: ""}.get(unit := rng.choice(OPTIONS["satker"]), unit),
            subjects=rng.sample(OPTIONS["subjek"], rng.randrange(3)),
        )
        for _ in range(60)
    ]
    for _ in range(25):
        filters = {f: rng.sample(o, rng.choice([0, 0, 1, 2])) for f, o in OPTIONS.items()}
        said = rng.choice(["", "pedoman", "kampanye"])
        matching = [d for d in documents if said in f"{d.title} {d.subjects}".lower()]
        found = search(said, filters=filters)
        for facet in (*OPTIONS, "tipe"):
            assert dict(found.facets[facet]) == by_hand(matching, filters, facet), (facet, filters, said)
        wanted = [d for d in matching if all(facts(d)[f] & set(c) for f, c in filters.items() if c)]
        assert found.total == len(wanted)
        assert {h.document.id for h in found.hits} <= {d.id for d in wanted}


def test_pages_hold_every_document_once(session):
    made = {publish(session, f"Pedoman pemilu {n}").id for n in range(2 * SIZE + 5)}
    for said in ("", "pedoman"):
        seen = [h.document.id for page in (1, 2, 3) for h in search(said, page=page).hits]
        assert len(seen) == len(set(seen)) == 2 * SIZE + 5
        assert set(seen) == made
        assert search(said, page=99).page == 3
        assert search(said, page=10**9).hits
        assert search(said, page=-5).page == 1


@pytest.mark.parametrize(
    "filters",
    [{"tahun": ["abcd", "²⁰²⁴", "99999", ""]}, {"tidak-ada": ["x"]}, {"satker": ["\0", "x" * 9999]},
     {"subjek": ["'; drop table law_index; --"]}, {"tahun": ["2024"] * 5000}],
)  # fmt: skip
def test_filters_that_cannot_be_are_harmless(session, filters):
    publish(session, "Pemilu")
    search("pemilu", filters=filters)


def test_a_search_is_a_handful_of_queries_however_many_hits(session):
    for n in range(SIZE):
        publish(session, f"Pedoman kampanye {n}", pages=("kampanye terbuka",))
    with count_queries(6):
        search("kampanye terbuka")


# --- limits --------------------------------------------------------------------------------------


def test_a_text_beyond_the_limit_of_phrases_is_found_by_its_words(session, monkeypatch):
    monkeypatch.setitem(indexing._LIMITS, "phrases", 50)
    document = publish(session, "Undang", pages=("a" * 40 + " awal kalimat", "kata terakhir sekali"))
    assert [h.document.id for h in search("terakhir").hits] == [document.id]
    assert search('"terakhir sekali"').total == 0
    assert search("awal").total == 1


def test_garbage_without_end_still_fits(session):
    rng = random.Random(1)
    page = " ".join(f"{rng.getrandbits(120):030x}" for _ in range(600))
    document = publish(session, "Sampah", pages=tuple(page[:: n % 2 * 2 - 1] for n in range(1, 4)))
    many = tuple(" ".join(f"{rng.getrandbits(120):030x}" for _ in range(600)) for _ in range(80))
    file = stored_text(session, "banyak")
    from modules.jdih.models import LawFile

    session.add(LawFile(document_id=document.id, file_id=file.id, role="lampiran", label="L", position=2))
    session.flush()
    read(session, document, file, many)
    indexing.touch(document.id)
    assert session.scalar(text("select count(*) from law_text")) == 83
    assert titles(search("sampah")) == ["Sampah"]


def test_the_limits_fit_a_tsvector():
    assert reading.REST_WORDS * (reading.REST_WORD + 8) + 2 * reading.PHRASE_CHARACTERS < 2 * 1024**2


def test_models_are_what_the_tables_hold(session):
    document = publish(session, "Pemilu", pages=("satu", "dua"))
    row = session.get(LawIndex, document.id)
    assert row.kind == "kpt" and row.title.startswith("pemilu")
    assert session.query(LawText).count() == 2


def test_filters_that_leave_nothing_are_no_typing_error(session):
    publish(session, "Rekapitulasi", year=2024)
    found = search("rekapitulasi", filters={"tahun": ["2019"]})
    assert (found.total, found.mended, found.alike) == (0, "", False)
    assert dict(found.facets["tahun"]) == {"2024": 1}


def test_a_number_that_no_document_has_and_excluded_words_are_no_typing_error(session):
    publish(session, "Jadwal Tahun 2024", number="5")
    for said in ("nomor 99 tahun 2024", "jadwal -tahun"):
        found = search(said)
        assert (found.mended, found.alike) == ("", False), said
