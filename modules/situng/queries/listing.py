"""Forms as lists that page, narrow and sort in the database: every TPS of a region, and what waits in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from electsys.db import db
from electsys.regions.models import Region, Tps
from modules.situng.contest import ContestCount
from modules.situng.models import ResultBatch, ResultForm, ResultVersion

#: What a list may be narrowed to: the states of a form, and no form at all.
MISSING = "belum_diterima"
STATES = ("diterima", "anomali", "belum_lengkap", MISSING)

village, district = aliased(Region), aliased(Region)


def forms_in(count: ContestCount, regions: Sequence[str]) -> Select[Any, *tuple[Any, ...]]:
    """Every TPS of these regions with the newest version of its form, in the order of the codes.

    Rows have ``code``, ``name``, ``village``, ``district``, ``state`` (None while nothing was received),
    ``version`` (an id), ``cells``, ``votes``, ``faults``, ``warnings`` and ``counts``: whether some version,
    perhaps an older one, is in the totals.
    """
    return (
        select(
            Tps.code,
            Tps.name,
            village.name.label("village"),
            district.name.label("district"),
            ResultForm.state,
            ResultVersion.id.label("version"),
            ResultVersion.cells,
            ResultVersion.votes,
            ResultVersion.faults,
            ResultVersion.warnings,
            ResultForm.accepted_id.is_not(None).label("counts"),
        )
        .select_from(Tps)
        .outerjoin(
            ResultForm,
            and_(
                ResultForm.province == Tps.province,
                ResultForm.contest_id == count.contest_id,
                ResultForm.tps_code == Tps.code,
            ),
        )
        .outerjoin(ResultVersion, _newest())
        .join(village, and_(village.map_id == count.map_id, village.code == Tps.village_code))
        .join(district, and_(district.map_id == count.map_id, district.code == func.left(Tps.code, 6)))
        .where(Tps.election_id == count.election_id, inside(Tps, Tps.code, count.within(regions)))
    )


def anomalies_in(count: ContestCount, regions: Sequence[str]) -> Select[Any]:
    """The forms of these regions with an open F; ``waiting`` is the number of a correction on its way."""
    correction = (
        select(func.max(ResultBatch.id))
        .where(
            ResultBatch.contest_id == count.contest_id,
            ResultBatch.source == "pembetulan",
            ResultBatch.state == "menunggu",
            ResultBatch.region == Tps.code,
        )
        .scalar_subquery()
    )
    # The bounds on the form's own code let its partial index find the few that wait among a million.
    return (
        forms_in(count, regions)
        .add_columns(correction.label("waiting"), ResultVersion.written_at)
        .where(ResultForm.state == "anomali", inside(ResultForm, ResultForm.tps_code, regions))
    )


def _newest() -> ColumnElement[bool]:
    return and_(
        ResultVersion.province == ResultForm.province,
        ResultVersion.contest_id == ResultForm.contest_id,
        ResultVersion.tps_code == ResultForm.tps_code,
        ResultVersion.id == ResultForm.latest_id,
    )


def inside(table: Any, code: Any, regions: Sequence[str]) -> ColumnElement[bool]:
    """Whether a row's code lies in one of these regions; without any, none does."""

    def within(region: str) -> ColumnElement[bool]:
        if not region:
            return true()
        # A range and not LIKE: codes are plain digits in byte order, so a range finds them by their index.
        return and_(table.province == region[:2], code >= region, code < region + "~")

    return or_(false(), *map(within, regions))


def in_state(statement: Select[Any], state: str) -> Select[Any]:
    """Only the TPS whose form stands so."""
    if state == MISSING:
        return statement.where(ResultForm.state.is_(None))
    return statement.where(ResultForm.state == state)


def breaking(statement: Select[Any], code: str) -> Select[Any]:
    """Only the forms with a finding of this code, such as ``F.106``."""
    every = func.unnest(func.array_cat(ResultVersion.faults, ResultVersion.warnings))
    found = every.table_valued("key", name="found").render_derived()
    return statement.where(exists().select_from(found).where(found.c.key.startswith(f"{code}:")))


def rule_counts(count: ContestCount, regions: Sequence[str]) -> dict[str, int]:
    """How many waiting forms of these regions break each rule, most first."""
    fault = func.unnest(ResultVersion.faults).table_valued("key", name="fault").render_derived()
    code = func.split_part(fault.c.key, ":", 1)
    forms = func.count(ResultForm.tps_code.distinct())
    rows = db.session.execute(
        select(code, forms)
        .select_from(ResultForm)
        .join(ResultVersion, _newest())
        .join(fault, true())
        .where(
            ResultForm.contest_id == count.contest_id,
            ResultForm.state == "anomali",
            inside(ResultForm, ResultForm.tps_code, regions),
        )
        .group_by(code)
        .order_by(forms.desc(), code)
    )
    return {row[0]: int(row[1]) for row in rows}


def waiting_correction(contest_id: int, tps_code: str) -> int | None:
    """The file number of a correction of this form that waits for its second person."""
    return db.session.scalar(
        select(func.max(ResultBatch.id)).where(
            ResultBatch.contest_id == contest_id,
            ResultBatch.source == "pembetulan",
            ResultBatch.state == "menunggu",
            ResultBatch.region == tps_code,
        )
    )
