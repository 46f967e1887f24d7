"""The door of Silon for modules on its right: the ballot of a place, and who stands on the final list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Ballot, BallotLine, Participant
from electsys.regions.models import Dapil
from modules.silon.models import Listing, ListingEntry

#: The stage of a list that is the ballot.
FINAL = "dct"


@dataclass(frozen=True)
class LineOf:
    """A line of a ballot: a party, one of its candidates, a person or a pair.

    ``position`` is its place in the order of votes, from 1. ``candidate_number`` is None for a party, a
    person and a pair; ``participant_number`` is what is printed for those. ``kpu_id`` stays the same over all
    versions. A ``struck`` line is printed, and its votes are the party's.
    """

    position: int
    participant_id: int
    participant_number: int
    #: ``partai``, ``perseorangan`` or ``pasangan``.
    kind: str
    participant: str
    candidate_number: int | None
    name: str
    sex: str | None
    kpu_id: str | None
    struck: bool


@dataclass(frozen=True)
class BallotOf:
    """The ballot in force of a place. ``source`` is the number of the decision that it was frozen from."""

    ballot_id: int
    contest_id: int
    dapil_id: int | None
    version: int
    source: str
    frozen_at: dt.datetime
    lines: tuple[LineOf, ...]


@dataclass(frozen=True)
class FinalCandidate:
    """A name of a final list as it is published, with the reason of a struck one in the words of the law."""

    candidate_id: int
    nomination_id: int
    #: Number and name of the party, person or pair.
    participant_number: int | None
    participant: str
    number: int
    name: str
    sex: str
    residence: str
    struck: bool
    struck_reason: str | None


def ballot_of(contest_id: int, dapil_id: int | None) -> BallotOf | None:
    """The newest ballot of a contest in a dapil; None where none was frozen.

    ``dapil_id`` is None for a pair, which stands in the whole of its area; a province is a dapil for the DPD.
    Older versions stay in the table: what was counted before a change names its ``ballot_id``.
    """
    row = db.session.scalars(
        select(Ballot)
        .where(Ballot.contest_id == contest_id, Ballot.dapil_id.is_not_distinct_from(dapil_id))
        .order_by(Ballot.version.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    lines = db.session.execute(
        select(BallotLine, Participant)
        .join(Participant, Participant.id == BallotLine.participant_id)
        .where(BallotLine.ballot_id == row.id)
        .order_by(BallotLine.position)
    )
    return BallotOf(
        row.id,
        row.contest_id,
        row.dapil_id,
        row.version,
        row.source,
        row.frozen_at,
        tuple(
            LineOf(
                position=line.position,
                participant_id=of.id,
                participant_number=of.number,
                kind=of.kind,
                participant=of.short_name,
                candidate_number=line.candidate_number,
                name=line.name,
                sex=line.sex,
                kpu_id=line.kpu_id,
                struck=line.struck,
            )
            for line, of in lines
        ),
    )


def final_candidates(contest_id: int, dapil_id: int | None, region: str = "") -> list[FinalCandidate]:
    """The names of the final list in force, in their order, struck ones too; none before the plenary.

    ``region`` is the body that determined it ("" is KPU RI). A list of the DPD has no dapil of its own: its
    dapil on the map leads to the list of the province. Reads what is published, never the candidates' rows.
    """
    dapil = db.session.get(Dapil, dapil_id) if dapil_id is not None else None
    if dapil is not None and dapil.chamber == "dpd":
        dapil_id, region = None, dapil.body_code
    newest = (
        select(Listing.id)
        .where(
            Listing.contest_id == contest_id,
            Listing.dapil_id.is_not_distinct_from(dapil_id),
            Listing.region == region,
            Listing.stage == FINAL,
            Listing.public,
        )
        .order_by(Listing.version.desc())
        .limit(1)
    )
    rows = db.session.scalars(
        select(ListingEntry)
        .where(ListingEntry.listing_id == newest.scalar_subquery())
        .order_by(ListingEntry.position)
    )
    return [
        FinalCandidate(
            candidate_id=each.candidate_id,
            nomination_id=each.nomination_id,
            participant_number=each.participant_number,
            participant=each.participant,
            number=each.number,
            name=each.name,
            sex=each.sex,
            residence=each.residence,
            struck=each.struck,
            struck_reason=each.struck_reason,
        )
        for each in rows
    ]
