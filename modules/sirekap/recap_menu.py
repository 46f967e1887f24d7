"""The recap in the menu and on the task list, and its words in the trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from electsys.db import db
from electsys.documents import kinds
from electsys.identity import grants
from electsys.ledger.wording import name_subject, name_verb
from electsys.web import navigation, tasks
from modules.sirekap.boards import jobs as _jobs  # noqa: F401  (the beat registers)
from modules.sirekap.models import Objection, Recap
from modules.sirekap.operations import papers
from modules.sirekap.permissions import CLOSE, ENTER, READ
from modules.sirekap.views.recap import bp

VERBS = {
    "sirekap:recap:prepare": _l("Menyiapkan jenjang rekapitulasi"),
    "sirekap:recap:fill": _l("Mengisi kolom rekapitulasi"),
    "sirekap:recap:explain": _l("Mencatat TPS tanpa formulir"),
    "sirekap:recap:read": _l("Membacakan bagian rekapitulasi"),
    "sirekap:recap:reread": _l("Membacakan ulang bagian rekapitulasi"),
    "sirekap:recap:correct": _l("Membetulkan angka dalam pleno"),
    "sirekap:recap:export": _l("Mengunduh berkas pleno luring"),
    "sirekap:recap:return": _l("Memasukkan berkas pleno luring"),
    "sirekap:proposal:propose": _l("Mengusulkan pembetulan karena putusan"),
    "sirekap:proposal:agree": _l("Menyetujui pembetulan karena putusan"),
    "sirekap:proposal:decline": _l("Menolak usul pembetulan karena putusan"),
    "sirekap:objection:file": _l("Mencatat keberatan"),
    "sirekap:mandate:register": _l("Mencatat mandat saksi"),
    "sirekap:mandate:end": _l("Mengakhiri mandat saksi"),
    "sirekap:attendance:note": _l("Mencatat kehadiran pleno"),
    "sirekap:signature:note": _l("Mencatat tanda tangan D.Hasil"),
}
SUBJECTS = {
    "recap": _l("rekapitulasi"),
    "recap_proposal": _l("usul pembetulan"),
    "recap_objection": _l("keberatan"),
    "witness_mandate": _l("mandat saksi"),
    "recap_attendance": _l("daftar hadir pleno"),
    "recap_signature": _l("tanda tangan D.Hasil"),
}


def join(app: Flask) -> None:
    """Register pages, words, papers and tasks."""
    for verb, label in VERBS.items():
        name_verb(verb, label)
    for table, label in SUBJECTS.items():
        name_subject(table, label)
    kinds.declare(
        "recap", label=_l("Berkas pleno luring"), media=(kinds.XLSX, kinds.JSON), max_bytes=20 * kinds.MB
    )
    app.register_blueprint(bp)
    papers.join()
    navigation.entry(_l("Rekapitulasi (D.Hasil)"), "rekap.public_start", group="publik", order=12)
    navigation.entry(_l("Papan rekapitulasi"), "rekap.public_board_start", group="publik", order=13)
    navigation.entry(_l("Pleno rekapitulasi"), "rekap.start", permission=READ, order=30)
    tasks.source(ENTER, reading)
    tasks.source(CLOSE, locking)


def _own(account: Any, permission: str) -> Any:
    regions = [s.region or "" for s in grants.scopes(account, permission) if s.party is None]
    return Recap.region.in_(regions)


def reading(account: Any) -> Iterable[tasks.Task]:
    """Plenaries of the account's own body that are open, and objections that wait there."""
    row = db.session.execute(
        select(func.count(Recap.id), func.min(Recap.id)).where(_own(account, ENTER), Recap.state == "dibuka")
    ).one()
    if row[0]:
        yield tasks.Task(_("Lanjutkan pleno rekapitulasi"), url_for("rekap.start"), count=row[0], order=24)
    waiting = db.session.scalar(
        select(func.count(Objection.id))
        .join(Recap, Recap.id == Objection.recap_id)
        .where(_own(account, ENTER), Objection.state == "diajukan")
    )
    if waiting:
        yield tasks.Task(_("Jawab keberatan dalam pleno"), url_for("rekap.start"), count=waiting, order=23)


def locking(account: Any) -> Iterable[tasks.Task]:
    """Closed forms of the account's own body that wait for it as the second person."""
    found = db.session.scalars(
        select(Recap)
        .where(_own(account, CLOSE), Recap.state == "ditutup", Recap.closed_by != account.id)
        .limit(100)
    ).all()
    if found:
        link = url_for("rekap.form", recap_id=found[0].id) if len(found) == 1 else url_for("rekap.start")
        yield tasks.Task(_("Sahkan D.Hasil sebagai orang kedua"), link, count=len(found), order=22)
