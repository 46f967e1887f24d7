"""Those who vote elsewhere, in the menu, on the task lists and in the trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from electsys import notices
from electsys.db import db
from electsys.identity import grants
from electsys.ledger.wording import name_subject, name_verb
from electsys.privacy import SealedColumn, declare_sealed
from electsys.web import navigation, tasks
from electsys.workflow.scoping import within
from modules.sidalih import people_files
from modules.sidalih.models.moves import VoterMove
from modules.sidalih.operations import searches
from modules.sidalih.permissions import MOVE, READ
from modules.sidalih.views import abroad, dpk, moves, places  # noqa: F401  (the pages register)

VERBS = {
    "sidalih:move:submit": _l("Mengajukan pindah memilih"),
    "sidalih:place:open": _l("Membuka lokasi khusus"),
    "sidalih:place:describe": _l("Melengkapi keterangan lokasi khusus"),
    "sidalih:place:fill": _l("Memasukkan penghuni lokasi khusus"),
    "sidalih:dpk:enter": _l("Mencatat baris DPK"),
    "sidalih:voter:guess": _l("Menjeda pencarian NIK sebuah akun"),
    "sidalih:transfer:make": _l("Mengeluarkan baris dari daftar asal"),
    "sidalih:transfer:undo": _l("Mengembalikan baris ke daftar asal"),
}
SUBJECTS = {
    "voter_move": _l("pindah memilih"),
    "voter_place": _l("lokasi khusus"),
    "voter_dpk": _l("baris DPK"),
}


def join(app: Flask) -> None:
    """Register pages, words, sealed columns, files and what waits."""
    for verb, label in VERBS.items():
        name_verb(verb, label)
    for table, label in SUBJECTS.items():
        name_subject(table, label)
    declare_sealed(SealedColumn("voter_move", _l("Pindah memilih"), region="served_tps", fields=("nik",)))
    fields = ("nik", "birth_date", "disability")
    declare_sealed(SealedColumn("voter_dpk", _l("Daftar Pemilih Khusus"), region="tps_code", fields=fields))
    people_files.offer()
    notices.kind(
        searches.ALARM,
        title=_l("Sebuah akun mencoba-coba NIK"),
        text=_l(
            "%(account)s mencari lebih dari %(limit)s NIK yang tidak ditemukan dalam waktu singkat. "
            "Pencariannya dijeda; tanyakan kepada pemegang akunnya, dan nonaktifkan akun bila dicuri."
        ),
        level="penting",
    )
    navigation.entry(_l("Pindah memilih"), "sidalih.moves", permission=READ, order=35)
    navigation.entry(_l("Pemilih luar negeri"), "sidalih.abroad", permission=READ, order=36)
    navigation.entry(_l("DPK"), "sidalih.dpk", permission=READ, order=37)
    tasks.source(MOVE, waiting_moves)


def waiting_moves(account: Any) -> Iterable[tasks.Task]:
    """Applications of the account's offices that wait to be issued."""
    inside = within(region=VoterMove.served_tps, election=VoterMove.election_id)(grants.scopes(account, MOVE))
    n = db.session.scalar(select(func.count()).where(VoterMove.state == "diajukan", inside))
    if n:
        link = url_for("sidalih.moves", keadaan="diajukan")
        yield tasks.Task(_("Terbitkan surat pindah memilih"), link, count=n, order=34)
