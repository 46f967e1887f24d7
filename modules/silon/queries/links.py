"""Links of candidates for pages: what was found of one, and who is put up twice, nation-wide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select, text

from electsys.db import db
from electsys.elections.models import Contest, Election
from electsys.identity.access import Scope
from electsys.regions.models import Dapil
from electsys.workflow.scoping import within
from modules.silon.models import Candidate, CandidateFlagEvent, Nomination
from modules.sipol import Membership, memberships

#: Flags of doubles; the other flags speak of one row alone.
DOUBLE = ("ganda_calon", "potensi_ganda")
_scopes = within(region=Candidate.region, party=Candidate.party_id, election=Candidate.election_id)


@dataclass(frozen=True)
class Other:
    """Another candidacy of the same person, as a verifier reads it. ``same`` is ``nik``,
    ``orang`` (persons that were merged) or ``identitas``."""

    candidate_id: int
    nomination_id: int
    contest: str
    place: str
    party_id: int | None
    number: int
    name: str
    state: str
    same: str


@dataclass(frozen=True)
class Kind:
    """That somebody is put up elsewhere too, as those who put them up read it: never who, never where."""

    contest: str
    same_party: bool
    same: str


def others(keys: Sequence[int]) -> dict[int, list[Other]]:
    """Every other candidacy that stands for the same persons, by candidate, wherever it lies; to a party,
    none."""
    found: dict[int, list[Other]] = {}
    for row in db.session.execute(
        text(
            "select d.candidate_id, d.other_id, d.nomination_id, c.name as contest, p.name as dapil, n.label,"
            " d.party_id, d.number, d.name, d.state, d.same"
            " from candidate_doubles(cast(:keys as bigint[])) d"
            " join contest c on c.id = d.contest_id join nomination n on n.id = d.nomination_id"
            " left join dapil p on p.id = d.dapil_id order by d.candidate_id, d.same desc, d.other_id"
        ),
        {"keys": list(keys)},
    ):
        found.setdefault(row.candidate_id, []).append(
            Other(
                *(row.other_id, row.nomination_id, row.contest, row.dapil or row.label, row.party_id),
                *(row.number, row.name, row.state, row.same),
            )
        )
    return found


def kinds(keys: Sequence[int]) -> dict[int, list[Kind]]:
    """The same without who and where, for those who put up the candidates."""
    found: dict[int, list[Kind]] = {}
    for row in db.session.execute(
        text(
            "select k.candidate_id, c.name, k.same_party, k.same"
            " from candidate_double_kinds(cast(:keys as bigint[])) k join contest c on c.id = k.contest_id"
            " order by k.candidate_id, k.same desc, c.id, k.same_party"
        ),
        {"keys": list(keys)},
    ):
        found.setdefault(row.candidate_id, []).append(Kind(row.name, row.same_party, row.same))
    return found


def memberships_of(candidate: Candidate) -> list[Membership]:
    """By which parties the candidate is claimed as a member in the election."""
    if candidate.nik_index is None:
        return []
    return memberships(
        nik_index=bytes(candidate.nik_index),
        person_id=candidate.person_id,
        election_id=candidate.election_id,
    )


def history(candidate: Candidate) -> Sequence[CandidateFlagEvent]:
    """Flags that came and went, the newest first."""
    return db.session.scalars(
        select(CandidateFlagEvent)
        .where(CandidateFlagEvent.candidate_id == candidate.id)
        .order_by(CandidateFlagEvent.id.desc())
        .limit(100)
    ).all()


def flagged(election: Election, scopes: Sequence[Scope]) -> Select[Any]:
    """Candidates with a flag within the scopes: rows (Candidate, contest, dapil, nomination label, party
    number, and how many rows of the scope bear the same NIK)."""
    wanted: tuple[Any, ...] = (
        Candidate,
        Contest.name.label("contest"),
        Contest.kind.label("chamber"),
        Dapil.name.label("dapil"),
        Nomination.label.label("label"),
        Nomination.number.label("party"),
        func.count(Candidate.id).over(partition_by=Candidate.nik_index).label("rows"),
    )
    return (
        select(*wanted)
        .join(Nomination, Nomination.id == Candidate.nomination_id)
        .join(Contest, Contest.id == Nomination.contest_id)
        .outerjoin(Dapil, Dapil.id == Nomination.dapil_id)
        .where(Candidate.election_id == election.id, Candidate.flags != [], _scopes(list(scopes)))
        .order_by(Candidate.nik_index, Candidate.id)
    )


def doubles(election: Election, scopes: Sequence[Scope]) -> Select[Any]:
    """Those of :func:`flagged` who are, or may be, put up twice; one person's rows stand together."""
    return flagged(election, scopes).where(or_(*(Candidate.flags.any_() == flag for flag in DOUBLE)))
