"""The search of the register: exact hits first, then full text, then what looks alike.

A query is matched by ``law_index.vector`` (title, number, subjects, abstract and the text of the files) and
ranked by the small ``head``; the first hundred are ranked again with their text. Facets count what a choice
would give: each under all filters but its own. All of that is one statement; a second marks the passages, of
the page shown only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import select, text
from sqlalchemy.orm import joinedload, selectinload

from electsys.db import db
from modules.jdih.models.register import LawDocument, LawFile, LawKind
from modules.jdih.queries.passages import marked, passages
from modules.jdih.rules import asking, words
from modules.jdih.rules.words import Asked

#: Hits a page.
SIZE = 20
#: Hits of a download: as many as can be paged through.
EVERY = SIZE * 500
#: How many of the best are ranked by their text as well.
RANKED = 100
#: With fewer hits than this, typing errors are looked for.
FEW = 3
#: The last page that is given; who has not found it in so many narrows the search.
LAST_PAGE = EVERY // SIZE
#: How alike two words must be (pg_trgm, 0 to 1) for one to be a mistyped other.
ALIKE = 0.5
#: A query of more words than this is no mistyped title: nothing is mended, its first words are compared.
MOST_MENDED = 8
#: How alike a title must be to half-remembered words.
ALIKE_TITLE = 0.45

#: Filter -> how it narrows ``m``. Each takes a list of values, any of which will do.
FILTERS = {
    "tipe": "type = any(cast(:tipe as text[]))",
    "jenis": "kind = any(cast(:jenis as text[]))",
    "tahun": "year = any(cast(:tahun as integer[]))",
    "status": "coalesce(legal_status, '-') = any(cast(:status as text[]))",
    "satker": "unit = any(cast(:satker as text[]))",
    "subjek": "subjects && cast(:subjek as text[])",
}
#: The satker of national law in filters and addresses; its region code is "".
NATION = "nasional"

Filters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Hit:
    """A document found."""

    document: LawDocument
    #: Whether the query named it by its number.
    exact: bool
    #: Its title with the words found marked.
    title: Markup
    #: Where the words stand in its text, marked; None where they stand in its metadata alone.
    passage: Markup | None = None
    #: The file and the page of the passage.
    file_id: int | None = None
    page: int | None = None


@dataclass(frozen=True)
class Results:
    """A page of hits, and how many a further choice would leave."""

    asked: str
    hits: list[Hit]
    total: int
    page: int
    #: Facet -> (value, number of documents) in the order to show.
    facets: dict[str, list[tuple[str, int]]]
    filters: dict[str, tuple[str, ...]]
    #: What was searched for in place of a mistyped query; "" where nothing was mended.
    mended: str = ""
    #: Whether nothing had the words and titles that look alike are shown.
    alike: bool = False
    #: Whether words beyond the limit were left out.
    cut: bool = False
    citation: asking.Named | None = None

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, min(LAST_PAGE, -(-self.total // SIZE)))

    @cached_property
    def narrowed(self) -> bool:
        """Whether filters hide documents."""
        return any(self.filters.values())


@dataclass
class _Ask:
    """What one statement asks for."""

    match: str
    values: dict[str, Any] = field(default_factory=dict)
    asked: Asked = field(default_factory=lambda: Asked("", (), ()))
    order: str = ""


def search(said: str, *, filters: Filters | None = None, page: int = 1, size: int = SIZE) -> Results:
    """Published documents that a text means, narrowed by filters (:data:`FILTERS`), best first.

    An empty text gives all, the newest first. ``page`` counts from 1; one beyond the end is the last.
    Passages are sought for a page of the usual size only.
    """
    said = " ".join(said.replace("\0", " ").split())[: words.LONGEST]
    chosen = clean(filters or {})
    citation = asking.parse(said, kind_names())
    exact = _exact(said, citation)
    asked = words.asked(said)
    found = _run(_matching(asked, exact), chosen, page, size)
    more: dict[str, Any] = {"cut": asked.cut, "citation": citation if exact else None}
    # What filters hide is no typing error: the words decide, whatever is chosen. Nor is a number that no
    # document has, or words that were excluded.
    if found.matched >= FEW or citation is not None or "-" in asked.query or not asked.query:
        return _results(said, found, chosen, asked, **more)
    if (mended := _mend(asked)) is not None:
        again = _run(_matching(mended, exact), chosen, page, size)
        if again.matched > found.matched:
            return _results(said, again, chosen, mended, mended=" ".join(mended.typed), **more)
    if found.matched == 0:
        like = _run(_alike(said), chosen, page, size)
        return _results(said, like, chosen, asked, alike=like.matched > 0, **more)
    return _results(said, found, chosen, asked, **more)


def clean(filters: Filters) -> dict[str, tuple[str, ...]]:
    """The filters without what cannot be a value: unknown names, empty values, years that are no numbers."""
    chosen: dict[str, tuple[str, ...]] = {}
    for name in FILTERS:
        values = [v.replace("\0", "")[:200] for v in filters.get(name, ())][:50]
        if name == "tahun":
            values = [v for v in values if v.isdecimal() and v.isascii() and len(v) == 4]
        chosen[name] = tuple(dict.fromkeys(v for v in values if v))
    return chosen


def kind_names() -> dict[str, frozenset[str]]:
    """What people call the kinds of documents, in lower case -> their codes."""
    names: dict[str, set[str]] = {}
    for kind in db.session.scalars(select(LawKind)):
        called = {kind.code.replace("_", " "), kind.abbreviation, kind.name, kind.cite or "", *kind.aliases}
        if kind.type == "putusan":
            called.add("putusan")
        for name in called:
            if plain := words.plain(name):
                names.setdefault(plain, set()).add(kind.code)
    return {name: frozenset(codes) for name, codes in names.items()}


# --- what matches --------------------------------------------------------------------------------


def _matching(asked: Asked, exact: list[int]) -> _Ask:
    values = {"query": asked.query, "any": asked.any, "exact": exact}
    if asked.query:
        return _Ask("(i.vector @@ q.words or i.document_id = any(:exact))", values, asked)
    return _Ask("i.document_id = any(:exact)" if exact else "true", values, asked)


def _alike(said: str) -> _Ask:
    plain = words.plain(" ".join(words.asked(said).typed[:MOST_MENDED]))
    # The index finds titles that hold something like the words; how alike decides the order.
    return _Ask(
        "cast(:plain as text) <% i.title",
        {"query": "", "any": "", "exact": [], "plain": plain},
        order="word_similarity(cast(:plain as text), i.title)",
    )


def _exact(said: str, citation: asking.Named | None) -> list[int]:
    """Documents that the text names by number, or by the name of their file; nobody cites more than a few."""
    values: dict[str, Any]
    if stem := asking.stem(said):
        where, values = "d.stem = :stem", {"stem": stem}
    elif citation is not None:
        where = "i.number_keys @> cast(:keys as text[])"
        values = {"keys": [citation.number], "year": citation.year, "kinds": sorted(citation.kinds)}
        if citation.year is not None:
            where += " and i.year = :year"
        if citation.kinds:
            where += " and i.kind = any(:kinds)"
    else:
        return []
    rows = db.session.scalars(
        text(
            "select i.document_id from law_index i join law_document d on d.id = i.document_id"
            f" join law_kind k on k.code = i.kind where {where}"
            " order by k.position, i.unit, i.dated desc limit 200"
        ),
        values,
    )
    return list(rows)


def _mend(asked: Asked) -> Asked | None:
    """The query with each word that stands in no document replaced by the known one most like it."""
    if len(asked.typed) > MOST_MENDED:
        return None
    rows = db.session.execute(_MEND, {"words": list(asked.typed), "seen": list(asked.words), "alike": ALIKE})
    better = {row.word: row.known for row in rows if row.known}
    if not better:
        return None
    return words.asked(" ".join(better.get(word, word) for word in asked.typed))


_MEND = text(
    """
    select w.word, (
        select k.word from law_word k
        where k.word % w.word and similarity(k.word, w.word) >= :alike
        order by similarity(k.word, w.word) desc, abs(length(k.word) - length(w.word)), k.word
        limit 1
    ) as known
    from (
        select a.word, a.seen from unnest(cast(:words as text[]), cast(:seen as text[])) as a(word, seen)
        where length(a.word) > 3
    ) w
    where not exists (
        select from law_index i where i.vector @@ plainto_tsquery('indonesia', w.seen)
    )
    """
)


# --- the statement -------------------------------------------------------------------------------


@dataclass
class _Found:
    ids: list[tuple[int, bool]]
    #: Documents that match, and those that the filters leave of them.
    matched: int
    total: int
    page: int
    facets: dict[str, list[tuple[str, int]]]


def _run(ask: _Ask, chosen: dict[str, tuple[str, ...]], page: int, size: int) -> _Found:
    page = max(1, min(page, LAST_PAGE))
    found = _execute(ask, chosen, page, size)
    last = max(1, -(-found.total // size))
    return found if page <= last or not found.total else _execute(ask, chosen, min(last, LAST_PAGE), size)


def _execute(ask: _Ask, chosen: dict[str, tuple[str, ...]], page: int, size: int) -> _Found:
    db.session.execute(
        text("select set_config('pg_trgm.word_similarity_threshold', :t, true)"), {"t": str(ALIKE_TITLE)}
    )
    values: dict[str, Any] = ask.values | {
        "offset": (page - 1) * size,
        "size": size,
        "window": max(RANKED, page * size),
        "ranked": page * size <= RANKED and bool(ask.values["any"]),
    }
    for name, given in chosen.items():
        if given:
            values[name] = [_stored(name, v) for v in given]
    rows = db.session.execute(text(_statement(ask, {n for n, v in chosen.items() if v})), values).all()
    facets: dict[str, list[tuple[str, int]]] = {name: [] for name in FILTERS}
    ids, total, matched = [], 0, 0
    for what, value, n in rows:
        if what == "hit":
            ids.append((int(value), bool(n)))
        elif what == "total":
            total = n
        elif what == "matched":
            matched = n
        else:
            facets[what].append((NATION if what == "satker" and value == "" else value, n))
    return _Found(ids, matched, total, page, facets)


def _stored(name: str, value: str) -> Any:
    if name == "tahun":
        return int(value)
    return "" if name == "satker" and value == NATION else value


def _statement(ask: _Ask, active: set[str]) -> str:
    def under(*but: str) -> str:
        kept = [f"ok_{name}" for name in sorted(active - set(but))]
        return " and ".join(kept) or "true"

    flags = "".join(f", ({FILTERS[name]}) as ok_{name}" for name in sorted(active))
    columns = {"tipe": "type", "jenis": "kind", "tahun": "year::text", "satker": "unit"}
    columns["status"] = "coalesce(legal_status, '-')"
    facets = " union all ".join(
        f"select '{name}', {column}, count(*) from m where {under(name)} group by 2"
        for name, column in columns.items()
    )
    rank = ask.order or "ts_rank(i.head, q.any_word, 1)"
    return f"""
        with q as (
            select websearch_to_tsquery('indonesia', :query) as words,
                websearch_to_tsquery('indonesia', :any) as any_word
        ), m as materialized (
            select i.document_id, i.kind, i.type, i.year, i.unit, i.legal_status, i.subjects, i.dated,
                coalesce(array_position(cast(:exact as integer[]), i.document_id), 100000) as exact,
                {rank} as rank {flags}
            from law_index i, q where {ask.match}
        ), best as (
            select m.*, k.position from m join law_kind k on k.code = m.kind
            where {under()}
            order by exact, rank desc, dated desc, document_id desc limit :window
        ), shown as (
            select b.document_id, b.exact, row_number() over (
                order by b.exact,
                    b.rank + case when :ranked then ts_rank(i.vector, q.any_word, 1) / 2 else 0 end desc,
                    b.dated desc, b.document_id desc
            ) as n
            from best b join law_index i using (document_id), q
        )
        {facets}
        union all select 'subjek', s, count(*) from m, unnest(m.subjects) s where {under("subjek")} group by 2
        union all select 'matched', '', count(*) from m
        union all select 'total', '', count(*) from m where {under()}
        union all (
            select 'hit', document_id::text, (exact < 100000)::integer from shown
            order by n offset :offset limit :size
        )
        """


# --- what is shown -------------------------------------------------------------------------------


def _results(
    said: str, found: _Found, chosen: dict[str, tuple[str, ...]], asked: Asked, **more: Any
) -> Results:
    documents = {
        d.id: d
        for d in db.session.scalars(
            select(LawDocument)
            .where(LawDocument.id.in_([i for i, _exact in found.ids]))
            .options(
                joinedload(LawDocument.kind_row),
                selectinload(LawDocument.files).joinedload(LawFile.file),
            )
        )
    }
    marks = passages([i for i, _exact in found.ids], asked) if asked.words and len(found.ids) <= SIZE else {}
    hits = []
    for document_id, exact in found.ids:
        document = documents[document_id]
        row = marks.get(document_id)
        hits.append(
            Hit(
                document,
                exact,
                marked(row.title) if row else escape(document.title),
                marked(row.passage) if row and row.passage and "\x01" in row.passage else None,
                row.file_id if row else None,
                row.page if row else None,
            )
        )
    return Results(said, hits, found.total, found.page, _ordered(found.facets), chosen, **more)


def _ordered(facets: dict[str, list[tuple[str, int]]]) -> dict[str, list[tuple[str, int]]]:
    """Years from the newest, everything else from the most frequent."""
    return {
        name: sorted(counted, key=lambda c: (-int(c[0]),) if name == "tahun" else (-c[1], c[0]))
        for name, counted in facets.items()
    }
