"""The app of the kill tests, for a worker in a process of its own (flask --app tests.jobs.killable)."""

from __future__ import annotations

import time

from sqlalchemy import text

from electsys import create_app, jobs


@jobs.task("uji.langkah", label="Langkah")
def steps(job, upto):
    """Commit a step at a time, slowly; then one last write that comes with the end of the job."""
    for n in range(upto):
        job.session.execute(
            text("insert into step values (:j, :n) on conflict do nothing"), {"j": job.id, "n": n}
        )
        job.session.commit()
        job.progress(n + 1, upto, "Melangkah")
        time.sleep(0.05)
    job.session.execute(text("insert into step values (:j, -1)"), {"j": job.id})


app = create_app()
