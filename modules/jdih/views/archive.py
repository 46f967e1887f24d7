"""The archive: what lies in it, what is due, its classes, and what kinds of letters demand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from electsys.db import db
from electsys.documents.papers import today
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import Scope, can, requires
from electsys.web.tables import Column, Filter, Table
from modules.jdih.forms.incoming import FATES, class_form, kind_form
from modules.jdih.models import ArchiveClass, Letter, LetterKind
from modules.jdih.operations import archive as operations
from modules.jdih.queries import letters as queries
from modules.jdih.rules.letters import retention, stage_of
from modules.jdih.views import bp
from modules.jdih.views.letters import letter_link, shown_title
from modules.jdih.workflow.letters import ARCHIVE

STAGES = {
    "aktif": _l("Aktif"),
    "inaktif": _l("Inaktif"),
    "habis": _l("Retensi habis"),
    "belum": _l("Retensi belum ditetapkan"),
}


def _ends(row: Any) -> dt.date | None:
    """Last day of its retention; None where its class has none."""
    letter, kept = row
    if kept.active_years is None:
        return None
    return retention(letter.archived_on, kept.active_years, kept.inactive_years)[1]


@bp.get("/arsip")
@requires(ARCHIVE)
def archive() -> Any:
    """Archived letters with what their retention says today."""
    now = today("")

    def stage(row: Any) -> Any:
        letter, kept = row
        return STAGES[stage_of(letter.archived_on, kept.active_years, kept.inactive_years, now)]

    table = Table(
        queries.archived_for(current_user),
        [
            Column("nomor", _l("Nomor"), lambda row: row[0].number, sort=Letter.number),
            Column(
                "hal",
                _l("Hal"),
                lambda row: shown_title(row[0]),
                head=True,
                link=lambda row: letter_link(row[0]),
            ),
            Column("klasifikasi", _l("Klasifikasi"), lambda row: row[1].code, sort=ArchiveClass.code),
            Column(
                "diarsipkan",
                _l("Diarsipkan"),
                lambda row: row[0].archived_on,
                kind="date",
                sort=Letter.archived_on,
            ),
            Column("tahap", _l("Tahap"), stage),
            Column("sampai", _l("Retensi sampai"), _ends, kind="date"),
            Column("nasib", _l("Nasib akhir"), lambda row: FATES.get(row[1].fate, "")),
        ],
        caption=_l("Arsip naskah dinas"),
        empty=_l("Belum ada naskah yang diarsipkan. Buka naskah yang sudah terkirim, lalu pilih Arsipkan."),
        filters=[
            Filter(
                "tahap",
                _l("Tahap"),
                list(STAGES.items()),
                lambda q, value: q.where(queries.stage_is(value, now)),
            ),
            Filter(
                "nasib",
                _l("Nasib akhir"),
                list(FATES.items()),
                lambda q, value: q.where(ArchiveClass.fate == value),
            ),
        ],
        search=(Letter.number, ArchiveClass.code, ArchiveClass.name),
        search_hint=_l("Cari nomor atau klasifikasi"),
        name="arsip",
    )
    return table.download() or render_template("jdih/archive.html", table=table)


# --- classes -------------------------------------------------------------------------------------


@bp.get("/arsip/klasifikasi")
@requires(ARCHIVE)
def archive_classes() -> Any:
    """The classes with their retention; the nation's archive changes them."""
    edits = can(current_user, ARCHIVE, Scope())
    table = Table(
        list(queries.classes(active=False)),
        [
            Column(
                "kode",
                _l("Kode"),
                "code",
                head=True,
                sort=True,
                link=lambda row: url_for("jdih.archive_class", code=row.code) if edits else None,
            ),
            Column("uraian", _l("Uraian"), "name", sort=True),
            Column("aktif", _l("Aktif (tahun)"), "active_years", kind="number"),
            Column("inaktif", _l("Inaktif (tahun)"), "inactive_years", kind="number"),
            Column("nasib", _l("Nasib akhir"), lambda row: FATES.get(row.fate, _("belum ditetapkan"))),
            Column("dasar", _l("Dasar hukum"), "source"),
            Column(
                "cocok",
                _l("Keadaan"),
                lambda row: (
                    _("tidak dipakai")
                    if not row.active
                    else _("perlu dikonfirmasi")
                    if row.to_confirm
                    else _("dipakai")
                ),
            ),
        ],
        caption=_l("Klasifikasi arsip"),
        empty=_l("Belum ada klasifikasi."),
        search=True,
        search_hint=_l("Cari kode atau uraian"),
        name="klasifikasi-arsip",
    )
    return table.download() or render_template("jdih/archive_classes.html", table=table, edits=edits)


def load_class(code: str) -> tuple[ArchiveClass, Scope]:
    """A class; the table is the nation's (Kep KPU 57/2022)."""
    return db.session.get(ArchiveClass, code) or abort(404), Scope()


@bp.route("/arsip/klasifikasi/<code>", methods=["GET", "POST"])
@requires(ARCHIVE, load=load_class)
def archive_class(loaded: ArchiveClass) -> Any:
    """Change a class."""
    return _edit_class(loaded)


@bp.route("/arsip/klasifikasi/baru", methods=["GET", "POST"])
@requires(ARCHIVE, load=lambda: (None, Scope()))
def new_archive_class(_nothing: None) -> Any:
    """Add a class."""
    return _edit_class(None)


def _edit_class(row: ArchiveClass | None) -> Any:
    parents = [
        (c.code, f"{c.code} {c.name}")
        for c in queries.classes(active=False)
        if row is None or row.code.startswith(f"{c.code}.")
    ]
    form = class_form(parents, new=row is None)(obj=row)
    if form.validate_on_submit():
        try:
            saved = operations.save_class(
                row,
                code=form.code.data if row is None else row.code,
                name=form.name.data,
                parent=form.parent.data or None,
                active_years=form.active_years.data,
                inactive_years=form.inactive_years.data,
                fate=form.fate.data or None,
                source=form.source.data or "",
                to_confirm=form.to_confirm.data,
                active=form.active.data,
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Klasifikasi %(code)s disimpan.", code=saved.code), "success")
            return redirect(url_for("jdih.archive_classes"))
    title = row.code if row else _("Klasifikasi baru")
    return render_template("jdih/archive_class.html", form=form, title=title), form.status


# --- kinds ---------------------------------------------------------------------------------------


@bp.get("/naskah/jenis")
@requires(ARCHIVE)
def letter_kinds() -> Any:
    """What each kind of letter demands; the nation's archive sets it."""
    edits = can(current_user, ARCHIVE, Scope())
    table = Table(
        queries.kinds(),
        [
            Column(
                "jenis",
                _l("Jenis"),
                lambda row: row[1].name,
                head=True,
                link=lambda row: url_for("jdih.letter_kind", kind=row[0].kind) if edits else None,
            ),
            Column("kode", _l("Kode"), lambda row: row[0].kind),
            Column("deret", _l("Deret nomor"), lambda row: row[0].series),
            Column("paraf", _l("Paraf paling sedikit"), lambda row: row[0].initials, kind="number"),
            Column(
                "penanda",
                _l("Penanda tangan"),
                lambda row: _("akun lain") if row[0].signer_apart else _("boleh penyusunnya"),
            ),
            Column("publik", _l("Dibaca"), lambda row: _("siapa saja") if row[0].public else _("satker")),
            Column("klasifikasi", _l("Klasifikasi bawaan"), lambda row: row[0].class_code or ""),
        ],
        caption=_l("Jenis naskah dinas"),
        empty=_l("Belum ada jenis naskah."),
        name="jenis-naskah",
    )
    return table.download() or render_template("jdih/letter_kinds.html", table=table)


def load_kind(kind: str) -> tuple[LetterKind, Scope]:
    """The setting of a kind; one for the whole house."""
    return db.session.get(LetterKind, kind) or abort(404), Scope()


@bp.route("/naskah/jenis/<kind>", methods=["GET", "POST"])
@requires(ARCHIVE, load=load_kind)
def letter_kind(loaded: LetterKind) -> Any:
    """Change what a kind demands."""
    form = kind_form([(c.code, f"{c.code} {c.name}") for c in queries.classes()])(obj=loaded)
    if form.validate_on_submit():
        try:
            operations.save_kind(
                loaded,
                series=form.series.data,
                signer_apart=form.signer_apart.data,
                initials=form.initials.data,
                public=form.public.data,
                class_code=form.class_code.data or None,
                actor=current_actor(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Pengaturan %(kind)s disimpan.", kind=loaded.kind_row.name), "success")
            return redirect(url_for("jdih.letter_kinds"))
    return render_template("jdih/letter_kind.html", form=form, setting=loaded), form.status
