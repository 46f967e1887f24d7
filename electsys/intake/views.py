"""Pages of bulk files: upload, match the columns, look at the check, confirm, see the outcome."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup

from electsys.db import db
from electsys.documents.views import send_stored
from electsys.errors import Refused
from electsys.identity import current_actor
from electsys.identity.access import SIGNED_IN, Scope, can, requires
from electsys.intake import operations, queries
from electsys.intake.forms import ConfirmForm, mapping_form, upload_form
from electsys.intake.mapping import match
from electsys.intake.models import IntakeFile
from electsys.intake.problems import column_label
from electsys.intake.registry import KINDS, Kind
from electsys.intake.workflow import FILE, LOOKS
from electsys.jobs.queries import shown as shown_job
from electsys.web.forms import ButtonForm, demand_button
from electsys.web.tables import Column, Filter, Table

READ = "intake:file:read"

bp = Blueprint("intake", __name__)


def load_kind(kind: str) -> tuple[Kind, Scope]:
    """The registered kind of a URL; its own permission opens it."""
    found = KINDS.get(kind)
    if found is None:
        abort(404)
    if not can(current_user, found.permission):
        abort(403)
    return found, Scope()


def load_own(kind: str, intake_id: int) -> tuple[IntakeFile, Scope]:
    """One's own file; for others it does not exist."""
    row = db.session.get(IntakeFile, intake_id)
    if row is None or row.spec != kind or row.account_id != current_user.id:
        abort(404)
    return row, Scope()


def load_seen(kind: str, intake_id: int) -> tuple[IntakeFile, Scope]:
    """One's own file, or anybody's for those who may read all."""
    row = db.session.get(IntakeFile, intake_id)
    if row is None or row.spec != kind:
        abort(404)
    if row.account_id != current_user.id and not can(current_user, READ, Scope()):
        abort(404)
    return row, Scope()


@bp.get("/unggah")
@requires(SIGNED_IN)
def own() -> Any:
    """One's own files, and what may be brought."""
    table = files_table(queries.listing(current_user.id), _l("Berkas impor saya"))
    kinds = [kind for kind in KINDS.values() if can(current_user, kind.permission)]
    return table.download() or render_template(
        "intake/list.html", title=_("Berkas impor saya"), table=table, kinds=kinds
    )


@bp.get("/admin/unggah")
@requires(READ)
def every_file() -> Any:
    """All files."""
    table = files_table(queries.listing(), _l("Semua berkas impor"))
    return table.download() or render_template(
        "intake/list.html", title=_("Semua berkas impor"), table=table, kinds=[]
    )


def files_table(statement: Any, caption: Any) -> Table:
    """Files with their state and counts."""
    return Table(
        statement,
        [
            Column("nomor", _l("Nomor"), "id", sort=IntakeFile.id, link=_link, head=True),
            Column("berkas", _l("Berkas"), "file.name", link=_link),
            Column("jenis", _l("Jenis"), lambda row: kind_label(row.spec), sort=IntakeFile.spec),
            Column("status", _l("Status"), lambda row: FILE.state_label(row.state), cell=badge),
            Column("baris", _l("Baris"), lambda row: row.counts.get("rows"), kind="number"),
            Column("kesalahan", _l("Kesalahan"), lambda row: row.counts.get("errors"), kind="number"),
            Column("oleh", _l("Dibawa oleh"), "account.username", hidden=True),
            Column("waktu", _l("Waktu"), "created_at", kind="moment", sort=IntakeFile.created_at),
        ],
        caption=caption,
        empty=_l("Belum ada berkas. Berkas yang Anda impor akan muncul di sini."),
        filters=[
            Filter(
                "status",
                _l("Status"),
                list(FILE.labels.items()),
                lambda select, state: select.where(IntakeFile.state == state),
            )
        ],
        name="berkas-impor",
    )


def _link(row: IntakeFile) -> str:
    return url_for("intake.file", kind=row.spec, intake_id=row.id)


def badge(row: IntakeFile) -> Markup:
    """A state as the reader sees it."""
    return Markup('<span class="state {}">{}</span>').format(LOOKS[row.state], FILE.state_label(row.state))


def kind_label(name: str) -> str:
    """What people call a kind of file; its name where no module offers it any more."""
    return str(KINDS[name].label) if name in KINDS else name


@bp.route("/unggah/<kind>", methods=["GET", "POST"])
@requires(SIGNED_IN, load=load_kind)
def start(loaded: Kind) -> Any:
    """Bring a file."""
    form = upload_form(loaded, current_user)
    if form.validate_on_submit():
        try:
            actor = current_actor()
            context = form["context"].data if loaded.context else ""
            stored = form["file"].store(actor=actor)
            row = operations.receive_file(loaded, context, stored, actor=actor)
        except Refused as refusal:
            db.session.rollback()
            refusal.field = refusal.field if refusal.field in form else "file"
            form.refuse(refusal)
        else:
            return redirect(_link(row))
    columns = None if loaded.context else loaded.spec("").columns
    page = render_template("intake/start.html", kind=loaded, form=form, columns=columns)
    return page, form.status


@bp.get("/unggah/<kind>/<int:intake_id>")
@requires(SIGNED_IN, load=load_seen)
def file(loaded: IntakeFile) -> Any:
    """One file, with the step that is next."""
    return _page(loaded)


@bp.post("/unggah/<kind>/<int:intake_id>/kolom")
@requires(SIGNED_IN, load=load_own)
def match_columns(loaded: IntakeFile) -> Any:
    """Settle the columns; a job then checks the file."""
    form = _mapping_form(loaded)
    if not form.validate_on_submit():
        return _page(loaded, form), form.status
    key = loaded.id
    try:
        operations.match_columns(loaded, form.mapping, actor=current_actor())
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _page(db.session.get_one(IntakeFile, key), form), form.status
    return redirect(_link(loaded))


@bp.post("/unggah/<kind>/<int:intake_id>/kolom-lagi")
@requires(SIGNED_IN, load=load_own)
def match_again(loaded: IntakeFile) -> Any:
    """Back to the columns."""
    demand_button()
    operations.match_again(loaded, actor=current_actor())
    return redirect(_link(loaded))


@bp.post("/unggah/<kind>/<int:intake_id>/terapkan")
@requires(SIGNED_IN, load=load_own)
def confirm(loaded: IntakeFile) -> Any:
    """Apply all rows, or the valid ones."""
    form = ConfirmForm()
    if not form.validate_on_submit():
        abort(400)
    operations.confirm_file(loaded, form.mode.data, actor=current_actor())
    return redirect(_link(loaded))


@bp.post("/unggah/<kind>/<int:intake_id>/batalkan")
@requires(SIGNED_IN, load=load_own)
def cancel(loaded: IntakeFile) -> Any:
    """Give the file up."""
    demand_button()
    operations.cancel_file(loaded, actor=current_actor())
    flash(_("Berkas dibatalkan. Tidak ada isinya yang disimpan ke data."), "success")
    return redirect(_link(loaded))


@bp.post("/unggah/<kind>/<int:intake_id>/ulangi")
@requires(SIGNED_IN, load=load_own)
def resume(loaded: IntakeFile) -> Any:
    """Run a step again whose job ended without an outcome."""
    demand_button()
    operations.resume_file(loaded, actor=current_actor())
    return redirect(_link(loaded))


@bp.get("/unggah/<kind>/<int:intake_id>/kesalahan")
@requires(SIGNED_IN, load=load_seen)
def sheet(loaded: IntakeFile) -> Any:
    """The error sheet; of a personal file it holds row numbers and masks alone."""
    if loaded.sheet is None:
        abort(404)
    return send_stored(loaded.sheet, name=loaded.sheet.name)


def _mapping_form(row: IntakeFile) -> Any:
    spec = operations.kind_of(row).spec(row.context)
    return mapping_form(spec, match(spec, row.header, row.mapping))


def _page(row: IntakeFile, form: Any = None) -> str:
    own = row.account_id == current_user.id
    kind = KINDS.get(row.spec)
    spec = kind.spec(row.context) if kind else None
    job = shown_job(row.job_id) if row.job_id else None
    rows = queries.first_rows(row) if own and kind and row.state in ("cocokkan", "siap") else []
    if own and row.state == "cocokkan" and kind and form is None:
        form = _mapping_form(row)
    return render_template(
        "intake/file.html",
        row=row,
        kind=kind,
        spec=spec,
        header=match(spec, row.header, row.mapping) if spec else None,
        context=_context_label(kind, row),
        badge=badge(row),
        kind_label=kind_label(row.spec),
        column_label=lambda name: column_label(spec, name) if spec else name,
        own=own,
        job=job,
        stuck=own and row.state in ("diperiksa", "diterapkan") and job is not None and job.job.finished,
        rows=rows,
        form=form,
        button_form=ButtonForm(),
        all_rows=ConfirmForm(mode="semua"),
        valid_rows=ConfirmForm(mode="sahih"),
        result_url=url_for(row.result["endpoint"], **row.result["values"]) if row.result else None,
    )


def _context_label(kind: Kind | None, row: IntakeFile) -> str:
    if kind is None or kind.context is None:
        return row.context
    return str(dict(kind.context.choices(row.account)).get(row.context, row.context))
