"""The job that makes a proposal of dapil where the search takes long."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import jobs
from electsys.db import db
from electsys.elections.models import Election
from electsys.jobs import Job
from electsys.ledger import Actor
from modules.sidalih.operations.dapil import Asked, propose_dapil


def start_proposal(election: Election, asked: Asked, *, actor: Actor) -> Job:
    """Begin the search; what it is made of was checked by the caller, and is checked again there."""
    return jobs.start(
        "sidalih.dapil_propose",
        actor=actor,
        subject=f"dapil:{asked.body}",
        lock=f"sidalih:dapil:{election.id}:{asked.body}",
        election_id=election.id,
        asked=asdict(asked),
    )


@jobs.task("sidalih.dapil_propose", label=_l("Menyusun usulan dapil"), retry=1)
def propose_in_background(job: Any, *, election_id: int, asked: dict[str, Any]) -> None:
    """Make the plans, number of dapil by number of dapil."""
    election = db.session.get_one(Election, election_id)

    def progress(done: int, total: int) -> None:
        job.progress(done, total, str(_l("Mencoba setiap jumlah dapil")))
        if job.cancelled():
            raise jobs.Cancelled

    made = propose_dapil(election, Asked(**asked), actor=job.actor, progress=progress)
    db.session.commit()
    job.result(_("%(n)s rancangan disusun.", n=len(made.plans)), f"/pemilih/dapil/usulan/{made.id}")
