"""The door of Sipol for modules on its right: who takes part, who is a member, an officer, a liaison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, text, true

from electsys.db import db
from electsys.identity.grants import is_in_force
from electsys.identity.models import Account, Grant, Role
from modules.sipol.models import PartyBoard, PartyOfficer, PartyRegistration
from modules.sipol.queries.registrations import PARTY_ROLES

#: States of a registration whose party takes part in the election.
TAKES_PART = ("peserta", "berkelanjutan")
MEMBERSHIPS = text(
    "select member_id, registration_id, party_id, election_id, state, disputed"
    " from party_memberships(cast(:nik as bytea), cast(:person as bigint))"
)


@dataclass(frozen=True)
class Standing:
    """A party that takes part in an election. ``region`` is "" or, for a local party of Aceh, "11"."""

    party_id: int
    registration_id: int
    number: int | None
    name: str
    short_name: str
    color: str | None
    region: str


@dataclass(frozen=True)
class Membership:
    """A row by which a party claims somebody; ``disputed`` while an objection of the person waits.

    ``state`` is ``baru``, ``ms`` or ``bms``: rows that were withdrawn or struck are no memberships.
    """

    member_id: int
    registration_id: int
    party_id: int
    election_id: int
    state: str
    disputed: bool


@dataclass(frozen=True)
class Officer:
    """An officer of a board; ``office`` is ``ketua``, ``sekretaris``, ``bendahara`` or ``anggota``."""

    person_id: int
    office: str
    title: str
    name: str
    sex: str


@dataclass(frozen=True)
class Liaison:
    """Somebody who acts for a party in an area."""

    account_id: int
    name: str
    role: str
    region: str


def participants(election_id: int) -> list[Standing]:
    """The parties that take part, by their numbers; those whose number is not drawn yet come last."""
    rows = db.session.scalars(
        select(PartyRegistration)
        .where(PartyRegistration.election_id == election_id, PartyRegistration.state.in_(TAKES_PART))
        .order_by(PartyRegistration.number.nulls_last(), PartyRegistration.id)
    )
    return [
        Standing(
            row.party_id,
            row.id,
            row.number,
            row.party.name,
            row.party.short_name,
            row.party.color,
            row.region,
        )
        for row in rows
    ]


def memberships(
    *, nik_index: bytes | None = None, person_id: int | None = None, election_id: int | None = None
) -> list[Membership]:
    """By which parties somebody is claimed, by the blind index of the NIK or as a person of the house.

    Whoever asks has checked that it may; it tells parties and states alone. Both None is nobody.
    """
    rows = db.session.execute(MEMBERSHIPS, {"nik": nik_index, "person": person_id})
    found = [Membership(*row) for row in rows]
    return [each for each in found if election_id in (None, each.election_id)]


def member_of(
    party_id: int,
    election_id: int,
    *,
    nik_index: bytes | None = None,
    person_id: int | None = None,
) -> Membership | None:
    """The membership of somebody in one party, such as a candidate's in the party that puts them up."""
    found = memberships(nik_index=nik_index, person_id=person_id, election_id=election_id)
    return next((each for each in found if each.party_id == party_id), None)


def officers(party_id: int, election_id: int, region: str) -> list[Officer]:
    """The board of a party in an area ("" is the centre), as the decree orders it.

    Read through row-level security: who may not see the area or the party gets none.
    """
    rows = db.session.scalars(
        select(PartyOfficer)
        .join(PartyBoard, PartyBoard.id == PartyOfficer.board_id)
        .join(PartyRegistration, PartyRegistration.id == PartyBoard.registration_id)
        .where(
            PartyRegistration.election_id == election_id,
            PartyRegistration.party_id == party_id,
            PartyBoard.region == region,
        )
        .order_by(PartyOfficer.position)
    )
    return [Officer(row.person_id, row.office, row.title, row.name, row.sex) for row in rows]


def liaisons(party_id: int, election_id: int, region: str | None = None) -> Sequence[Liaison]:
    """Who acts for a party: everywhere, or with rights that reach ``region``."""
    reach: ColumnElement[bool] = true()
    if region is not None:
        reach = Grant.region == func.left(region, func.length(Grant.region))
    rows = db.session.execute(
        select(Account.id, Account.name, Role.name, Grant.region)
        .join(Grant, Grant.account_id == Account.id)
        .join(Role, Role.id == Grant.role_id)
        .where(
            Grant.party_id == party_id,
            Role.name.in_(PARTY_ROLES),
            (Grant.election_id.is_(None)) | (Grant.election_id == election_id),
            is_in_force(),
            Account.active,
            reach,
        )
        .order_by(func.length(Grant.region), Grant.region, Account.id)
    )
    return [Liaison(*row) for row in rows]
