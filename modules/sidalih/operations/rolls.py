"""Rolls: beginning the list of a kab/kota, and opening a DPT again because a ruling says so."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, literal, or_, select, true

from electsys.db import db
from electsys.elections.calendar import require_open
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from electsys.regions.models import Region
from modules.jdih import RulingIssued
from modules.sidalih.models import VoterRoll
from modules.sidalih.operations.voters import ensure_roll
from modules.sidalih.permissions import COMPILE
from modules.sidalih.workflow.rolls import ROLL

#: What a ruling decides on, by JDIH's table, when it reaches the voter list (domain.md X17).
VOTER_LIST = "dpt"


def open_roll(election: Election, region: str, *, actor: Actor) -> VoterRoll:
    """Begin the voter list of a kab/kota (or of a PPLN's city); one that is there is returned."""
    grants.demand(actor, COMPILE, Scope(region, election=election.id))
    found = db.session.get(Region, (election.map_id, region))
    if found is None or found.level != 2:
        raise Refused(_("Daftar pemilih disusun per kabupaten/kota."), field="region")
    require_open(election.id, "daftar_pemilih", region)
    there = db.session.scalar(
        select(VoterRoll.id).where(VoterRoll.election_id == election.id, VoterRoll.region == region)
    )
    roll = ensure_roll(election.id, region, actor=actor)
    if there is None:
        record(
            "sidalih:roll:open",
            f"voter_roll:{roll.id}",
            actor=actor,
            region=region,
            election_id=election.id,
        )
    return roll


def reopen_by_ruling(event: RulingIssued) -> list[VoterRoll]:
    """Open the DPT of every kab/kota that a ruling on the voter list reaches; returns those.

    The event carries the codes of what it decides on and the regions it reaches, none for the whole country.
    It reaches a roll by the kab/kota itself, an area above it, or a village or polling station inside it. An
    election that has ended stays as it is.
    """
    if VOTER_LIST not in event.kinds:
        return []
    rolls = db.session.scalars(
        select(VoterRoll)
        .join(Election, Election.id == VoterRoll.election_id)
        .where(VoterRoll.state == "dpt", Election.state != "selesai", _reached(event.regions))
        .order_by(VoterRoll.region)
    ).all()
    for roll in rolls:
        ROLL.move(
            roll,
            "reopen",
            actor=event.actor,
            reason=_("Putusan %(number)s", number=event.number),
            values={"changed_at": func.now()},
        )
    return list(rolls)


def _reached(regions: tuple[str, ...]) -> ColumnElement[bool]:
    if not regions or "" in regions:
        return true()
    return or_(
        *(
            VoterRoll.region == code[:4]
            if len(code) >= 4
            else func.starts_with(VoterRoll.region, literal(code))
            for code in regions
        )
    )
