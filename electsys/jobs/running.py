"""Run one job, or one beat: in the worker's threads, or in the current thread for tests and the CLI.

Truth is the ``job`` row. A body's last writes and the row's ``selesai`` are one transaction, so a job that
was killed in between is run again, and one that ended is not. While a body runs, its process holds an
advisory lock of PostgreSQL: a worker that only seems dead keeps its job.
"""

from __future__ import annotations

import logging
import secrets
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, has_app_context
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from electsys.db import db
from electsys.errors import Refused
from electsys.jobs.models import FINISHED, Beat, Job
from electsys.jobs.rules import pause
from electsys.jobs.tasks import BEATS, TASKS, Repeated, Task
from electsys.ledger.actor import Actor

log = logging.getLogger("electsys.jobs")
#: Progress is written at most this often, in seconds.
PROGRESS_EVERY = 0.5
#: A job that kills its worker so often beyond its retries is given up.
DEATHS = 3
#: Seconds until another worker looks again at a job whose lock is held.
LOOK_AGAIN = 5.0


class Cancelled(Exception):
    """A body raises this, after :meth:`JobHandle.cancelled`, to end as cancelled."""


class Interrupted(Exception):
    """The worker stops: the job goes back into the queue and starts again from its last commit."""


class Again(Exception):
    """Back into the queue, for ``delay`` seconds."""

    def __init__(self, delay: float):
        super().__init__(f"again in {delay} s")
        self.delay = delay


class JobHandle:
    """What a body knows of its job. ``session`` is its own; commit after each step of a long work."""

    def __init__(self, job: Job, stopping: Callable[[], bool]):
        self.id = job.id
        self.subject = job.subject
        self.actor: Actor = job.actor
        self.attempt = job.attempts
        self.session = db.session
        self._stopping = stopping
        self._shown: dict[str, Any] = {"done": 0, "total": 0, "stage": ""}
        self._written = 0.0
        self._result: dict[str, Any] = {}
        self.saw_cancel = False

    def progress(self, done: int, total: int = 0, stage: Any = "") -> None:
        """Show how far the work is; visible at once, whatever the body's transaction does.

        Call it only where the body may be interrupted: a stopping worker leaves the body here.
        """
        if self._stopping():
            raise Interrupted
        shown = {"done": int(done), "total": int(total), "stage": str(stage)}
        now = time.monotonic()
        if shown["stage"] != self._shown["stage"] or now - self._written >= PROGRESS_EVERY:
            with aside() as session:
                session.execute(
                    update(Job)
                    .where(Job.id == self.id)
                    .values(shown | {"progress_at": func.clock_timestamp()})
                )
            self._written = now
        self._shown = shown

    def cancelled(self) -> bool:
        """Whether somebody asked to cancel. A body that saw True and returns ends as cancelled; what it
        wrote since its last commit is rolled back."""
        with aside() as session:
            if session.scalar(select(Job.cancel_requested).where(Job.id == self.id)):
                self.saw_cancel = True
        return self.saw_cancel

    def result(self, message: Any = None, url: str | None = None) -> None:
        """What the finished job tells: a sentence, and the path of the page with the outcome."""
        self._result = {"message": str(message) if message else None, "result_url": url}

    def outcome(self) -> dict[str, Any]:
        """The columns of the job that the body has filled."""
        return {**self._shown, **self._result, "progress_at": func.clock_timestamp()}


@contextmanager
def aside() -> Iterator[Session]:
    """A short transaction beside the job's own (under test: a savepoint of the shared connection)."""
    with Session(db.engine, join_transaction_mode="create_savepoint") as session, session.begin():
        yield session


@contextmanager
def exclusive(key: str) -> Iterator[bool]:
    """Whether this process may do ``key`` alone; held until the end, or until the process dies."""
    if isinstance(db.engine, Connection):  # the shared connection of a test: nobody else is there
        yield True
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # The lock of a machine that lost its power must go, too (no effect on a local socket).
        connection.execute(text("set tcp_keepalives_idle = 30; set tcp_keepalives_count = 3"))
        number = func.hashtextextended(key, 0)
        held = bool(connection.scalar(select(func.pg_try_advisory_lock(number))))
        try:
            yield held
        finally:
            if held:
                connection.execute(select(func.pg_advisory_unlock(number)))


def run_job(app: Flask, job_id: int, stopping: Callable[[], bool] = lambda: False) -> None:
    """Run the job once; raise :class:`Again` if the queue shall keep it."""
    with app.app_context(), force_locale("id"), exclusive(f"job:{job_id}") as alone:
        if not alone:
            raise Again(LOOK_AGAIN)
        job = _claim(job_id)
        if job is None:
            return
        task = TASKS.get(job.task)
        if task is None or job.attempts > task.retry + DEATHS:
            _close(job_id, "gagal", **_apology("unknown task" if task is None else "worker died", job))
            return
        handle = JobHandle(job, stopping)
        try:
            task.run(handle, **job.args)
            if handle.saw_cancel:
                raise Cancelled
            db.session.execute(_closing(job_id, "selesai", **handle.outcome()))
            db.session.commit()
        except Cancelled:
            db.session.rollback()
            _close(job_id, "dibatalkan", message=_("Dibatalkan di tengah jalan."))
        except Refused as refused:
            db.session.rollback()
            _close(job_id, "gagal", message=" ".join(filter(None, (refused.message, refused.hint))))
        except Interrupted:
            db.session.rollback()
            _wait_again(job_id, attempts=job.attempts - 1, message=None)
            raise Again(0) from None
        except Exception as error:
            db.session.rollback()
            _fail(job, task, error)


def _claim(job_id: int) -> Job | None:
    """Mark the job as running; None if it has ended already."""
    with aside() as session:
        job = session.scalar(
            update(Job)
            .where(Job.id == job_id, Job.state.not_in(FINISHED))
            .values(
                state="berjalan",
                attempts=Job.attempts + 1,
                started_at=func.clock_timestamp(),
                progress_at=None,
                done=0,
                total=0,
                stage="",
                message=None,
                error_id=None,
            )
            .returning(Job)
        )
        if job is not None:
            session.expunge(job)
        return job


def _closing(job_id: int, state: str, **values: Any) -> Any:
    return (
        update(Job)
        .where(Job.id == job_id)
        .values(state=state, finished_at=func.clock_timestamp(), **values)
        .execution_options(synchronize_session=False)
    )


def _close(job_id: int, state: str, **values: Any) -> None:
    with aside() as session:
        session.execute(_closing(job_id, state, **values))


def _wait_again(job_id: int, **values: Any) -> None:
    with aside() as session:
        session.execute(update(Job).where(Job.id == job_id).values(state="menunggu", **values))


def _fail(job: Job, task: Task, error: Exception) -> None:
    apology = _apology(describe(error), job)
    if job.attempts <= task.retry:
        delay = pause(task.backoff, job.attempts)
        _wait_again(job.id, message=_("Percobaan ke-%(n)s gagal; akan dicoba lagi.", n=job.attempts))
        raise Again(delay) from None
    _close(job.id, "gagal", **apology)


def _apology(cause: str, job: Job) -> dict[str, str]:
    """Log the cause under a fresh id; return what the reader may see of it."""
    error_id = secrets.token_hex(4)
    log.error("job %s (%s) attempt %s, error %s: %s", job.id, job.task, job.attempts, error_id, cause)
    return {
        "error_id": error_id,
        "message": _(
            "Pekerjaan gagal karena kesalahan sistem. Sebutkan kode %(id)s kepada admin.", id=error_id
        ),
    }


def describe(error: BaseException) -> str:
    """An error for the log: its type, its code and where it came from, without its words.

    The words of a database error can hold the row, hence a person's data.
    """
    code = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{type(error).__qualname__} {code}\n{frames}".rstrip()


# --- in the current thread ------------------------------------------------------------------------


def run_pending(app: Flask, *, limit: int = 10_000) -> int:
    """Run the jobs whose turn it is, one after the other, until none is left; return how many ran.

    Commits the caller's session first, since a job only sees what is committed (a test's fixture turns
    commits into savepoints). Retries wait for their time.
    """
    ran = 0
    with _beside_the_caller(), app.app_context():
        while ran < limit and (queued := _fetch()) is not None:
            queue_id, job_id = queued
            ran += 1
            try:
                run_job(app, job_id)
                finish = text("select procrastinate_finish_job_v1(:id, 'succeeded', true)")
                values: dict[str, Any] = {"id": queue_id}
            except Again as again:
                finish = text(
                    "select procrastinate_retry_job_v2(:id, now() + make_interval(secs => :delay),"
                    " null, null, null)"
                )
                values = {"id": queue_id, "delay": again.delay}
            with aside() as session:
                session.execute(finish, values)
    return ran


@contextmanager
def _beside_the_caller() -> Iterator[None]:
    """Let the work see what the caller's session wrote, and the caller what the work wrote."""
    shared = has_app_context()
    if shared:
        db.session.commit()
    yield
    if shared:
        db.session.expire_all()


def _fetch() -> tuple[int, int] | None:
    with aside() as session:
        row = session.execute(
            text("select id, (args->>'job_id')::bigint from procrastinate_fetch_job_v2(null, null)")
        ).one()
    return None if row[0] is None else (row[0], row[1])


def run_periodic(app: Flask, *names: str) -> None:
    """Run beats now, due or not: those named, else all. Commits the caller's session, as run_pending does."""
    with _beside_the_caller():
        for name in names or tuple(BEATS):
            run_beat(app, BEATS[name], force=True)


def run_beat(app: Flask, beat: Repeated, *, force: bool = False) -> bool:
    """Run a beat if it is due and no other worker is at it; return whether it ran."""
    with app.app_context(), force_locale("id"):
        if not _due(beat, force):
            return False
        with exclusive(f"beat:{beat.name}") as alone:
            if alone:
                _beat_once(beat)
            return alone


def _beat_once(beat: Repeated) -> None:
    try:
        beat.run(*([_beat_handle(beat)] if beat.takes_job else []))
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        error_id = secrets.token_hex(4)
        log.error("beat %s, error %s: %s", beat.name, error_id, describe(error))
        ended: dict[str, Any] = {"failures": Beat.failures + 1, "error_id": error_id}
    else:
        ended = {"failures": 0, "error_id": None, "finished_at": func.clock_timestamp()}
    with aside() as session:
        session.execute(update(Beat).where(Beat.name == beat.name).values(ended))


def _beat_handle(beat: Repeated) -> JobHandle:
    """A handle without a row: there is no progress to see of work that takes moments."""
    actor = Actor.system(beat.name)
    return JobHandle(Job(id=0, attempts=1, actor_name=actor.name), stopping=lambda: False)


def _due(beat: Repeated, force: bool) -> bool:
    """Claim the beat's next turn; the row makes the turn common to all workers."""
    claim = """
        insert into job_beat (name, started_at) values (:name, clock_timestamp())
        on conflict (name) do update set started_at = excluded.started_at
        where :force or job_beat.started_at is null
            or job_beat.started_at <= clock_timestamp() - make_interval(secs => :seconds)
        returning name
        """
    with aside() as session:
        values = {"name": beat.name, "force": force, "seconds": beat.seconds}
        return session.scalar(text(claim), values) is not None
