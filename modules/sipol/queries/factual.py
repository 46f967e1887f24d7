"""What factual verification has to visit in an area of a party, and what it found there so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, select, text

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import Election
from electsys.identity.models import Account
from electsys.privacy import Sealer, mask_nik
from electsys.regions.models import Region
from electsys.verification.models import Sample, SampleMember
from electsys.verification.queries import samples as queries
from electsys.verification.rules.sampling import second_frame
from modules.sipol.models import (
    FactualCheck,
    FactualPhoto,
    Party,
    PartyBoard,
    PartyMember,
    PartyOffice,
    PartyOfficer,
    PartyRegistration,
    PartyVerdict,
)
from modules.sipol.models.members import COUNTED
from modules.sipol.queries.conclusions import sequence_of
from modules.sipol.queries.counts import below
from modules.sipol.queries.requirements import law_of
from modules.sipol.rules.requirements import members_needed
from modules.sipol.rules.verdicts import REPAIRED, factual_aspects, round_of

#: The kind of sample: members of parties.
KIND = "sipol_anggota"
#: Steps that are done by visits.
STEPS = ("verfak", "verfak_perbaikan")


def owner_of(registration: PartyRegistration) -> str:
    """The owner of a party's samples."""
    return f"party_registration:{registration.id}"


def key_of(subject: str) -> int:
    """The id in a subject such as ``party_registration:7``."""
    return int(subject.rpartition(":")[2])


def step_of(registration: PartyRegistration) -> str:
    """The factual step that runs, or the last that was begun; before it the first."""
    if registration.state in STEPS:
        return registration.state
    second = db.session.scalar(
        select(PartyVerdict.id).where(
            PartyVerdict.registration_id == registration.id, PartyVerdict.step == STEPS[1]
        )
    )
    return STEPS[1] if second else STEPS[0]


def round_now(registration: PartyRegistration, step: str) -> int:
    """The round of a step's samples."""
    return round_of(step, sequence_of(registration, step))


def sample_in(registration: PartyRegistration, step: str, region: str) -> Sample | None:
    """The sample of a kab/kota in a step."""
    return queries.sample_of(KIND, owner_of(registration), region, round_now(registration, step))


def minimum_in(registration: PartyRegistration, region: str) -> int:
    """Members that the party needs in a kab/kota (art. 173(2)f)."""
    map_id = db.session.get_one(Election, registration.election_id).map_id
    population = db.session.scalar(
        select(Region.population).where(Region.map_id == map_id, Region.code == region)
    )
    return members_needed(population, law_of(registration))


def frame_of(registration: PartyRegistration, step: str, region: str) -> list[tuple[int, str]] | None:
    """The frame of a kab/kota: (id, village) of members found right, by id.

    After the repair whoever was sampled before is left out; None where the rest cannot reach the minimum.
    """
    rows = [
        (key, village)
        for key, village in db.session.execute(
            select(PartyMember.id, PartyMember.village_code)
            .where(
                PartyMember.registration_id == registration.id,
                below(PartyMember.village_code, region),
                PartyMember.state == "ms",
                text(COUNTED),
            )
            .order_by(PartyMember.id)
        )
    ]
    if not REPAIRED[step]:
        return rows
    seen = queries.sampled_before(KIND, owner_of(registration), region, round_now(registration, step))
    chosen = second_frame([key for key, _village in rows], seen, minimum_in(registration, region))
    if chosen is None:
        return None
    kept = set(chosen)
    return [row for row in rows if row[0] in kept]


def added_in(registration: PartyRegistration, region: str) -> int:
    """Members that were added in the repair and that nobody has checked yet."""
    return int(
        db.session.scalar(
            select(func.count()).where(
                PartyMember.registration_id == registration.id,
                below(PartyMember.village_code, region),
                PartyMember.state == "baru",
            )
        )
        or 0
    )


# --- offices and boards --------------------------------------------------------------------------


@dataclass(frozen=True)
class Visited:
    """What a visitor looks for in an area: the office, the board, its mandatory three, its women."""

    office: PartyOffice | None
    board: PartyBoard | None
    #: Office (``ketua``...) -> name, of the mandatory three that are entered.
    core: dict[str, str]
    people: int
    women: int


def visited_in(registration: PartyRegistration, region: str) -> Visited:
    """What stands in Sipol of an area's office and board."""
    office = db.session.scalar(
        select(PartyOffice).where(
            PartyOffice.registration_id == registration.id, PartyOffice.region == region
        )
    )
    board = db.session.scalar(
        select(PartyBoard).where(PartyBoard.registration_id == registration.id, PartyBoard.region == region)
    )
    rows = (
        db.session.execute(
            select(PartyOfficer.office, PartyOfficer.name, PartyOfficer.sex).where(
                PartyOfficer.board_id == board.id
            )
        ).all()
        if board is not None
        else []
    )
    core = {row.office: row.name for row in rows if row.office != "anggota"}
    return Visited(office, board, core, len(rows), sum(row.sex == "P" for row in rows))


def checks_in(registration: PartyRegistration, step: str, region: str) -> dict[str, FactualCheck]:
    """Aspect -> the visit in force, of an area in a step."""
    rows = db.session.scalars(
        select(FactualCheck)
        .where(
            FactualCheck.registration_id == registration.id,
            FactualCheck.step == step,
            FactualCheck.sequence == sequence_of(registration, step),
            FactualCheck.region == region,
        )
        .order_by(FactualCheck.id)
    )
    return {row.aspect: row for row in rows}


def mark_of(check: FactualCheck | None) -> str:
    """What a visitor quotes to say which visit was in force when the next one was made."""
    return "" if check is None else check.packet or str(check.id)


def photos_of_checks(checks: Iterable[FactualCheck]) -> dict[int, list[int]]:
    """Visit -> ids of its photos, those that came with it and those that came later."""
    found = {row.id: list(row.photos) for row in checks}
    if found:
        for photo in db.session.scalars(
            select(FactualPhoto).where(FactualPhoto.check_id.in_(found)).order_by(FactualPhoto.file_id)
        ):
            found[photo.check_id].append(photo.file_id)
    return found


def wanted_in(registration: PartyRegistration, region: str) -> tuple[str, ...]:
    """The aspects that the factual step must find in an area."""
    return factual_aspects(0 if region == registration.region else len(region))


def carried_in(registration: PartyRegistration, step: str, region: str) -> dict[str, PartyVerdict]:
    """Aspect -> its verdict before the repair, of those that were met: they are not visited again."""
    if not REPAIRED[step]:
        return {}
    rows = db.session.scalars(
        select(PartyVerdict).where(
            PartyVerdict.registration_id == registration.id,
            PartyVerdict.step == STEPS[0],
            PartyVerdict.region == region,
            PartyVerdict.sequence == sequence_of(registration, step),
            PartyVerdict.aspect != "akhir",
            PartyVerdict.state == "ms",
        )
    )
    return {row.aspect: row for row in rows}


def met_before(registration: PartyRegistration, aspect: str) -> set[str]:
    """Areas in which an aspect was met before the repair that runs: it is not looked at again there."""
    if not REPAIRED[registration.state]:
        return set()
    return set(
        db.session.scalars(
            select(PartyVerdict.region).where(
                PartyVerdict.registration_id == registration.id,
                PartyVerdict.step == STEPS[0],
                PartyVerdict.sequence == sequence_of(registration, registration.state),
                PartyVerdict.aspect == aspect,
                PartyVerdict.state == "ms",
            )
        )
    )


def is_closed(registration: PartyRegistration, step: str, region: str) -> bool:
    """Whether the factual work of an area was closed in a step."""
    return bool(
        db.session.scalar(
            select(PartyVerdict.id)
            .where(
                PartyVerdict.registration_id == registration.id,
                PartyVerdict.step == step,
                PartyVerdict.region == region,
                PartyVerdict.sequence == sequence_of(registration, step),
            )
            .limit(1)
        )
    )


# --- samples for everybody -----------------------------------------------------------------------


def public_samples(election_id: int) -> Select[Any, Any]:
    """Every sample of members of an election with the short name of its party; nobody in it."""
    return (
        select(Sample, Party.short_name.label("party"))
        .join(Party, Party.id == Sample.party_id)
        .where(Sample.kind == KIND, Sample.election_id == election_id)
        .order_by(Party.short_name, Sample.region, Sample.round)
    )


# --- people of a sample ---------------------------------------------------------------------------


def members_of(people: Iterable[SampleMember]) -> dict[int, PartyMember]:
    """Person in a sample -> the row of the member, as far as row security lets the reader see it."""
    keys = {key_of(person.subject): person.id for person in people}
    if not keys:
        return {}
    rows = db.session.scalars(select(PartyMember).where(PartyMember.id.in_(keys)))
    return {keys[row.id]: row for row in rows}


def attempts_most(election_id: int) -> int:
    """How often a person is looked for (``kontak_verfak``)."""
    return int(settings.value(election_id, "kontak_verfak"))


def people_rows(sample: Sample) -> Select[Any, Any, Any, Any]:
    """The people of a sample with name and address of the member and the name of whoever visits."""
    key = cast(func.split_part(SampleMember.subject, ":", 2), BigInteger)
    return (
        select(
            SampleMember,
            PartyMember.name.label("name"),
            PartyMember.address.label("address"),
            Account.name.label("visitor"),
        )
        .join(PartyMember, PartyMember.id == key)
        .outerjoin(Account, Account.id == SampleMember.assigned_to)
        .where(SampleMember.sample_id == sample.id)
        .order_by(SampleMember.position)
    )


def own_rows(account_id: int, election_id: int) -> Select[Any, Any, Any, Any]:
    """Whom an account has to visit in samples that are not closed, those still to be met first."""
    key = cast(func.split_part(SampleMember.subject, ":", 2), BigInteger)
    return (
        select(
            SampleMember,
            PartyMember.name.label("name"),
            PartyMember.address.label("address"),
            Party.short_name.label("visitor"),
        )
        .join(Sample, Sample.id == SampleMember.sample_id)
        .join(PartyMember, PartyMember.id == key)
        .join(Party, Party.id == PartyMember.party_id)
        .where(
            Sample.kind == KIND,
            Sample.election_id == election_id,
            Sample.state == "berjalan",
            SampleMember.assigned_to == account_id,
        )
        .order_by(SampleMember.state != "menunggu", SampleMember.region, SampleMember.id)
    )


def masked_nik(member: PartyMember) -> str:
    """The NIK of a member as the list shows it."""
    return mask_nik(Sealer("party_member").unseal_fields(member.id, bytes(member.sealed))["nik"])


def closed_areas(registration: PartyRegistration, step: str) -> set[str]:
    """Areas whose factual work was closed in a step."""
    return set(
        db.session.scalars(
            select(PartyVerdict.region)
            .where(
                PartyVerdict.registration_id == registration.id,
                PartyVerdict.step == step,
                PartyVerdict.sequence == sequence_of(registration, step),
                PartyVerdict.aspect != "akhir",
            )
            .distinct()
        )
    )


def villages_of(sample: Sample) -> list[str]:
    """Villages in which people of a sample live."""
    return list(
        db.session.scalars(select(SampleMember.region).where(SampleMember.sample_id == sample.id).distinct())
    )
