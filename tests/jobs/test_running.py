"""Start, run, fail, retry, cancel: in the current thread, on the test's own connection."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import text

from electsys import jobs
from electsys.db import db
from electsys.errors import Refused
from electsys.jobs.operations import cancel_job, retry_job
from electsys.ledger.actor import Actor
from electsys.ledger.models import Act


def queued(session):
    return session.scalar(text("select count(*) from procrastinate_jobs"))


def leave_a_mark(job):
    job.session.execute(text("insert into job_beat (name) values ('bekas')"))


def marks(session):
    return session.scalar(text("select count(*) from job_beat where name = 'bekas'"))


# --- start ----------------------------------------------------------------------------------------


def test_start_stands_or_falls_with_the_callers_transaction(app, session, actor):
    jobs.task("uji.diam", label="Diam")(lambda job: None)
    with session.begin_nested() as step:
        jobs.start("uji.diam", actor=actor)
        assert queued(session) == 1
        step.rollback()
    assert queued(session) == 0
    assert session.scalar(text("select count(*) from job")) == 0
    assert jobs.run_pending(app) == 0


def test_start_refuses_what_no_worker_could_read(session, actor):
    jobs.task("uji.diam", label="Diam")(lambda job: None)
    with pytest.raises(TypeError):
        jobs.start("uji.diam", actor=actor, when=object())
    with pytest.raises(KeyError):
        jobs.start("uji.tidak_ada", actor=actor)


# --- run ------------------------------------------------------------------------------------------


def test_a_job_runs_and_tells_its_outcome(app, session, actor):
    @jobs.task("uji.hitung", label="Hitung")
    def count(job, upto):
        assert job.subject == "thing:1"
        assert job.actor == Actor(None, "sistem:uji")
        assert job.session.scalar(text("select current_user")) == "electsys_app"
        for n in range(upto):
            job.progress(n + 1, upto, "Menghitung")
        job.result("Selesai menghitung.", "/hasil/1")

    job = jobs.start("uji.hitung", actor=actor, subject="thing:1", upto=5)
    assert (job.state, job.percent, job.finished) == ("menunggu", None, False)
    assert jobs.run_pending(app) == 1
    assert (job.state, job.done, job.total, job.percent, job.finished) == ("selesai", 5, 5, 100, True)
    assert (job.stage, job.message, job.result_url) == ("Menghitung", "Selesai menghitung.", "/hasil/1")
    assert job.finished_at >= job.started_at >= job.created_at
    assert queued(session) == 0


def test_progress_is_seen_while_the_body_runs(app, session, actor):
    seen = []

    @jobs.task("uji.lihat", label="Lihat")
    def look(job):
        job.progress(1, 4, "Membaca")
        leave_a_mark(job)
        with jobs.running.aside() as other:
            row = other.get(jobs.Job, job.id)
            seen.append((row.state, row.done, row.total, row.stage, row.percent))
            assert row.seconds_left is not None

    job = jobs.start("uji.lihat", actor=actor)
    jobs.run_pending(app)
    assert seen == [("berjalan", 1, 4, "Membaca", 25)]
    assert job.seconds_left is None


def test_jobs_of_one_lock_run_in_the_order_of_their_start(app, session, actor):
    order = []
    jobs.task("uji.urut", label="Urut")(lambda job, n: order.append(n))
    for n in range(3):
        jobs.start("uji.urut", actor=actor, lock="contest:1", n=n)
    assert jobs.run_pending(app) == 3
    assert order == [0, 1, 2]


def test_a_finished_job_is_not_run_again(app, session, actor):
    """A worker that died between our commit and the queue's: the turn comes again, the body does not."""
    runs = []
    jobs.task("uji.sekali", label="Sekali")(lambda job: runs.append(job.attempt))
    job = jobs.start("uji.sekali", actor=actor)
    jobs.run_pending(app)
    jobs.running.run_job(app, job.id)
    assert runs == [1]


def test_a_running_job_of_a_dead_worker_is_run_again(app, session, actor):
    runs = []
    jobs.task("uji.mati", label="Mati", retry=0)(lambda job: runs.append(job.attempt))
    job = jobs.start("uji.mati", actor=actor)
    job.started_at, job.state, job.attempts = job.created_at, "berjalan", 1
    assert jobs.run_pending(app) == 1
    assert (runs, job.state) == ([2], "selesai")


def test_a_job_that_kills_every_worker_is_given_up(app, session, actor):
    runs = []
    jobs.task("uji.racun", label="Racun", retry=1)(lambda job: runs.append(1))
    job = jobs.start("uji.racun", actor=actor)
    job.started_at, job.state, job.attempts = job.created_at, "berjalan", 1 + jobs.running.DEATHS
    jobs.run_pending(app)
    assert (runs, job.state) == ([], "gagal")
    assert job.error_id in job.message


def test_rescue_puts_a_dead_workers_job_back(app, session, actor):
    jobs.task("uji.diam", label="Diam")(lambda job: None)
    fresh, dead = (jobs.start("uji.diam", actor=actor) for _ in range(2))
    session.execute(text("update procrastinate_jobs set status = 'doing'"))
    session.execute(
        text("update procrastinate_events set at = now() - interval '1 minute' where job_id = :id"),
        {"id": dead.queue_id},
    )
    jobs.run_periodic(app, "jobs.rescue")
    states = dict(session.execute(text("select id, status::text from procrastinate_jobs")).all())
    assert states == {fresh.queue_id: "doing", dead.queue_id: "todo"}


def test_a_stopping_worker_puts_the_job_back_without_losing_an_attempt(app, session, actor):
    @jobs.task("uji.panjang", label="Panjang")
    def long(job):
        leave_a_mark(job)
        job.progress(1, 2)

    job = jobs.start("uji.panjang", actor=actor)
    session.commit()
    with pytest.raises(jobs.running.Again) as again:
        jobs.running.run_job(app, job.id, stopping=lambda: True)
    session.expire_all()
    assert again.value.delay == 0
    assert (job.state, job.attempts, marks(session)) == ("menunggu", 0, 0)


# --- fail -----------------------------------------------------------------------------------------


def test_a_refusal_is_final_and_in_the_readers_words(app, session, actor):
    @jobs.task("uji.tolak", label="Tolak", retry=3)
    def refuse(job):
        leave_a_mark(job)
        raise Refused("Kolom kode_tps tidak ada.", hint="Tambahkan kolomnya.")

    job = jobs.start("uji.tolak", actor=actor)
    jobs.run_pending(app)
    assert (job.state, job.attempts) == ("gagal", 1)
    assert job.message == "Kolom kode_tps tidak ada. Tambahkan kolomnya."
    assert job.error_id is None
    assert marks(session) == 0


def test_an_error_is_tried_again_then_apologised_for_and_logged_without_data(app, session, actor, caplog):
    @jobs.task("uji.gagal", label="Gagal", retry=1, backoff=0)
    def fail(job):
        leave_a_mark(job)
        values = {"v": "1201010101010001"}
        job.session.execute(text("insert into job (task, queue, args, actor_name, state) "
                                 "values ('x', 'x', '{}', 'x', :v)"), values)  # fmt: skip

    job = jobs.start("uji.gagal", actor=actor)
    with caplog.at_level(logging.ERROR, logger="electsys.jobs"):
        assert jobs.run_pending(app) == 2
    assert (job.state, job.attempts, marks(session)) == ("gagal", 2, 0)
    assert job.error_id in job.message
    assert job.error_id in caplog.text
    assert "IntegrityError 23514" in caplog.text
    assert "1201010101010001" not in caplog.text
    assert "1201010101010001" not in job.message


def test_a_retry_waits_for_its_time(app, session, actor):
    runs = []

    @jobs.task("uji.lagi", label="Lagi", retry=2, backoff=60)
    def fail_once(job):
        runs.append(job.attempt)
        if job.attempt == 1:
            raise ValueError

    job = jobs.start("uji.lagi", actor=actor)
    assert jobs.run_pending(app) == 1
    assert (job.state, job.message) == ("menunggu", "Percobaan ke-1 gagal; akan dicoba lagi.")
    assert jobs.run_pending(app) == 0
    session.execute(text("update procrastinate_jobs set scheduled_at = now()"))
    assert jobs.run_pending(app) == 1
    assert (runs, job.state, job.message) == ([1, 2], "selesai", None)


def test_a_task_that_is_gone_fails_the_job(app, session, actor):
    jobs.task("uji.hilang", label="Hilang")(lambda job: None)
    job = jobs.start("uji.hilang", actor=actor)
    del jobs.tasks.TASKS["uji.hilang"]
    jobs.run_pending(app)
    assert (job.state, bool(job.error_id)) == ("gagal", True)


# --- cancel, retry --------------------------------------------------------------------------------


def test_a_waiting_job_is_cancelled_at_once(app, session, actor):
    runs = []
    jobs.task("uji.diam", label="Diam")(lambda job: runs.append(1))
    job = jobs.start("uji.diam", actor=actor)
    cancel_job(job, actor=actor)
    assert (job.state, queued(session)) == ("dibatalkan", 0)
    assert jobs.run_pending(app) == 0
    assert not runs
    session.flush()
    assert session.query(Act).filter_by(verb="jobs:job:cancel", subject=f"job:{job.id}").count() == 1
    with pytest.raises(Refused):
        cancel_job(job, actor=actor)


@pytest.mark.parametrize("raises", [True, False])
def test_a_running_job_stops_where_it_is_safe(app, session, actor, raises):
    @jobs.task("uji.panjang", label="Panjang")
    def long(job):
        assert not job.cancelled()
        with jobs.running.aside() as other:  # the person, on another connection
            other.get(jobs.Job, job.id).cancel_requested = True
        leave_a_mark(job)
        if job.cancelled() and raises:
            raise jobs.Cancelled

    job = jobs.start("uji.panjang", actor=actor)
    jobs.run_pending(app)
    assert (job.state, marks(session)) == ("dibatalkan", 0)


def test_cancel_of_a_running_job_only_asks(session, actor):
    jobs.task("uji.diam", label="Diam")(lambda job: None)
    job = jobs.start("uji.diam", actor=actor)
    job.started_at, job.state = job.created_at, "berjalan"
    session.flush()
    cancel_job(job, actor=actor)
    assert (job.state, job.cancel_requested) == ("berjalan", True)


def test_a_failed_job_can_be_retried_by_hand(app, session, actor):
    runs = []

    @jobs.task("uji.tolak", label="Tolak")
    def refuse_once(job):
        runs.append(job.attempt)
        if len(runs) == 1:
            raise Refused("Belum.")

    job = jobs.start("uji.tolak", actor=actor)
    with pytest.raises(Refused):
        retry_job(job, actor=actor)
    jobs.run_pending(app)
    assert job.state == "gagal"
    retry_job(job, actor=actor)
    assert (job.state, job.message, job.finished_at) == ("menunggu", None, None)
    jobs.run_pending(app)
    assert (runs, job.state) == ([1, 1], "selesai")


# --- beats ----------------------------------------------------------------------------------------


def test_a_beat_runs_when_it_is_due_and_is_committed(app, session):
    runs = []

    @jobs.every(3600, "uji.detak")
    def tick():
        runs.append(db.session.scalar(text("select current_user")))

    beat = jobs.tasks.BEATS["uji.detak"]
    assert jobs.running.run_beat(app, beat)
    assert not jobs.running.run_beat(app, beat)
    assert runs == ["electsys_app"]
    session.execute(text("update job_beat set started_at = started_at - interval '1 hour'"))
    assert jobs.running.run_beat(app, beat)
    assert len(runs) == 2


def test_a_failing_beat_is_counted_and_leaves_nothing(app, session, caplog):
    broken = [True]

    @jobs.every(60, "uji.detak")
    def tick():
        db.session.execute(text("insert into job_beat (name) values ('bekas')"))
        if broken:
            raise ValueError("1201010101010001")

    jobs.run_periodic(app, "uji.detak")
    jobs.run_periodic(app, "uji.detak")
    row = session.get(jobs.models.Beat, "uji.detak")
    assert (row.failures, marks(session)) == (2, 0)
    assert row.error_id in caplog.text
    broken.clear()
    jobs.run_periodic(app, "uji.detak")
    session.expire_all()
    assert (row.failures, row.error_id, marks(session)) == (0, None, 1)
    assert row.finished_at is not None


def test_a_task_may_repeat_as_well(app, session, actor):
    runs = []

    @jobs.every(60)
    @jobs.task("uji.lipat", label="Lipat")
    def fold(job):
        job.progress(1, 1, "Melipat")
        runs.append(job.actor.name)

    name = f"{__name__}.{fold.__name__}"
    jobs.run_periodic(app, name)
    jobs.start("uji.lipat", actor=actor)
    jobs.run_pending(app)
    assert runs == [f"sistem:{name}", "sistem:uji"]


def test_tidy_forgets_only_old_finished_jobs_of_the_system(app, session, actor, make_account):
    jobs.task("uji.diam", label="Diam")(lambda job: None)
    old, mine, young = (jobs.start("uji.diam", actor=actor) for _ in range(3))
    jobs.run_pending(app)
    session.execute(
        text("update job set finished_at = now() - interval '8 days' where id <> :id"), {"id": young.id}
    )
    session.execute(
        text("update job set account_id = :a where id = :id"), {"a": make_account().id, "id": mine.id}
    )
    gone, kept = old.id, {mine.id, young.id}
    jobs.run_periodic(app, "jobs.tidy")
    left = set(session.scalars(text("select id from job")))
    assert gone not in left
    assert kept <= left
