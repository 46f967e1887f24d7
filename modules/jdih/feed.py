"""The feed for JDIHN as a file: written beside its place, then renamed; never empty.

The file's time of change is that of the newest document in it, so whoever serves it sees whether it is of
today. The address of the site is part of its name: under a new one the old feed is not handed out.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import secrets
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from electsys.db import db
from electsys.errors import Refused
from modules.jdih.models.register import LawDocument, LawFile
from modules.jdih.queries import public as queries
from modules.jdih.rules import jdihn, words

#: Documents read at a time.
BATCH = 500
#: The clock of a time without a zone: KPU RI's.
ZONE = ZoneInfo("Asia/Jakarta")
_SINCE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+ -]\d\d:\d\d)?)?")


def since(said: str) -> dt.datetime:
    """The moment of ``?since=``: ``2024-03-20`` or ``2024-03-20T13:05``, with a zone or in WIB."""
    text = said.strip()
    if _SINCE.fullmatch(text):
        # A plus sign that was not encoded arrives as a blank.
        text = re.sub(r" (\d\d:\d\d)$", r"+\1", text) if text.count(":") > 1 else text
        try:
            moment = dt.datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            pass
    raise Refused(
        _("Waktu “%(said)s” tidak dapat dibaca.", said=said[:40]),
        hint=_("Tulis since=2024-03-20 atau since=2024-03-20T13:05 (WIB)."),
        status=400,
    )


def watermark() -> dt.datetime | None:
    """When a document that is or was published changed last; None where there is none."""
    return db.session.scalar(select(func.max(LawDocument.changed_at)).where(LawDocument.state != "konsep"))


def rows(changed_since: dt.datetime | None = None) -> Generator[dict[str, str]]:
    """The objects of the feed, the oldest change first: all, or those that changed at or after a moment."""
    wanted = (
        select(LawDocument)
        .where(LawDocument.state != "konsep")
        .options(joinedload(LawDocument.kind_row), selectinload(LawDocument.files).joinedload(LawFile.file))
        .order_by(LawDocument.changed_at, LawDocument.id)
        .execution_options(yield_per=BATCH)
    )
    if changed_since is not None:
        wanted = wanted.where(LawDocument.changed_at >= changed_since)
    with closing(db.session.scalars(wanted)) as documents:
        for document in documents:
            yield jdihn.row(entry(document))


def entry(document: LawDocument) -> jdihn.Entry:
    """What the feed says of a document."""
    names = queries.file_names(document)
    main = queries.main_file(document)
    sheet = next((f for f in document.files if f.role == "abstrak"), None)

    def link(file: LawFile | None) -> jdihn.Link | None:
        if file is None:
            return None
        name = names[file.file_id]
        return jdihn.Link(name, _absolute("jdih.download", stem=document.stem, name=name))

    plain = ("id", "year", "set_on", "promulgated_on", "number", "changed_at", "legal_status", "call_number")
    more = ("place", "publisher", "physical", "source", "subjects", "isbn", "language", "field_of_law")
    return jdihn.Entry(
        **{name: getattr(document, name) for name in (*plain, *more, "heading", "book_number")},
        kind=document.kind_row.name,
        abbreviation=document.kind_row.abbreviation,
        type=document.kind_row.type,
        title=words.printable(queries.title_of(document)),
        abstract=words.printable(document.abstract),
        page=_absolute("jdih.document", stem=document.stem),
        withdrawn=document.state == "ditarik",
        file=link(main),
        sheet=link(sheet),
    )


def current() -> Path:
    """The feed's file, written anew if a document has changed; :class:`Refused` if it would be empty."""
    path = _path()
    newest = watermark()
    if newest is None:
        if path.exists():
            return path
        raise _empty()
    if not path.exists() or path.stat().st_mtime_ns < _ns(newest):
        write(path)
    return path


def write(path: Path, changed_since: dt.datetime | None = None) -> int:
    """Write the feed to ``path``; return the number of documents.

    It comes into being under another name in the same folder. An empty one is refused and what is there
    stays, for a harvester would take it for the end of the register; so is one that broke half-way.
    """
    newest = watermark()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with draft.open("x", encoding="utf-8") as file, closing(rows(changed_since)) as objects:
            count = _pour(objects, file)
            file.flush()
            os.fsync(file.fileno())
        if not count:
            raise _empty()
        if newest is not None:
            os.utime(draft, ns=(_ns(newest), _ns(newest)))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _pour(objects: Iterator[dict[str, str]], file: IO[str]) -> int:
    count = 0
    file.write("[")
    for count, each in enumerate(objects, 1):
        file.write("\n" if count == 1 else ",\n")
        json.dump(each, file, ensure_ascii=False)
    file.write("\n]\n")
    return count


def _path() -> Path:
    site = zlib.crc32(current_app.config["BASE_URL"].encode())
    return Path(current_app.config["HOME"]) / "jdih" / f"document-{site:08x}.json"


def _ns(moment: dt.datetime) -> int:
    """Nanoseconds since 1970, to the microsecond exact."""
    return round((moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) / dt.timedelta(microseconds=1)) * 1000


def _empty() -> Refused:
    return Refused(
        _("Belum ada produk hukum yang terbit; umpan kosong tidak dibuat."),
        hint=_("Terbitkan dokumen di register JDIH lebih dulu."),
        status=404,
    )


def _absolute(endpoint: str, **values: object) -> str:
    path = url_for(endpoint, _external=False, **values)  # type: ignore[arg-type]
    return str(current_app.config["BASE_URL"]) + path
