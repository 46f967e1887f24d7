"""A document as BPHN's network (JDIHN) harvests it: ``/feed/document.json`` (Perpres 33/2012; domain.md 8.2).

An array of objects, one a document, whose values are all strings; what is empty is ``-``. ``operasi`` and
``display`` are constants of the format. A document that was withdrawn stays in the feed, because a harvester
keeps what it once took: its status is ``Ditarik`` and there is no file any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

EMPTY = "-"
WITHDRAWN = "Ditarik"
OPERASI, DISPLAY = "4", "1"
#: Legal status -> as the network writes it.
STATUSES = {
    "berlaku": "Berlaku",
    "diubah": "Diubah",
    "dicabut_sebagian": "Dicabut Sebagian",
    "dicabut": "Dicabut",
    "tidak_berlaku": "Tidak Berlaku",
}
#: The keys in their order.
KEYS = (
    *("idData", "tahun_pengundangan", "tanggal_penetapan", "tanggal_pengundangan", "jenis", "noPeraturan"),
    *("judul", "noPanggil", "singkatanJenis", "tempatTerbit", "penerbit", "deskripsiFisik", "sumber"),
    *("subjek", "isbn", "status", "bahasa", "bidangHukum", "teuBadan", "nomorIndukBuku", "fileDownload"),
    *("urlDownload", "abstrak", "urlAbstrak", "urlDetailPeraturan", "operasi", "display", "last_updated"),
)


@dataclass(frozen=True)
class Link:
    """A file: its name and its absolute address."""

    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the feed needs to know of a document."""

    id: int
    year: int
    set_on: dt.date | None
    promulgated_on: dt.date | None
    kind: str
    abbreviation: str
    type: str
    number: str | None
    title: str
    page: str
    changed_at: dt.datetime
    withdrawn: bool = False
    legal_status: str | None = None
    call_number: str | None = None
    place: str | None = None
    publisher: str | None = None
    physical: str | None = None
    source: str | None = None
    subjects: Sequence[str] = ()
    isbn: str | None = None
    language: str | None = None
    field_of_law: str | None = None
    heading: str | None = None
    book_number: str | None = None
    #: The document itself, and the sheet with its abstract.
    file: Link | None = None
    sheet: Link | None = None
    abstract: str = ""


def row(entry: Entry) -> dict[str, str]:
    """The object of a document. Fields that only a monograph has are ``-`` for all others."""
    book = entry.type == "monografi"
    file = None if entry.withdrawn else entry.file
    sheet = None if entry.withdrawn else entry.sheet
    abstract = "" if entry.withdrawn else entry.abstract
    values: dict[str, str | None] = {
        "idData": str(entry.id),
        "tahun_pengundangan": str(entry.year),
        "tanggal_penetapan": _day(entry.set_on),
        "tanggal_pengundangan": _day(entry.promulgated_on or entry.set_on),
        "jenis": entry.kind,
        "noPeraturan": entry.number,
        "judul": entry.title,
        "noPanggil": entry.call_number if book else None,
        "singkatanJenis": entry.abbreviation,
        "tempatTerbit": entry.place,
        "penerbit": entry.publisher if book else None,
        "deskripsiFisik": entry.physical if book else None,
        "sumber": entry.source,
        "subjek": "; ".join(entry.subjects),
        "isbn": entry.isbn if book else None,
        "status": WITHDRAWN if entry.withdrawn else STATUSES.get(entry.legal_status or ""),
        "bahasa": entry.language,
        "bidangHukum": entry.field_of_law,
        "teuBadan": entry.heading,
        "nomorIndukBuku": entry.book_number if book else None,
        "fileDownload": file.name if file else None,
        "urlDownload": file.url if file else None,
        "abstrak": sheet.name if sheet else abstract,
        "urlAbstrak": sheet.url if sheet else (f"{entry.page}#abstrak" if abstract else None),
        "urlDetailPeraturan": entry.page,
        "operasi": OPERASI,
        "display": DISPLAY,
        "last_updated": entry.changed_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return {key: _said(values[key]) for key in KEYS}


def _said(value: str | None) -> str:
    return (value or "").strip() or EMPTY


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
