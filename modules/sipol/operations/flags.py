"""Flags of doubles: recomputed for everyone concerned whenever a row comes, changes or goes (domain.md 3.5).

The work is done by ``party_reflag`` in the database, over the rows of all parties; here it is asked for, and
who lost a state by it is told. Flags that a row has of itself are written by :mod:`own_flags`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import text

from electsys.db import db
from electsys.elections.models import Election
from electsys.ledger import Actor, record
from electsys.notices import Holders, notify
from modules.sipol.models import PartyMember
from modules.sipol.permissions import EDIT_MEMBERS
from modules.sipol.workflow import MEMBER

#: The notice that members who were eligible are in doubt again.
SPOILED = "sipol.member.spoil"

REFLAG = text(
    "select party_id, region, raised, cleared, spoiled"
    " from party_reflag(cast(:election as smallint), cast(:niks as bytea[]), cast(:identities as bytea[]),"
    " :cause)"
)
HOLD = text(
    "select party_hold_flags(cast(:election as smallint), cast(:niks as bytea[]),"
    " cast(:identities as bytea[]))"
)


class Reflagged(NamedTuple):
    """What a recomputation changed in one party and kab/kota: flags raised and cleared, states spoiled."""

    party_id: int
    region: str
    raised: int
    cleared: int
    spoiled: int


def hold_keys(election_id: int, niks: Iterable[bytes], identities: Iterable[bytes]) -> None:
    """Hold the keys of a change until the end of the transaction, before its rows are touched.

    Whoever changes members one by one calls it first: then nobody waits for a file while holding a row.
    """
    db.session.execute(HOLD, {"election": election_id, "niks": list(niks), "identities": list(identities)})


def reflag_members(members: Sequence[PartyMember], *, cause: str, actor: Actor) -> list[Reflagged]:
    """Recompute the flags of everyone whom these rows concern, whatever their party.

    For whoever judged, struck or restored rows. ``cause`` names what changed, such as ``party_member:12``.
    """
    elections: dict[int, list[PartyMember]] = {}
    for member in members:
        elections.setdefault(member.election_id, []).append(member)
    return [
        row
        for election_id, rows in elections.items()
        for row in reflag_keys(
            election_id,
            {bytes(row.nik_index) for row in rows},
            {bytes(row.identity_index) for row in rows},
            cause=cause,
            actor=actor,
        )
    ]


def reflag_keys(
    election_id: int, niks: Iterable[bytes], identities: Iterable[bytes], *, cause: str, actor: Actor
) -> list[Reflagged]:
    """The same by blind indexes of NIK and of identity: the old ones of a change and the new ones."""
    db.session.flush()
    rows = db.session.execute(
        REFLAG,
        {
            "election": election_id,
            "niks": sorted(set(niks)),
            "identities": sorted(set(identities)),
            "cause": cause,
        },
    ).all()
    found = [Reflagged(*row) for row in rows]
    for each in db.session:
        if isinstance(each, PartyMember):
            db.session.expire(each)
    tell_spoiled(election_id, found, cause=cause, actor=actor)
    return found


def tell_spoiled(election_id: int, found: Sequence[Reflagged], *, cause: str, actor: Actor) -> None:
    """Write into the trail, and tell the party, that eligible members are in doubt again.

    It learns that they stand in another party too: not in which one, and nothing of what that one said.
    """
    spoiled = [row for row in found if row.spoiled]
    if not spoiled:
        return
    code = db.session.get_one(Election, election_id).code
    for row in spoiled:
        record(
            MEMBER.verb("spoil"),
            "party_member:*",
            actor=Actor.system("ganda"),
            reason="ganda_eksternal",
            region=row.region,
            election_id=election_id,
            details={"party": row.party_id, "count": row.spoiled, "cause": cause},
        )
        notify(
            Holders(EDIT_MEMBERS, row.region, row.party_id, election_id),
            SPOILED,
            {"count": row.spoiled, "region": row.region},
            members_path(code, row.party_id, row.region, "ganda_eksternal"),
            actor=Actor.system("ganda"),
        )


def members_path(election: str, party_id: int, region: str = "", flag: str = "") -> str:
    """The page of a party's members; jobs have no request to make an address with."""
    path = f"/partai/{election}/{party_id}/anggota" + (f"/{region}" if region else "")
    return path + (f"?bendera={flag}" if flag else "")


def keys_of(member: PartyMember) -> tuple[bytes, bytes]:
    """The two keys by which a row meets others."""
    return bytes(member.nik_index), bytes(member.identity_index)


def counts(found: Sequence[Any]) -> dict[str, int]:
    """Sums over all parties, for a trail's details."""
    return {name: sum(getattr(row, name) for row in found) for name in ("raised", "cleared", "spoiled")}
