"""Reads of jobs for pages and their JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from electsys.db import db
from electsys.jobs.models import FINISHED, Beat, Job


@dataclass(frozen=True)
class Shown:
    """A job with the one it waits for: an earlier job under the same lock that has not ended."""

    job: Job
    ahead: Job | None

    @property
    def state(self) -> str:
        """The state in full: a job that waits for another is ``menunggu_giliran``."""
        return "menunggu_giliran" if self.job.state == "menunggu" and self.ahead else self.job.state


def _shown() -> Any:
    """Jobs, each with the first unfinished one before it under its lock."""
    other = aliased(Job)
    first = (
        select(func.min(other.id))
        .where(
            other.lock == Job.lock,
            other.state.not_in(FINISHED),
            or_(other.id < Job.id, and_(other.id != Job.id, other.state == "berjalan")),
            Job.state == "menunggu",
        )
        .correlate(Job)
        .scalar_subquery()
    )
    ahead = aliased(Job)
    return select(Job, ahead).outerjoin(ahead, ahead.id == first)


def shown(job_id: int) -> Shown | None:
    """One job, or None if there is none."""
    row = db.session.execute(_shown().where(Job.id == job_id)).one_or_none()
    return Shown(*row) if row else None


def listing(account_id: int | None = None) -> Any:
    """Jobs with what they wait for, newest first, of one account or of all: a select for a table."""
    statement = _shown().order_by(Job.id.desc())
    return statement if account_id is None else statement.where(Job.account_id == account_id)


def of_subject(subject: str) -> list[Shown]:
    """The jobs of one subject, such as ``result_batch:12``, newest first: for the subject's own page."""
    rows = db.session.execute(_shown().where(Job.subject == subject).order_by(Job.id.desc()))
    return [Shown(*row) for row in rows]


def failed_lately() -> int:
    """How many jobs of the last seven days stand failed."""
    week = func.now() - dt.timedelta(days=7)
    return db.session.scalar(select(func.count()).where(Job.state == "gagal", Job.finished_at > week)) or 0


def beats() -> Sequence[Beat]:
    """Periodic work by name."""
    return db.session.scalars(select(Beat).order_by(Beat.name)).all()
