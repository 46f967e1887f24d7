"""The jobs of the intake: check a file, apply a file."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import jobs
from electsys.db import db
from electsys.intake.models import IntakeFile
from electsys.intake.operations import apply_file, check_file


@jobs.task("intake.check", label=_l("Memeriksa berkas unggahan"))
def check(job: Any, *, intake_id: int) -> None:
    """The dry run of a file."""
    row = db.session.get_one(IntakeFile, intake_id)
    if row.state == "diperiksa":
        check_file(row, actor=job.actor, progress=job.progress)
    job.result(
        _(
            "%(rows)s baris diperiksa, %(errors)s kesalahan.",
            rows=row.counts.get("rows", 0),
            errors=row.counts.get("errors", 0),
        ),
        address(row),
    )


@jobs.task("intake.apply", label=_l("Menerapkan berkas unggahan"))
def apply(job: Any, *, intake_id: int) -> None:
    """Hand the rows of a confirmed file to its module; the end of the job is in the same transaction."""
    row = db.session.get_one(IntakeFile, intake_id)
    if row.state == "diterapkan":
        apply_file(row, actor=job.actor, progress=job.progress)
    job.result(row.message, address(row))


def address(row: IntakeFile) -> str:
    """Path of a file's page: a job has no request to build it from."""
    return f"/unggah/{row.spec}/{row.id}"
