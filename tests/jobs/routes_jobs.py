"""Objects for the routes of jobs (tests/route_examples.py)."""

from __future__ import annotations

from electsys.identity.access import Scope
from tests.route_examples import NATION, Arguments, World, example


@example("jobs.job", "jobs.job_json", "jobs.cancel", "jobs.retry", owner=True)
def job(world: World) -> tuple[Arguments, Scope]:
    from electsys.jobs.models import Job

    row = Job(task="situng.fold", queue="default", args={}, actor_name="uji", account_id=world.reader.id)
    return {"job_id": world.add(row).id}, NATION
