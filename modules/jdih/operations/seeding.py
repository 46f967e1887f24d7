"""The legal basis of the suite, from ``data/dasar_hukum.toml``.

Run again it adds what is missing and leaves alone what legal staff have changed since.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from electsys.db import db
from electsys.ledger import Actor, record
from modules.jdih.models import LawDocument, LawKind, LawRelation
from modules.jdih.operations.checking import add_version
from modules.jdih.operations.register import blank_document
from modules.jdih.operations.statuses import lock_relations, refresh_statuses
from modules.jdih.queries import register as queries
from modules.jdih.rules import relations

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

    A document that is there already keeps its metadata and relations as staff have left them.
    """
    lock_relations()
    kinds = {kind.code: kind for kind in queries.kinds()}
    there = select(LawDocument.kind, LawDocument.number, LawDocument.year).where(LawDocument.unit == "")
    known = {(row.kind, row.number, row.year) for row in db.session.execute(there)}
    rows = [row for row in facts() if (row["jenis"], row["nomor"], row["tahun"]) not in known]
    new = [_document(kinds[row["jenis"]], row) for row in rows]
    if not new:
        return 0, 0
    db.session.add_all(new)
    db.session.flush()
    added = _relate(new, rows)
    refresh_statuses([document.id for document in new], actor=actor)
    for document in new:
        add_version(document, reason=_("Dasar hukum awal"), actor=actor)
    stems = ",".join(sorted(document.stem for document in new))
    details = {"count": len(new), "relations": added, "digest": hashlib.sha256(stems.encode()).hexdigest()}
    record("jdih:basis:seed", "law_document:*", actor=actor, details=details)
    return len(new), added


def _document(kind: LawKind, row: dict[str, Any]) -> LawDocument:
    """A document of the file, published from its first day in the register."""
    values = {name: row[key] for key, name in _FIELDS.items() if key in row}
    document = blank_document(kind, values, unit="", year=row["tahun"])
    document.to_confirm = row["k"]
    document.state = "terbit"
    document.published_at = func.now()
    return document


def _relate(new: Sequence[LawDocument], rows: Sequence[dict[str, Any]]) -> int:
    """Enter the relations of new documents; what the rules refuse is a mistake of the file."""
    ids: dict[str, int] = {
        str(citation): id
        for citation, id in db.session.execute(
            select(LawDocument.citation, LawDocument.id).where(LawDocument.citation.is_not(None))
        )
    }
    held = queries.all_relations()
    laws = queries.laws({*(d.id for d in new), *(ids[r[1]] for row in rows for r in row.get("r", ()))})
    before = len(held)
    for document, row in zip(new, rows, strict=True):
        for kind, cited, note, *outcome in row.get("r", ()):
            relation = relations.Relation(document.id, kind, ids[cited], outcome[0] if outcome else None)
            if problem := relations.refusal(relation, laws, held):
                raise ValueError(f"{FILE.name}: {document.citation} {kind} {cited}: {problem[0]}")
            held.append(relation)
            db.session.add(
                LawRelation(
                    source_id=relation.source,
                    kind=kind,
                    target_id=relation.target,
                    outcome=relation.outcome,
                    note=note,
                )
            )
    db.session.flush()
    return len(held) - before
