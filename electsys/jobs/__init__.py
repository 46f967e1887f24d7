"""Jobs: work in the background, with progress, retries, locks and cancel, on procrastinate.

A body is declared with :func:`task` and put into the queue with :func:`start`, inside the caller's own
transaction: what is rolled back leaves no job. ``flask jobs work`` runs workers, on any number of machines;
:func:`run_pending` runs what waits in the current thread. Bodies may be run again after a crash, from their
last commit on. :func:`every` declares periodic work.
"""

from __future__ import annotations

from flask import Flask

from electsys.jobs.models import Job
from electsys.jobs.operations import start
from electsys.jobs.running import Cancelled, JobHandle, run_pending, run_periodic
from electsys.jobs.tasks import every, task

__all__ = [
    "Cancelled",
    "Job",
    "JobHandle",
    "every",
    "init_app",
    "run_pending",
    "run_periodic",
    "start",
    "task",
]


def init_app(app: Flask) -> None:
    """Join the room to the app."""
    from electsys.jobs import worker  # noqa: F401  (declares the beats of this room)
    from electsys.jobs.cli import cli

    app.cli.add_command(cli)
