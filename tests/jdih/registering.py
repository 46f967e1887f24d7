"""What tests of the register start from: documents of many kinds, files made on the spot."""

from __future__ import annotations

import io
import itertools
from typing import Any

from electsys.documents import store_file
from electsys.ledger import Actor
from modules.jdih.operations import register

SYSTEM = Actor.system("uji")
_numbers = itertools.count(7001)

VALUES: dict[str, dict[str, Any]] = {
    "peraturan": {"title": "Pencalonan"},
    "putusan": {"title": "Pengujian"},
    "monografi": {"title": "Hukum Pemilu", "publisher": "Penerbit Uji", "heading": "Uji, Nama"},
    "artikel": {"title": "Sengketa Hasil", "source": "Jurnal Uji 3(1), hlm. 1-20", "heading": "Uji, Nama"},
}


def draft(
    kind: str = "pkpu", *, unit: str = "", year: int = 2023, actor: Actor = SYSTEM, **values: Any
) -> Any:
    """A draft of any kind with a number and title of its own."""
    from electsys.db import db
    from modules.jdih.models import LawKind

    type = db.session.get_one(LawKind, kind).type
    n = next(_numbers)
    given = dict(VALUES[type])
    given["title"] = f"{given['title']} {n}"
    if type in ("peraturan", "putusan"):
        given["number"] = str(n)
    return register.draft_document(kind, given | values, unit=unit, year=year, actor=actor)


def published(kind: str = "pkpu", **more: Any) -> Any:
    """A published document."""
    from sqlalchemy import func

    from modules.jdih.operations.statuses import refresh_statuses
    from modules.jdih.workflow.register import DOCUMENT

    document = draft(kind, **more)
    DOCUMENT.move(document, "enter", actor=SYSTEM, values={"published_at": func.now()})
    refresh_statuses([document.id], actor=SYSTEM)
    return document


def pdf(text: str = "Isi") -> bytes:
    """A small PDF that says something."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.7\n", []
    for n, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, len(out))
    )


def stored(text: str = "Isi", *, kind: str = "law", actor: Actor = SYSTEM) -> Any:
    """A stored PDF."""
    return store_file(io.BytesIO(pdf(text)), name=f"{text}.pdf", kind=kind, actor=actor)
