"""Reads of frozen lists: which there are, what they hold, which marks stand."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from electsys.db import db
from electsys.privacy import Sealer
from modules.sidalih.models import AreaCount, ListMark, VoterList, VoterRoll
from modules.sidalih.rules.marks import standing
from modules.sidalih.rules.voters import age_on


@dataclass(frozen=True)
class Line:
    """One line of a frozen list, as the list holds it, with what became of the voter since."""

    number: int
    voter_id: int
    name: str
    sex: str
    #: Whole years on the voting day.
    age: int
    marital_status: str
    address: str
    rt: str
    rw: str
    disability: str
    ktp_el: str | None
    state: str
    marks: tuple[str, ...]


#: The rows of one polling station, living or replaced since.
LINES = """
    select e.number, e.voter_id, coalesce(p.name, v.name) as name, coalesce(p.sex, v.sex) as sex,
        coalesce(p.marital_status, v.marital_status) as marital_status,
        coalesce(p.address, v.address) as address, coalesce(p.rt, v.rt) as rt, coalesce(p.rw, v.rw) as rw,
        coalesce(p.ktp_el, v.ktp_el) as ktp_el, coalesce(p.sealed, v.sealed) as sealed,
        coalesce(p.state, v.state) as state
    from voter_list_entry e
    join voter v on v.id = e.voter_id and v.province = e.province
    left join voter_past p on p.voter_id = e.voter_id and p.province = e.province
        and p.version = e.version and v.version <> e.version
    where e.province = :province and e.list_id = :list and e.tps_code = :tps
    order by e.number
"""


def newest_list(roll_id: int) -> VoterList | None:
    """The list of a roll that was frozen last, whatever its stage."""
    return db.session.scalars(
        select(VoterList).where(VoterList.roll_id == roll_id).order_by(VoterList.id.desc()).limit(1)
    ).one_or_none()


def newest_dpt(roll_id: int) -> VoterList | None:
    """The DPT of a roll that is in force."""
    return db.session.scalars(
        select(VoterList)
        .where(VoterList.roll_id == roll_id, VoterList.stage == "dpt")
        .order_by(VoterList.sequence.desc())
        .limit(1)
    ).one_or_none()


def lists_of(roll_id: int) -> Sequence[VoterList]:
    """Every list of a roll, the first one first."""
    return db.session.scalars(
        select(VoterList).where(VoterList.roll_id == roll_id).order_by(VoterList.id)
    ).all()


def newest_of_stage(election_id: int, stage: str, region: str = "") -> Select[int, str]:
    """The newest list of a stage of each kab/kota inside ``region``: (list id, kab/kota)."""
    return (
        select(VoterList.id, VoterRoll.region)
        .ext(distinct_on(VoterRoll.id))
        .join(VoterRoll, VoterRoll.id == VoterList.roll_id)
        .where(
            VoterRoll.election_id == election_id,
            VoterList.stage == stage,
            func.starts_with(VoterRoll.region, region[:4]),
        )
        .order_by(VoterRoll.id, VoterList.sequence.desc())
    )


def determined_voters(election_id: int, region: str = "") -> int | None:
    """Voters of the newest DPT of every kab/kota inside ``region``; None where no DPT is set there."""
    newest = newest_of_stage(election_id, "dpt", region).subquery()
    total = select(func.sum(VoterList.male + VoterList.female)).join(newest, newest.c.id == VoterList.id)
    return db.session.scalar(total)


def determined_stations(election_id: int, region: str) -> dict[str, tuple[int, int]]:
    """Men and women in the newest DPT of each polling station inside ``region``: what a form prints (I.A.1).

    A station that no DPT names is not there. ``region`` has 4 digits or more: no call reads a province.
    """
    newest = newest_of_stage(election_id, "dpt", region).subquery()
    rows = db.session.execute(
        select(AreaCount.code, AreaCount.male, AreaCount.female)
        .join(newest, newest.c.id == AreaCount.list_id)
        .where(AreaCount.code.startswith(region, autoescape=True), func.length(AreaCount.code) == 13)
    )
    return {code: (male, female) for code, male, female in rows}


#: SQL of :func:`expected_voters` for every station of ``:election`` at once: ``tps_code, male, female``.
STATION_VOTERS = """
    select c.code as tps_code, c.male, c.female
    from (
        select distinct on (r.id) l.id from voter_list l join voter_roll r on r.id = l.roll_id
        where r.election_id = :election and l.stage = 'dpt' order by r.id, l.sequence desc
    ) newest
    join voter_area_count c on c.list_id = newest.id and length(c.code) = 13
"""


def counts_in(list_id: int, parent: str) -> Sequence[AreaCount]:
    """The numbers of the parts of an area."""
    return db.session.scalars(
        select(AreaCount)
        .where(AreaCount.list_id == list_id, AreaCount.parent == parent)
        .order_by(AreaCount.code)
    ).all()


def lines(voter_list: VoterList, tps_code: str, voting_day: dt.date) -> list[Line]:
    """The lines of one polling station of a list, in their order, with the marks that stand."""
    marked = marks_in(voter_list.id, tps_code)
    unseal = Sealer("voter").unseal_fields
    found = db.session.execute(
        text(LINES), {"province": tps_code[:2], "list": voter_list.id, "tps": tps_code}
    )
    rows = []
    for row in found:
        secret = unseal(row.voter_id, bytes(row.sealed))
        rows.append(
            Line(
                row.number,
                row.voter_id,
                row.name,
                row.sex,
                age_on(dt.date.fromisoformat(secret["birth_date"]), voting_day),
                row.marital_status,
                row.address,
                row.rt,
                row.rw,
                secret.get("disability") or "0",
                row.ktp_el,
                row.state,
                marked.get(row.voter_id, ()),
            )
        )
    return rows


def marks_in(list_id: int, tps_code: str) -> dict[int, tuple[str, ...]]:
    """Voter -> the marks that stand, in a polling station of a list."""
    rows = db.session.execute(
        select(ListMark.voter_id, ListMark.kind)
        .where(ListMark.list_id == list_id, ListMark.tps_code == tps_code)
        .order_by(ListMark.id)
    )
    written: dict[int, list[str]] = defaultdict(list)
    for voter, kind in rows:
        written[voter].append(kind)
    return {voter: tuple(left) for voter, kinds in written.items() if (left := standing(kinds))}


def marked_in(list_id: int, parent: str) -> dict[str, int]:
    """Part of an area -> how many of its voters bear a mark: what the active number leaves out.

    A voter bears one while more marks were written than taken back.
    """
    cut = {2: 4, 4: 6, 6: 10, 10: 13}[len(parent)]
    part = func.left(ListMark.tps_code, cut)
    taken_back = func.count().filter(ListMark.kind == "batal")
    each = (
        select(part.label("part"), ListMark.voter_id)
        .where(ListMark.list_id == list_id, ListMark.tps_code >= parent, ListMark.tps_code < parent + "~")
        .group_by(part, ListMark.voter_id)
        .having(func.count() > 2 * taken_back)
        .subquery()
    )
    rows = db.session.execute(select(each.c.part, func.count()).group_by(each.c.part))
    return {row[0]: row[1] for row in rows}


def expected_voters(election_id: int, tps_code: str) -> tuple[int, int] | None:
    """The voters (men, women) of a polling station in the newest DPT of its kab/kota; None without one.

    What a form of results must say (domain.md X11). A station without voters in that DPT has (0, 0).
    """
    newest = db.session.execute(
        select(VoterList.id)
        .join(VoterRoll, VoterRoll.id == VoterList.roll_id)
        .where(
            VoterRoll.election_id == election_id,
            VoterRoll.region == tps_code[:4],
            VoterList.stage == "dpt",
        )
        .order_by(VoterList.sequence.desc())
        .limit(1)
    ).scalar()
    if newest is None:
        return None
    found: Any = db.session.get(AreaCount, (newest, tps_code))
    return (found.male, found.female) if found else (0, 0)
