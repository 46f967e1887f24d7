"""Reads of samples: the seed, a sample's people and their attempts, progress by area."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, any_, func, literal, or_, select
from sqlalchemy.orm import joinedload

from electsys.db import db
from electsys.identity.access import Scope
from electsys.identity.grants import is_in_force
from electsys.identity.models import Account, Grant, Role
from electsys.verification.models import Contact, ContactPhoto, Sample, SampleMember, SampleSeed
from electsys.verification.rules.sampling import VOID


def seed_of(kind: str, election_id: int) -> SampleSeed | None:
    """The seed of a kind of samples in an election."""
    return db.session.scalar(
        select(SampleSeed).where(SampleSeed.kind == kind, SampleSeed.election_id == election_id)
    )


def sample_of(kind: str, owner: str, region: str, round_: int) -> Sample | None:
    """The sample of an owner in an area and round."""
    return db.session.scalar(
        select(Sample).where(
            Sample.kind == kind, Sample.owner == owner, Sample.region == region, Sample.round == round_
        )
    )


def samples_of(kind: str, owner: str, round_: int) -> list[Sample]:
    """Every sample of an owner in a round, by area."""
    return list(
        db.session.scalars(
            select(Sample)
            .where(Sample.kind == kind, Sample.owner == owner, Sample.round == round_)
            .order_by(Sample.region)
        )
    )


def sampled_before(kind: str, owner: str, region: str, round_: int) -> set[int]:
    """Ids of the subjects that were sampled in earlier rounds."""
    rows = db.session.scalars(
        select(SampleMember.subject)
        .join(Sample, Sample.id == SampleMember.sample_id)
        .where(Sample.kind == kind, Sample.owner == owner, Sample.region == region, Sample.round < round_)
    )
    return {int(subject.rpartition(":")[2]) for subject in rows}


@dataclass(frozen=True)
class Standing:
    """How far a sample is."""

    waiting: int
    met: int
    failed: int
    given: int

    @property
    def done(self) -> int:
        """How many are decided."""
        return self.met + self.failed


def standing_of(sample: Sample) -> Standing:
    """The people of a sample by state."""
    state = SampleMember.state
    row = db.session.execute(
        select(
            func.count().filter(state == "menunggu"),
            func.count().filter(state == "ms"),
            func.count().filter(state == "tms"),
            func.count().filter(SampleMember.assigned_to.is_not(None)),
        ).where(SampleMember.sample_id == sample.id)
    ).one()
    return Standing(*row)


def people_of(sample: Sample) -> Select[SampleMember]:
    """The people of a sample in their order."""
    return select(SampleMember).where(SampleMember.sample_id == sample.id).order_by(SampleMember.position)


def people_given(kind: str, account_id: int, region: str, election_id: int) -> list[SampleMember]:
    """Whom an account has to visit in open samples of an area, village by village."""
    return list(
        db.session.scalars(
            select(SampleMember)
            .join(Sample, Sample.id == SampleMember.sample_id)
            .where(
                Sample.kind == kind,
                Sample.election_id == election_id,
                Sample.state == "berjalan",
                Sample.region.startswith(region[:4]),
                SampleMember.region.startswith(region),
                SampleMember.assigned_to == account_id,
            )
            .order_by(SampleMember.region, SampleMember.sample_id, SampleMember.position)
        )
    )


def waiting_for(account_id: int, kinds: Iterable[str]) -> int:
    """How many people an account has still to visit in samples of some kinds."""
    return int(
        db.session.scalar(
            select(func.count())
            .select_from(SampleMember)
            .join(Sample, Sample.id == SampleMember.sample_id)
            .where(
                SampleMember.assigned_to == account_id,
                SampleMember.state == "menunggu",
                Sample.state == "berjalan",
                Sample.kind.in_(list(kinds)),
            )
        )
        or 0
    )


def contacts_of(members: Iterable[int]) -> dict[int, list[Contact]]:
    """Every attempt to meet people, also those that were corrected, by id of the person in the sample."""
    found: dict[int, list[Contact]] = defaultdict(list)
    keys = list(members)
    if keys:
        for contact in db.session.scalars(
            select(Contact)
            .where(Contact.member_id.in_(keys))
            .order_by(Contact.member_id, Contact.number, Contact.id)
        ):
            found[contact.member_id].append(contact)
    return found


def newest_of(contacts: Iterable[Contact]) -> dict[int, Contact]:
    """Number -> its last row, of the attempts of one person: that is what stands of it."""
    rows = list(contacts)
    replaced = {row.corrects_id for row in rows}
    return {row.number: row for row in rows if row.id not in replaced}


def counting(contacts: Iterable[Contact]) -> list[Contact]:
    """Of the attempts of one person those that count: neither corrected nor void, in their order."""
    newest = newest_of(contacts)
    return [newest[number] for number in sorted(newest) if newest[number].result != VOID]


def photos_of(contacts: Iterable[Contact]) -> dict[int, list[int]]:
    """Contact -> ids of its photos, those that came with it and those that came later."""
    rows = list(contacts)
    found: dict[int, list[int]] = {row.id: [row.photo_id] if row.photo_id else [] for row in rows}
    if rows:
        for photo in db.session.scalars(
            select(ContactPhoto).where(ContactPhoto.contact_id.in_(found)).order_by(ContactPhoto.file_id)
        ):
            found[photo.contact_id].append(photo.file_id)
    return found


def visitors_at(permission: str, scope: Scope) -> list[Account]:
    """Accounts that may visit in a kab/kota, by name."""
    rows = db.session.scalars(
        select(Grant)
        .join(Grant.role)
        .join(Grant.account)
        .where(
            Account.active,
            literal(permission) == any_(Role.permissions),
            is_in_force(),
            Grant.region == (scope.region or ""),
            Grant.party_id.is_(None),
            or_(Grant.election_id.is_(None), Grant.election_id == scope.election),
        )
        .options(joinedload(Grant.account))
        .order_by(Account.name, Grant.id)
    )
    return list({grant.account_id: grant.account for grant in rows}.values())


def contact_of_packet(packet: str) -> Contact | None:
    """The attempt that a phone's packet made."""
    return db.session.scalar(select(Contact).where(Contact.packet == packet))
