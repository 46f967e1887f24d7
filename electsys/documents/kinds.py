"""Purposes of files, as data: what may come in for each, and how much of it.

A room declares its purposes with :func:`declare`; an admin may set other limits
(:class:`~electsys.documents.models.FileLimit`). Limits are printed beside each upload field.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _l

from electsys.db import db
from electsys.documents.models import FileLimit

JPEG = "image/jpeg"
PNG = "image/png"
PDF = "application/pdf"
SVG = "image/svg+xml"
CSV = "text/csv"
JSON = "application/json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What people call each media type, and the ending that a download gets.
NAMES = {JPEG: "JPEG", PNG: "PNG", PDF: "PDF", SVG: "SVG", CSV: "CSV", JSON: "JSON", XLSX: "XLSX"}
ENDINGS = {
    JPEG: ".jpg",
    PNG: ".png",
    PDF: ".pdf",
    SVG: ".svg",
    CSV: ".csv",
    JSON: ".json",
    XLSX: ".xlsx",
}

MB = 1_000_000
GB = 1_000 * MB


@dataclass(frozen=True)
class Kind:
    """One purpose with its limits: bytes, pages of a PDF, pixels of an image."""

    name: str
    label: Any
    media: tuple[str, ...]
    max_bytes: int
    max_pages: int | None = None
    max_pixels: int | None = None
    #: Whether the owner may fetch the file again; not where it holds many people's data.
    download: bool = True
    #: Whether it lies sealed on every disk (electsys.documents.sealing): what shows numbers of persons.
    sealed: bool = False
    #: Refuses a sender's name for a file, by Refused, before a byte or the name itself is kept.
    check_name: Callable[[str], None] | None = None

    @property
    def formats(self) -> str:
        """The formats in words: "JPEG, PNG, PDF"."""
        return ", ".join(NAMES[m] for m in self.media)

    @property
    def accept(self) -> str:
        """The ``accept`` of the file field."""
        return ",".join((*self.media, *(ENDINGS[m] for m in self.media)))


ALL: dict[str, Kind] = {}


def declare(
    name: str,
    *,
    label: Any,
    media: tuple[str, ...],
    max_bytes: int,
    max_pages: int | None = None,
    max_pixels: int | None = None,
    download: bool = True,
    sealed: bool = False,
    check_name: Callable[[str], None] | None = None,
) -> Kind:
    """Declare a purpose; images need a pixel limit and PDFs a page limit."""
    if PDF in media and max_pages is None:
        raise ValueError(f"{name}: a PDF needs a page limit")
    if {JPEG, PNG} & set(media) and max_pixels is None:
        raise ValueError(f"{name}: an image needs a pixel limit")
    ALL[name] = Kind(name, label, media, max_bytes, max_pages, max_pixels, download, sealed, check_name)
    return ALL[name]


def limits(name: str) -> Kind:
    """The purpose with the limits in force. An unknown one is a mistake of the program: LookupError."""
    if name not in ALL:
        raise LookupError(f"unknown kind of file: {name!r}")
    row = db.session.get(FileLimit, name)
    if row is None:
        return ALL[name]
    return replace(ALL[name], max_bytes=row.max_bytes, max_pages=row.max_pages, max_pixels=row.max_pixels)


declare(
    "evidence",
    label=_l("Bukti"),
    media=(JPEG, PNG, PDF),
    max_bytes=10 * MB,
    max_pages=50,
    max_pixels=50_000_000,
)
declare("photo", label=_l("Foto"), media=(JPEG, PNG), max_bytes=15 * MB, max_pixels=80_000_000)
declare("document", label=_l("Dokumen"), media=(PDF,), max_bytes=20 * MB, max_pages=500)
declare("table", label=_l("Berkas data"), media=(CSV, XLSX), max_bytes=2 * GB, download=False)
declare(
    "personal",
    label=_l("Berkas data pribadi"),
    media=(CSV, XLSX),
    max_bytes=2 * GB,
    download=False,
    sealed=True,
)
declare("official", label=_l("Naskah dinas"), media=(PDF,), max_bytes=100 * MB, max_pages=5000)
