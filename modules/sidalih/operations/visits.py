"""Coklit: giving stations to Pantarlih, and taking in what a household's visit found (PKPU 7/2022).

A visit is one act: what was found of all its voters is written together or not at all, so that a packet that
is sent again, or one that does not fit any more, changes nothing by half.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from electsys.db import db
from electsys.elections.models import Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.identity.models import Account
from electsys.ledger import Actor, record
from electsys.regions.models import Tps
from modules.sidalih.claims import Claims
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
from modules.sidalih.permissions import ASSIGN, VISIT

#: What a visit can find of a voter.
RIGHT, CHANGED, STRUCK, ELSEWHERE = "sesuai", "ubah", "tms", "tempat"
NEW = "baru"


@dataclass(frozen=True)
class Finding:
    """What was found of one voter. ``version`` and ``state`` are those that the visitor saw."""

    voter_id: int
    version: int
    state: str
    found: str
    #: TMS code for ``tms``.
    code: str | None = None
    #: The right station for ``tempat``.
    tps: str | None = None
    #: Changed fields for ``ubah`` (names of Claims).
    changes: Mapping[str, Any] = field(default_factory=dict)
    note: str | None = None
    #: Key of the photo that proves it.
    photo: UUID | None = None


@dataclass(frozen=True)
class Visit:
    """One household: ``house`` as in HouseholdVisit, the findings, and voters who were not on the list."""

    tps: str
    house: int
    findings: Sequence[Finding]
    fresh: Sequence[Claims] = ()
    source: str = "gawai"
    device_id: int | None = None
    packet_key: UUID | None = None
    made_at: dt.datetime | None = None


class Outdated(Refused):
    """The office changed a row after the phone fetched it; ``voters`` are those rows."""

    def __init__(self, voters: list[int]):
        super().__init__(
            _("Data pemilih di rumah ini berubah sejak terakhir diunduh ke gawai."),
            hint=_("Pilih “Perbarui data”, lalu catat lagi rumah ini."),
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
    village = visit.tps[:10]
    grants.demand(actor, VISIT, Scope(visit.tps, election=election.id))
    if roll_of(election.id, village).state != "coklit":
        raise Refused(_("Coklit di kabupaten/kota ini belum dimulai atau sudah selesai."), status=409)
    station = db.session.get(Tps, (election.id, visit.tps[:2], visit.tps))
    if station is None:
        raise Refused(_("TPS itu tidak ada dalam pemilu ini."), status=404)
    if not visit.findings and not visit.fresh:
        raise Refused(_("Kunjungan ini belum berisi hasil apa pun."))
    rows = _rows(election.id, visit)
    details = {"visit": str(visit.packet_key)} if visit.packet_key else {"visit": visit.source}
    outcomes = dict.fromkeys((RIGHT, CHANGED, STRUCK, ELSEWHERE, NEW), 0)
    for finding in visit.findings:
        _apply(rows[finding.voter_id], finding, details, actor)
        outcomes[finding.found] += 1
    for claims in visit.fresh:
        add_voter(election, station, claims, source="coklit", actor=actor, permission=VISIT, details=details)
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


def _rows(election_id: int, visit: Visit) -> dict[int, Voter]:
    """The rows of the findings, locked, as the visitor saw them."""
    keys = [f.voter_id for f in visit.findings]
    if len(set(keys)) < len(keys):
        raise Refused(_("Satu pemilih tercatat dua kali dalam kunjungan ini."))
    rows = {
        voter.id: voter
        for voter in db.session.scalars(
            select(Voter)
            .where(Voter.election_id == election_id, Voter.id.in_(keys))
            .order_by(Voter.id)
            .with_for_update()
        )
    }
    changed = [
        f.voter_id
        for f in visit.findings
        if f.voter_id not in rows
        or rows[f.voter_id].tps_code != visit.tps
        or (rows[f.voter_id].version, rows[f.voter_id].state) != (f.version, f.state)
    ]
    if changed:
        raise Outdated(changed)
    return rows


def _apply(voter: Voter, finding: Finding, details: Mapping[str, Any], actor: Actor) -> None:
    if finding.found == RIGHT:
        confirm_voter(voter, actor=actor, details=details)
    elif finding.found == CHANGED:
        differs = amend_voter(
            voter, finding.changes, actor=actor, action="visit_amend", reason=finding.note, details=details
        )
        if not differs:
            confirm_voter(voter, actor=actor, details=details)
    elif finding.found == STRUCK:
        strike_voter(
            voter,
            finding.code or "",
            actor=actor,
            action="visit_strike",
            reason=finding.note,
            details=details,
        )
    elif finding.found == ELSEWHERE:
        place_voter(
            voter,
            finding.tps or "",
            actor=actor,
            permission=VISIT,
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
