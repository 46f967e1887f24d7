"""Where the words of a search stand in the documents that it shows: titles and passages, marked."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import text

from electsys.db import db
from modules.jdih.rules.words import Asked


def marked(passage: str) -> Markup:
    """A passage with the words found in ``<mark>``; whatever the text holds, it is only text."""
    return Markup(str(escape(passage)).replace("\x01", "<mark>").replace("\x02", "</mark>"))  # noqa: S704


def passages(ids: list[int], asked: Asked) -> dict[int, Any]:
    """Document id -> its marked title and passage, with the file and the page of the passage."""
    rows = db.session.execute(_PASSAGES, {"ids": ids, "query": asked.query, "any": asked.any})
    return {row.document_id: row for row in rows}


#: The page that holds all words before the page that holds some; then where they stand most densely.
_PASSAGES = text(
    """
    with q as (
        select websearch_to_tsquery('indonesia', :query) as words,
            websearch_to_tsquery('indonesia', :any) as any_word
    ), page as (
        select distinct on (t.document_id) t.document_id, t.file_id, t.page
        from law_text t join law_file f using (document_id, file_id), q
        where t.document_id = any(:ids) and t.vector @@ q.any_word
        order by t.document_id, t.vector @@ q.words desc, ts_rank(t.vector, q.any_word) desc,
            f.position, t.page
    )
    select d.id as document_id, t.file_id, t.page,
        ts_headline('indonesia', d.title, q.any_word,
            'HighlightAll=true, StartSel="' || chr(1) || '", StopSel="' || chr(2) || '"') as title,
        ts_headline('indonesia', coalesce(t.text, d.abstract), q.any_word,
            'MaxFragments=2, MaxWords=24, MinWords=10, FragmentDelimiter=" … ",'
            || 'StartSel="' || chr(1) || '", StopSel="' || chr(2) || '"') as passage
    from law_document d cross join q
    left join page p on p.document_id = d.id
    left join law_text t on (t.document_id, t.file_id, t.page) = (p.document_id, p.file_id, p.page)
    where d.id = any(:ids)
    """
)
