"""Reads of the continuous update (PDPB): movements by area from events, and the recount of living rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, text

from electsys.db import db
from electsys.elections.models import Election
from electsys.regions.models import Region
from electsys.regions.rules import OVERSEAS
from modules.sidalih.models import Quarter, Semester, Voter, VoterEvent, VoterRoll
from modules.sidalih.models.voters import LISTED
from modules.sidalih.rules.movement import MOVED_HOME, SEMESTERS, Movement

FIELDS = ("fresh", "moved_in", "struck", "moved_out", "amended")


@dataclass(frozen=True)
class Part:
    """An area of a kab/kota in a quarter; ``living`` is the recount of its rows today."""

    code: str
    movement: Movement
    living: int
    #: What moved in later quarters: ``closing + later = living``, or somebody wrote outside the quarters.
    later: int

    @property
    def balanced(self) -> bool:
        """Whether the events explain every row."""
        return self.movement.closing + self.later == self.living


@dataclass(frozen=True)
class SemesterRow:
    """A kab/kota (or a province) in a semester; ``missing`` counts quarters that are not closed."""

    code: str
    name: str
    movement: Movement
    missing: int
    #: Kab/kota that it is the sum of.
    rolls: int = 1


def counted_as() -> ColumnElement[Any]:
    """The column of :class:`Movement` that an event counts in: ``rules.movement.column_of`` as SQL."""
    kind, code = VoterEvent.kind, VoterEvent.code
    arrived = VoterEvent.details.has_key("from_village")
    return case(
        (or_(kind == "masuk", and_(kind == "baru", arrived)), "moved_in"),
        (kind.in_(("baru", "pulih")), "fresh"),
        (or_(kind == "keluar", and_(kind == "tms", code == MOVED_HOME)), "moved_out"),
        (kind == "tms", "struck"),
        (kind == "ubah", "amended"),
    )


def movements(quarter: Quarter, length: int) -> dict[str, Movement]:
    """Area (code of ``length`` digits) -> what its events of a quarter add up to; openings are left out."""
    area = func.left(VoterEvent.village_code, length)
    column = counted_as()
    rows = db.session.execute(
        select(area, column, func.count())
        .where(VoterEvent.quarter_id == quarter.id, column.is_not(None))
        .group_by(area, column)
    )
    found: dict[str, Movement] = {}
    for code, name, n in rows:
        found[code] = replace(found.get(code, Movement()), **{name: n})
    return found


def living(roll: VoterRoll, length: int) -> dict[str, int]:
    """Area -> its listed voters today, recounted from the rows."""
    area = func.left(Voter.village_code, length)
    rows = db.session.execute(
        select(area, func.count())
        .where(
            Voter.province == roll.region[:2],
            Voter.election_id == roll.election_id,
            Voter.village_code >= roll.region,
            Voter.village_code < roll.region + ":",
            Voter.state.in_(LISTED),
        )
        .group_by(area)
    )
    return {row[0]: row[1] for row in rows}


def parts(quarter: Quarter, roll: VoterRoll, length: int) -> list[Part]:
    """The areas of a kab/kota in a quarter, each with both derivations of its number.

    The opening of an area is what its rows are today less everything that moved since: the events of this
    quarter and of those after it. That the sum of the openings is the opening that the plenary wrote down is
    the proof that nothing moved outside the quarters.
    """
    now = living(roll, length)
    own = movements(quarter, length)
    after = _later(quarter, length)
    rows = []
    for code in sorted({*now, *own, *after}):
        later = after.get(code, 0)
        moved = own.get(code, Movement())
        opening = now.get(code, 0) - later - moved.net
        rows.append(Part(code, replace(moved, opening=opening), now.get(code, 0), later))
    return rows


def _later(quarter: Quarter, length: int) -> dict[str, int]:
    """Area -> the net movement of the quarters after this one."""
    later = db.session.scalars(
        select(Quarter).where(Quarter.roll_id == quarter.roll_id, Quarter.id > quarter.id)
    )
    net: dict[str, int] = {}
    for each in later:
        for code, moved in movements(each, length).items():
            net[code] = net.get(code, 0) + moved.net
    return net


def movement_of(quarter: Quarter) -> Movement:
    """The numbers of a quarter as its plenary wrote them, or as they stand while it is open."""
    if quarter.closing is None:
        total = sum(movements(quarter, 4).values(), Movement())
        return replace(total, opening=quarter.opening)
    return Movement(quarter.opening, *(getattr(quarter, name) for name in FIELDS))


def quarters_of(roll_id: int) -> Sequence[Quarter]:
    """The quarters of a roll, the newest first."""
    return db.session.scalars(
        select(Quarter).where(Quarter.roll_id == roll_id).order_by(Quarter.year.desc(), Quarter.number.desc())
    ).all()


def newest_quarter(roll_id: int) -> Quarter | None:
    """The quarter of a roll that was opened last."""
    return next(iter(quarters_of(roll_id)), None)


def semester(election: Election, region: str, year: int, half: int) -> list[SemesterRow]:
    """The recapitulation of a semester: kab/kota of a province, or provinces of the nation ("").

    Lists abroad are not updated by quarters: a PPLN ends with its election.
    """
    cut = 4 if region else 2
    numbers = SEMESTERS[half]
    closed = db.session.execute(
        select(VoterRoll.region, Quarter)
        .join(VoterRoll, VoterRoll.id == Quarter.roll_id)
        .where(
            VoterRoll.election_id == election.id,
            func.starts_with(VoterRoll.region, region),
            Quarter.year == year,
            Quarter.number.in_(numbers),
            Quarter.state == "ditutup",
        )
        .order_by(VoterRoll.region, Quarter.number)
    )
    kabko: dict[str, list[Movement]] = {}
    for code, quarter in closed:
        kabko.setdefault(code, []).append(movement_of(quarter))
    totals: dict[str, Movement] = {}
    filed: dict[str, int] = {}
    for code, moved in kabko.items():
        whole = moved[0]
        for later in moved[1:]:
            whole = whole.then(later) if whole.closing == later.opening else whole + replace(later, opening=0)
        totals[code[:cut]] = totals.get(code[:cut], Movement()) + whole
        filed[code[:cut]] = filed.get(code[:cut], 0) + len(moved)
    named = db.session.execute(
        select(
            func.left(Region.code, cut).label("area"),
            func.min(Region.name).filter(func.length(Region.code) == cut).label("name"),
            func.count().filter(Region.level == 2).label("kabko"),
        )
        .where(
            Region.map_id == election.map_id,
            func.starts_with(Region.code, region),
            Region.level.in_((1, 2)),
            func.length(Region.code) >= cut,
            ~Region.code.startswith(OVERSEAS),
        )
        .group_by("area")
        .order_by("area")
    )
    return [
        SemesterRow(
            row.area,
            row.name or row.area,
            totals.get(row.area, Movement()),
            row.kabko * len(numbers) - filed.get(row.area, 0),
            row.kabko,
        )
        for row in named
    ]


def semester_of(election_id: int, region: str, year: int, half: int) -> Semester | None:
    """The plenary of a province or the nation ("") on a semester."""
    return db.session.scalars(
        select(Semester).where(
            Semester.election_id == election_id,
            Semester.region == region,
            Semester.year == year,
            Semester.half == half,
        )
    ).one_or_none()


def semesters(election_id: int, year: int, half: int) -> dict[str, Semester]:
    """Province -> its plenary on a semester; "" is the nation's."""
    rows = db.session.scalars(
        select(Semester).where(
            Semester.election_id == election_id, Semester.year == year, Semester.half == half
        )
    )
    return {row.region: row for row in rows}


def to_visit(roll: VoterRoll) -> Select[Voter]:
    """Coktas: the rows that a limited visit of the quarter looks at, those with a doubt (PKPU 1/2025)."""
    return (
        select(Voter)
        .where(
            Voter.province == roll.region[:2],
            Voter.election_id == roll.election_id,
            Voter.village_code >= roll.region,
            Voter.village_code < roll.region + ":",
            Voter.state.in_(LISTED),
            text("voter.doubts <> '{}'"),
        )
        .order_by(Voter.village_code, Voter.tps_code, Voter.rw, Voter.rt, Voter.id)
    )
