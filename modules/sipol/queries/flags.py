"""Flags of a party's members, area by area (domain.md 3.5: the mix of a kab/kota)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select, text

from electsys.db import db
from electsys.elections.models import Election
from electsys.regions.models import Region
from electsys.web.formats import title_region
from modules.sipol.models import PartyMember, PartyRegistration
from modules.sipol.models.members import CLAIMED, FLAGS
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
    """The areas inside ``region`` in which the party has members, in the order of the map.

    Two counts: of all from one index, of those that bear a flag from the index that holds them alone.
    """
    area = func.left(PartyMember.village_code, INSIDE[len(region)]).label("area")
    claimed = select(area, func.count()).where(_in(registration, region), PartyMember.state.in_(CLAIMED))
    rows = db.session.execute(claimed.group_by(area).order_by(area))
    members = {row[0]: row[1] for row in rows}
    flags: Any = PartyMember.flags
    each = [func.count().filter(flags.any_() == flag) for flag in FLAGS]
    bearing = select(area, func.count(), *each).where(
        _in(registration, region), is_flagged(), PartyMember.state.in_(CLAIMED)
    )
    flagged = {row[0]: row[1:] for row in db.session.execute(bearing.group_by(area))}
    election = db.session.get_one(Election, registration.election_id)
    named = {
        code: title_region(name)
        for code, name in db.session.execute(
            select(Region.code, Region.name).where(
                Region.map_id == election.map_id, Region.code.in_(list(members))
            )
        )
    }
    none = (0,) * (1 + len(FLAGS))
    return [
        Mix(code, named.get(code, code), number, bad, dict(zip(FLAGS, numbers, strict=True)))
        for code, number in members.items()
        for bad, *numbers in [flagged.get(code, none)]
    ]


def is_flagged() -> ColumnElement[bool]:
    """Whether a row bears any flag, as the partial index says it."""
    return PartyMember.flags != text("'{}'")


def flagged_in(registration: PartyRegistration, region: str) -> int:
    """How many members with a flag the party still claims in an area (a partial index)."""
    return (
        db.session.scalar(
            select(func.count()).where(
                _in(registration, region), is_flagged(), PartyMember.state.in_(("baru", "bms"))
            )
        )
        or 0
    )


def _in(registration: PartyRegistration, region: str) -> ColumnElement[bool]:
    return (PartyMember.registration_id == registration.id) & below(PartyMember.village_code, region)
