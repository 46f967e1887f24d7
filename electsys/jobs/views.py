"""Pages of jobs: one's own, all of them, one with its progress."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup

from electsys.db import db
from electsys.identity import current_actor
from electsys.identity.access import SIGNED_IN, Scope, can, requires
from electsys.jobs import operations, queries
from electsys.jobs.models import Job
from electsys.jobs.queries import Shown
from electsys.jobs.wording import STATES, as_json, badge, beat_label, task_label, time_left, waits_for
from electsys.web.tables import Column, Filter, Table
from electsys.web.tasks import Task

READ = "jobs:job:read"
MANAGE = "jobs:job:manage"

bp = Blueprint("jobs", __name__)


def own_or(permission: str) -> Any:
    """Load a job that is one's own, or any job with ``permission``; for others it does not exist."""

    def load(job_id: int) -> tuple[Job, Scope]:
        job = db.session.get(Job, job_id)
        if job is None or not (job.account_id == current_user.id or can(current_user, permission, Scope())):
            abort(404)
        return job, Scope()

    return load


@bp.get("/pekerjaan")
@requires(SIGNED_IN)
def own() -> Any:
    """The reader's own jobs."""
    table = job_table(queries.listing(current_user.id), _l("Pekerjaan saya"))
    return table.download() or render_template("jobs/list.html", title=_("Pekerjaan saya"), table=table)


@bp.get("/admin/pekerjaan")
@requires(READ)
def every_job() -> Any:
    """All jobs, and the periodic work of the house."""
    table = job_table(queries.listing(), _l("Semua pekerjaan"))
    return table.download() or render_template(
        "jobs/list.html", title=_("Semua pekerjaan"), table=table, beats=beat_table()
    )


def job_table(statement: Any, caption: Any) -> Table:
    """Jobs with their state, progress and what they wait for."""
    return Table(
        statement,
        [
            Column("nomor", _l("Nomor"), lambda row: row[0].id, sort=Job.id, link=_link, head=True),
            Column("pekerjaan", _l("Pekerjaan"), lambda row: task_label(row[0].task), link=_link),
            Column("status", _l("Status"), lambda row: str(STATES[Shown(*row).state]), cell=_state_cell),
            Column("kemajuan", _l("Kemajuan"), _progress_words),
            Column(
                "diminta", _l("Diminta"), lambda row: row[0].created_at, kind="moment", sort=Job.created_at
            ),
            Column("oleh", _l("Dimulai oleh"), lambda row: row[0].actor_name, sort=Job.actor_name),
            Column("tentang", _l("Tentang"), lambda row: row[0].subject, hidden=True, sort=Job.subject),
            Column("berakhir", _l("Berakhir"), lambda row: row[0].finished_at, kind="moment", hidden=True),
        ],
        caption=caption,
        empty=_l("Belum ada pekerjaan. Impor dan pekerjaan panjang lain akan muncul di sini."),
        filters=[
            Filter(
                "status",
                _l("Status"),
                [(state, label) for state, label in STATES.items() if state != "menunggu_giliran"],
                lambda select, state: select.where(Job.state == state),
            )
        ],
        name="pekerjaan",
    )


def _link(row: Any) -> str:
    return url_for("jobs.job", job_id=row[0].id)


def _state_cell(row: Any) -> Markup:
    shown = Shown(*row)
    return Markup("{} {}").format(badge(shown.state), waits_for(shown))


def _progress_words(row: Any) -> str:
    percent, left = row[0].percent, time_left(row[0].seconds_left)
    return " ".join(filter(None, (f"{percent}%" if percent is not None else "", left)))


def beat_table() -> Table:
    """Periodic work: when it last ran, and whether it fails."""
    return Table(
        queries.beats(),
        [
            Column("nama", _l("Nama"), lambda beat: beat_label(beat.name)),
            Column("sandi", _l("Kode"), "name", hidden=True),
            Column("mulai", _l("Terakhir mulai"), "started_at", kind="moment"),
            Column("berhasil", _l("Terakhir berhasil"), "finished_at", kind="moment"),
            Column("gagal", _l("Gagal berturut-turut"), "failures", kind="number"),
            Column("kode", _l("Kode kesalahan"), "error_id", hidden=True),
        ],
        caption=_l("Pekerjaan berkala"),
        empty=_l("Belum ada yang berjalan. Pastikan pekerja (flask jobs work) hidup."),
        prefix="berkala",
        exports=(),
    )


@bp.get("/pekerjaan/<int:job_id>")
@requires(SIGNED_IN, load=own_or(READ))
def job(loaded: Job) -> Any:
    """One job: how far it is, what it waits for, how it ended."""
    shown = queries.shown(loaded.id)
    mine = loaded.account_id == current_user.id
    manages = mine or can(current_user, MANAGE, Scope())
    return render_template(
        "jobs/job.html",
        shown=shown,
        may_cancel=manages and not loaded.finished and not loaded.cancel_requested,
        may_retry=manages and loaded.state in ("gagal", "dibatalkan"),
    )


@bp.get("/pekerjaan/<int:job_id>.json")
@requires(SIGNED_IN, load=own_or(READ))
def job_json(loaded: Job) -> Response:
    """The same in few bytes, for the progress bar."""
    shown = queries.shown(loaded.id)
    if shown is None:
        abort(404)
    return jsonify(as_json(shown))


@bp.post("/pekerjaan/<int:job_id>/batalkan")
@requires(SIGNED_IN, load=own_or(MANAGE))
def cancel(loaded: Job) -> Any:
    """Cancel a job that waits, or ask one that runs to stop."""
    operations.cancel_job(loaded, actor=current_actor())
    if loaded.finished:
        flash(_("Pekerjaan dibatalkan."), "success")
    else:
        flash(_("Pembatalan diminta. Pekerjaan berhenti pada titik aman berikutnya."), "success")
    return redirect(url_for("jobs.job", job_id=loaded.id))


@bp.post("/pekerjaan/<int:job_id>/ulangi")
@requires(SIGNED_IN, load=own_or(MANAGE))
def retry(loaded: Job) -> Any:
    """Put a failed or cancelled job back into the queue."""
    operations.retry_job(loaded, actor=current_actor())
    flash(_("Pekerjaan dimasukkan lagi ke antrean."), "success")
    return redirect(url_for("jobs.job", job_id=loaded.id))


def failed(_account: Any) -> list[Task]:
    """What failed in the last days and nobody has started again."""
    count = queries.failed_lately()
    link = url_for("jobs.every_job", status="gagal")
    return [Task(_("Periksa pekerjaan yang gagal minggu ini"), link, count=count, order=45)] if count else []


@bp.app_context_processor
def words() -> dict[str, Any]:
    """For templates here and the macro on pages elsewhere."""
    return {
        "job_badge": badge,
        "job_task_label": task_label,
        "job_time_left": time_left,
        "job_waits_for": waits_for,
    }
