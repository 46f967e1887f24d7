"""Setting a stage of a roll: at once where it is small, as a job with progress where it is large."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, literal, select

from electsys import jobs
from electsys.db import db
from electsys.errors import Refused
from electsys.identity import Account
from electsys.ledger import Actor
from modules.sidalih.models import VoterList, VoterRoll
from modules.sidalih.operations.lists import set_stage, stage_job
from modules.sidalih.queries.rolls import inside
from modules.sidalih.workflow.rolls import ROLL

#: Up to so many voters a stage is set while the reader waits (a few seconds).
INLINE = 20_000


def begin_stage(roll: VoterRoll, action: str, *, actor: Actor) -> VoterList | jobs.Job:
    """Set a stage now, or start the job that does; whoever may not is refused before anything begins."""
    some = select(literal(1)).where(*inside(roll.election_id, roll.region)).limit(INLINE + 1).subquery()
    if (db.session.scalar(select(func.count()).select_from(some)) or 0) <= INLINE:
        return set_stage(roll, action, actor=actor)
    # The move is judged now, and made by the job.
    if problem := ROLL.why_not(roll, action, db.session.get(Account, actor.account_id or 0)):
        raise Refused(problem, status=409)
    _stage, sequence = stage_job(roll, action)
    return jobs.start(
        "sidalih.stage",
        actor=actor,
        subject=f"voter_roll:{roll.id}",
        lock=f"sidalih:roll:{roll.id}",
        roll_id=roll.id,
        action=action,
        sequence=sequence,
    )


@jobs.task("sidalih.stage", label=_l("Membekukan daftar pemilih"), retry=2)
def run_stage(job: Any, *, roll_id: int, action: str, sequence: int) -> None:
    """Set the stage in one transaction: after a crash it begins anew, after success it changes nothing."""
    roll = db.session.get_one(VoterRoll, roll_id)
    stage, next_one = stage_job(roll, action)
    if next_one > sequence:
        frozen = db.session.scalars(
            select(VoterList).where(
                VoterList.roll_id == roll_id, VoterList.stage == stage, VoterList.sequence == sequence
            )
        ).one()
    else:
        total = db.session.scalar(select(func.count()).where(*inside(roll.election_id, roll.region))) or 0
        job.progress(0, total, _("Menomori pemilih per TPS"))
        frozen = set_stage(
            roll,
            action,
            actor=job.actor,
            progress=lambda done: job.progress(done, total, _("Menghitung isi daftar")),
        )
    job.result(_("%(n)s pemilih dalam daftar.", n=frozen.total), f"/pemilih/daftar/{frozen.id}")
