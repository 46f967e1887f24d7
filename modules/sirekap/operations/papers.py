"""Give a locked D.Hasil its papers, after the commit: setting a large form takes seconds."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys import jobs
from electsys.db import db
from electsys.events import subscribe
from electsys.ledger import Actor
from modules.sirekap import recap_papers
from modules.sirekap.models import Recap
from modules.sirekap.recap_events import RecapCorrected, RecapLocked


def join() -> None:
    """Papers follow each lock and each correction of what was locked."""
    subscribe(RecapLocked, after_lock)
    subscribe(RecapCorrected, after_correction)


def after_lock(event: RecapLocked) -> None:
    """The D.Hasil and the draft of the minutes."""
    start(event.recap_id, actor=event.actor)


def after_correction(event: RecapCorrected) -> None:
    """A new D.Hasil for each that got a new version."""
    for recap_id in event.locked:
        start(recap_id, actor=event.actor)


def start(recap_id: int, *, actor: Actor) -> None:
    """Put the papers of one D.Hasil into the queue; the job exists only if the caller commits."""
    jobs.start(
        "sirekap.papers",
        actor=actor,
        subject=f"recap:{recap_id}",
        lock=f"sirekap.papers:{recap_id}",
        recap_id=recap_id,
    )


@jobs.task("sirekap.papers", label=_l("Menerbitkan D.Hasil dan berita acara"), retry=3)
def papers(job: jobs.JobHandle, *, recap_id: int) -> None:
    """Run by the queue; run twice, it issues the same version once."""
    recap = db.session.get_one(Recap, recap_id)
    document = issue_papers(recap, actor=job.actor)
    job.result(document, f"/rekap/d/{recap_id}")


def issue_papers(recap: Recap, *, actor: Actor) -> str:
    """Issue the D.Hasil of the version in force and draft the minutes; return the number of the D.Hasil."""
    db.session.refresh(recap, with_for_update={"of": Recap})
    if recap.state != "disahkan":
        raise LookupError(f"recap {recap.id} is not locked")
    document = recap_papers.issue_form(recap, actor=actor)
    recap.document_id = document.id
    recap.minutes_id = recap_papers.minutes(recap, link=f"/rekap/d/{recap.id}", actor=actor).id
    db.session.flush()
    return document.number
