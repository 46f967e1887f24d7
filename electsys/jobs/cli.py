"""``flask jobs``: the worker, and what waits run at once."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from electsys.jobs import running

cli = AppGroup("jobs", help="Background work.")


@cli.command("work")
@click.option("--concurrency", default=2, show_default=True, help="Jobs at the same time.")
@click.option("--queue", "queues", multiple=True, help="Only these queues (default: all).")
def work(concurrency: int, queues: tuple[str, ...]) -> None:
    """Run jobs until SIGTERM or Ctrl-C; any number of workers may run, on any machine."""
    from electsys.jobs import worker

    worker.work(current_app._get_current_object(), concurrency=concurrency, queues=list(queues) or None)  # type: ignore[attr-defined]


@cli.command("run-pending")
@click.option("--periodic", is_flag=True, help="Also run every piece of periodic work once.")
def run_pending(periodic: bool) -> None:
    """Run the jobs that wait, in this process, and end."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    ran = running.run_pending(app)
    if periodic:
        running.run_periodic(app)
    click.echo(f"{ran} pekerjaan dijalankan.")
