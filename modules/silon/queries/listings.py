"""Reads for those who draw up, look at and determine lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select

from electsys.db import db
from electsys.elections.models import Contest, Election
from electsys.identity import grants
from electsys.regions.models import Dapil
from electsys.workflow import within
from modules.silon.models import Candidate, Listing, ListingEntry, ListingReview, Nomination
from modules.silon.permissions import READ
from modules.silon.queries.outlooks import LISTED

#: States in which a list is before this lane's pages.
BEFORE = ("persiapan", "diajukan", "dikembalikan", "vermin", "perbaikan", "vermin_perbaikan")


def newest_election() -> Election | None:
    """The election that people work on."""
    return db.session.scalars(
        select(Election)
        .where(Election.kind != "pilkada")
        .order_by(Election.state == "selesai", Election.voting_day.desc(), Election.id)
        .limit(1)
    ).one_or_none()


def bodies(election_id: int, account: Any) -> Select[Any]:
    """The bodies whose lists an account may read, with how many stand in which state."""
    inside = within(region=Nomination.region, party=Nomination.party_id, election=Nomination.election_id)

    def counted(*states: str) -> Any:
        return func.count().filter(Nomination.state.in_(states))

    return (
        select(
            Contest.id,
            Contest.kind,
            Contest.name,
            Nomination.region,
            func.count().label("lists"),
            counted(*BEFORE).label("before"),
            counted("rancangan_dcs").label("draft"),
            counted("dcs", "tanggapan", "klarifikasi", "penggantian").label("provisional"),
            counted("rancangan_dct").label("final_draft"),
            counted("dct", "perubahan_dct").label("final"),
        )
        .join(Contest, Contest.id == Nomination.contest_id)
        .where(
            Nomination.election_id == election_id,
            Nomination.kind.in_(LISTED),
            Nomination.state.not_in(("ditarik", "tms")),
            inside(grants.scopes(account, READ)),
        )
        .group_by(Contest.id, Nomination.region)
        .order_by(Contest.id, Nomination.region)
    )


def states_of(contest_id: int, region: str) -> dict[str, int]:
    """How many lists of a body stand in which state."""
    rows = db.session.execute(
        select(Nomination.state, func.count())
        .where(
            Nomination.contest_id == contest_id,
            Nomination.region == region,
            Nomination.kind.in_(LISTED),
        )
        .group_by(Nomination.state)
    )
    return {row[0]: row[1] for row in rows}


def versions_of_body(contest_id: int, region: str) -> Any:
    """Every version of the lists of a body, drafts included, the newest first, with its number of names."""
    names = (
        select(func.count()).where(ListingEntry.listing_id == Listing.id).correlate(Listing).scalar_subquery()
    )
    return (
        select(Listing, Dapil, names.label("names"))
        .outerjoin(Dapil, Dapil.id == Listing.dapil_id)
        .where(Listing.contest_id == contest_id, Listing.region == region)
        .order_by(Listing.at.desc(), Listing.id.desc())
    )


def reviews_of_body(contest_id: int, region: str, stage: str) -> Sequence[Any]:
    """What each participant of a body said last of the newest draft: (nomination, review or None)."""
    newest = (
        select(func.max(ListingReview.id))
        .join(Listing, Listing.id == ListingReview.listing_id)
        .where(ListingReview.nomination_id == Nomination.id, Listing.stage == stage)
        .correlate(Nomination)
        .scalar_subquery()
    )
    return db.session.execute(
        select(Nomination, ListingReview)
        .outerjoin(ListingReview, ListingReview.id == newest)
        .where(
            Nomination.contest_id == contest_id,
            Nomination.region == region,
            Nomination.kind.in_(LISTED),
            Nomination.state == stage,
        )
        .order_by(Nomination.dapil_id, Nomination.number)
    ).all()


def last_review(nomination_id: int, *, listing: int | None = None, ballot: int | None = None) -> Any:
    """What was said last of a version of a list, or of a ballot."""
    what = ListingReview.listing_id == listing if listing else ListingReview.ballot_id == ballot
    return db.session.scalars(
        select(ListingReview)
        .where(ListingReview.nomination_id == nomination_id, what)
        .order_by(ListingReview.id.desc())
        .limit(1)
    ).one_or_none()


def own_entries(listing_id: int, nomination_id: int) -> Sequence[ListingEntry]:
    """The names of one nomination on a version."""
    return db.session.scalars(
        select(ListingEntry)
        .where(ListingEntry.listing_id == listing_id, ListingEntry.nomination_id == nomination_id)
        .order_by(ListingEntry.position)
    ).all()


def people_of(nomination_id: int) -> Sequence[Candidate]:
    """Everybody who stands or stood after the DCS on a nomination, by number and time."""
    return db.session.scalars(
        select(Candidate)
        .where(Candidate.nomination_id == nomination_id, Candidate.state != "ditarik")
        .order_by(Candidate.number, Candidate.id)
    ).all()


def final_candidates(contest_id: int, region: str) -> Select[Any]:
    """Candidates of a body's final lists, struck ones too, with their nominations."""
    return (
        select(Candidate)
        .join(Nomination, Nomination.id == Candidate.nomination_id)
        .where(
            Nomination.contest_id == contest_id,
            Nomination.region == region,
            Nomination.state.in_(("dct", "perubahan_dct")),
            Candidate.state.in_(("dct", "dicoret", "ms")),
        )
        .order_by(Nomination.dapil_id, Nomination.number, Candidate.number)
    )
