"""Start, run, fail, retry, cancel: in the current thread, on the test's own connection."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from electsys import jobs
from electsys.ledger.actor import Actor

SYSTEM = Actor.system("uji")


@pytest.fixture(autouse=True)
def tasks(monkeypatch):
    from electsys.jobs import tasks as registry

    monkeypatch.setattr(registry, "TASKS", registry.TASKS)
    before = dict(registry.TASKS)
    yield
    registry.TASKS.clear()
    registry.TASKS.update(before)


def test_a_job_runs_and_tells_its_outcome(app, session):
    @jobs.task("uji.hitung", label="Hitung")
    def count(job, upto):
        for n in range(upto):
            job.progress(n + 1, upto, "Menghitung")
        job.result("Selesai menghitung.", "/hasil/1")

    job = jobs.start("uji.hitung", actor=SYSTEM, subject="thing:1", upto=5)
    assert job.state == "menunggu"
    assert jobs.run_pending(app) == 1
    assert (job.state, job.done, job.total, job.percent) == ("selesai", 5, 5, 100)
    assert (job.stage, job.message, job.result_url) == ("Menghitung", "Selesai menghitung.", "/hasil/1")
    assert job.finished_at >= job.started_at
    assert session.scalar(text("select count(*) from procrastinate_jobs")) == 0


def test_a_failed_body_leaves_nothing(app, session):
    @jobs.task("uji.gagal", label="Gagal", retry=0)
    def fail(job):
        job.session.execute(text("insert into job_beat (name) values ('sisa')"))
        raise ValueError("NIK 1201010101010001")

    job = jobs.start("uji.gagal", actor=SYSTEM)
    jobs.run_pending(app)
    assert job.state == "gagal"
    assert session.scalar(text("select count(*) from job_beat where name = 'sisa'")) == 0
