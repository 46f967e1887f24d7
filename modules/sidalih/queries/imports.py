"""Reads of voter files and of rows with doubts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.orm import aliased

from electsys.db import db
from electsys.elections.models import Election
from electsys.identity.access import Scope
from electsys.privacy import Sealer, mask_nik
from electsys.regions.models import Region
from electsys.workflow.scoping import within
from modules.sidalih.models import Voter, VoterBatch, VoterBatchVillage

#: More than this is "more": counting further would cost more than it tells.
MANY = 10_000
VILLAGE, DISTRICT = aliased(Region), aliased(Region)

_batch_scopes = within(region=VoterBatch.region, election=VoterBatch.election_id)
_voter_scopes = within(region=Voter.village_code, election=Voter.election_id)


def batches_in(scopes: list[Scope]) -> Any:
    """Files of these scopes with the name of their election: rows ``(VoterBatch, election)``."""
    return (
        select(VoterBatch, Election.name.label("election"))
        .select_from(VoterBatch)
        .join(Election, Election.id == VoterBatch.election_id)
        .where(_batch_scopes(scopes))
        .order_by(VoterBatch.id.desc())
    )


def villages_of(batch: VoterBatch) -> Any:
    """The balance of each village of a file: rows ``(VoterBatchVillage, village, district)``."""
    election = select(Election.map_id).where(Election.id == batch.election_id).scalar_subquery()
    code = VoterBatchVillage.village_code
    return (
        select(VoterBatchVillage, VILLAGE.name.label("village"), DISTRICT.name.label("district"))
        .select_from(VoterBatchVillage)
        .outerjoin(VILLAGE, (VILLAGE.map_id == election) & (VILLAGE.code == code))
        .outerjoin(DISTRICT, (DISTRICT.map_id == election) & (DISTRICT.code == func.left(code, 6)))
        .where(VoterBatchVillage.batch_id == batch.id)
        .order_by(code)
    )


def unbalanced(batch: VoterBatch) -> int:
    """How many villages, and the whole, do not add up: 0, unless somebody changed the numbers."""
    numbers = ("received", "accepted", "rejected", "duplicate", "changed", "doubtful")
    sums = db.session.execute(
        select(*(func.coalesce(func.sum(getattr(VoterBatchVillage, n)), 0) for n in numbers)).where(
            VoterBatchVillage.batch_id == batch.id
        )
    ).one()
    wrong = db.session.scalar(
        select(func.count()).where(
            VoterBatchVillage.batch_id == batch.id,
            VoterBatchVillage.received
            != VoterBatchVillage.accepted + VoterBatchVillage.rejected + VoterBatchVillage.duplicate,
        )
    )
    return (wrong or 0) + (tuple(sums) != tuple(getattr(batch, n) for n in numbers))


def doubtful(scopes: list[Scope]) -> Any:
    """Voters of these scopes with a doubt: rows ``(Voter, election, village)``, by village and family."""
    return (
        select(Voter, Election.name.label("election"), Region.name.label("village"))
        .select_from(Voter)
        .join(Election, Election.id == Voter.election_id)
        .outerjoin(Region, (Region.map_id == Election.map_id) & (Region.code == Voter.village_code))
        .where(Voter.doubts != literal([], Voter.doubts.type), Voter.state != "tms", _voter_scopes(scopes))
        .order_by(Voter.election_id, Voter.village_code, Voter.id)
    )


def how_many_doubtful(scopes: list[Scope]) -> int:
    """Their number, up to :data:`MANY`."""
    found = (
        select(Voter.id)
        .where(Voter.doubts != literal([], Voter.doubts.type), Voter.state != "tms", _voter_scopes(scopes))
        .limit(MANY)
        .subquery()
    )
    return db.session.scalar(select(func.count()).select_from(found)) or 0


def elections_of(scopes: list[Scope]) -> Sequence[tuple[str, str]]:
    """Elections with voters' rows in these scopes, newest first: (code, name)."""
    here = select(Voter.id).where(Voter.election_id == Election.id, _voter_scopes(scopes)).exists()
    rows = db.session.execute(
        select(Election.code, Election.name).where(here).order_by(Election.voting_day.desc())
    )
    return [(code, name) for code, name in rows]


def masked_numbers(voters: Sequence[Voter]) -> dict[int, str]:
    """Voter -> the mask of the NIK, for the rows of one page."""
    sealer = Sealer("voter")
    return {v.id: mask_nik(sealer.unseal_fields(v.id, bytes(v.sealed)).get("nik")) for v in voters}
