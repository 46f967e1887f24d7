"""What the pages of a plenary show: its contests and how far they are, its children, what was changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, text

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import Contest, Election, Participant
from electsys.regions.models import Dapil
from modules.sirekap.models import (
    Objection,
    Recap,
    RecapAttendance,
    RecapCorrection,
    RecapProposal,
    RecapSignature,
    WitnessMandate,
)
from modules.sirekap.queries.recaps import LEAVES, STATIONS, ColumnNow, Sheet
from modules.situng import counted_forms, form_states


@dataclass(frozen=True)
class Progress:
    """One D.Hasil in the list of a plenary."""

    recap: Recap
    contest: str
    kind: str
    dapil: str | None
    #: Villages or children, and those that were read out.
    units: int
    read: int
    #: TPS or children, and those that have a column.
    parts: int
    filled: int
    objections: int

    @property
    def waits_for(self) -> int:
        """Columns that are missing."""
        return max(self.parts - self.filled, 0)


def progress(election: Election, region: str) -> list[Progress]:
    """The D.Hasil of a region in the order of the settings, with their progress: three queries."""
    order = [str(kind) for kind in settings.value(election.id, "rekap_urutan")]
    rows = db.session.execute(
        select(Recap, Contest, Dapil)
        .join(Contest, Contest.id == Recap.contest_id)
        .outerjoin(Dapil, Dapil.id == Recap.dapil_id)
        .where(Recap.election_id == election.id, Recap.region == region)
    ).all()
    counts = {
        row.id: row
        for row in db.session.execute(
            text(
                f"""
                select r.id,
                       (select count(*) from recap_reading g where g.recap_id = r.id) as units,
                       (select count(g.read_at) from recap_reading g where g.recap_id = r.id) as read,
                       case when r.tier in ('kecamatan', 'ppln') then (select count(*) from {STATIONS})
                            else (select count(*) from recap c where c.parent_id = r.id) end as parts,
                       (select count(distinct unit) from recap_column k
                        where k.province = r.province and k.recap_id = r.id) as filled,
                       (select count(*) from recap_objection o
                        where o.recap_id = r.id and o.state = 'diajukan') as objections
                from recap r where r.election_id = :election and r.region = :region
                """
            ),
            {"election": election.id, "region": region},
        )
    }
    found = [
        Progress(
            recap,
            contest.name,
            contest.kind,
            dapil.name if dapil else None,
            *(counts[recap.id].units, counts[recap.id].read),
            *(counts[recap.id].parts, counts[recap.id].filled, counts[recap.id].objections),
        )
        for recap, contest, dapil in rows
    ]
    rank = {kind: n for n, kind in enumerate(order)}
    return sorted(found, key=lambda p: (rank.get(p.kind, len(rank)), p.dapil or "", p.recap.id))


@dataclass(frozen=True)
class Child:
    """A region right below, and the state of each of its D.Hasil."""

    code: str
    name: str
    #: Contest kind -> state; of several D.Hasil (dapil) the least advanced.
    states: dict[str, str]


def children(election: Election, region: str) -> list[Child]:
    """The plenaries right below a region, one query."""
    rows = db.session.execute(
        text(
            """
            select c.region, coalesce(n.name, c.region) as name, k.kind,
                   min(array_position(array['belum', 'dibuka', 'ditutup', 'disahkan'], c.state)) as rank
            from recap p join recap c on c.parent_id = p.id
            join contest k on k.id = c.contest_id
            left join region n on n.map_id = :map and n.code = c.region
            where p.election_id = :election and p.region = :region
            group by 1, 2, 3 order by 1
            """
        ),
        {"election": election.id, "region": region, "map": election.map_id},
    )
    found: dict[str, Child] = {}
    for row in rows:
        child = found.setdefault(row.region, Child(row.region, row.name, {}))
        child.states[row.kind] = ("belum", "dibuka", "ditutup", "disahkan")[row.rank - 1]
    return list(found.values())


@dataclass(frozen=True)
class Difference:
    """A TPS whose counted form in Situng says something else than the column here."""

    unit: str
    name: str
    here: ColumnNow
    votes: tuple[int, ...]
    cells: tuple[int | None, ...]


def differences(form: Sheet) -> list[Difference]:
    """Columns that do not say what Situng counts now; what the plenary corrected itself is no difference."""
    recap = form.recap
    if recap.tier not in LEAVES or recap.state == "belum":
        return []
    counted = {
        row.tps_code: row for row in db.session.execute(counted_forms(recap.contest_id, recap.region)).all()
    }
    return [
        Difference(c.unit, c.name, c, tuple(now.votes), tuple(now.cells))
        for c in form.columns
        if c.is_there and c.source in ("c_hasil", "tanpa_formulir") and (now := counted.get(c.unit))
        if (tuple(now.votes), tuple(now.cells)) != (c.votes, c.cells)
    ]


def states_below(recap: Recap) -> dict[str, str]:
    """Where the received forms of its TPS stand in Situng."""
    if recap.tier not in LEAVES:
        return {}
    rows = db.session.execute(form_states(recap.contest_id, recap.region))
    return {row.tps_code: row.state for row in rows}


def corrections(recap: Recap) -> list[RecapCorrection]:
    """The corrections of a D.Hasil with TPS columns; of others those made in their plenary. Newest first."""
    own = RecapCorrection.recap_id == recap.id
    return list(
        db.session.scalars(
            select(RecapCorrection)
            .where(own if recap.tier in LEAVES else RecapCorrection.made_in == recap.id)
            .order_by(RecapCorrection.id.desc())
        )
    )


def corrections_in(election_id: int, region: str) -> Select[Any, *tuple[Any, ...]]:
    """Every correction in a region, for a list: (correction, recap, contest)."""
    return (
        select(RecapCorrection, Recap, Contest)
        .join(Recap, Recap.id == RecapCorrection.recap_id)
        .join(Contest, Contest.id == Recap.contest_id)
        .where(Recap.election_id == election_id, RecapCorrection.unit.startswith(region))
        .order_by(RecapCorrection.id.desc())
    )


def proposals(recap: Recap) -> list[RecapProposal]:
    """Corrections by a ruling that wait for the second person."""
    return list(
        db.session.scalars(
            select(RecapProposal)
            .where(RecapProposal.recap_id == recap.id, RecapProposal.decided_at.is_(None))
            .order_by(RecapProposal.id)
        )
    )


def objections(recap: Recap) -> list[Objection]:
    """The objections to a D.Hasil, those that wait first."""
    return list(
        db.session.scalars(
            select(Objection)
            .where(Objection.recap_id == recap.id)
            .order_by(Objection.state != "diajukan", Objection.id)
        )
    )


def signatures(recap: Recap) -> list[RecapSignature]:
    """Who signed or refused to, of the version in force."""
    return list(
        db.session.scalars(
            select(RecapSignature)
            .where(RecapSignature.recap_id == recap.id, RecapSignature.version == recap.version)
            .order_by(RecapSignature.id)
        )
    )


def mandates(
    election_id: int, region: str, contest_id: int | None = None, *, in_force: bool = True
) -> Sequence[Any]:
    """(mandate, participant, contest) of a level, in the order of contests and numbers."""
    statement = (
        select(WitnessMandate, Participant, Contest)
        .join(Participant, Participant.id == WitnessMandate.participant_id)
        .join(Contest, Contest.id == Participant.contest_id)
        .where(WitnessMandate.election_id == election_id, WitnessMandate.region == region)
        .order_by(Contest.id, Participant.number)
    )
    if in_force:
        statement = statement.where(WitnessMandate.ended_at.is_(None))
    if contest_id is not None:
        statement = statement.where(Contest.id == contest_id)
    return db.session.execute(statement).all()


def standing(election_id: int, region: str) -> list[tuple[Participant, Contest]]:
    """Who is on a ballot that is summed in a region: whom a witness may stand for."""
    rows = db.session.execute(
        text(
            """
            select distinct l.participant_id from recap r join ballot_line l on l.ballot_id = r.ballot_id
            where r.election_id = :election and r.region = :region
            """
        ),
        {"election": election_id, "region": region},
    )
    ids = [row.participant_id for row in rows]
    found = db.session.execute(
        select(Participant, Contest)
        .join(Contest, Contest.id == Participant.contest_id)
        .where(Participant.id.in_(ids))
        .order_by(Contest.id, Participant.number)
    )
    return [(row[0], row[1]) for row in found]


def attendance(election_id: int, region: str, day: dt.date | None = None) -> list[RecapAttendance]:
    """Who attended, the newest day first."""
    statement = (
        select(RecapAttendance)
        .where(RecapAttendance.election_id == election_id, RecapAttendance.region == region)
        .order_by(RecapAttendance.day.desc(), RecapAttendance.role, RecapAttendance.name)
    )
    return list(
        db.session.scalars(statement.where(RecapAttendance.day == day) if day else statement.limit(500))
    )


def newest_election() -> Election | None:
    """The newest election that has a ladder."""
    return db.session.scalars(
        select(Election)
        .where(select(Recap.id).where(Recap.election_id == Election.id).exists())
        .order_by(Election.voting_day.desc(), Election.id.desc())
        .limit(1)
    ).first()
