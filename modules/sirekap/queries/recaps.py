"""One D.Hasil: its lines, its columns, its sums, and what stands in the way of closing it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text

from electsys.db import db
from electsys.elections.models import BallotLine, Participant
from modules.sirekap.models import Recap, RecapReading, RecapVersion
from modules.sirekap.rules.ladder import PPLN, sum_of
from modules.situng import FormModel, form_model

#: SQL: the TPS ``t`` of each recap ``r`` that stands before it (tiers ``kecamatan`` and ``ppln``).
#: The ``offset`` keeps it one search in one partition for each ``r``: a free join reads the whole nation.
STATIONS = """lateral (
    select t.* from tps t where t.election_id = r.election_id and t.province = r.province
    and t.state = 'aktif' and t.code >= r.region and t.code < r.region || '~'
    and (r.dapil_id is null or exists (
        select from dapil_village m where m.dapil_id = r.dapil_id and m.village_code = t.village_code))
    offset 0
) t"""
#: Tiers whose columns are TPS.
LEAVES = ("kecamatan", PPLN)


@dataclass(frozen=True)
class Line:
    """One line of the ballot: a party, a candidate of its list, a pair or a person."""

    position: int
    participant_id: int
    number: int
    candidate: int | None
    name: str
    short_name: str
    color: str

    @property
    def label(self) -> str:
        """How the line is called on a form: ``01 Nama``, and ``01.3 Nama`` for a candidate of a list."""
        number = f"{self.number:02d}" if self.candidate is None else f"{self.number:02d}.{self.candidate}"
        return f"{number} {self.name}"


@dataclass(frozen=True)
class ColumnNow:
    """The column of a child as it counts now; ``number`` 0 while it has none."""

    unit: str
    name: str
    #: Village of a TPS; the unit itself above.
    group: str
    number: int = 0
    source: str | None = None
    source_id: int | None = None
    cells: tuple[int | None, ...] = ()
    votes: tuple[int, ...] = ()
    missing: str | None = None
    at: dt.datetime | None = None

    @property
    def is_there(self) -> bool:
        """Whether the plenary has something to read: numbers, or why there are none."""
        return self.number > 0


@dataclass(frozen=True)
class Sheet:
    """A form with everything that its pages, papers and files print."""

    recap: Recap
    model: FormModel
    lines: tuple[Line, ...]
    columns: tuple[ColumnNow, ...]

    @property
    def cells(self) -> list[int]:
        """Jumlah Akhir of the cells."""
        return sum_of([c.cells for c in self.columns if c.is_there]) or [0] * len(self.model.cells)

    @property
    def votes(self) -> list[int]:
        """Jumlah Akhir of the votes, in ballot order."""
        return sum_of([c.votes for c in self.columns if c.is_there]) or [0] * len(self.lines)

    @property
    def missing(self) -> list[ColumnNow]:
        """Children without a column."""
        return [c for c in self.columns if not c.is_there]

    def grouped(self) -> list[tuple[str, list[ColumnNow]]]:
        """The columns by village, in order; above the leaves each stands alone."""
        groups: dict[str, list[ColumnNow]] = {}
        for column in self.columns:
            groups.setdefault(column.group, []).append(column)
        return list(groups.items())


def lines_of(ballot_id: int) -> tuple[Line, ...]:
    """The lines of a ballot in the order of ``votes``."""
    rows = db.session.execute(
        select(BallotLine, Participant)
        .join(Participant, Participant.id == BallotLine.participant_id)
        .where(BallotLine.ballot_id == ballot_id)
        .order_by(BallotLine.position)
    )
    return tuple(
        Line(
            line.position,
            who.id,
            who.number,
            line.candidate_number,
            line.name,
            who.short_name,
            who.color or "#777777",
        )
        for line, who in rows
    )


def sheet(recap: Recap, group: str | None = None) -> Sheet:
    """The whole form, or one village of it."""
    rows = _stations(recap, group) if recap.tier in LEAVES else _children(recap)
    return Sheet(
        recap, form_model(recap.form_model), lines_of(recap.ballot_id), tuple(_column(row) for row in rows)
    )


_COLUMN = "k.number, k.source, k.source_id, k.cells, k.votes, k.missing, k.at"


def _stations(recap: Recap, village: str | None) -> Sequence[Any]:
    return db.session.execute(
        text(
            f"""
            with r as (select * from recap where id = :id),
            t as (select t.code, t.name, t.village_code from r, {STATIONS}
                  where t.code >= :within and t.code < :within || '~')
            select coalesce(t.code, k.unit) as unit, coalesce(t.name, k.unit) as name,
                   coalesce(t.village_code, left(k.unit, 10)) as grp, {_COLUMN}
            from t full join (
                select * from recap_current
                where province = :province and recap_id = :id and unit >= :within and unit < :within || '~'
            ) k on k.unit = t.code
            order by 1
            """
        ),
        {"id": recap.id, "province": recap.province, "within": village or recap.region},
    ).all()


def _children(recap: Recap) -> Sequence[Any]:
    return db.session.execute(
        text(
            f"""
            select c.region as unit, coalesce(n.name, c.region) as name, c.region as grp, {_COLUMN}
            from recap c
            join election e on e.id = c.election_id
            left join region n on n.map_id = e.map_id and n.code = c.region
            left join (select * from recap_current where province = :province and recap_id = :id) k
                on k.unit = c.region
            where c.parent_id = :id
            order by 1
            """
        ),
        {"id": recap.id, "province": recap.province},
    ).all()


def _column(row: Any) -> ColumnNow:
    if row.number is None:
        return ColumnNow(row.unit, row.name, row.grp)
    return ColumnNow(
        *(row.unit, row.name, row.grp, row.number, row.source, row.source_id),
        *(tuple(row.cells), tuple(row.votes), row.missing, row.at),
    )


def version_of(recap: Recap) -> RecapVersion | None:
    """The sums in force; None before the first closing."""
    return db.session.get(RecapVersion, (recap.id, recap.version)) if recap.version else None


def readings(recap: Recap) -> dict[str, RecapReading]:
    """What is to be read out, by village or child."""
    rows = db.session.scalars(select(RecapReading).where(RecapReading.recap_id == recap.id))
    return {row.unit: row for row in rows}


@dataclass(frozen=True)
class Obstacles:
    """What must be done before a form can be closed."""

    #: Children that are not locked (their regions).
    open_children: tuple[str, ...] = ()
    #: TPS or children without a column and without a reason.
    missing: tuple[str, ...] = ()
    #: Villages or children that were not read out.
    unread: tuple[str, ...] = ()
    #: Numbers of objections without an outcome.
    objections: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.open_children or self.missing or self.unread or self.objections)


def obstacles(recap: Recap) -> Obstacles:
    """Everything in the way, named: the guard of the workflow asks the same in one expression."""
    facts = {"id": recap.id, "province": recap.province}

    def codes(statement: str) -> tuple[Any, ...]:
        return tuple(db.session.scalars(text(statement), facts))

    if recap.tier in LEAVES:
        missing = codes(
            f"""
            with r as (select * from recap where id = :id)
            select t.code from r, {STATIONS} where not exists (
                select from recap_column k
                where k.province = :province and k.recap_id = :id and k.unit = t.code)
            order by 1
            """
        )
    else:
        missing = codes(
            """
            select c.region from recap c where c.parent_id = :id and c.state = 'disahkan' and not exists (
                select from recap_column k
                where k.province = :province and k.recap_id = :id and k.unit = c.region)
            order by 1
            """
        )
    return Obstacles(
        codes("select region from recap where parent_id = :id and state <> 'disahkan' order by 1"),
        missing,
        codes("select unit from recap_reading where recap_id = :id and read_at is null order by 1"),
        codes("select id from recap_objection where recap_id = :id and state = 'diajukan' order by 1"),
    )


def ancestors(recap: Recap) -> list[Recap]:
    """The D.Hasil above, the nearest first."""
    found = []
    above = recap.parent_id
    while above is not None:
        found.append(db.session.get_one(Recap, above))
        above = found[-1].parent_id
    return found


def names_of(recaps: Iterable[Recap]) -> dict[str, str]:
    """Region -> name for recaps of one election; the nation is named too."""
    rows = list(recaps)
    if not rows:
        return {}
    found = db.session.execute(
        text(
            "select n.code, n.name from region n join election e on e.map_id = n.map_id"
            " where e.id = :election and n.code = any(:codes)"
        ),
        {"election": rows[0].election_id, "codes": list({r.region for r in rows})},
    )
    return {"": "Indonesia"} | {row.code: row.name for row in found}
