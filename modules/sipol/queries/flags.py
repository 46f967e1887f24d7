"""Flags of a party's members, area by area (domain.md 3.5: the mix of a kab/kota)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from electsys.db import db
from electsys.elections.models import Election
from electsys.regions.models import Region
from electsys.web.formats import title_region
from modules.sipol.models import PartyMember, PartyRegistration
from modules.sipol.models.members import FLAGS
from modules.sipol.queries.counts import below

#: Length of a region code -> that of the areas inside it.
INSIDE = {0: 2, 2: 4, 4: 6, 6: 10}


@dataclass(frozen=True)
class Mix:
    """One area: how many rows the party claims there, how many bear any flag, and each flag."""

    code: str
    name: str
    members: int
    flagged: int
    flags: dict[str, int]

    def __getattr__(self, name: str) -> int:
        if name in FLAGS:
            return self.flags[name]
        raise AttributeError(name)


def mix_of(registration: PartyRegistration, region: str) -> list[Mix]:
    """The areas inside ``region`` in which the party has members, in the order of the map."""
    digits = INSIDE[len(region)]
    area = func.left(PartyMember.village_code, digits).label("area")
    rows = db.session.execute(
        select(area, *_numbers())
        .where(
            PartyMember.registration_id == registration.id,
            below(PartyMember.village_code, region),
            PartyMember.state != "ditarik",
        )
        .group_by(area)
        .order_by(area)
    ).all()
    election = db.session.get_one(Election, registration.election_id)
    named = {
        code: title_region(name)
        for code, name in db.session.execute(
            select(Region.code, Region.name).where(
                Region.map_id == election.map_id, Region.code.in_([row[0] for row in rows])
            )
        )
    }
    return [
        Mix(code, named.get(code, code), members, flagged, dict(zip(FLAGS, numbers, strict=True)))
        for code, members, flagged, *numbers in rows
    ]


def _numbers() -> list[ColumnElement[Any]]:
    flags: Any = PartyMember.flags
    return [
        func.count(),
        func.count().filter(func.cardinality(flags) > 0),
        *(func.count().filter(flags.any_() == flag) for flag in FLAGS),
    ]


def flagged_in(registration: PartyRegistration, region: str) -> int:
    """How many members with a flag the party still claims in an area (a partial index)."""
    flags: Any = PartyMember.flags
    return (
        db.session.scalar(
            select(func.count()).where(
                PartyMember.registration_id == registration.id,
                below(PartyMember.village_code, region),
                func.cardinality(flags) > 0,
                PartyMember.state.in_(("baru", "bms")),
            )
        )
        or 0
    )
