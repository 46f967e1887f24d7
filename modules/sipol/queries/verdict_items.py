"""Items of the desk that verify a party: its queues, and what still waits there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from electsys.db import db
from electsys.verification.models import VerificationItem
from modules.sipol.models import PartyRegistration
from modules.sipol.queries.counts import below

Item = VerificationItem
#: Queues of the desk that judge what a party has.
DOCUMENTS, BOARDS, OFFICES = "sipol_dokumen", "sipol_kepengurusan", "sipol_kantor"
MEMBERS, STATEMENTS = "sipol_anggota", "sipol_pernyataan"
QUEUES = (DOCUMENTS, BOARDS, OFFICES, MEMBERS, STATEMENTS)


@dataclass(frozen=True)
class Waiting:
    """Items that keep an area from being concluded: where, of which queue, how many, and why.

    ``kind`` is ``menunggu`` (not judged), ``kedua`` (second look) or ``beda`` (a disagreement).
    """

    region: str
    queue: str
    kind: str
    count: int


def items_of(registration: PartyRegistration, region: str, round_: int) -> list[ColumnElement[bool]]:
    """Items of a round that are judged in an area, or anywhere below the centre of the party."""
    where = Item.region == region if len(region) == 4 else below(Item.region, region)
    return [
        Item.queue.in_(QUEUES),
        Item.election_id == registration.election_id,
        Item.party_id == registration.party_id,
        Item.round == round_,
        where,
    ]


def waiting_in(registration: PartyRegistration, region: str, round_: int) -> list[Waiting]:
    """What keeps an area and everything below it from being concluded."""
    seen = Item.second_state.is_not(None)
    kinds: dict[str, ColumnElement[bool]] = {
        "menunggu": Item.state == "menunggu",
        "kedua": Item.second_look.is_(True) & ~seen,
        "beda": seen & (Item.second_state != Item.state) & Item.settled_at.is_(None),
    }
    counts = [func.count().filter(clause) for clause in kinds.values()]
    rows = db.session.execute(
        select(Item.region, Item.queue, *counts)
        .where(*items_of(registration, region, round_), or_(*kinds.values()))
        .group_by(Item.region, Item.queue)
        .order_by(Item.region, Item.queue)
    )
    return [
        Waiting(place, queue, kind, n)
        for place, queue, *numbers in rows
        for kind, n in zip(kinds, numbers, strict=True)
        if n
    ]


def judged(registration: PartyRegistration, region: str) -> dict[str, str]:
    """Subject -> its last judgement, of the documents, boards and offices that are judged in a region."""
    rows = db.session.execute(
        select(Item.subject, Item.state)
        .where(
            Item.queue.in_((DOCUMENTS, BOARDS, OFFICES)),
            Item.election_id == registration.election_id,
            Item.region == region,
            Item.party_id == registration.party_id,
            Item.state.in_(("ms", "bms", "tms", "menunggu")),
        )
        .order_by(Item.round)
    )
    return {subject: state for subject, state in rows}  # noqa: C416
