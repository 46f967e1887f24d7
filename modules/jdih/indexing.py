"""Keeping the search in step with the register.

:func:`touch` runs in the transaction of whatever changed a document: what is published is found at once by
its metadata, and what is withdrawn is gone at once. The text of its files is read by a job afterwards.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ARRAY, Text, cast, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.jobs import start
from electsys.ledger import Actor
from modules.jdih.models.register import LawDocument, LawFile, LawKind
from modules.jdih.models.search import LawIndex, LawReading, LawText, LawWord
from modules.jdih.rules import asking, reading, words

#: The job that reads the files of one document.
READ = "jdih.read"
ACTOR = Actor.system("jdih.search")


def touch(document_id: int) -> None:
    """A document changed: bring its entry in the search up to date, in the caller's transaction.

    A document that is not published has no entry. Files that were not read yet are left to a job.
    """
    db.session.flush()
    row = db.session.execute(
        select(LawDocument, LawKind)
        .join(LawKind, LawKind.code == LawDocument.kind)
        .where(LawDocument.id == document_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    _forget_removed(document_id)
    if row is None or row[0].state != "terbit":
        db.session.execute(delete(LawIndex).where(LawIndex.document_id == document_id))
        return
    index(row[0], row[1])
    if unread(document_id):
        start(READ, actor=ACTOR, subject=f"law_document:{document_id}", lock=READ, document_id=document_id)


def index(document: LawDocument, kind: LawKind) -> None:
    """Write the entry of a published document anew."""
    values = _metadata(document, kind)
    named = (kind.abbreviation, document.number, str(document.year), document.title, document.citation)
    about = (*document.subjects, kind.name, document.heading, document.court)
    head = {
        "a": words.indexable(" ".join(filter(None, named))),
        "b": words.indexable(" ".join(filter(None, about))),
        "c": words.indexable(document.abstract),
    }
    db.session.execute(_INDEX, values | head | {"id": document.id, **_LIMITS})
    learn(set(words.tokens(" ".join((document.title, *document.subjects, document.abstract)))))


def learn(known: set[str]) -> None:
    """Remember words that a mistyped one may have meant."""
    kept = sorted(w for w in known if len(w) > 3 and w.isalpha() and w not in words.STOP_WORDS)
    word = func.unnest(cast(kept, ARRAY(Text)))
    db.session.execute(insert(LawWord).from_select(["word"], select(word)).on_conflict_do_nothing())


def unread(document_id: int) -> list[StoredFile]:
    """Files of a document whose text was not read yet, in their order."""
    read = select(LawReading.file_id).where(LawReading.document_id == document_id)
    return list(
        db.session.scalars(
            select(StoredFile)
            .join(LawFile, LawFile.file_id == StoredFile.id)
            .where(LawFile.document_id == document_id, StoredFile.id.not_in(read))
            .order_by(LawFile.position)
        )
    )


def _forget_removed(document_id: int) -> None:
    """Forget the text of files that the document has no more."""
    kept = select(LawFile.file_id).where(LawFile.document_id == document_id)
    for model in (LawText, LawReading):
        db.session.execute(
            delete(model)
            .where(model.document_id == document_id, model.file_id.not_in(kept))
            .execution_options(synchronize_session=False)
        )


def store_pages(document_id: int, file_id: int, pages: list[tuple[int, str]]) -> None:
    """Keep pages of a file: (number, printable text)."""
    if pages:
        db.session.execute(
            _PAGE,
            [
                {"document": document_id, "file": file_id, "page": n, "text": t, "clean": words.indexable(t)}
                for n, t in pages
            ],
        )


def _metadata(document: LawDocument, kind: LawKind) -> dict[str, Any]:
    return {
        "kind": kind.code,
        "type": kind.type,
        "year": document.year,
        "unit": document.unit,
        "legal_status": document.legal_status,
        "subjects": list(document.subjects),
        "number_keys": asking.number_keys(document.number),
        "dated": document.promulgated_on or document.set_on or dt.date(document.year, 1, 1),
        "title": words.plain(f"{document.title} {document.citation or ''}"),
    }


_LIMITS = {
    "phrases": reading.PHRASE_CHARACTERS,
    "rest_words": reading.REST_WORDS,
    "rest_word": reading.REST_WORD,
}

_PAGE = text(
    """
    insert into law_text (document_id, file_id, page, text, vector)
    values (:document, :file, :page, :text, to_tsvector('indonesia', :clean))
    on conflict (document_id, file_id, page) do update set text = excluded.text, vector = excluded.vector
    """
)

#: Pages with the number of characters up to and with them: early ones keep the order of words, of later
#: ones only the words themselves are kept.
_INDEX = text(
    """
    with page as (
        select t.vector, row_number() over w as n, sum(length(t.text)) over w as upto
        from law_text t join law_file f using (document_id, file_id)
        where t.document_id = :id
        window w as (order by f.position, t.file_id, t.page)
    ), body as (
        select coalesce((select jdih_concat(vector order by n) from page where upto <= :phrases), '')
            || coalesce(array_to_tsvector((
                select array_agg(lexeme) from (
                    select distinct u.lexeme from page, unnest(page.vector) u
                    where page.upto > :phrases and length(u.lexeme) <= :rest_word
                    limit :rest_words
                ) rest)), '') as vector
    ), head as (
        select setweight(to_tsvector('indonesia', :a), 'A') || setweight(to_tsvector('indonesia', :b), 'B')
            || setweight(to_tsvector('indonesia', :c), 'C') as vector
    )
    insert into law_index (document_id, kind, type, year, unit, legal_status, subjects, number_keys, dated,
        title, head, vector)
    select :id, :kind, :type, :year, :unit, :legal_status, cast(:subjects as text[]),
        cast(:number_keys as text[]), :dated, :title, head.vector, head.vector || body.vector
    from head, body
    on conflict (document_id) do update set
        kind = excluded.kind, type = excluded.type, year = excluded.year, unit = excluded.unit,
        legal_status = excluded.legal_status, subjects = excluded.subjects,
        number_keys = excluded.number_keys, dated = excluded.dated, title = excluded.title,
        head = excluded.head, vector = excluded.vector
    """
)
