"""What was set and drawn for an election."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from electsys.db import db
from electsys.elections.models import Election
from electsys.ledger import Act
from modules.sipol.models import Party, PartyDraw, PartyRegistration

#: States after the plenary.
SETTLED = ("peserta", "bukan_peserta", "berkelanjutan")


def settled(election_id: int) -> list[PartyRegistration]:
    """Participants by their numbers, then the parties that take no part."""
    return list(
        db.session.scalars(
            select(PartyRegistration)
            .join(PartyRegistration.party)
            .where(PartyRegistration.election_id == election_id, PartyRegistration.state.in_(SETTLED))
            .order_by(
                PartyRegistration.state == "bukan_peserta",
                PartyRegistration.number.nulls_last(),
                func.lower(Party.name),
            )
        )
    )


def draws(election_id: int) -> list[PartyDraw]:
    """The draws of an election, the first one first."""
    return list(
        db.session.scalars(
            select(PartyDraw).where(PartyDraw.election_id == election_id).order_by(PartyDraw.id)
        )
    )


def newest_with_parties(states: Sequence[str] = SETTLED) -> Election | None:
    """The newest election that has a party in one of these states; an actual one before a rehearsal."""
    return db.session.scalar(
        select(Election)
        .where(
            select(PartyRegistration.id)
            .where(PartyRegistration.election_id == Election.id, PartyRegistration.state.in_(states))
            .exists()
        )
        .order_by(Election.kind == "simulasi", Election.voting_day.desc())
        .limit(1)
    )


@dataclass(frozen=True)
class Plenary:
    """A plenary that set participants: when, by whom, under which letter."""

    at: object
    actor: str
    letter_id: int | None


def plenaries(election_id: int) -> list[Plenary]:
    """The plenaries of an election, as the trail has them."""
    rows = db.session.scalars(
        select(Act)
        .where(Act.verb == "sipol:party:determine", Act.subject == f"election:{election_id}")
        .order_by(Act.id)
    )
    return [Plenary(act.at, act.actor, (act.details or {}).get("letter")) for act in rows]
