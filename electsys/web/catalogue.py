"""The English catalogue: messages are Indonesian in the code, English in one file, compiled at set-up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "electsys" / "web" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
FOLDERS = ("electsys", "modules", "templates")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**.html", "jinja2")]
#: Functions of code and templates that mark a message.
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "_n": (1, 2)}
OPTIONS = {"jinja2": {"trim_blocks": "true", "lstrip_blocks": "true"}}

#: The file's history is in git; a date in it would only make every merge a conflict.
_NO_DATE = dt.datetime(2024, 2, 14, tzinfo=dt.UTC)

Message = str | tuple[str, ...]


def messages() -> Iterator[tuple[str, Message]]:
    """Every message of the tree with the file it first stands in."""
    seen: set[Message] = set()
    for folder in FOLDERS:
        found = extract_from_dir(
            str(ROOT / folder),
            METHODS,
            {"**.html": OPTIONS["jinja2"]},
            keywords=KEYWORDS,
        )
        for name, _line, message, _comments, _context in found:
            if message not in seen:
                seen.add(message)
                yield f"{folder}/{name}", message


def read(path: Path = PO) -> Catalog:
    """The catalogue as it stands; an empty one where there is none."""
    if not path.exists():
        return Catalog(locale="en", project="electsys")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def missing(catalogue: Catalog | None = None) -> list[str]:
    """Messages without an English wording, in reading order."""
    known = catalogue or read()
    return [_key(message) for _name, message in messages() if not _translated(known, message)]


def _key(message: Message) -> str:
    return message if isinstance(message, str) else message[0]


def _translated(known: Catalog, message: Message) -> bool:
    entry = known.get(_key(message))
    if entry is None or entry.fuzzy:
        return False
    return bool(entry.string) and all(entry.string if isinstance(entry.string, tuple) else (entry.string,))


def update() -> None:
    """Write the catalogue anew: every message of the tree, with the wording it has."""
    old = read()
    new = Catalog(
        locale="en",
        header_comment="# English wording of the interface. `flask --app wsgi web extract` keeps it in step.",
        project="electsys",
        version="1",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
        creation_date=_NO_DATE,
        revision_date=_NO_DATE,
        fuzzy=False,
    )
    for name, message in messages():
        known = old.get(_key(message))
        string = known.string if known is not None else ""
        new.add(message, string or ("" if isinstance(message, str) else ("", "")), locations=[(name, 0)])
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, new, width=110, sort_by_file=True, omit_header=False, include_lineno=False)


def compile_all() -> list[Path]:
    """Compile the catalogue where it is newer than its compiled form; return what was written."""
    target = PO.with_suffix(".mo")
    if not PO.exists() or (target.exists() and target.stat().st_mtime >= PO.stat().st_mtime):
        return []
    part = target.with_suffix(".mo.part")
    with part.open("wb") as file:
        write_mo(file, read())
    part.replace(target)
    return [target]
