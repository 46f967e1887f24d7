"""Reads of members: the list of a party in an area, one member with its history, files, hearings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text

from electsys.db import db
from electsys.elections.models import Election
from electsys.identity.access import Scope
from electsys.privacy import Sealer, mask_nik
from electsys.regions.models import Region
from electsys.workflow.scoping import within
from modules.sipol.models import (
    MemberClarification,
    MemberEvent,
    MemberFlagEvent,
    MemberStatement,
    Party,
    PartyBatch,
    PartyMember,
    PartyRegistration,
)
from modules.sipol.operations.clarifications import claims_of
from modules.sipol.queries.counts import below

_batch_scopes = within(region=PartyBatch.region, party=PartyBatch.party_id)
_hearing_scopes = within(region=MemberClarification.region, election=MemberClarification.election_id)
#: Statements and events that a page shows of one member.
MANY = 200


def members_of(registration: PartyRegistration, region: str) -> Any:
    """Members of a party at and below an area: rows ``(PartyMember, village)``."""
    maps = select(Election.map_id).where(Election.id == registration.election_id).scalar_subquery()
    return (
        select(PartyMember, Region.name.label("village"))
        .select_from(PartyMember)
        .outerjoin(Region, (Region.map_id == maps) & (Region.code == PartyMember.village_code))
        .where(PartyMember.registration_id == registration.id, below(PartyMember.village_code, region))
        .order_by(PartyMember.village_code, PartyMember.id)
    )


def masked_numbers(members: Sequence[PartyMember]) -> dict[int, str]:
    """Member -> the mask of the NIK, for the rows of one page."""
    sealer = Sealer("party_member")
    return {m.id: mask_nik(sealer.unseal_fields(m.id, bytes(m.sealed)).get("nik")) for m in members}


@dataclass(frozen=True)
class History:
    """What happened to one row, the newest first."""

    events: Sequence[MemberEvent]
    flags: Sequence[MemberFlagEvent]
    statements: Sequence[MemberStatement]


def history_of(member: PartyMember) -> History:
    """The events, flags and statements of a member: three statements."""

    def rows(model: Any) -> Any:
        newest = select(model).where(model.member_id == member.id).order_by(model.id.desc()).limit(MANY)
        return db.session.scalars(newest).all()

    return History(rows(MemberEvent), rows(MemberFlagEvent), rows(MemberStatement))


def twins_of(member: PartyMember) -> Sequence[PartyMember]:
    """Other rows of the same party that share the NIK or the identity, as far as the reader may see them."""
    return db.session.scalars(
        select(PartyMember)
        .where(
            PartyMember.registration_id == member.registration_id,
            PartyMember.id != member.id,
            PartyMember.state != "ditarik",
            (PartyMember.nik_index == member.nik_index)
            | (PartyMember.identity_index == member.identity_index),
        )
        .order_by(PartyMember.id)
        .limit(20)
    ).all()


def hearing_called(member: PartyMember) -> MemberClarification | None:
    """The hearing to which the person of a row is called, if one waits."""
    return db.session.scalars(
        select(MemberClarification)
        .where(
            MemberClarification.election_id == member.election_id,
            MemberClarification.nik_index == member.nik_index,
            MemberClarification.state == "dipanggil",
        )
        .limit(1)
    ).one_or_none()


def waiting_for_statement(
    registration: PartyRegistration, region: str, flag: str, cards: Iterable[str] | None = None
) -> dict[str, int]:
    """Card number -> member, of flagged members without a statement that waits or was accepted."""
    answered = (
        select(MemberStatement.id)
        .where(
            MemberStatement.member_id == PartyMember.id,
            MemberStatement.flag == flag,
            MemberStatement.state != "ditolak",
        )
        .exists()
    )
    rows = db.session.execute(
        select(PartyMember.card_number, PartyMember.id)
        .where(
            PartyMember.registration_id == registration.id,
            below(PartyMember.village_code, region),
            PartyMember.flags.any_() == flag,
            PartyMember.state.in_(("baru", "ms", "bms")),
            ~answered,
        )
        .order_by(PartyMember.id)
    )
    return {row[0]: row[1] for row in rows}


# --- files ---------------------------------------------------------------------------------------


def batches_in(scopes: list[Scope]) -> Any:
    """Files of these scopes: rows ``(PartyBatch, party)``."""
    return (
        select(PartyBatch, Party.short_name.label("party"))
        .select_from(PartyBatch)
        .join(Party, Party.id == PartyBatch.party_id)
        .where(_batch_scopes(scopes))
        .order_by(PartyBatch.id.desc())
    )


# --- hearings ------------------------------------------------------------------------------------


def hearings_in(election: Election, scopes: list[Scope]) -> Any:
    """People who are called or were heard in these regions: rows ``(MemberClarification, area)``."""
    return (
        select(MemberClarification, Region.name.label("area"))
        .select_from(MemberClarification)
        .outerjoin(Region, (Region.map_id == election.map_id) & (Region.code == MemberClarification.region))
        .where(MemberClarification.election_id == election.id, _hearing_scopes(scopes))
        .order_by(MemberClarification.state != "dipanggil", MemberClarification.due_at)
    )


def own_called(election: Election, scopes: list[Scope]) -> Any:
    """A party's own rows of people who are called: rows ``(PartyMember, hearing's state, due_at, area)``.

    It tells that the person is to be brought, where and until when; nothing of who else claims it.
    """
    hearing = MemberClarification
    return (
        select(
            PartyMember,
            hearing.state.label("hearing"),
            hearing.due_at.label("due"),
            hearing.region.label("region"),
            Region.name.label("area"),
        )
        .select_from(PartyMember)
        .join(
            hearing,
            (hearing.election_id == PartyMember.election_id) & (hearing.nik_index == PartyMember.nik_index),
        )
        .outerjoin(Region, (Region.map_id == election.map_id) & (Region.code == hearing.region))
        .where(
            PartyMember.election_id == election.id,
            PartyMember.state != "ditarik",
            within(
                region=PartyMember.village_code,
                party=PartyMember.party_id,
                election=PartyMember.election_id,
            )(scopes),
        )
        .order_by(hearing.state != "dipanggil", hearing.due_at, PartyMember.id)
    )


def waiting_hearings(scopes: list[Scope]) -> int:
    """How many people are called to a hearing in these regions."""
    return (
        db.session.scalar(
            select(func.count()).where(MemberClarification.state == "dipanggil", _hearing_scopes(scopes))
        )
        or 0
    )


@dataclass(frozen=True)
class Claimed:
    """One party's claim to a person who is heard, as the office of KPU reads it."""

    party_id: int
    party: str
    member_id: int
    name: str
    nik: str
    card: str
    village: str
    state: str
    statement: str | None


def claims_at(hearing: MemberClarification) -> list[Claimed]:
    """The claims of all parties to the person of a hearing, wherever their rows lie."""
    rows = db.session.execute(
        text("select * from party_claims(cast(:e as smallint), cast(:niks as bytea[]))"),
        {"e": hearing.election_id, "niks": [bytes(hearing.nik_index)]},
    ).all()
    parties = dict(
        db.session.execute(
            select(Party.id, Party.short_name).where(Party.id.in_({row.party_id for row in rows}))
        ).all()
    )
    sealer = Sealer("party_member")
    return [
        Claimed(
            row.party_id,
            parties[row.party_id],
            row.member_id,
            row.name,
            mask_nik(sealer.unseal_fields(row.member_id, bytes(row.sealed)).get("nik")),
            row.card_number,
            row.village_code,
            row.state,
            row.statement,
        )
        for row in rows
    ]


def names_of(hearings: Sequence[MemberClarification]) -> dict[int, tuple[str, int]]:
    """Hearing -> the name of its person and how many parties claim it, for the rows of one page."""
    found: dict[bytes, tuple[str, set[int]]] = {}
    if hearings:
        for row in claims_of(hearings[0].election_id, [bytes(h.nik_index) for h in hearings]):
            found.setdefault(bytes(row.nik_index), (row.name, set()))[1].add(row.party_id)
    return {
        h.id: (found[bytes(h.nik_index)][0], len(found[bytes(h.nik_index)][1]))
        for h in hearings
        if bytes(h.nik_index) in found
    }
