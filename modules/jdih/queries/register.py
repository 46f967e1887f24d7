"""Reads of the register: documents, relations, versions, kinds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, false, func, or_, select, text
from sqlalchemy.orm import aliased, selectinload

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.identity.access import Scope
from modules.jdih.models import LawDocument, LawFile, LawKind, LawRelation, LawVersion
from modules.jdih.rules import naming
from modules.jdih.rules.metadata import FIELDS
from modules.jdih.rules.relations import Law, Relation

#: ``(kind, direction, other, note)``: direction ``out`` is what the document does, ``in`` what is done to it.
RelationRow = tuple[str, str, LawDocument, str]


def by_id(document_id: int) -> LawDocument | None:
    """A document by its number in the table."""
    return db.session.get(LawDocument, document_id)


def by_stem(stem: str) -> LawDocument | None:
    """A document by its name in addresses, whatever its state: the caller minds what is public."""
    return db.session.scalar(select(LawDocument).where(LawDocument.stem == stem))


def by_citation(cited: str) -> tuple[LawDocument, str | None] | None:
    """The published document that a citation such as ``PKPU 10/2023:8(2)`` names, and the article."""
    parsed = naming.parse(cited)
    if parsed is None:
        return None
    document = db.session.scalar(
        select(LawDocument).where(
            func.lower(LawDocument.citation) == parsed[0].lower(), LawDocument.state == "terbit"
        )
    )
    return None if document is None else (document, parsed[1])


def name_of(document: LawDocument) -> str:
    """ "Peraturan Komisi Pemilihan Umum Nomor 10 Tahun 2023"."""
    return naming.full_name(document.kind_row.name, document.number, document.year)


def short_name(document: LawDocument) -> str:
    """How people call it: the citation, else kind, number and year."""
    return document.citation or naming.full_name(
        document.kind_row.abbreviation, document.number, document.year
    )


# --- relations -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Related:
    """A relation as one of its two documents sees it."""

    id: int
    kind: str
    #: ``out``: the document does it; ``in``: it is done to the document.
    direction: str
    other: LawDocument
    outcome: str | None
    note: str


def related(document: LawDocument, *, public: bool = True) -> list[Related]:
    """Relations of a document from both ends, strongest kinds first, the newest first within one.

    ``public`` leaves out what leads to a document that is not published.
    """
    other = aliased(LawDocument)
    rows = (
        select(LawRelation, other)
        .join(
            other,
            or_(
                and_(LawRelation.source_id == document.id, other.id == LawRelation.target_id),
                and_(LawRelation.target_id == document.id, other.id == LawRelation.source_id),
            ),
        )
        .options(selectinload(other.kind_row))
        .order_by(
            case({kind: n for n, kind in enumerate(_ORDER)}, value=LawRelation.kind),
            other.year.desc(),
            LawRelation.id,
        )
    )
    if public:
        rows = rows.where(other.state == "terbit")
    return [
        Related(r.id, r.kind, "out" if r.source_id == document.id else "in", doc, r.outcome, r.note)
        for r, doc in db.session.execute(rows)
    ]


_ORDER = ("mencabut", "mencabut_sebagian", "mengubah", "menetapkan_perppu", "menguji", "melaksanakan")


def relations_of(document: LawDocument, *, public: bool = True) -> list[RelationRow]:
    """Relations of a document as (kind, direction, other, note)."""
    return [(r.kind, r.direction, r.other, r.note) for r in related(document, public=public)]


_AROUND = """
with recursive around(id) as (
    select unnest(cast(:ids as integer[]))
    union
    select case when r.source_id = a.id then r.target_id else r.source_id end
    from around a join law_relation r on a.id in (r.source_id, r.target_id) and r.kind <> 'melaksanakan'
)
select id from around
"""


def neighbourhood(ids: Iterable[int]) -> tuple[dict[int, Law], list[Relation]]:
    """Every document that relations other than ``melaksanakan`` tie to these, and the relations between."""
    reached = list(db.session.scalars(text(_AROUND), {"ids": list(ids)}))
    relations = [
        Relation(*row)
        for row in db.session.execute(
            select(LawRelation.source_id, LawRelation.kind, LawRelation.target_id, LawRelation.outcome).where(
                LawRelation.source_id.in_(reached), LawRelation.target_id.in_(reached)
            )
        )
    ]
    return laws(reached), relations


def all_relations() -> list[Relation]:
    """Every relation of the register."""
    return [
        Relation(*row)
        for row in db.session.execute(
            select(LawRelation.source_id, LawRelation.kind, LawRelation.target_id, LawRelation.outcome)
        )
    ]


def relations_onward(ids: Iterable[int], kinds: Iterable[str]) -> list[Relation]:
    """Every relation of these kinds on a way that starts at these documents: what a circle is made of."""
    wanted, known, found = list(kinds), set(ids), []
    todo = list(known)
    while todo:
        rows = db.session.execute(
            select(LawRelation.source_id, LawRelation.kind, LawRelation.target_id, LawRelation.outcome).where(
                LawRelation.source_id.in_(todo), LawRelation.kind.in_(wanted)
            )
        ).all()
        found += [Relation(*row) for row in rows]
        todo = [row[2] for row in rows if row[2] not in known]
        known.update(todo)
    return found


def laws(ids: Iterable[int]) -> dict[int, Law]:
    """What the rules want to know of these documents."""
    rows = db.session.execute(
        select(
            LawDocument.id, LawKind.type, LawKind.code, LawDocument.year, LawKind.position, LawDocument.state
        )
        .join(LawKind, LawKind.code == LawDocument.kind)
        .where(LawDocument.id.in_(list(ids)))
    )
    return {
        id: Law(id, type, kind, year, rank, state == "terbit") for id, type, kind, year, rank, state in rows
    }


# --- lists ---------------------------------------------------------------------------------------


def documents_in(scopes: Sequence[Scope]) -> Select[Any]:
    """Documents of the satker inside these scopes, last changed first."""
    inside = [LawDocument.unit.startswith(s.region or "", autoescape=True) for s in scopes]
    return (
        select(LawDocument)
        .join(LawKind, LawKind.code == LawDocument.kind)
        .where(or_(false(), *inside))
        .options(selectinload(LawDocument.kind_row))
        .order_by(LawDocument.changed_at.desc(), LawDocument.id.desc())
    )


def kinds() -> Sequence[LawKind]:
    """All kinds, the higher law first."""
    return db.session.scalars(select(LawKind).order_by(LawKind.position, LawKind.code)).all()


def kinds_for(units: Iterable[str]) -> list[LawKind]:
    """Kinds that somebody with these scopes can register: those that a unit of theirs issues."""
    held = list(units)
    return [
        kind for kind in kinds() if any(len(unit) <= digits for unit in held for digits in kind.unit_digits)
    ]


def pick(typed: str, *, limit: int = 8, published: bool = False) -> list[LawDocument]:
    """Documents that somebody may mean while typing: exact citations first, then titles."""
    words = " ".join(typed.replace("\0", "").split())[:100]
    if not words:
        return []
    exact = [c.document.lower() for c in naming.find(words)]
    haystack = func.concat_ws(
        " ",
        LawDocument.citation,
        LawKind.name,
        LawKind.abbreviation,
        LawDocument.number,
        LawDocument.year,
        LawDocument.title,
    )
    cited = func.lower(LawDocument.citation)
    rows = (
        select(LawDocument)
        .join(LawKind, LawKind.code == LawDocument.kind)
        .where(or_(cited.in_(exact), and_(*(haystack.icontains(w, autoescape=True) for w in words.split()))))
        .options(selectinload(LawDocument.kind_row))
        .order_by(
            case((cited.in_(exact), 0), (cited.startswith(words.lower(), autoescape=True), 1), else_=2),
            LawDocument.year.desc(),
            LawDocument.id.desc(),
        )
        .limit(limit)
    )
    if published:
        rows = rows.where(LawDocument.state == "terbit")
    return list(db.session.scalars(rows))


# --- versions ------------------------------------------------------------------------------------


def snapshot(document: LawDocument) -> dict[str, Any]:
    """Metadata, files and relations of a document as plain values: what a version keeps."""
    kept: dict[str, Any] = {
        name: _plain(getattr(document, name))
        for name in ("kind", "unit", "year", "state", *(f.name for f in FIELDS))
    }
    files = db.session.execute(
        select(LawFile.role, LawFile.label, StoredFile.name, StoredFile.sha256, StoredFile.id)
        .join(StoredFile, StoredFile.id == LawFile.file_id)
        .where(LawFile.document_id == document.id)
        .order_by(LawFile.position, LawFile.id)
    )
    kept["files"] = [
        {"role": role, "label": label, "name": name, "sha256": sha256, "file": id}
        for role, label, name, sha256, id in files
    ]
    relations = db.session.execute(
        select(LawRelation.kind, LawDocument.stem, LawRelation.outcome, LawRelation.note)
        .join(LawDocument, LawDocument.id == LawRelation.target_id)
        .where(LawRelation.source_id == document.id)
        .order_by(LawRelation.kind, LawDocument.stem)
    )
    kept["relations"] = [
        {"kind": kind, "target": stem, "outcome": outcome, "note": note}
        for kind, stem, outcome, note in relations
    ]
    return kept


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | list) else value.isoformat()


def versions_of(document: LawDocument) -> Sequence[LawVersion]:
    """All versions, the newest first."""
    return db.session.scalars(
        select(LawVersion).where(LawVersion.document_id == document.id).order_by(LawVersion.version.desc())
    ).all()


def differences(older: dict[str, Any], newer: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """(name, before, after) of everything in which two snapshots differ, in the order of the newer."""
    names = [*newer, *(name for name in older if name not in newer)]
    return [(n, older.get(n), newer.get(n)) for n in names if older.get(n) != newer.get(n)]


# --- duplicates ----------------------------------------------------------------------------------


def same_number(
    kind: str, unit: str, number: str, year: int, *, but: int | None = None
) -> LawDocument | None:
    """The document that has this number already."""
    return db.session.scalar(
        select(LawDocument).where(
            LawDocument.kind == kind,
            LawDocument.unit == unit,
            LawDocument.number == number,
            LawDocument.year == year,
            LawDocument.id != (but or 0),
        )
    )


def same_title(title: str, year: int, *, but: int | None = None) -> LawDocument | None:
    """A document of the same year whose title reads the same."""
    plain = func.lower(func.regexp_replace(LawDocument.title, r"[^[:alnum:]]+", " ", "g"))
    wanted = func.lower(func.regexp_replace(title, r"[^[:alnum:]]+", " ", "g"))
    return db.session.scalar(
        select(LawDocument)
        .where(
            LawDocument.year == year, func.btrim(plain) == func.btrim(wanted), LawDocument.id != (but or 0)
        )
        .limit(1)
    )


def same_file(sha256: str, *, but: int) -> LawDocument | None:
    """Another document to which a file of this content is attached."""
    return db.session.scalar(
        select(LawDocument)
        .join(LawFile, LawFile.document_id == LawDocument.id)
        .join(StoredFile, StoredFile.id == LawFile.file_id)
        .where(StoredFile.sha256 == sha256, LawDocument.id != but)
        .limit(1)
    )
