"""Pages of jobs: one's own, all of them, one with its progress."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.identity import current_actor
from electsys.identity.access import SIGNED_IN, Scope, can, requires
from electsys.jobs import operations, queries
from electsys.jobs.models import Job
from electsys.jobs.wording import STATES, as_json, task_label, time_left, waits_for

READ = "jobs:job:read"
MANAGE = "jobs:job:manage"
SIZE = 50

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
    return _list(account_id=current_user.id, title=_("Pekerjaan saya"), endpoint="jobs.own")


@bp.get("/admin/pekerjaan")
@requires(READ)
def every_job() -> Any:
    """All jobs, and the periodic work of the house."""
    return _list(title=_("Semua pekerjaan"), endpoint="jobs.every_job", beats=queries.beats())


def _list(*, endpoint: str, title: str, account_id: int | None = None, **more: Any) -> str:
    state = request.args.get("status") or None
    if state is not None and (state not in STATES or state == "menunggu_giliran"):
        abort(404)
    page = max(1, request.args.get("halaman", 1, type=int))
    rows, total = queries.listing(account_id=account_id, state=state, page=page, size=SIZE)
    return render_template(
        "jobs/list.html",
        rows=rows,
        total=total,
        page_number=page,
        pages=max(1, -(-total // SIZE)),
        chosen=state,
        endpoint=endpoint,
        title=title,
        **more,
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


@bp.app_context_processor
def words() -> dict[str, Any]:
    """For templates here and the macro on pages elsewhere."""
    return {
        "job_state_label": STATES.__getitem__,
        "job_task_label": task_label,
        "job_time_left": time_left,
        "job_waits_for": waits_for,
    }
