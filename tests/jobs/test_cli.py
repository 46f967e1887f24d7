"""The command line of jobs."""

from __future__ import annotations

from electsys import jobs


def test_run_pending(app, session, actor):
    ran, beats = [], []
    jobs.task("uji.diam", label="Diam")(lambda job: ran.append(job.id))
    for name in list(jobs.tasks.BEATS):
        del jobs.tasks.BEATS[name]
    jobs.every(60, "uji.detak")(lambda: beats.append(1))
    jobs.start("uji.diam", actor=actor)
    session.commit()
    result = app.test_cli_runner().invoke(args=["jobs", "run-pending"])
    assert (result.exit_code, result.output) == (0, "1 pekerjaan dijalankan.\n")
    assert (len(ran), beats) == (1, [])
    result = app.test_cli_runner().invoke(args=["jobs", "run-pending", "--periodic"])
    assert (result.output, beats) == ("0 pekerjaan dijalankan.\n", [1])
