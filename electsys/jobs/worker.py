"""The worker process: procrastinate hands out turns, threads run the bodies and the beats.

A job of a killed worker is found by its advisory lock: the queue says ``doing``, but nobody holds the lock.
That is seen within seconds, and never wrong about a worker that is merely slow.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import procrastinate
from flask import Flask
from flask_babel import lazy_gettext as _l
from procrastinate import retry
from procrastinate.worker import Worker
from sqlalchemy import text

from electsys.db import db
from electsys.jobs.operations import RUN
from electsys.jobs.running import LOOK_AGAIN, Again, describe, run_beat, run_job
from electsys.jobs.tasks import BEATS, Repeated, every

log = logging.getLogger("electsys.jobs")
#: Seconds that a stopping worker gives its jobs to end by themselves before it interrupts them.
GRACE = 5
#: Beats of one worker that may run at the same time: the pool of connections is shared with the jobs.
BEATS_AT_ONCE = 3


class _Patience(retry.BaseRetryStrategy):
    """The job row decides about its end; whatever else comes up here leads back into the queue."""

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate.jobs.Job
    ) -> retry.RetryDecision | None:
        delay = exception.delay if isinstance(exception, Again) else LOOK_AGAIN
        return retry.RetryDecision(retry_in={"seconds": int(delay)})


def _queue_of(app: Flask) -> procrastinate.App:
    connector = procrastinate.PsycopgConnector(
        conninfo=app.config["DATABASE_URL"],
        kwargs={"options": "-c role=electsys_app"},
        min_size=1,
        max_size=4,
    )
    queue = procrastinate.App(connector=connector)

    @queue.task(name=RUN, pass_context=True, retry=_Patience())
    def run(context: procrastinate.JobContext, job_id: int) -> None:
        run_job(app, job_id, stopping=context.should_abort)

    return queue


def work(app: Flask, *, concurrency: int, queues: list[str] | None = None) -> None:
    """Run jobs and beats until SIGTERM or SIGINT; outlive a restart of the database."""
    stop = threading.Event()
    turns = threading.Semaphore(BEATS_AT_ONCE)
    threads = [
        threading.Thread(target=_repeat, args=(app, beat, stop, turns), name=name)
        for name, beat in BEATS.items()
    ]
    for thread in threads:
        thread.start()
    try:
        asyncio.run(_serve(app, concurrency, queues, stop))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        with app.app_context():
            db.engine.dispose()


async def _serve(app: Flask, concurrency: int, queues: list[str] | None, stop: threading.Event) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(concurrency + 2, thread_name_prefix="job"))
    running: list[Worker] = []
    me = asyncio.current_task()

    def end() -> None:
        stop.set()
        if running:
            running[0].stop()  # type: ignore[no-untyped-call]
        elif me is not None:
            me.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    while not stop.is_set():
        queue = _queue_of(app)
        try:
            async with queue.open_async():
                worker = Worker(
                    queue,
                    queues=queues,
                    concurrency=concurrency,
                    delete_jobs="always",
                    # New jobs come by NOTIFY; a freed lock and a due retry are only seen by looking.
                    fetch_job_polling_interval=1,
                    shutdown_graceful_timeout=GRACE,
                    install_signal_handlers=False,
                )
                running[:] = [worker]
                await worker.run()  # type: ignore[no-untyped-call]
        except asyncio.CancelledError:
            return
        except Exception as error:  # the database went away: wait for it
            log.error("worker: %s", describe(error))
        running.clear()
        if not stop.is_set():
            await asyncio.sleep(1)


def _repeat(app: Flask, beat: Repeated, stop: threading.Event, turns: threading.Semaphore) -> None:
    """The life of one beat in this worker. Which worker's turn it is, the database decides."""
    while not stop.is_set():
        try:
            with turns:
                run_beat(app, beat)
        except Exception as error:  # the database went away: wait for it
            log.error("beat %s: %s", beat.name, describe(error))
        stop.wait(beat.seconds)


@every(2, "jobs.rescue", label=_l("Melanjutkan pekerjaan yang terputus"))
def rescue_jobs() -> None:
    """Put the jobs of dead workers back into the queue: marked ``doing``, but their lock is free."""
    db.session.execute(
        text(
            """
            select procrastinate_retry_job_v2(id, now(), null, null, null)
            from (select q.id, q.args->>'job_id' as job_id from procrastinate_jobs q
                  where q.status = 'doing' and not exists (
                      select from procrastinate_events e
                      where e.job_id = q.id and e.type = 'started' and e.at > now() - interval '2 seconds')
                  for update skip locked) as quiet
            where pg_try_advisory_xact_lock(hashtextextended('job:' || job_id, 0))
            """
        )
    )


@every(3600, "jobs.tidy", label=_l("Membersihkan pekerjaan lama"))
def tidy_jobs() -> None:
    """Forget the system's own finished jobs (mails, deliveries) after a week."""
    db.session.execute(
        text(
            "delete from job where account_id is null and state = 'selesai'"
            " and finished_at < now() - interval '7 days'"
        )
    )
