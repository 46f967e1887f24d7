"""Reads of special places: the stations of kind ``khusus`` with the words that say what they are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, select, text

from electsys.db import db
from electsys.elections.models import Election
from electsys.identity.access import Scope
from electsys.regions.models import Tps
from electsys.workflow.scoping import within
from modules.sidalih.models.moves import VoterPlace
from modules.sidalih.models.voters import LISTED


def places(scopes: list[Scope], election_id: int) -> Any:
    """Special stations in use inside these scopes, described or not: (station, place or None)."""
    inside = within(region=Tps.code, election=Tps.election_id)(scopes)
    return (
        select(Tps, VoterPlace)
        .outerjoin(VoterPlace, _same())
        .where(Tps.election_id == election_id, Tps.kind == "khusus", Tps.state == "aktif", inside)
        .order_by(Tps.code)
    )


def places_of(election_id: int, village: str) -> dict[str, VoterPlace]:
    """TPS code -> what the special place of a village is, where somebody said it."""
    rows = db.session.scalars(
        select(VoterPlace)
        .join(Tps, _same())
        .where(Tps.election_id == election_id, Tps.province == village[:2], Tps.village_code == village)
    )
    return {row.tps_code: row for row in rows}


def came_from(election: Election, tps_code: str) -> dict[int, str]:
    """Voter -> the TPS of the same village from which they came to a station where they still stand."""
    rows = db.session.execute(
        text(
            """
            select v.id, e.before
            from voter v
            join lateral (
                select e.details->>'from' as before, e.details->>'to' as after from voter_event e
                where e.province = v.province and e.voter_id = v.id and e.kind = 'tempat'
                order by e.id desc limit 1
            ) e on e.after = v.tps_code and e.before is not null
            where v.election_id = :election and v.province = :province and v.village_code = :village
              and v.tps_code = :tps and v.state = any(:listed)
            """
        ),
        {
            "election": election.id,
            "province": tps_code[:2],
            "village": tps_code[:10],
            "tps": tps_code,
            "listed": list(LISTED),
        },
    )
    return {row[0]: row[1] for row in rows}


def _same() -> Any:
    return and_(
        VoterPlace.election_id == Tps.election_id,
        VoterPlace.province == Tps.province,
        VoterPlace.tps_code == Tps.code,
    )
