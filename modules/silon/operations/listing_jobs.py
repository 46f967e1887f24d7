"""The papers of lists and ballots, made after the act that needs them."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from electsys import jobs
from electsys.db import db
from electsys.elections.models import Ballot
from electsys.ledger import Actor
from modules.jdih import Letter
from modules.silon import ballot_papers, listing_papers
from modules.silon.models import Listing, ListingPaper, Nomination
from modules.silon.operations import publishing as writing


def start_papers(lists: Sequence[Listing], frozen: Sequence[Ballot] = (), *, actor: Actor) -> jobs.Job:
    """Let the PDF of each list and the proof of each ballot be made."""
    return jobs.start(
        "silon.papers",
        actor=actor,
        listings=[row.id for row in lists],
        ballots=[row.id for row in frozen],
    )


@jobs.task("silon.papers", label=_l("Membuat daftar calon dan contoh surat suara (PDF)"), retry=3)
def run_papers(job: jobs.JobHandle, *, listings: list[int], ballots: list[int]) -> None:
    """One paper after the other; what is there already stays."""
    total = len(listings) + len(ballots)
    for done, key in enumerate(listings):
        job.progress(done, total, _("Daftar calon"))
        make_list(db.session.get_one(Listing, key), actor=job.actor)
        db.session.commit()
    for done, key in enumerate(ballots, len(listings)):
        job.progress(done, total, _("Contoh surat suara"))
        make_proof(db.session.get_one(Ballot, key), actor=job.actor)
        db.session.commit()
    job.result(_("%(n)s berkas PDF dibuat.", n=total))


def make_list(listing: Listing, *, actor: Actor) -> ListingPaper:
    """The PDF of a list, once."""
    found = db.session.scalars(
        select(ListingPaper).where(ListingPaper.listing_id == listing.id)
    ).one_or_none()
    if found is not None:
        return found
    entries = writing.kept_entries(listing)
    one = db.session.get_one(Nomination, entries[0].nomination_id)
    [place] = writing.places_of([one]).values()
    letter = db.session.get(Letter, listing.letter_id) if listing.letter_id else None
    content = listing_papers.list_pdf(listing, place, entries, (letter.number if letter else None) or "")
    name = f"{listing.stage}-{place.contest.kind}-{place.code}-v{listing.version}.pdf"
    return _keep(ListingPaper(listing_id=listing.id), content, name, actor)


def make_proof(ballot: Ballot, *, actor: Actor) -> ListingPaper:
    """The proof of a ballot, once."""
    found = db.session.scalars(select(ListingPaper).where(ListingPaper.ballot_id == ballot.id)).one_or_none()
    if found is not None:
        return found
    content = ballot_papers.proof_pdf(ballot)
    return _keep(ListingPaper(ballot_id=ballot.id), content, f"surat-suara-{ballot.id}.pdf", actor)


def _keep(row: ListingPaper, content: bytes, name: str, actor: Actor) -> ListingPaper:
    row.file_id = listing_papers.keep_pdf(content, name, actor=actor).id
    db.session.add(row)
    db.session.flush()
    return row
