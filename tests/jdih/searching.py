"""Published documents for tests of the search, written as rows; operations have tests of their own."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

_numbers = itertools.count(9000)


def publish(
    session: Any,
    title: str,
    *,
    kind: str = "kpt",
    number: str | None = "",
    year: int = 2024,
    unit: str = "",
    pages: tuple[str, ...] = (),
    state: str = "terbit",
    status: str | None = "berlaku",
    **more: Any,
) -> Any:
    """A document of the register with the text of a file, indexed."""
    from modules.jdih import indexing
    from modules.jdih.models import LawDocument, LawFile

    serial = next(_numbers)
    if number == "":
        number = str(serial)
    now = dt.datetime.now(dt.UTC)
    document = LawDocument(
        **{
            "kind": kind,
            "number": number,
            "year": year,
            "unit": unit,
            "title": title,
            "stem": f"{year}{kind.replace('_', '')}{serial}",
            "heading": "Indonesia. Komisi Pemilihan Umum",
            "place": "Jakarta",
            "set_on": dt.date(year, 1, 2) + dt.timedelta(days=serial % 300),
            "legal_status": status,
            "state": state,
            "published_at": None if state == "konsep" else now,
            "withdrawal": "Salah unggah." if state == "ditarik" else None,
            **more,
        }
    )
    session.add(document)
    session.flush()
    if pages:
        file = stored_text(session, "\f".join(pages))
        session.add(
            LawFile(document_id=document.id, file_id=file.id, role="utama", label="Salinan", position=1)
        )
        session.flush()
        read(session, document, file, pages)
    indexing.touch(document.id)
    session.flush()
    return document


def stored_text(session: Any, content: str) -> Any:
    """A row of a stored PDF whose content nobody opens."""
    import hashlib

    from electsys.documents import StoredFile

    digest = hashlib.sha256(content.encode()).hexdigest()
    row = StoredFile(
        sha256=digest,
        received_sha256=digest,
        size=len(content),
        media_type="application/pdf",
        kind="document",
        name="salinan.pdf",
        origin="unggahan",
    )
    session.add(row)
    session.flush()
    return row


def read(session: Any, document: Any, file: Any, pages: tuple[str, ...]) -> None:
    """Let the file count as read, with these pages."""
    from modules.jdih import indexing
    from modules.jdih.models.search import LawReading

    session.add(
        LawReading(document_id=document.id, file_id=file.id, pages=len(pages), characters=1, cut=False)
    )
    session.flush()
    indexing.store_pages(document.id, file.id, list(enumerate(pages, 1)))


def titles(results: Any) -> list[str]:
    """The titles of the hits, in order."""
    return [hit.document.title for hit in results.hits]
