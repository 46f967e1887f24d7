"""The search of the register: p95 of varied queries over 10,000 documents with their PDF files.

All documents are synthetic (modules/jdih/demo/documents.py): real PDF bytes, stored (in memory, to spare
the disk), read by PDFium and indexed the way of any upload; register rows written directly. A search is the
whole of what the page asks of the database and of Python: exact hits, matching, ranking, six facets, the
page of documents, marked passages. The reference, in the same run on the same server: a bare GIN index over
``to_tsvector`` of the same text and its twenty first matches, neither ranked nor counted nor marked.
``--documents N`` makes a smaller run.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg

from bench._figures import bench_app, emit, percentile, timed

NAME = "jdih_search"
GOAL = 300.0
QUERIES = 200


def main() -> int:
    """Run and print; exit 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--pages", type=int, default=4, help="pages a document, on average")
    asked = parser.parse_args()
    os.environ["ELECTSYS_FILE_STORE"] = "memory://jdih-search"
    with bench_app(), psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        return 0 if measure(connection, asked.documents, asked.pages) else 1


def measure(connection: psycopg.Connection[Any], documents: int, pages: int) -> bool:
    """All figures, in order."""
    from electsys.db import db
    from modules.jdih.demo.documents import make_documents
    from modules.jdih.queries.search import search

    def tell(done: int) -> None:
        if done % 1000 == 0:
            print(f"{done} documents", file=sys.stderr)

    making = timed(lambda: make_documents(documents, pages=pages, tell=tell))
    connection.execute(
        "create table bare as select document_id as id, string_agg(text, ' ' order by page) as body"
        " from law_text group by 1"
    )
    connection.execute("create index on bare using gin (to_tsvector('indonesian', body))")
    connection.execute("vacuum analyze")
    emit(NAME, "documents", documents, "documents")
    emit(NAME, "pages", _one(connection, "select count(*) from law_text"), "pages")
    emit(NAME, "text", _one(connection, "select sum(length(text)) from law_text") / 1e6, "MB")
    emit(NAME, "store_read_index", making / documents * 1000, "ms a document")
    queries = list(varied_queries(connection, QUERIES, documents))
    for said, filters in queries[:20]:
        search(said, filters=filters)
    took = []
    for said, filters in queries:
        took.append(1000 * timed(partial(search, said, filters=filters)))
        db.session.rollback()
    bare = [1000 * timed(partial(_bare, connection, said)) for said, _f in queries]
    slowest = sorted(zip(took, queries, strict=True))[-5:]
    for ms, (said, filters) in reversed(slowest):
        print(f"{ms:.0f} ms  {said[:70]!r} {filters}", file=sys.stderr)
    p95, reference = percentile(took, 0.95), percentile(bare, 0.95)
    emit(NAME, "p50", percentile(took, 0.5), "ms", reference=percentile(bare, 0.5))
    ok = emit(NAME, "p95", p95, "ms", reference=reference, goal=GOAL)
    emit(NAME, "p95_to_bare", p95 / reference, "ratio", reference=1)
    emit(NAME, "slowest", max(took), "ms", reference=max(bare))
    return ok


def _one(connection: psycopg.Connection[Any], statement: str) -> Any:
    row = connection.execute(statement).fetchone()
    return row[0] if row else None


def _bare(connection: psycopg.Connection[Any], said: str) -> list[Any]:
    return connection.execute(
        "select id from bare where to_tsvector('indonesian', body)"
        " @@ websearch_to_tsquery('indonesian', %s) limit 20",
        (said,),
    ).fetchall()


def varied_queries(connection: psycopg.Connection[Any], count: int, documents: int) -> Any:
    """Queries as people type them: numbers, titles and halves of them, common and rare words, phrases,
    typing errors, long ones, filters, none at all."""
    from modules.jdih.demo.documents import COMMON, MATTERS, SUBJECTS

    rng = random.Random(11)
    titles = [
        r[0] for r in connection.execute("select title from law_document order by md5(id::text) limit 400")
    ]
    rare = [
        r[0]
        for r in connection.execute(
            "select word from (select distinct regexp_split_to_table(text, '[^a-z]+') as word"
            " from law_text where page = 2 limit 20000) w where length(word) > 6 order by md5(word) limit 400"
        )
    ]

    def mistyped(word: str) -> str:
        at = rng.randrange(1, max(2, len(word) - 1))
        return word[:at] + word[at + 1 :]

    kinds: list[Callable[[], str]] = [
        lambda: f"pkpu {rng.randrange(1, documents)} {rng.randrange(2017, 2027)}",
        lambda: f"nomor {rng.randrange(1, documents)} tahun {rng.randrange(2017, 2027)}",
        lambda: rng.choice(titles),
        lambda: " ".join(rng.choice(titles).split()[:4]),
        lambda: rng.choice(MATTERS).lower(),
        lambda: rng.choice(COMMON),
        lambda: " ".join(rng.sample(COMMON, 3)),
        lambda: rng.choice(rare),
        lambda: f"{rng.choice(rare)} {rng.choice(COMMON)}",
        lambda: f'"{" ".join(rng.choice(MATTERS).split()[:2]).lower()}"',
        lambda: f"{rng.choice(COMMON)} -{rng.choice(COMMON)}",
        lambda: f"{rng.choice(COMMON)} or {rng.choice(COMMON)}",
        lambda: " ".join(mistyped(w) for w in rng.choice(MATTERS).lower().split()),
        lambda: mistyped(rng.choice(MATTERS).split()[0].lower()),
        lambda: " ".join(rng.choices(COMMON + rare, k=60)),
        lambda: "",
    ]
    for n in range(count):
        filters: dict[str, list[str]] = {}
        if rng.random() < 0.3:
            filters = rng.choice(
                [
                    {"tahun": [str(rng.randrange(2017, 2027))]},
                    {"jenis": ["kpt_kabko"]},
                    {"subjek": [rng.choice(SUBJECTS)], "status": ["berlaku"]},
                    {"satker": ["1201", "nasional"]},
                ]
            )
        yield kinds[n % len(kinds)](), filters


if __name__ == "__main__":
    raise SystemExit(main())
