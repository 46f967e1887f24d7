"""Citations anywhere in the suite lead to the document that they name (electsys.elections.citations)."""

from __future__ import annotations

from flask import current_app, g, url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from electsys.db import db
from electsys.elections.citations import Link, resolver
from modules.jdih.models import LawDocument
from modules.jdih.queries.register import name_of
from modules.jdih.rules import naming

#: The page that takes a citation to its document and article.
PAGE = "jdih.cite"


@resolver
def resolve(text: str) -> list[Link]:
    """The citations of a text whose document is published. A document is looked up once a request."""
    found = naming.find(text)
    if not found or PAGE not in current_app.view_functions:
        return []
    titles = _titles({c.document for c in found})
    return [
        Link(
            c.start,
            c.end,
            url_for(PAGE, dasar=f"{c.document}:{c.article}" if c.article else c.document),
            titles[c.document],
        )
        for c in found
        if titles[c.document]
    ]


def _titles(documents: set[str]) -> dict[str, str]:
    """Citation -> what its document is called and about; "" where there is no such document."""
    known: dict[str, str] = g.setdefault("jdih_titles", {})
    if new := documents - set(known):
        rows = db.session.scalars(
            select(LawDocument)
            .where(LawDocument.citation.in_(new), LawDocument.state == "terbit")
            .options(selectinload(LawDocument.kind_row))
        )
        known.update(dict.fromkeys(new, ""))
        known.update({str(row.citation): f"{name_of(row)} tentang {row.title}" for row in rows})
    return known
