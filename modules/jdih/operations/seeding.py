"""The legal basis of the suite, from ``data/dasar_hukum.toml``.

Run again it adds what is missing and leaves alone what legal staff have changed since.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.errors import Refused
from electsys.ledger import Actor, record
from modules.jdih.models import LawDocument, LawKind, LawRelation
from modules.jdih.operations.checking import keep_version, mark
from modules.jdih.operations.register import new_document
from modules.jdih.operations.statuses import lock_relations, refresh_statuses
from modules.jdih.queries import register as queries
from modules.jdih.rules import naming, relations
from modules.jdih.workflow_register import DOCUMENT

FILE = Path(__file__).parents[1] / "data" / "dasar_hukum.toml"
#: Key of the file -> field of the register.
_FIELDS = {
    "judul": "title",
    "nomor": "number",
    "subjek": "subjects",
    "sumber": "source",
    "tanggal": "set_on",
    "diundangkan": "promulgated_on",
    "abstrak": "abstract",
    "menyangkut": "ruling_kinds",
}


@cache
def facts() -> list[dict[str, Any]]:
    """The file, read."""
    return list(tomllib.loads(FILE.read_text(encoding="utf-8"))["dokumen"])


def seed_basis(*, actor: Actor) -> tuple[int, int]:
    """Register the legal basis, published; return how many documents and relations were added.

    A document that is there already keeps its relations as staff have left them.
    """
    lock_relations()
    kinds = {kind.code: kind for kind in queries.kinds()}
    new: list[tuple[LawDocument, Sequence[Sequence[str]]]] = []
    for row in facts():
        kind = kinds[row["jenis"]]
        if _known(kind, row) is None:
            new.append((_add(kind, row, actor), row.get("r", ())))
    added = sum(_relate(document, rows) for document, rows in new)
    db.session.flush()
    for document, _rows in new:
        keep_version(document, reason=_("Dasar hukum awal"), actor=actor)
    if new:
        refresh_statuses([document.id for document, _rows in new], actor=actor)
        record(
            "jdih:basis:seed",
            "law_document:*",
            actor=actor,
            details={"documents": len(new), "relations": added},
        )
    return len(new), added


def _known(kind: LawKind, row: dict[str, Any]) -> LawDocument | None:
    return queries.same_number(kind.code, "", row["nomor"], row["tahun"])


def _add(kind: LawKind, row: dict[str, Any], actor: Actor) -> LawDocument:
    values = {name: row[key] for key, name in _FIELDS.items() if key in row}
    document = new_document(kind, values, unit="", year=row["tahun"], to_confirm=row["k"])
    DOCUMENT.move(document, "enter", actor=actor, values={"published_at": func.now()})
    return document


def _relate(document: LawDocument, rows: Sequence[Sequence[str]]) -> int:
    """Enter a new document's relations; what the rules refuse is a mistake of the file."""
    for kind, cited, note, *outcome in rows:
        parsed = naming.parse(cited)
        target = parsed and db.session.scalar(select(LawDocument).where(LawDocument.citation == parsed[0]))
        if not target:
            raise LookupError(f"{document.citation}: no document {cited!r}")
        relation = relations.Relation(document.id, kind, target.id, outcome[0] if outcome else None)
        known = queries.relations_onward({document.id, target.id}, relations.KINDS)
        if problem := relations.refusal(relation, queries.laws({document.id, target.id}), known):
            raise Refused(f"{document.citation} {kind} {cited}: {problem[0]}")
        db.session.add(
            LawRelation(
                source_id=document.id, kind=kind, target_id=target.id, outcome=relation.outcome, note=note
            )
        )
        db.session.flush()
        mark(target)
    return len(rows)
