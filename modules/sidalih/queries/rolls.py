"""Reads of rolls: where each list stands, what its rows look like today, how long a stage still lasts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, func, literal, or_, select, text
from sqlalchemy.orm import aliased

from electsys.db import db
from electsys.elections import calendar
from electsys.elections.models import Election
from electsys.regions.models import Region
from modules.sidalih.models import Voter, VoterBatch, VoterList, VoterRoll
from modules.sidalih.models.voters import LISTED

#: State of a roll -> the stage of the calendar in which its next step is made.
NEXT_STAGE = {
    "penyusunan": "daftar_pemilih",
    "coklit": "coklit",
    "dphp": "penyusunan_dps",
    "dps": "tanggapan_dps",
    "dpshp": "penetapan_dpt",
}


@dataclass(frozen=True)
class RollRow:
    """A kab/kota on the map of an election, with its roll if it has one."""

    code: str
    name: str
    roll_id: int | None
    state: str | None
    #: Voters of the list that was frozen last.
    total: int | None
    stage: str | None


@dataclass(frozen=True)
class LivingRow:
    """The rows of an area as they stand today."""

    code: str
    listed: int = 0
    male: int = 0
    #: Of the listed: visited, found, corrected, without a polling station, with a doubt.
    visited: int = 0
    fresh: int = 0
    amended: int = 0
    unplaced: int = 0
    doubtful: int = 0
    struck: int = 0

    @property
    def female(self) -> int:
        """Listed women."""
        return self.listed - self.male

    def __add__(self, other: LivingRow) -> LivingRow:
        names = [n for n in self.__dataclass_fields__ if n != "code"]
        return LivingRow(self.code, *(getattr(self, n) + getattr(other, n) for n in names))


@dataclass(frozen=True)
class Imported:
    """What files brought into a roll."""

    files: int
    received: int
    accepted: int
    rejected: int
    duplicate: int


def current_election() -> Election | None:
    """The election whose rolls the office keeps: the newest that has any, else the newest."""
    has_rolls = select(VoterRoll.id).where(VoterRoll.election_id == Election.id).exists()
    return db.session.scalars(
        select(Election).order_by(has_rolls.desc(), Election.voting_day.desc()).limit(1)
    ).one_or_none()


def overview(election: Election, regions: Sequence[str]) -> list[RollRow]:
    """The kab/kota that the regions hold or lie in, with their rolls and newest lists."""
    newest = (
        select(VoterList)
        .where(VoterList.roll_id == VoterRoll.id)
        .order_by(VoterList.id.desc())
        .limit(1)
        .lateral()
    )
    frozen = aliased(VoterList, newest)
    near = [
        or_(func.starts_with(Region.code, held), func.starts_with(literal(held, Text), Region.code))
        for held in regions
    ]
    rows = db.session.execute(
        select(
            Region.code,
            Region.name,
            VoterRoll.id,
            VoterRoll.state,
            (frozen.male + frozen.female).label("total"),
            frozen.stage,
        )
        .outerjoin(VoterRoll, and_(VoterRoll.election_id == election.id, VoterRoll.region == Region.code))
        .outerjoin(frozen, literal(True))
        .where(Region.map_id == election.map_id, Region.level == 2, or_(*near) if near else literal(False))
        .order_by(Region.code)
    )
    return [RollRow(*row) for row in rows]


def living_by(election_id: int, prefix: str, length: int) -> list[LivingRow]:
    """The rows of an area today, part by part (codes of ``length`` digits); ``-`` gathers rows without TPS.

    One pass over the index of the area; nothing beyond it is read.
    """
    column = Voter.tps_code if length == 13 else func.left(Voter.village_code, length)
    part = func.coalesce(column, "-").label("part")
    listed = Voter.state.in_(LISTED)

    def count(*only: Any) -> Any:
        return func.count().filter(and_(listed, *only))

    rows = db.session.execute(
        select(
            part,
            count(),
            count(Voter.sex == "L"),
            count(Voter.state != "potensial"),
            count(Voter.state == "baru"),
            count(Voter.state == "ubah"),
            count(Voter.tps_code.is_(None)),
            count(text("voter.doubts <> '{}'")),
            func.count().filter(Voter.state == "tms"),
        )
        .where(*inside(election_id, prefix))
        .group_by(part)
        .order_by(part)
    )
    return [LivingRow(*row) for row in rows]


def inside(election_id: int, prefix: str) -> list[ColumnElement[bool]]:
    """The condition that a voter's row lies in an area, as the index has it."""
    where: list[ColumnElement[bool]] = [Voter.province == prefix[:2], Voter.election_id == election_id]
    if len(prefix) >= 10:
        where.append(Voter.village_code == prefix[:10])
    else:
        where += [Voter.village_code >= prefix, Voter.village_code < prefix + ":"]
    if len(prefix) == 13:
        where.append(Voter.tps_code == prefix)
    return where


def imported(roll: VoterRoll) -> Imported:
    """What files brought into a roll, all together."""
    row = db.session.execute(
        select(
            func.count(),
            *(
                func.coalesce(func.sum(getattr(VoterBatch, name)), 0)
                for name in ("received", "accepted", "rejected", "duplicate")
            ),
        ).where(VoterBatch.election_id == roll.election_id, func.starts_with(VoterBatch.region, roll.region))
    ).one()
    return Imported(*row)


def days_left(election_id: int, state: str, region: str = "", now: dt.datetime | None = None) -> int | None:
    """Whole days until the stage of the next step closes; negative when it has; None without a next step."""
    code = NEXT_STAGE.get(state)
    if code is None:
        return None
    try:
        closes = calendar.window(calendar.stage(election_id, code), region).closes
    except LookupError:  # an election made from another may lack the stage
        return None
    return (closes.date() - (now or calendar.utc_now()).date()).days
