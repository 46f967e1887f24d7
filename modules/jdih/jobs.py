"""Background work of JDIH: reading the text of files."""

from __future__ import annotations

from typing import Any

import pypdfium2
from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from electsys import jobs
from electsys.db import db
from electsys.documents import StoredFile, open_file
from electsys.documents.inspection import PDFIUM
from electsys.documents.kinds import PDF
from modules.jdih import feed, indexing
from modules.jdih.models.register import LawDocument
from modules.jdih.models.search import LawReading, LawText
from modules.jdih.rules import reading, words

#: Pages between two commits.
STEP = 50


@jobs.task(indexing.READ, label=_l("Membaca teks berkas"))
def read(job: Any, *, document_id: int) -> None:
    """Read the text of a document's files that were not read yet, then index it anew.

    Running it again goes on with the files that are left.
    """
    for file in indexing.unread(document_id):
        read_file(document_id, file, job)
        db.session.commit()
    indexing.touch(document_id)
    document = db.session.get(LawDocument, document_id)
    if document is not None:
        job.result(
            _("Teks %(stem)s sudah dapat dicari.", stem=document.stem),
            f"/jdih/dokumen/{document.stem}" if document.state == "terbit" else None,
        )


@jobs.every(60, label=_l("Menulis umpan JDIHN"))
@jobs.task("jdih.feed", label=_l("Menulis umpan JDIHN"))
def write_feed(job: Any) -> None:
    """Write the feed anew if a document has changed, so that no harvester has to wait for it."""
    if feed.watermark() is not None:
        with current_app.test_request_context(base_url=current_app.config["BASE_URL"]):
            feed.current()


def read_file(document_id: int, file: StoredFile, job: Any = None) -> LawReading:
    """Read one file page by page within the limits of rules/reading.py; say what came of it."""
    said = LawReading(document_id=document_id, file_id=file.id, pages=0, characters=0, cut=False)
    if file.media_type == PDF:
        try:
            _read_pdf(document_id, file, said, job)
        except pypdfium2.PdfiumError:
            said.problem = "rusak"
    else:
        said.problem = "bukan_pdf"
    db.session.add(said)
    db.session.flush()
    return said


def _read_pdf(document_id: int, file: StoredFile, said: LawReading, job: Any) -> None:
    room = reading.CHARACTERS - _characters(document_id)
    with open_file(file) as content:
        with PDFIUM:
            pdf = pypdfium2.PdfDocument(content)
        try:
            with PDFIUM:
                count = len(pdf)
            said.cut = count > reading.PAGES
            pages: list[tuple[int, str]] = []
            for n in range(min(count, reading.PAGES)):
                if job is not None:
                    job.progress(n, count, _("Membaca halaman"))
                text = words.printable(_text_of(pdf, n))
                kept = text[: max(0, min(reading.PAGE_CHARACTERS, room))]
                said.cut = said.cut or len(kept) < len(text)
                said.pages, said.characters, room = n + 1, said.characters + len(kept), room - len(kept)
                if kept:
                    pages.append((n + 1, kept))
                if len(pages) >= STEP:
                    indexing.store_pages(document_id, file.id, pages)
                    pages = []
            indexing.store_pages(document_id, file.id, pages)
        finally:
            with PDFIUM:
                pdf.close()


def _text_of(pdf: pypdfium2.PdfDocument, n: int) -> str:
    """The text of a page; PDFium takes one call at a time, other threads come in between."""
    with PDFIUM:
        try:
            page = pdf[n]
        except pypdfium2.PdfiumError:  # a page that does not load has no text; the others may
            return ""
        try:
            text = page.get_textpage()
            try:
                return str(text.get_text_range())
            finally:
                text.close()
        finally:
            page.close()


def _characters(document_id: int) -> int:
    length = func.coalesce(func.sum(func.length(LawText.text)), 0)
    return int(db.session.scalar(select(length).where(LawText.document_id == document_id)) or 0)
