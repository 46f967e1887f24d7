"""Registrations of parties: one of them, all that a reader may see, their users and submissions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import contains_eager, selectinload

from electsys.db import db
from electsys.elections import calendar
from electsys.elections.models import Election, Stage
from electsys.identity.access import Scope
from electsys.identity.grants import is_in_force
from electsys.identity.models import Account, Grant, Role
from modules.sipol.models import Party, PartyProgress, PartyRegistration, PartySubmission
from modules.sipol.operations.access import OPEN_DURING, UPDATED, has_open_half

#: States in which a party works towards a submission.
ENTERED = ("akses", "input", "dikembalikan", "bms_vermin", "bms_verfak")
#: Roles that people of a party hold, the centre's first.
PARTY_ROLES = ("admin_parpol_pusat", "operator_parpol_prov", "operator_parpol_kabko")


def own_registration(parties: Sequence[int]) -> PartyRegistration | None:
    """The registration that people of these parties work on: one that is being entered goes first, then the
    newest election that is not over."""
    return db.session.scalar(
        select(PartyRegistration)
        .join(Election, Election.id == PartyRegistration.election_id)
        .where(PartyRegistration.party_id.in_(parties))
        .order_by(
            PartyRegistration.state.not_in(ENTERED),
            Election.state == "selesai",
            Election.voting_day.desc(),
            PartyRegistration.id,
        )
        .limit(1)
    )


def within_parties(scopes: Sequence[Scope]) -> ColumnElement[bool]:
    """Registrations that a reader with these scopes sees in the list: every one, or those of its parties.

    An office of a kab/kota sees every party, because all have people there; a local party of Aceh is seen in
    Aceh and by the nation.
    """
    if any(s.party is None and (s.region or "") in ("",) for s in scopes):
        return true()
    parties = [s.party for s in scopes if s.party is not None]
    clause: ColumnElement[bool] = PartyRegistration.party_id.in_(parties)
    if offices := [s.region or "" for s in scopes if s.party is None]:
        seen = [""] + (["11"] if any(code.startswith("11") for code in offices) else [])
        clause = clause | PartyRegistration.region.in_(seen)
    return clause


def registrations(election_id: int, scopes: Sequence[Scope]) -> Select[Any, Any]:
    """Registrations of an election with their parties and how far they have come."""
    return (
        select(PartyRegistration, PartyProgress)
        .join(PartyRegistration.party)
        .outerjoin(PartyProgress, PartyProgress.registration_id == PartyRegistration.id)
        .options(contains_eager(PartyRegistration.party))
        .where(PartyRegistration.election_id == election_id, within_parties(scopes))
        .order_by(PartyRegistration.number.nulls_last(), func.lower(Party.name))
    )


def parties_without(election_id: int) -> list[Party]:
    """Parties that exist and have no registration in an election yet."""
    taken = select(PartyRegistration.party_id).where(PartyRegistration.election_id == election_id)
    return list(db.session.scalars(select(Party).where(Party.id.not_in(taken)).order_by(Party.name)))


# --- time ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deadline:
    """The stage in which a party may work on its data, and when it ends; ``days`` are left until then."""

    stage: Stage
    opens: dt.datetime
    closes: dt.datetime
    open: bool
    days: int


def deadline_of(registration: PartyRegistration, now: dt.datetime | None = None) -> Deadline | None:
    """The stage that matters to the party now: the open one that ends last, else the next, else the last.

    None in a state in which it changes nothing.
    """
    codes = OPEN_DURING.get(registration.state, ())
    if not codes or (registration.state == UPDATED and not has_open_half(registration)):
        return None
    now = now or calendar.utc_now()
    found = []
    for code in codes:
        row = calendar.stage(registration.election_id, code)
        times = calendar.window(row, registration.region, now)
        is_open = times.stopped_since is None and times.opens <= now < times.closes
        left = max(0, (times.closes - now).days)
        found.append(Deadline(row, times.opens, times.closes, is_open, left))
    current = [d for d in found if d.open] or [d for d in found if d.opens > now][:1]
    # Of stages that end together the later one is meant: registration, not the opening of Sipol.
    return max(reversed(current or found), key=lambda d: d.closes)


# --- users ---------------------------------------------------------------------------------------


def users(registration: PartyRegistration) -> Select[Any]:
    """Grants in force of the party's people, for this election or for any."""
    return (
        select(Grant)
        .join(Grant.role)
        .join(Grant.account)
        .options(contains_eager(Grant.role), contains_eager(Grant.account))
        .where(
            Grant.party_id == registration.party_id,
            Role.name.in_(PARTY_ROLES),
            (Grant.election_id.is_(None)) | (Grant.election_id == registration.election_id),
            is_in_force(),
            Account.active,
        )
        .order_by(Grant.region, Account.username)
    )


def party_roles() -> dict[str, Role]:
    """The roles that people of a party may hold, by name."""
    rows = db.session.scalars(select(Role).where(Role.name.in_(PARTY_ROLES)))
    return {role.name: role for role in sorted(rows, key=lambda r: PARTY_ROLES.index(r.name))}


def grants_of(account_id: int) -> list[Grant]:
    """All grants of an account that hold now or will."""
    return list(
        db.session.scalars(
            select(Grant)
            .where(
                Grant.account_id == account_id,
                Grant.valid_to.is_(None) | (Grant.valid_to > func.clock_timestamp()),
            )
            .options(selectinload(Grant.role))
        )
    )


# --- submissions ---------------------------------------------------------------------------------


def submissions(registration_id: int) -> list[PartySubmission]:
    """What the party submitted, the newest first."""
    return list(
        db.session.scalars(
            select(PartySubmission)
            .where(PartySubmission.registration_id == registration_id)
            .order_by(PartySubmission.id.desc())
        )
    )


def waiting_submissions(election_id: int | None = None) -> list[tuple[PartySubmission, PartyRegistration]]:
    """Registrations that wait to be received or returned, the oldest first."""
    rows = db.session.execute(
        select(PartySubmission, PartyRegistration)
        .join(PartyRegistration, PartyRegistration.id == PartySubmission.registration_id)
        .where(is_waiting(), true() if election_id is None else PartyRegistration.election_id == election_id)
        .order_by(PartySubmission.submitted_at, PartySubmission.id)
    )
    return [(row[0], row[1]) for row in rows]


def is_waiting() -> ColumnElement[bool]:
    """Whether a submission waits to be received or returned."""
    return (PartySubmission.outcome == "menunggu") & (PartyRegistration.state == "diajukan")
