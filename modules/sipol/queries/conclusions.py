"""What the steps of verification concluded about a party: each step, each area, each time it was done."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func, select

from electsys.db import db
from electsys.elections.models import Election
from modules.sipol.models import PartyRegistration, PartyVerdict

#: The step before that a verdict is carried over from where nothing was repaired.
BEFORE = {"vermin_perbaikan": "vermin", "verfak_perbaikan": "verfak"}


def newest_election() -> Election | None:
    """The newest election for which a party is registered."""
    return db.session.scalars(
        select(Election)
        .where(Election.id.in_(select(PartyRegistration.election_id)))
        .order_by(Election.voting_day.desc())
        .limit(1)
    ).first()


def sequence_of(registration: PartyRegistration, step: str) -> int:
    """Which time the step is done; 1 is the first. A step and that after its repair share the number.

    It goes up where a ruling sends the party back to a step that was concluded.
    """
    first = BEFORE.get(step, step)
    done = db.session.scalar(
        select(func.max(PartyVerdict.sequence)).where(
            PartyVerdict.registration_id == registration.id,
            PartyVerdict.step == first,
            PartyVerdict.region == registration.region,
            PartyVerdict.aspect == "akhir",
        )
    )
    return (done or 0) + 1 if registration.state == first else done or 1


def verdicts_of(registration: PartyRegistration, step: str, sequence: int) -> dict[str, list[PartyVerdict]]:
    """Everything that a step found and concluded, by area."""
    found: dict[str, list[PartyVerdict]] = defaultdict(list)
    for row in db.session.scalars(
        select(PartyVerdict)
        .where(
            PartyVerdict.registration_id == registration.id,
            PartyVerdict.step == step,
            PartyVerdict.sequence == sequence,
        )
        .order_by(PartyVerdict.region, PartyVerdict.id)
    ):
        found[row.region].append(row)
    return dict(found)


def is_concluded(registration_id: int, step: str, region: str, sequence: int) -> bool:
    """Whether an area was concluded in a step; its items stay as they were judged."""
    return bool(
        db.session.scalar(
            select(PartyVerdict.id).where(
                PartyVerdict.registration_id == registration_id,
                PartyVerdict.step == step,
                PartyVerdict.region == region,
                PartyVerdict.aspect == "akhir",
                PartyVerdict.sequence == sequence,
            )
        )
    )
