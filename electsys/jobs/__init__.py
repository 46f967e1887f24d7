"""Jobs: work in the background, with progress, retries, locks and cancel, on procrastinate.

A body is declared with :func:`task` and put into the queue with :func:`start`, inside the caller's own
transaction: what is rolled back leaves no job. ``flask jobs work`` runs workers, on any number of machines;
:func:`run_pending` runs what waits in the current thread. Bodies may be run again after a crash, from their
last commit on. :func:`every` declares periodic work.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from electsys.identity.access import SIGNED_IN
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
    from electsys.jobs import views, worker  # noqa: F401  (the worker declares the beats of this room)
    from electsys.jobs.cli import cli
    from electsys.ledger.wording import name_verb
    from electsys.web import navigation, tasks

    name_verb("jobs:job:cancel", _l("membatalkan pekerjaan"))
    name_verb("jobs:job:retry", _l("mengulang pekerjaan"))
    app.register_blueprint(views.bp)
    app.cli.add_command(cli)
    navigation.entry(_l("Pekerjaan saya"), "jobs.own", permission=SIGNED_IN, group="akun", order=40)
    navigation.entry(_l("Pekerjaan"), "jobs.every_job", permission=views.READ, group="kelola", order=70)
    tasks.source(views.MANAGE, views.failed)
