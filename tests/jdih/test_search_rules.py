"""Questions and words as pure functions: whatever is typed, nothing breaks and the same is meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.jdih.rules import asking, words
from modules.jdih.rules.asking import Named, number_key, number_keys, parse, stem

NAMES = {
    "pkpu": frozenset({"pkpu"}),
    "peraturan kpu": frozenset({"pkpu"}),
    "uu": frozenset({"uu"}),
    "undang undang": frozenset({"uu"}),
    "keputusan kpu": frozenset({"kpt"}),
    "kep": frozenset({"kpt"}),
    "putusan": frozenset({"putusan_mk", "putusan_ma"}),
    "putusan mk": frozenset({"putusan_mk"}),
    "mk": frozenset({"putusan_mk"}),
    "ma": frozenset({"putusan_ma"}),
}
PKPU, KPT, UU = (frozenset({k}) for k in ("pkpu", "kpt", "uu"))
COURTS = frozenset({"putusan_mk", "putusan_ma"})


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("PKPU 10 2023", Named("10", 2023, PKPU)),
        ("pkpu 10/2023", Named("10", 2023, PKPU)),
        ("pkpu nomor 10 tahun 2023", Named("10", 2023, PKPU)),
        ("PKPU No. 10 Th. 2023 tentang Pencalonan", Named("10", 2023, PKPU)),
        ("Peraturan KPU Nomor 010 Tahun 2023", Named("10", 2023, PKPU)),
        ("nomor 10 tahun 2023", Named("10", 2023)),
        ("10/2023", Named("10", 2023)),
        ("10 2023", Named("10", 2023)),
        ("keputusan kpu 1050/2024", Named("1050", 2024, KPT)),
        ("Kep 219/2024", Named("219", 2024, KPT)),
        ("isi keputusan kpu nomor 219 tahun 2024", Named("219", 2024, KPT)),
        ("putusan 90/PUU-XXI/2023", Named("90/PUU-XXI/2023", 2023, COURTS)),
        ("Putusan MK Nomor 90/PUU-XXI/2023", Named("90/PUU-XXI/2023", 2023, frozenset({"putusan_mk"}))),
        ("90/puu-xxi/2023", Named("90/PUU-XXI/2023", 2023)),
        ("MA 24 P/HUM/2023", Named("24P/HUM/2023", 2023, frozenset({"putusan_ma"}))),
        ("929/HK.03.1-Kpt/04/KPU/V/2019", Named("929/HK.03.1-KPT/04/KPU/V/2019", 2019)),
        ("putusan 90 2023", Named("90", 2023, COURTS)),
        ("pkpu 10", Named("10", None, PKPU)),
        ("PKPU 10/2023:8(2)", Named("10", 2023, PKPU, "8(2)")),
        ("PKPU 10/2023:8", Named("10", 2023, PKPU, "8")),
        ("pasal 173 ayat (2) UU 7/2017", Named("7", 2017, UU, "173(2)")),
        ("Undang-Undang Nomor 7 Tahun 2017 Pasal 414 ayat (1)", Named("7", 2017, UU, "414(1)")),
        ("kep 12.a/2024", Named("12.A", 2024, KPT)),
    ],
)
def test_what_people_write_names_a_document(said, meant):
    assert parse(said, NAMES) == meant


@pytest.mark.parametrize(
    "said",
    [
        "", "pilkada 2024", "tahapan pemilu tahun 2024", "14 februari 2024", "jadwal 3 2024 kampanye",
        "rekapitulasi", "nomor", "tahun 2023", "pkpu", "pkpu tahun 2023", "17/8/45", "dapil 3 dapil 4",
        "https://contoh.test/10/2023/", "08123456789", "10/20234",
    ],
)  # fmt: skip
def test_what_names_no_document_is_no_citation(said):
    assert parse(said, NAMES) is None


def test_a_file_name_is_a_stem():
    assert stem(" 2023PKPU010.pdf ") == "2023pkpu010"
    assert stem("2023kpt042") == "2023kpt042"
    for other in ("2023", "pkpu010", "2023 pkpu 010", "x2023pkpu010", "2023pkpu010; drop table"):
        assert stem(other) is None


def test_a_number_is_found_by_what_it_begins_with():
    assert number_keys("90/PUU-XXI/2023") == ["90/PUU-XXI/2023", "90"]
    assert number_keys("24 P/HUM/2023") == ["24P/HUM/2023", "24"]
    assert number_keys("010") == ["10"]
    assert number_keys("12.a") == ["12.A", "12"]
    assert number_keys(None) == []
    assert number_key(" 0010 ") == "10"


@given(
    st.sampled_from(sorted(NAMES)),
    st.integers(1, 99_999),
    st.integers(1945, 2099),
    st.sampled_from(
        ["{k} {n} {y}", "{k} {n}/{y}", "{k} nomor {n} tahun {y}", "{k} no. {n} th {y} tentang ini"]
    ),
)
def test_a_citation_is_read_however_it_is_written(kind, number, year, form):
    said = form.format(k=kind.upper(), n=number, y=year)
    assert parse(said, NAMES) == Named(str(number), year, NAMES[kind])


@given(st.text(max_size=1200))
def test_any_text_is_read_without_harm(text):
    found = parse(text, NAMES)
    assert found is None or (found.number == number_key(found.number) and found.number)
    asked = words.asked(text)
    assert len(asked.words) <= words.MOST_WORDS
    assert not set(asked.words) & words.STOP_WORDS
    assert len(asked.words) == len(asked.typed)
    assert not any(ord(c) < 32 and c not in "\t\n" for c in words.printable(text))


@given(
    st.lists(
        st.sampled_from(["pemilu", "dan", "!", "&", "|", "<->", ":*", "'", "\\", "(", ")", '"', "-", "or"])
    )
)
def test_operators_of_the_database_never_reach_it(parts):
    query = words.asked(" ".join(parts)).query
    assert not set("!&|<>:*'\\()") & set(query)
    assert query.count('"') % 2 == 0


def test_stop_words_are_dropped_everywhere_alike():
    assert words.indexable("Pemilihan Gubernur dan Wakil Gubernur, serta Bupati") == (
        "pemilihan gubernur wakil gubernur bupati"
    )
    assert words.asked("gubernur dan wakil").words == ("gubernur", "wakil")
    assert words.asked("dan yang di").query == ""


def test_quotes_minus_and_or():
    assert words.asked('"hasil rekapitulasi" -pilkada').query == '"hasil rekapitulasi" -pilkada'
    assert words.asked("-undang-undang pemilu").query == '-"undang undang" pemilu'
    assert words.asked("coklit or pantarlih or").query == "coklit or pantarlih"
    assert words.asked("-pilkada").query == ""  # everything but one thing is no question
    assert words.asked('"belum ditutup').words == ("belum", "ditutup")


def test_a_long_query_is_cut_and_says_so():
    asked = words.asked(" ".join(f"kata{n}" for n in range(300)))
    assert len(asked.words) == words.MOST_WORDS
    assert asked.cut
    assert not words.asked("pemilu").cut


def test_a_page_loses_its_control_characters_and_its_broken_words():
    assert words.printable("peme\x02\r\nrintah\x00 dae\xad\nrah\x1b[31m") == "pemerintah  daerah [31m"


def test_a_hash_is_no_word():
    assert words.tokens("a" * 65 + " pemilu") == ["pemilu"]


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzéü -", max_size=60))
def test_a_plain_title_stays_what_it_is(text):
    assert words.plain(words.plain(text)) == words.plain(text)


def test_the_module_says_its_examples():
    for example in ("PKPU 10 2023", "putusan 90/PUU-XXI/2023", "keputusan kpu 1050/2024"):
        assert example in (asking.__doc__ or "")
