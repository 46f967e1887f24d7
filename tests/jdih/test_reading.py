"""Reading the text of PDF files: by a job, within limits, whatever the file is."""

from __future__ import annotations

import io

import pytest

from electsys import jobs
from electsys.documents import render_pdf, store_file
from electsys.ledger import Actor
from modules.jdih import indexing
from modules.jdih.demo.documents import make_documents, plain_pdf
from modules.jdih.models import LawFile
from modules.jdih.models.search import LawReading, LawText
from modules.jdih.queries.search import search
from modules.jdih.rules import reading
from tests.jdih.searching import publish, titles

ACTOR = Actor.system("test")


@pytest.fixture(autouse=True)
def store_folder(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "FILE_STORE", str(tmp_path / "files"))


def pdf_of(*pages: str) -> bytes:
    """A small PDF with these texts, one a page."""
    return plain_pdf([page] for page in pages)


def attach(session, document, content: bytes, position: int = 1):
    file = store_file(io.BytesIO(content), name="salinan.pdf", kind="document", actor=ACTOR)
    session.add(
        LawFile(document_id=document.id, file_id=file.id, role="utama", label="Salinan", position=position)
    )
    session.flush()
    indexing.touch(document.id)
    return file


def test_a_job_reads_what_was_attached(app, session):
    document = publish(session, "Pedoman")
    attach(session, document, pdf_of("halaman satu", "rapat umum terbuka"))
    assert search("rapat terbuka").total == 0
    assert jobs.run_pending(app) >= 1
    hit = search("rapat terbuka").hits[0]
    assert (hit.document.id, hit.page) == (document.id, 2)
    assert search("halaman satu").total == 1
    row = session.query(LawReading).one()
    assert (row.pages, row.cut, row.problem) == (2, False, None)


def test_reading_again_changes_nothing(app, session):
    document = publish(session, "Pedoman")
    attach(session, document, pdf_of("rapat umum"))
    jobs.run_pending(app)
    indexing.touch(document.id)
    assert jobs.run_pending(app) == 0
    assert session.query(LawText).count() == 1


def test_a_pdf_of_this_house_is_searchable(app, session):
    document = publish(session, "Keputusan")
    content = render_pdf(
        "documents/keputusan",
        {
            "date": "2024-03-20",
            "document": frame(),
            "signers": [{"name": "Uji", "role": "Ketua"}],
            "menimbang": ["bahwa perolehan suara ditetapkan secara nasional"],
            "mengingat": ["Undang-Undang Nomor 7 Tahun 2017"],
            "diktum": ["Menetapkan hasil pemilihan umum."],
        },
    )
    attach(session, document, content)
    jobs.run_pending(app)
    assert search("perolehan suara nasional").total == 1


def frame():
    import datetime as dt

    from electsys.documents import papers

    return papers.frame(
        kind="Keputusan",
        number="1",
        title="Uji",
        unit="",
        date=dt.date(2024, 3, 20),
        token="x" * 22,
        head=None,
    )


def test_limits_leave_the_rest_out_and_say_so(app, session, monkeypatch):
    monkeypatch.setattr(reading, "PAGES", 2)
    monkeypatch.setattr(reading, "PAGE_CHARACTERS", 10)
    monkeypatch.setattr(reading, "CHARACTERS", 15)
    document = publish(session, "Pedoman")
    attach(session, document, pdf_of("satu kampanye panjang", "dua kampanye", "tiga"))
    jobs.run_pending(app)
    texts = [row.text for row in session.query(LawText).order_by(LawText.page)]
    assert [len(t) for t in texts] == [10, 5]
    assert session.query(LawReading).one().cut


def test_a_file_that_breaks_while_it_is_read_stops_nothing(app, session, monkeypatch):
    import pypdfium2

    document = publish(session, "Pedoman")
    attach(session, document, pdf_of("satu"))

    def broken(*_args):
        raise pypdfium2.PdfiumError("broken")

    monkeypatch.setattr(pypdfium2, "PdfDocument", broken)
    jobs.run_pending(app)
    assert session.query(LawReading).one().problem == "rusak"
    assert titles(search("pedoman")) == ["Pedoman"]


def test_synthetic_documents_are_the_same_from_the_same_seed_and_can_be_found(app, session):
    from modules.jdih.models import LawDocument

    assert make_documents(12, seed=3, pages=2) == 12
    first = [d.title for d in session.query(LawDocument).order_by(LawDocument.id)]
    assert search("").total == 12
    assert session.query(LawText).count() >= 12
    assert search(first[0]).hits[0].document.title == first[0]


def test_a_draft_is_not_read(app, session):
    document = publish(session, "Pedoman", state="konsep")
    attach(session, document, pdf_of("rahasia"))
    assert jobs.run_pending(app) == 0
    assert session.query(LawText).count() == 0
