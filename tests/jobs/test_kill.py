"""A real worker process, killed in the middle: every job ends, and ends once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

STEPS = 40


@pytest.fixture
def worker(url):
    """Start workers; whatever still runs at the end is killed."""
    started = []

    def begin():
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "tests.jobs.killable", "jobs", "work"],
            env=os.environ | {"DATABASE_URL": url},
            stderr=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def put(connection, lock=None):
    """What jobs.start does, from outside of the app."""
    job = connection.execute(
        "insert into job (task, queue, lock, args, actor_name)"
        " values ('uji.langkah', 'default', %s, jsonb_build_object('upto', %s::int), 'sistem:uji')"
        " returning id",
        (lock, STEPS),
    ).fetchone()[0]
    connection.execute(
        "select procrastinate_defer_jobs_v1(array[row('default', 'electsys.run', 0, %s::text, null,"
        " jsonb_build_object('job_id', %s::bigint), null)::procrastinate_job_to_defer_v1])",
        (lock, job),
    )
    return job


def facts(connection, job):
    return connection.execute("select state, done, attempts from job where id = %s", (job,)).fetchone()


def wait(what, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.05)
    pytest.fail("waited too long")


def steps_of(connection, job):
    return [n for (n,) in connection.execute("select n from step where job = %s order by n", (job,))]


def test_kill_9_in_the_middle(connection, worker):
    job, follower = put(connection, "contest:1"), put(connection, "contest:1")
    first = worker()
    wait(lambda: len(steps_of(connection, job)) > 5)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert facts(connection, job)[0] == "berjalan"
    assert facts(connection, follower)[0] == "menunggu"

    second = worker()
    wait(lambda: facts(connection, job)[0] == "selesai")
    assert facts(connection, job) == ("selesai", STEPS, 2)
    assert steps_of(connection, job) == [-1, *range(STEPS)]
    wait(lambda: facts(connection, follower)[0] == "selesai")
    assert facts(connection, follower)[2] == 1
    wait(lambda: connection.execute("select count(*) from procrastinate_jobs").fetchone()[0] == 0)
    second.send_signal(signal.SIGTERM)
    assert second.wait(10) == 0
    assert (
        connection.execute("select count(*) from procrastinate_workers").fetchone()[0] == 1
    )  # the killed one


def test_sigterm_ends_cleanly_and_a_database_that_drops_its_connections_is_survived(connection, worker):
    job = put(connection)
    process = worker()
    wait(lambda: len(steps_of(connection, job)) > 5)
    connection.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    wait(lambda: facts(connection, job)[0] == "selesai")
    assert steps_of(connection, job) == [-1, *range(STEPS)]
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
