"""What a URL names, with the scope in which it lies; 404 where there is none or the second lock hides it."""

from __future__ import annotations

from typing import NamedTuple

from flask import abort
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Election
from electsys.identity.access import Scope
from electsys.regions import queries as regions
from electsys.regions.models import Region
from modules.sidalih.models import Quarter, Voter, VoterList, VoterRecap, VoterRoll
from modules.sidalih.workflow.voters import voter_scope


class RollArea(NamedTuple):
    """An area inside a roll: kab/kota, kecamatan, village, or a polling station of a village."""

    roll: VoterRoll
    code: str
    region: Region


class ListArea(NamedTuple):
    """An area of a frozen list."""

    list: VoterList
    roll: VoterRoll
    code: str
    region: Region


def election_of(roll: VoterRoll) -> Election:
    """The election of a roll."""
    return db.session.get_one(Election, roll.election_id)


def load_roll(roll_id: int) -> tuple[VoterRoll, Scope]:
    """A roll, in its kab/kota."""
    roll = db.session.get(VoterRoll, roll_id)
    if roll is None:
        abort(404)
    return roll, Scope(roll.region, election=roll.election_id)


def load_area(roll_id: int, code: str) -> tuple[RollArea, Scope]:
    """An area of a roll; a TPS is thirteen digits."""
    roll, _scope = load_roll(roll_id)
    return RollArea(roll, code, _region(roll, code)), Scope(code, election=roll.election_id)


def load_list(list_id: int) -> tuple[ListArea, Scope]:
    """A frozen list, in its kab/kota."""
    frozen = db.session.get(VoterList, list_id)
    if frozen is None:
        abort(404)
    roll = db.session.get_one(VoterRoll, frozen.roll_id)
    area = ListArea(frozen, roll, roll.region, _region(roll, roll.region))
    return area, Scope(roll.region, election=roll.election_id)


def load_list_area(list_id: int, code: str) -> tuple[ListArea, Scope]:
    """An area of a frozen list."""
    found, _scope = load_list(list_id)
    return (
        ListArea(found.list, found.roll, code, _region(found.roll, code)),
        Scope(code, election=found.roll.election_id),
    )


def load_station(list_id: int, tps_code: str) -> tuple[ListArea, Scope]:
    """A polling station of a frozen list."""
    if len(tps_code) != 13:
        abort(404)
    return load_list_area(list_id, tps_code)


def load_voter(voter_id: int) -> tuple[Voter, Scope]:
    """A voter, in the polling station or village."""
    voter = db.session.scalars(select(Voter).where(Voter.id == voter_id)).one_or_none()
    if voter is None:
        abort(404)
    return voter, voter_scope(voter)


def load_quarter(quarter_id: int) -> tuple[Quarter, Scope]:
    """A quarter, in its kab/kota."""
    quarter = db.session.get(Quarter, quarter_id)
    if quarter is None:
        abort(404)
    _roll, scope = load_roll(quarter.roll_id)
    return quarter, scope


def load_recap(recap_id: int) -> tuple[VoterRecap, Scope]:
    """A recapitulation, in its province or the nation."""
    recap = db.session.get(VoterRecap, recap_id)
    if recap is None:
        abort(404)
    return recap, Scope(recap.region, election=recap.election_id)


def _region(roll: VoterRoll, code: str) -> Region:
    if not code.startswith(roll.region) or len(code) not in (4, 6, 10, 13):
        abort(404)
    return regions.region(code[:10], election_of(roll).map_id) or abort(404)
