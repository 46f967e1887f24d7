"""What a party enters: profile, boards, offices, accounts, documents; in words, files and pages."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.documents import kinds
from electsys.ledger.wording import name_verb
from modules.sipol import board_files
from modules.sipol.rules.documents import LOGO, PURPOSE
from modules.sipol.views import boards, documents, offices, profile  # noqa: F401  (the pages register)

VERBS = {
    "sipol:party:change": _l("Mengubah profil partai"),
    "sipol:board:add": _l("Mengisi kepengurusan"),
    "sipol:board:change": _l("Mengubah kepengurusan"),
    "sipol:board:remove": _l("Menghapus kepengurusan"),
    "sipol:board:import": _l("Mengimpor berkas kepengurusan"),
    "sipol:officer:add": _l("Mengisi pengurus"),
    "sipol:officer:change": _l("Mengubah data pengurus"),
    "sipol:officer:remove": _l("Mengeluarkan pengurus"),
    "sipol:office:add": _l("Mengisi kantor partai"),
    "sipol:office:change": _l("Mengubah kantor partai"),
    "sipol:account:add": _l("Mengisi rekening partai"),
    "sipol:account:change": _l("Mengubah rekening partai"),
    "sipol:document:file": _l("Menempatkan dokumen partai"),
    "sipol:document:discard": _l("Membuang unggahan yang belum ditempatkan"),
}


def join(app: Flask) -> None:
    """Register words, purposes of files, the file of boards, and the pages."""
    for verb, label in VERBS.items():
        name_verb(verb, label)
    kinds.declare(
        PURPOSE, label=_l("Dokumen partai"), media=(kinds.PDF,), max_bytes=10 * kinds.MB, max_pages=300
    )
    kinds.declare(
        LOGO,
        label=_l("Lambang partai"),
        media=(kinds.PNG, kinds.JPEG, kinds.SVG),
        max_bytes=2 * kinds.MB,
        max_pixels=25_000_000,
    )
    board_files.offer()
