"""Reads of vacant seats: who holds what, who stands in line, and the cases of a body."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true

from electsys.db import db
from electsys.elections.models import CodeEntry, Contest, Participant, Standing
from electsys.elections.queries import codes
from electsys.elections.standings import in_force
from electsys.identity.access import Scope
from electsys.regions.models import Dapil
from electsys.workflow.scoping import within
from modules.silon.models import Listing, ListingEntry
from modules.silon.models.seats import SeatCase, SeatEvent
from modules.silon.rules.ties import Contender

#: Cases whose successor has left the line: a seat is promised or given.
TAKEN = ("siap", "dikirim", "dilantik")


@dataclass(frozen=True)
class InLine:
    """Somebody of the final list with the votes won: may come next."""

    participant_id: int
    number: int | None
    name: str
    sex: str | None
    votes: int
    struck: bool
    spread: dict[str, int]

    def contender(self) -> Contender:
        """What the strategies of the law compare. The DPD ranks persons by their own numbers."""
        return Contender(self.number or 0, self.votes, self.sex, self.spread)


def elected_name() -> ColumnElement[str | None]:
    """The name of a standing in the final list in force, as SQL; a person's own name for the DPD."""
    entry = (
        select(ListingEntry.name)
        .join(Listing, Listing.id == ListingEntry.listing_id)
        .where(
            Listing.contest_id == Standing.contest_id,
            Listing.dapil_id == Standing.dapil_id,
            Listing.stage == "dct",
            ListingEntry.participant_number == Participant.number,
            ListingEntry.number == Standing.candidate_number,
        )
        .order_by(Listing.version.desc())
        .limit(1)
        .correlate(Standing, Participant)
        .scalar_subquery()
    )
    return case((Standing.candidate_number.is_(None), Participant.name), else_=entry)


def holders_of(contest_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Who was elected in some contests, dapil by dapil: (Standing, Participant, dapil's name, name)."""
    return (
        select(
            Standing,
            Participant,
            Dapil.name.label("dapil"),
            elected_name().label("name"),
        )
        .join(Participant, Participant.id == Standing.participant_id)
        .outerjoin(Dapil, Dapil.id == Standing.dapil_id)
        .where(Standing.contest_id.in_(contest_ids), Standing.elected, in_force())
    )


def of_bodies(regions: Collection[str]) -> ColumnElement[bool]:
    """Seats that the bodies of some regions fill: DPR and DPD at KPU RI, a chamber at its own body."""
    own = [
        and_(
            Contest.kind.in_(("dpr", "dpd"))
            if region == ""
            else Contest.kind == ("dprd_prov" if len(region) == 2 else "dprd_kabko"),
            true() if region == "" else Standing.region_code == region,
        )
        for region in regions
    ]
    inside = select(Contest.id).where(Contest.id == Standing.contest_id, or_(false(), *own))
    return inside.exists()


def line_of(vacancy: SeatCase) -> list[InLine]:
    """Those who stand in line for a case, by votes: not elected, not moved up already, not passed over.

    Of a list: the party's other candidates in the dapil. Of the DPD: the other persons of the province.
    """
    person = vacancy.holder_number is None
    rows = db.session.scalars(
        select(Standing)
        .where(
            Standing.contest_id == vacancy.contest_id,
            Standing.dapil_id.is_not_distinct_from(vacancy.dapil_id),
            Standing.region_code == vacancy.voted_in,
            ~Standing.elected,
            Standing.candidate_number.is_(None) if person else Standing.candidate_number.is_not(None),
            *(() if person else (Standing.participant_id == vacancy.participant_id,)),
            in_force(),
        )
        .order_by(Standing.votes.desc(), Standing.candidate_number, Standing.participant_id)
    ).all()
    names = _names(vacancy.contest_id, vacancy.dapil_id, vacancy.voted_in, person)
    moved = _moved_up(vacancy)
    passed = {(p, n) for p, n, _why in vacancy.passed_over}
    found = []
    for row in rows:
        key = (row.participant_id, row.candidate_number)
        if key in moved or key in passed:
            continue
        name, sex, struck = names.get(key, (row.participant.name if person else "", None, False))
        number = row.participant.number if person else row.candidate_number
        found.append(
            InLine(row.participant_id, number, name or "-", sex, row.votes, struck, dict(row.spread or {}))
        )
    return found


def name_of(holder: Standing) -> str | None:
    """The name of somebody elected, as the final list has it."""
    names = _names(holder.contest_id, holder.dapil_id, holder.region_code, holder.candidate_number is None)
    found = names.get((holder.participant_id, holder.candidate_number))
    return found[0] if found else None


def _names(
    contest_id: int, dapil_id: int | None, voted_in: str, person: bool
) -> dict[tuple[int, int | None], tuple[str, str | None, bool]]:
    """Names of the final list in force, by participant and number."""
    listing = db.session.scalars(
        select(Listing)
        .where(
            Listing.contest_id == contest_id,
            Listing.dapil_id.is_not_distinct_from(dapil_id),
            Listing.stage == "dct",
            or_(Listing.dapil_id.is_not(None), Listing.region == voted_in),
        )
        .order_by(Listing.version.desc())
        .limit(1)
    ).one_or_none()
    if listing is None:
        return {}
    entries = db.session.execute(
        select(ListingEntry, Participant.id)
        .join(
            Participant,
            and_(
                Participant.contest_id == contest_id,
                Participant.number == ListingEntry.participant_number,
                or_(Participant.kind != "perseorangan", Participant.region_code == voted_in),
            ),
        )
        .where(ListingEntry.listing_id == listing.id)
    )
    return {
        (participant, None if person else entry.number): (entry.name, entry.sex, entry.struck)
        for entry, participant in entries
    }


def _moved_up(vacancy: SeatCase) -> set[tuple[int | None, int | None]]:
    """Whom other cases of the same list have given a seat."""
    person = vacancy.holder_number is None
    rows = db.session.execute(
        select(SeatCase.next_participant_id, SeatCase.next_number).where(
            SeatCase.contest_id == vacancy.contest_id,
            SeatCase.dapil_id.is_not_distinct_from(vacancy.dapil_id),
            SeatCase.voted_in == vacancy.voted_in,
            SeatCase.id != vacancy.id,
            SeatCase.state.in_(TAKEN),
        )
    )
    return {(participant, None if person else number) for participant, number in rows}


def cases_in(election_id: int, scopes: Sequence[Scope]) -> Select[SeatCase]:
    """The cases of the reader's bodies, those that are due first."""
    inside = within(region=SeatCase.region, election=SeatCase.election_id)(list(scopes))
    return (
        select(SeatCase)
        .where(SeatCase.election_id == election_id, inside)
        .order_by(SeatCase.due_on, SeatCase.id)
    )


def events_of(vacancy: SeatCase) -> list[SeatEvent]:
    """What was done in a case, in its order."""
    return list(
        db.session.scalars(select(SeatEvent).where(SeatEvent.case_id == vacancy.id).order_by(SeatEvent.id))
    )


def holidays(election_id: int) -> frozenset[dt.date]:
    """National holidays, as the code table ``hari_libur`` has them (code: the day)."""
    rows = db.session.scalars(codes(election_id).where(CodeEntry.table_code == "hari_libur"))
    return frozenset(dt.date.fromisoformat(row.code) for row in rows)


def chambers(election_id: int) -> list[Contest]:
    """Contests whose seats are filled again: chambers and the DPD."""
    kinds = ("dpr", "dpd", "dprd_prov", "dprd_kabko")
    rows = select(Contest).where(Contest.election_id == election_id, Contest.kind.in_(kinds))
    return list(db.session.scalars(rows.order_by(Contest.id)))


def successors(keys: Sequence[tuple[int, int | None, str, int, int | None]]) -> dict[Any, list[SeatCase]]:
    """Cases that gave the seats of some holders, by (contest, dapil, place, participant, number)."""
    if not keys:
        return {}
    rows = db.session.scalars(
        select(SeatCase)
        .where(
            SeatCase.contest_id.in_({key[0] for key in keys}),
            SeatCase.participant_id.in_({key[3] for key in keys}),
            SeatCase.state.in_(("dikirim", "dilantik")),
        )
        .order_by(SeatCase.id)
    )
    found: dict[Any, list[SeatCase]] = {}
    for row in rows:
        key = (row.contest_id, row.dapil_id, row.voted_in, row.participant_id, row.holder_number)
        found.setdefault(key, []).append(row)
    return {key: found[key] for key in keys if key in found}


def open_cases(scopes: Sequence[Scope]) -> int:
    """Cases of the bodies that wait for somebody."""
    inside = within(region=SeatCase.region, election=SeatCase.election_id)(list(scopes))
    waiting = ("diterima", "verifikasi", "klarifikasi", "siap")
    found = db.session.scalar(select(func.count()).where(SeatCase.state.in_(waiting), inside))
    return found or 0
