"""Jobs of polling stations: proposals for a whole kab/kota or kecamatan, and applying those that wait."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import jobs
from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.jobs import Job
from electsys.ledger import Actor
from modules.sidalih.models.tps import TpsProposal
from modules.sidalih.operations.tps import apply_tps, propose_tps
from modules.sidalih.permissions import COMPILE
from modules.sidalih.queries import tps as queries


def start_for(election: Election, region: str, *, task: str, actor: Actor, **args: Any) -> Job:
    """Begin a job for an area; jobs of one kab/kota take turns. Refused outside the actor's right."""
    grants.demand(actor, COMPILE, Scope(region, election=election.id))
    return jobs.start(
        task,
        actor=actor,
        subject=f"voter_roll:{region}",
        lock=f"sidalih:tps:{election.id}:{region[:4]}",
        election_id=election.id,
        region=region,
        **args,
    )


@jobs.task("sidalih.tps_propose", label=_l("Menyusun usulan TPS"), retry=1)
def propose_all(job: Any, *, election_id: int, region: str, mode: str) -> None:
    """Propose for every village with voters, village by village; a village that is refused is counted."""
    election = db.session.get_one(Election, election_id)
    places = [row for row in queries.villages(election, region) if row.voters]
    refused = 0
    for done, row in enumerate(places):
        job.progress(done, len(places), str(_l("Menyusun per desa/kelurahan")))
        if job.cancelled():
            return
        try:
            propose_tps(election, row.code, mode=mode, actor=job.actor)
            db.session.commit()
        except Refused:
            db.session.rollback()
            refused += 1
    job.progress(len(places), len(places))
    job.result(
        _("%(n)s usulan dibuat, %(r)s desa/kelurahan dilewati.", n=len(places) - refused, r=refused),
        f"/pemilih/tps/{election.code}/{region}",
    )


@jobs.task("sidalih.tps_apply", label=_l("Menerapkan usulan TPS"), retry=1)
def apply_all(job: Any, *, election_id: int, region: str) -> None:
    """Apply every proposal that waits in the area; one whose village has changed since stays waiting."""
    election = db.session.get_one(Election, election_id)
    ids = queries.waiting_in(election_id, region)
    refused = 0
    for done, number in enumerate(ids):
        job.progress(done, len(ids), str(_l("Menerapkan per desa/kelurahan")))
        if job.cancelled():
            return
        try:
            apply_tps(db.session.get_one(TpsProposal, number), actor=job.actor)
            db.session.commit()
        except Refused:
            db.session.rollback()
            refused += 1
    job.progress(len(ids), len(ids))
    job.result(
        _(
            "%(n)s usulan diterapkan, %(r)s tertinggal karena datanya berubah.",
            n=len(ids) - refused,
            r=refused,
        ),
        f"/pemilih/tps/{election.code}/{region}",
    )
