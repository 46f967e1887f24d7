"""Every kind of paper: its fields as data, its PDF opened, read, and held to PDF/A."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import select

from electsys.documents import filling, issue_document, open_file, render_pdf
from electsys.documents.layouts import COMMON, LAYOUTS, Field, Layout
from electsys.documents.models import DocumentKind
from electsys.errors import Refused
from tests.documents.paper_examples import COMMON as LETTER
from tests.documents.paper_examples import EXAMPLES, SIGNERS
from tests.documents.test_papers import FRAME, content, text_of

DAY = dt.date(2024, 3, 4)


def data_for(kind: str, **more):
    values = filling.read_values(kind, EXAMPLES[kind])
    return filling.data_of(kind, values, signers=SIGNERS.get(kind, SIGNERS[""]), **(LETTER | more))


def issue(kind: str, actor, unit="1201", **more):
    return issue_document(
        kind,
        LAYOUTS[kind].template,
        data_for(kind, **more),
        unit=unit,
        series=kind,
        year=2024,
        title=EXAMPLES[kind]["title"],
        subject="letter:1",
        actor=actor,
        date=DAY,
        classification="PL.01.8",
    )


def test_every_kind_of_the_country_has_a_layout_and_an_example(session):
    kinds = set(session.scalars(select(DocumentKind.code)))
    assert set(LAYOUTS) == kinds == set(EXAMPLES)
    assert len(kinds) == 18  # domain.md 9.2


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.kind)
def test_a_layout_is_sound(layout: Layout):
    names = [f.name for f in layout.fields]
    assert len(names) == len(set(names))
    assert not set(names) & {"signers", "letterhead", "document", "parts", "layout", "date", "title"}
    assert not set(names) & set(COMMON)
    assert set(layout.common) <= set(COMMON)
    assert any(f.required for f in layout.fields)
    assert all(str(f.label) for f in layout.fields)


@pytest.mark.parametrize("kind", LAYOUTS)
def test_a_paper_of_each_kind_opens_reads_and_is_pdf_a(session, actor, kind):
    document = issue(kind, actor)
    pdf = content(document)
    text = text_of(pdf)
    shown = text.upper()
    assert document.number.upper() in shown
    subject = LETTER["hal"] if kind in ("ND", "SD", "Und") else document.title
    if LAYOUTS[kind].title != "plain" or kind == "ND":
        assert subject.upper() in shown
    for signer in SIGNERS.get(kind, SIGNERS[""])[:1]:
        assert signer["name"] in text
    assert f"/dokumen/{document.token}" in text
    assert document.content_sha256 in text
    # Whatever was typed stands on the paper.
    for name, value in filling.read_values(kind, EXAMPLES[kind]).items():
        for words in texts_in(value):
            assert plain(words) in plain(text), (name, words)
    # PDF/A-2a by the compiler's own check; tagged, with a language and a title for who hears it.
    root = PdfFileReader(io.BytesIO(pdf)).root
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith("id")
    metadata = root["/Metadata"].data.decode()
    assert re.search(r"pdfaid:part>2<", metadata)
    assert re.search(r"pdfaid:conformance>A<", metadata)
    assert document.number in metadata


def texts_in(value):
    if isinstance(value, dict):
        return [*value["columns"], *(cell for row in value["rows"] for cell in row)]
    if isinstance(value, dt.date):
        return [f"{value.day} Maret {value.year}"]
    return [value] if isinstance(value, str) else value


def plain(text: str) -> str:
    """Letters and digits only: lines break, rows are set in columns, titles in capitals."""
    text = re.sub(r"\b(\w+): ", r"\1 ", text)
    return re.sub(r"\W+", "", text).upper()


@pytest.mark.parametrize(
    ("signer", "words"),
    [
        ({"role": "Sekretaris", "capacity": "a.n.", "on_behalf": "Ketua"}, "a.n. KETUA, SEKRETARIS,"),
        (
            {"role": "Kepala Bagian", "capacity": "u.b.", "on_behalf": "Sekretaris"},
            "a.n. SEKRETARIS, u.b. KEPALA BAGIAN,",
        ),
        ({"role": "Ketua", "capacity": "Plt."}, "Plt. KETUA,"),
        ({"role": "Ketua", "capacity": "Plh."}, "Plh. KETUA,"),
        ({"role": "Ketua"}, "KETUA,"),
    ],
)
def test_in_whose_place_somebody_signs(session, signer, words):
    pdf = render_pdf("surat", data_for("SD") | {"signers": [{"name": "Ani", **signer}], "document": FRAME})
    assert words in text_of(pdf)


def test_the_signer_and_the_capacity_are_kept(session, actor):
    assert issue("ST", actor).signers == SIGNERS["ST"]


def test_a_secret_letter_says_so_and_a_draft_is_marked(session):
    pdf = render_pdf("surat", data_for("SD", sifat="sangat_rahasia", draft=True) | {"document": FRAME})
    text = text_of(pdf)
    assert "SANGAT RAHASIA" in text
    assert "Sifat : Sangat Rahasia" in text
    assert "KONSEP" in text
    assert "KONSEP" not in text_of(render_pdf("surat", data_for("SD") | {"document": FRAME}))


def test_a_paper_of_the_nation_and_of_a_province(session, actor):
    for unit, words in (("", "REPUBLIK INDONESIA"), ("12", "PROVINSI SUMATERA UTARA")):
        assert words in text_of(content(issue("SD", actor, unit=unit)))


def test_the_word_of_the_signature_stands_only_where_there_is_one(session):
    said = "Ditandatangani secara elektronik"
    assert said in text_of(render_pdf("surat", data_for("SD", electronic=True) | {"document": FRAME}))
    assert said not in text_of(render_pdf("surat", data_for("SD") | {"document": FRAME}))


def test_what_a_kind_does_not_print_is_left_out(session):
    data = data_for("Kpt")
    assert "hal" not in data
    assert "sifat" not in data
    assert data["tembusan"] == LETTER["tembusan"]


# --- what people type -------------------------------------------------------------------------------

LIST = Field("untuk", "Untuk", "list")
TABLE = Field("tabel", "Tabel", "table")


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (Field("x", "X"), "  satu\n dua ", "satu dua"),
        (Field("x", "X", "paragraphs"), "satu\r\nlanjut\r\n\r\n\r\ndua\n", ["satu lanjut", "dua"]),
        (LIST, "satu\n\n  dua \n", ["satu", "dua"]),
        (LIST, "  \n ", []),
        (Field("x", "X", "date"), "2024-03-11", dt.date(2024, 3, 11)),
        (
            TABLE,
            "TPS;Suara\n001;1.200\nJumlah;1.200",
            {"columns": ["TPS", "Suara"], "rows": [["001", "1.200"], ["Jumlah", "1.200"]]}
            | {"numbers": [1], "total": True},
        ),
        (TABLE, "", None),
    ],
)
def test_typed_values(session, field, typed, value):
    assert filling.read(field, typed) == value


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        (TABLE, "a;b\n1;2\n1;2;3", "baris 2: 3 kolom, seharusnya 2"),
        (TABLE, "a;b", "belum berisi baris"),
        (Field("x", "Tanggal", "date"), "11 Maret", "bukan tanggal"),
        (LIST, "x" * 60_001, "terlalu panjang"),
    ],
)
def test_typed_values_that_cannot_be(session, field, typed, words):
    with pytest.raises(Refused, match=re.escape(words)) as no:
        filling.read(field, typed)
    assert no.value.field == field.name


def test_a_required_field_is_named(session):
    with pytest.raises(Refused, match="Isi Diktum") as no:
        filling.read_values("Kpt", EXAMPLES["Kpt"] | {"diktum": " "})
    assert no.value.field == "diktum"


def test_papers_are_indonesian_whatever_the_reader_speaks(app, session):
    with app.test_request_context("/?bahasa=en", headers={"Accept-Language": "en"}):
        data = data_for("SE", sifat="rahasia")
    assert "Latar belakang" in [p["label"] for p in data["parts"]]


MARKS = ("#", "$x$", "*b*", "_i_", "<a>", "@x", "\\", "`", "//", "[", "]")
LATIN = st.text(st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_categories=("C",)), max_size=60)


@settings(deadline=None)
@given(LATIN, st.sampled_from(MARKS))
def test_text_never_becomes_markup(text, mark):
    """Whatever is typed is set as it is; nothing in it is read as a command of the typesetter."""
    pdf = render_pdf("berita_acara", {"opening": f"Awal {text}{mark} akhir", "document": FRAME})
    words = re.sub(r"\s", "", text_of(pdf))
    assert mark in words
    assert "Awal" in words
    assert "akhir" in words


@pytest.mark.parametrize("letter", ["څ", "漢", "\U0001f5f3"])
def test_a_letter_that_no_archive_font_has_is_named(session, letter):
    with pytest.raises(Refused, match=letter) as no:
        render_pdf("berita_acara", {"opening": f"Nama: {letter}", "document": FRAME})
    assert "huruf Latin" in no.value.hint


def test_the_same_file_is_in_the_store(session, actor):
    document = issue("SK", actor)
    with open_file(document.file) as file:
        assert file.read(5) == b"%PDF-"
