"""What the public reads of the register: published documents, files, texts, feeds, maps of the site."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from electsys.db import db
from electsys.documents.models import OfficialDocument
from electsys.regions import queries as regions
from electsys.regions.rules import OVERSEAS
from modules.jdih.models.register import LawDocument, LawFile, LawKind
from modules.jdih.models.search import LawIndex, LawReading, LawText
from modules.jdih.queries.register import name_of

#: Documents in one part of the map of the site, and in a feed.
MAP_PART = 5_000
FEED = 50
#: Longest passage of an article that is shown, in characters.
PASSAGE = 1_600
#: The heading at which an article ends.
_NEXT = re.compile(r"\n[ \t]*(pasal[ \t]+\d+[a-z]?|bab[ \t]+[ivxlc]+)[ \t]*(\n|$)", re.IGNORECASE)


def document(stem: str) -> LawDocument | None:
    """A document that is or was published, with kind and files; None for drafts and unknown names."""
    return db.session.scalar(
        select(LawDocument)
        .where(LawDocument.stem == stem, LawDocument.state != "konsep")
        .options(
            joinedload(LawDocument.kind_row),
            joinedload(LawDocument.official).joinedload(OfficialDocument.file),
            selectinload(LawDocument.files).joinedload(LawFile.file),
        )
    )


def file_names(found: LawDocument) -> dict[int, str]:
    """File id -> the name it is given out by: ``2023pkpu010.pdf``, ``2023pkpu010-lampiran-1.pdf``."""
    from electsys.documents.kinds import ENDINGS

    names: dict[int, str] = {}
    counts: dict[str, int] = {}
    for file in found.files:
        ending = ENDINGS.get(file.file.media_type, "")
        counts[file.role] = counts.get(file.role, 0) + 1
        if file.role == "utama" and counts[file.role] == 1:
            names[file.file_id] = f"{found.stem}{ending}"
        else:
            names[file.file_id] = f"{found.stem}-{file.role}-{counts[file.role]}{ending}"
    return names


def main_file(found: LawDocument) -> LawFile | None:
    """The file that is the document itself: the first main one, else the first of all."""
    return next((f for f in found.files if f.role == "utama"), found.files[0] if found.files else None)


def title_of(found: LawDocument) -> str:
    """The whole name: "Peraturan Komisi Pemilihan Umum Nomor 10 Tahun 2023 tentang ..."."""
    if found.kind_row.type == "peraturan" and found.number:
        return f"{name_of(found)} tentang {found.title}"
    return f"{name_of(found)}: {found.title}" if found.number else found.title


# --- articles ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Article:
    """Where a text has an article: the file, the page, the words."""

    file_id: int
    page: int
    text: str


def article(found: LawDocument, cited: str) -> Article | None:
    """The article of a citation (``8(2)``) in the text of a document; None where no text has it.

    An article begins a line, "Pasal 8"; what follows it up to the next one is shown, with its first
    page. In a text that also mentions it in passing, the heading comes first.
    """
    number = re.match(r"\d+[A-Za-z]?", cited)
    if number is None:
        return None
    heading = rf"(^|\n)[ \t]*pasal[ \t]+{number[0]}[ \t]*(\n|$)"
    row = db.session.execute(
        select(LawText.file_id, LawText.page, LawText.text)
        .join(LawFile, (LawFile.document_id == LawText.document_id) & (LawFile.file_id == LawText.file_id))
        .where(
            LawText.document_id == found.id,
            LawText.text.regexp_match(rf"\mpasal\s+{number[0]}\M", flags="i"),
        )
        .order_by(LawText.text.regexp_match(heading, flags="i").desc(), LawFile.position, LawText.page)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    start = re.search(heading, row.text, re.IGNORECASE) or re.search(
        rf"\bpasal\s+{number[0]}\b", row.text, re.IGNORECASE
    )
    begin = start.start() if start else 0
    rest = row.text[begin:].lstrip()
    following = _NEXT.search(rest, 1)
    cut = rest[: following.start()] if following else rest
    return Article(row.file_id, row.page, cut[:PASSAGE].strip() + (" …" if len(cut) > PASSAGE else ""))


def readings(found: LawDocument) -> dict[int, LawReading]:
    """File id -> what came of reading its text."""
    rows = db.session.scalars(select(LawReading).where(LawReading.document_id == found.id))
    return {row.file_id: row for row in rows}


# --- lists ---------------------------------------------------------------------------------------


def newest(unit: str | None = None, *, limit: int = FEED) -> Sequence[LawDocument]:
    """Published documents of a satker (of all where it is None), the last changed first."""
    rows = (
        select(LawDocument)
        .where(LawDocument.state == "terbit")
        .options(joinedload(LawDocument.kind_row))
        .order_by(LawDocument.changed_at.desc(), LawDocument.id.desc())
        .limit(limit)
    )
    return db.session.scalars(rows if unit is None else rows.where(LawDocument.unit == unit)).all()


def count() -> int:
    """How many documents are published."""
    return db.session.scalar(select(func.count()).select_from(LawIndex)) or 0


def map_parts() -> int:
    """How many parts the map of the site has."""
    return max(1, -(-count() // MAP_PART))


def map_part(number: int) -> Sequence[tuple[str, dt.datetime]]:
    """Stem and last change of the documents in one part, counted from 1."""
    rows = db.session.execute(
        select(LawDocument.stem, LawDocument.changed_at)
        .where(LawDocument.state == "terbit")
        .order_by(LawDocument.id)
        .offset((number - 1) * MAP_PART)
        .limit(MAP_PART)
    )
    return [(stem, changed) for stem, changed in rows]


def kinds() -> dict[str, LawKind]:
    """Code -> kind."""
    return {kind.code: kind for kind in db.session.scalars(select(LawKind))}


@dataclass(frozen=True)
class Satker:
    """A satker with its number of published documents."""

    code: str
    area: str
    documents: int


def satker(province: str | None) -> list[Satker]:
    """The provinces (``province`` None) or the kab/kota of one, each with its own documents."""
    counted = db.session.execute(select(LawIndex.unit, func.count()).group_by(LawIndex.unit))
    held = {row[0]: row[1] for row in counted}
    return [
        Satker(row.code, row.name, held.get(row.code, 0))
        for row in db.session.scalars(regions.children(province or ""))
        if not row.code.startswith(OVERSEAS)
    ]
