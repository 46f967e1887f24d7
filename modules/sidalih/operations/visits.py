"""Coklit: giving stations to Pantarlih, and taking in what a household's visit found (PKPU 7/2022).

A visit is one act: what was found of all its voters is written together or not at all, so that a packet that
is sent again, or one that does not fit any more, changes nothing by half.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from electsys.db import db
from electsys.documents.papers import today
from electsys.elections import calendar
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.identity.models import Account
from electsys.ledger import Actor, record
from electsys.regions.models import Tps
from electsys.regions.rules import zone_of
from electsys.web.formats import ZONES, tanggal
from modules.sidalih.models import HouseholdVisit, VisitPhoto, VisitTask, Voter
from modules.sidalih.operations.voters import (
    WRONG_TPS,
    add_voter,
    amend_voter,
    confirm_voter,
    place_voter,
    roll_of,
    strike_voter,
)
from modules.sidalih.permissions import ASSIGN, RECORD, VISIT
from modules.sidalih.rules.visits import (
    CHANGED,
    ELSEWHERE,
    IN_FUTURE,
    NEW,
    RIGHT,
    STRUCK,
    paper_day_fault,
    still_fits,
)
from modules.sidalih.visit_findings import Finding, Visit

#: The moves of a voter's row by who writes the visit.
MOVES = {
    VISIT: ("confirm", "visit_amend", "visit_strike"),
    RECORD: ("record_confirm", "record_amend", "record_strike"),
}


class Outdated(Refused):
    """The office changed a row after the phone fetched it; ``voters`` are those rows."""

    def __init__(self, voters: list[int]):
        super().__init__(
            _("Data pemilih di rumah ini berubah sejak terakhir diunduh ke gawai."),
            hint=_("Bandingkan nilainya di “Perlu diputuskan”, lalu pilih yang benar."),
            status=409,
        )
        self.voters = voters


def give_station(election: Election, tps_code: str, account: Account, *, actor: Actor) -> VisitTask:
    """Let a Pantarlih visit a station; who had it before has it no longer."""
    grants.demand(actor, ASSIGN, Scope(tps_code, election=election.id))
    if db.session.get(Tps, (election.id, tps_code[:2], tps_code)) is None:
        raise Refused(_("TPS itu tidak ada dalam pemilu ini."), field="tps")
    if not grants.can(account, VISIT, Scope(tps_code, election=election.id)):
        raise Refused(
            _("Akun itu bukan Pantarlih di wilayah TPS ini."),
            hint=_("Minta admin memberinya peran Pantarlih untuk desa/kelurahan ini."),
            field="akun",
        )
    end_station(election.id, tps_code)
    task = VisitTask(election_id=election.id, tps_code=tps_code, account_id=account.id, given_by=actor.name)
    db.session.add(task)
    db.session.flush()
    record(
        "sidalih:visit:give",
        f"visit_task:{task.id}",
        actor=actor,
        region=tps_code,
        election_id=election.id,
        details={"account": account.id},
    )
    return task


def end_station(election_id: int, tps_code: str) -> None:
    """Nobody has the station any more."""
    db.session.execute(
        update(VisitTask)
        .where(
            VisitTask.election_id == election_id,
            VisitTask.tps_code == tps_code,
            VisitTask.ended_at.is_(None),
        )
        .values(ended_at=func.now())
    )


def take_visit(election: Election, visit: Visit, *, actor: Actor) -> HouseholdVisit:
    """Write what a visit found: all of the household or nothing.

    :class:`Outdated` where a row is not what the visitor saw; Refused, in words, for what the rules refuse.
    """
    station = require_visits(election, visit.tps, visit.permission, actor=actor)
    if visit.source == "kertas":
        _refuse_paper(election, visit)
    if not visit.findings and not visit.fresh:
        raise Refused(_("Kunjungan ini belum berisi hasil apa pun."))
    rows = lock_rows(election.id, [f.voter_id for f in visit.findings])
    changed = [f.voter_id for f in visit.findings if not _fits(rows.get(f.voter_id), f, visit.tps)]
    if changed:
        raise Outdated(changed)
    return write_visit(election, station, visit, rows, actor=actor)


def require_visits(election: Election, tps_code: str, permission: str, *, actor: Actor) -> Tps:
    """The station, where the actor may write visits now; Refused otherwise."""
    grants.demand(actor, permission, Scope(tps_code, election=election.id))
    if roll_of(election.id, tps_code[:10]).state != "coklit":
        raise Refused(_("Coklit di kabupaten/kota ini belum dimulai atau sudah selesai."), status=409)
    station = db.session.get(Tps, (election.id, tps_code[:2], tps_code))
    if station is None:
        raise Refused(_("TPS itu tidak ada dalam pemilu ini."), status=404)
    return station


def _refuse_paper(election: Election, visit: Visit) -> None:
    """Refuse a visit on paper that names nobody, or a day that cannot be."""
    if visit.permission != RECORD:
        raise ValueError("paper is written by the office")
    if not visit.visitor:
        raise Refused(_("Tulis nama Pantarlih yang berkunjung."), field="visitor")
    if visit.visited_on is None:
        raise Refused(_("Isi tanggal kunjungan."), field="visited_on")
    opens, closes = stage_days(election, visit.tps)
    fault = paper_day_fault(visit.visited_on, today(visit.tps[:10]), opens, closes)
    if fault == IN_FUTURE:
        raise Refused(_("Tanggal kunjungan ada di masa depan."), field="visited_on")
    if fault is not None:
        raise Refused(
            _(
                "Tanggal kunjungan di luar masa coklit (%(opens)s sampai %(closes)s).",
                opens=tanggal(opens),
                closes=tanggal(closes),
            ),
            field="visited_on",
        )


def stage_days(election: Election, tps_code: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of coklit on the clock of a station."""
    zone = ZONES[zone_of(tps_code)]
    times = calendar.window(calendar.stage(election.id, "coklit"), tps_code)
    last = times.closes - dt.timedelta(microseconds=1)  # closed at midnight: the day before was the last
    return times.opens.astimezone(zone).date(), last.astimezone(zone).date()


def lock_rows(election_id: int, keys: Sequence[int]) -> dict[int, Voter]:
    """The rows of these voters, locked in the order of their keys."""
    if len(set(keys)) < len(keys):
        raise Refused(_("Satu pemilih tercatat dua kali dalam kunjungan ini."))
    rows = db.session.scalars(
        select(Voter)
        .where(Voter.election_id == election_id, Voter.id.in_(keys))
        .order_by(Voter.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {voter.id: voter for voter in rows}


def _fits(voter: Voter | None, finding: Finding, tps_code: str) -> bool:
    """Whether the row is what the visitor saw, or what somebody else found meanwhile agrees."""
    if voter is None or voter.tps_code != tps_code or voter.version != finding.version:
        return False
    return still_fits(finding.found, finding.code, finding.state, voter.state, voter.tms_code)


def write_visit(
    election: Election,
    station: Tps,
    visit: Visit,
    rows: Mapping[int, Voter],
    *,
    actor: Actor,
    more: Mapping[str, Any] | None = None,
) -> HouseholdVisit:
    """Write the findings, the new voters and the visit itself; ``rows`` are locked and judged by the caller.

    ``more`` goes into the details of each voter's event.
    """
    details = {"visit": str(visit.packet_key) if visit.packet_key else visit.source, **(more or {})}
    outcomes = dict.fromkeys((RIGHT, CHANGED, STRUCK, ELSEWHERE, NEW), 0)
    for finding in visit.findings:
        _apply(rows[finding.voter_id], finding, visit.permission, details, actor)
        outcomes[finding.found] += 1
    for claims in visit.fresh:
        add_voter(
            election,
            station,
            claims,
            source="coklit",
            actor=actor,
            permission=visit.permission,
            details=details,
        )
        outcomes[NEW] += 1
    row = HouseholdVisit(
        province=visit.tps[:2],
        election_id=election.id,
        tps_code=visit.tps,
        house=visit.house,
        source=visit.source,
        device_id=visit.device_id,
        packet_key=visit.packet_key,
        outcomes=outcomes,
        photos={str(f.photo): f.voter_id for f in visit.findings if f.photo is not None},
        account_id=actor.account_id,
        actor=actor.name,
        made_at=visit.made_at,
        visitor=visit.visitor,
        visited_on=visit.visited_on,
    )
    db.session.add(row)
    db.session.flush()
    record(
        "sidalih:visit:take",
        f"household_visit:{row.id}",
        actor=actor,
        region=visit.tps,
        election_id=election.id,
        details={"source": visit.source, **outcomes},
    )
    return row


def _apply(voter: Voter, finding: Finding, permission: str, details: Mapping[str, Any], actor: Actor) -> None:
    confirm, amend, strike = MOVES[permission]
    if finding.found == RIGHT:
        confirm_voter(voter, actor=actor, action=confirm, details=details)
    elif finding.found == CHANGED:
        differs = amend_voter(
            voter, finding.changes, actor=actor, action=amend, reason=finding.note, details=details
        )
        if not differs:
            confirm_voter(voter, actor=actor, action=confirm, details=details)
    elif finding.found == STRUCK:
        if voter.state == "tms" and voter.tms_code == finding.code:
            return  # somebody else found the same
        strike_voter(
            voter, finding.code or "", actor=actor, action=strike, reason=finding.note, details=details
        )
    elif finding.found == ELSEWHERE:
        place_voter(
            voter,
            finding.tps or "",
            actor=actor,
            permission=permission,
            reason=finding.note,
            details={**details, "code": WRONG_TPS},
        )
    else:
        raise Refused(_("Hasil kunjungan itu tidak dikenal."))


def attach_photo(device_id: int, packet_key: UUID, photo_key: UUID, file_id: int, *, actor: Actor) -> None:
    """Keep a photo that has arrived beside the voter that it proves; one nobody announced is left alone."""
    visit = db.session.scalars(
        select(HouseholdVisit).where(
            HouseholdVisit.device_id == device_id, HouseholdVisit.packet_key == packet_key
        )
    ).one_or_none()
    voter_id = visit.photos.get(str(photo_key)) if visit else None
    if visit is None or voter_id is None:
        return
    if db.session.get(VisitPhoto, (visit.id, file_id)) is None:
        db.session.add(VisitPhoto(visit_id=visit.id, file_id=file_id, voter_id=voter_id))
        db.session.flush()
        record(
            "sidalih:visit:attach",
            f"household_visit:{visit.id}",
            actor=actor,
            region=visit.tps_code,
            election_id=visit.election_id,
            details={"file": file_id, "voter": voter_id},
        )
