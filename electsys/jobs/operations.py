"""Start, cancel and retry a job: always inside the caller's transaction."""

from __future__ import annotations

import json
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, text

from electsys.db import db
from electsys.errors import Refused
from electsys.jobs.models import Job
from electsys.jobs.tasks import TASKS
from electsys.ledger.actor import Actor

#: The one task that procrastinate knows: run the job of this id.
RUN = "electsys.run"


def start(
    name: str, *, actor: Actor, subject: str | None = None, lock: str | None = None, **args: Any
) -> Job:
    """Put a job into the queue, in the caller's transaction: if that is rolled back, there is no job.

    ``args`` must be JSON and free of personal data. Jobs with the same ``lock`` wait for each other.
    """
    task = TASKS[name]
    json.dumps(args)  # fails here, where the caller stands, and not in the worker
    job = Job(
        task=name,
        subject=subject,
        lock=lock,
        queue=task.queue,
        args=args,
        account_id=actor.account_id,
        grant_id=actor.grant_id,
        actor_name=actor.name,
    )
    db.session.add(job)
    db.session.flush()
    _enqueue(job)
    return job


def _enqueue(job: Job) -> None:
    job.queue_id = db.session.scalar(
        text(
            f"""
            select unnest(procrastinate_defer_jobs_v1(array[
                row(:queue, '{RUN}', 0, :lock, null, jsonb_build_object('job_id', cast(:job as bigint)), null)
                ::procrastinate_job_to_defer_v1]))
            """
        ),
        {"queue": job.queue, "lock": job.lock, "job": job.id},
    )
    db.session.flush()


def cancel_job(job: Job, *, actor: Actor) -> None:
    """Take a waiting job out of the queue; ask a running one to stop at its next safe point."""
    from electsys.ledger import record

    db.session.refresh(job, with_for_update=True)
    if job.finished:
        raise Refused(_("Pekerjaan ini sudah berakhir."), status=409)
    job.cancel_requested = True
    if job.state == "menunggu":
        db.session.execute(text("select procrastinate_cancel_job_v1(:id, false, true)"), {"id": job.queue_id})
        job.state = "dibatalkan"
        job.finished_at = func.clock_timestamp()
        job.message = _("Dibatalkan sebelum mulai.")
    db.session.flush()
    record("jobs:job:cancel", f"job:{job.id}", actor=actor, details={"task": job.task})


def retry_job(job: Job, *, actor: Actor) -> None:
    """Put a failed or cancelled job back into the queue, with all its attempts."""
    from electsys.ledger import record

    db.session.refresh(job, with_for_update=True)
    if job.state not in ("gagal", "dibatalkan"):
        raise Refused(_("Hanya pekerjaan yang gagal atau dibatalkan yang dapat diulang."), status=409)
    job.state = "menunggu"
    job.attempts = job.done = job.total = 0
    job.stage = ""
    job.cancel_requested = False
    job.message = job.error_id = job.started_at = job.progress_at = job.finished_at = None
    _enqueue(job)
    record("jobs:job:retry", f"job:{job.id}", actor=actor, details={"task": job.task})
