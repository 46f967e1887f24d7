"""Background work on links: the voter list changed, so candidates may be voters now, or none any more."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from electsys import jobs
from electsys.db import db
from electsys.ledger import Actor
from modules.sidalih import ListDetermined, VotersImported
from modules.silon.models import Nomination


def on_voters(event: VotersImported) -> None:
    """A voter file came in."""
    _recheck(event.election_id)


def on_list(event: ListDetermined) -> None:
    """A list was determined: struck voters are gone from it."""
    _recheck(event.election_id)


def _recheck(election_id: int) -> None:
    wanted = select(Nomination.id).where(Nomination.election_id == election_id).exists()
    if not db.session.scalar(select(wanted)):
        return
    jobs.start(
        "silon.recheck_links",
        actor=Actor.system("kaitan"),
        subject=f"election:{election_id}",
        lock=f"silon.recheck_links:{election_id}",
        election_id=election_id,
    )


@jobs.task("silon.recheck_links", label=_l("Memeriksa ulang kaitan calon"), retry=3)
def recheck(job: jobs.JobHandle, *, election_id: int) -> None:
    """Judge the links of every candidate of an election anew."""
    from modules.silon.operations import links

    counts = links.recheck(election_id, actor=job.actor)
    job.result(
        _(
            "%(candidates)s calon diperiksa; %(raised)s tanda muncul, %(cleared)s tanda hilang.",
            **counts,
        )
    )
