"""What everybody may read of a party: no person in it, no document with a person's data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import Election
from electsys.ledger import Act
from modules.sipol.models import (
    Party,
    PartyBoard,
    PartyDocument,
    PartyNumbers,
    PartyOffice,
    PartyRegistration,
)
from modules.sipol.rules.numbers import Numbers, published
from modules.sipol.workflow import REGISTRATION

#: A party that has not submitted anything yet is not told of.
HIDDEN = ("akses", "input")
#: Documents of the centre that hold nobody's data: State Gazette, decree of the minister, statutes.
DOCUMENTS = ("berita_negara", "sk_kemenkumham", "ad_art")


def parties(election_id: int) -> Select[Any]:
    """Parties that the public sees, those with a number first."""
    return (
        select(PartyRegistration)
        .join(PartyRegistration.party)
        .options(contains_eager(PartyRegistration.party))
        .where(PartyRegistration.election_id == election_id, PartyRegistration.state.not_in(HIDDEN))
        .order_by(PartyRegistration.number.nulls_last(), func.lower(Party.name))
    )


def party(election_id: int, party_id: int) -> PartyRegistration | None:
    """One of them."""
    return db.session.scalars(
        parties(election_id).where(PartyRegistration.party_id == party_id)
    ).one_or_none()


def boards_by_level(registration_id: int) -> dict[int, int]:
    """Length of the region code (0, 2, 4, 6) -> boards."""
    rows = db.session.execute(
        select(func.length(PartyBoard.region), func.count())
        .where(PartyBoard.registration_id == registration_id)
        .group_by(func.length(PartyBoard.region))
    )
    found: Counter[int] = Counter({0: 0, 2: 0, 4: 0, 6: 0})
    found.update({row[0]: row[1] for row in rows})
    return dict(sorted(found.items()))


def offices(registration_id: int) -> Select[Any]:
    """Permanent offices from the centre down; their addresses are public."""
    return (
        select(PartyOffice)
        .where(PartyOffice.registration_id == registration_id)
        .order_by(func.length(PartyOffice.region), PartyOffice.region)
    )


def documents(registration_id: int) -> Sequence[PartyDocument]:
    """Documents in force that are public."""
    return db.session.scalars(
        select(PartyDocument)
        .options(joinedload(PartyDocument.file))
        .where(
            PartyDocument.registration_id == registration_id,
            PartyDocument.current,
            PartyDocument.region == "",
            PartyDocument.kind.in_(DOCUMENTS),
        )
        .order_by(PartyDocument.kind)
    ).all()


def history(registration_id: int) -> Sequence[Act]:
    """How the registration moved from state to state, the first move first."""
    return db.session.scalars(
        select(Act)
        .where(
            Act.subject == f"party_registration:{registration_id}",
            Act.verb.startswith(REGISTRATION.verb(""), autoescape=True),
        )
        .order_by(Act.id)
    ).all()


def numbers(election: Election, registration_id: int) -> tuple[Numbers, Any] | None:
    """The open numbers of members, and when they were counted; None before the first count."""
    row = db.session.get(PartyNumbers, registration_id)
    if row is None:
        return None
    bands = settings.value(election.id, "kelompok_umur")
    found = [(p, s, y, n) for p, s, y, n in row.members]
    return published(found, sorted(bands), election.voting_day.year), row.counted_at
