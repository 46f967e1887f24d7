"""How far verification is: nomination by nomination, and rolled up by party and by dapil."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select

from electsys.db import db
from electsys.elections.models import Contest, Election
from electsys.identity.access import Scope
from electsys.regions.models import Dapil
from electsys.workflow.scoping import within
from modules.silon.models import Candidate, CandidateDocument, Nomination
from modules.silon.rules.verdicts import REPAIRED

#: States of candidates, as the roll-up counts them; who is on the provisional list or the final one was met.
GROUPS: dict[str, tuple[str, ...]] = {
    "baru": ("baru",),
    "ms": ("ms", "dcs", "dct"),
    "bms": ("bms",),
    "tms": ("tms", "dcs_tms"),
}
COUNTED = tuple(state for states in GROUPS.values() for state in states)
#: States of a nomination that have come to verification.
SUBMITTED = (
    *("vermin", "perbaikan", "vermin_perbaikan", "rancangan_dcs", "dcs", "tanggapan", "klarifikasi"),
    *("penggantian", "rancangan_dct", "dct", "perubahan_dct", "tms"),
)
_scopes = within(region=Nomination.region, party=Nomination.party_id, election=Nomination.election_id)


def newest_election() -> Election | None:
    """The newest election with nominations that came to verification."""
    return db.session.scalar(
        select(Election)
        .where(
            Election.id.in_(select(Nomination.election_id).where(Nomination.state.in_(SUBMITTED)).distinct())
        )
        .order_by(Election.voting_day.desc())
        .limit(1)
    )


def _people(*states: str) -> Any:
    return (
        select(func.count())
        .where(Candidate.nomination_id == Nomination.id, Candidate.state.in_(states))
        .correlate(Nomination)
        .scalar_subquery()
    )


def _papers(*more: Any) -> Any:
    return (
        select(func.count())
        .where(CandidateDocument.nomination_id == Nomination.id, CandidateDocument.current, *more)
        .correlate(Nomination)
        .scalar_subquery()
    )


def nominations(election_id: int, scopes: Sequence[Scope]) -> Select[Any]:
    """Nominations in verification: (Nomination, its candidates by verdict, documents judged and all)."""
    return (
        select(
            Nomination,
            *(_people(*states).label(name) for name, states in GROUPS.items()),
            _papers(CandidateDocument.state != "menunggu").label("judged"),
            _papers().label("documents"),
        )
        .where(
            Nomination.election_id == election_id,
            Nomination.state.in_(SUBMITTED),
            _scopes(list(scopes)),
        )
        .order_by(
            Nomination.contest_id, Nomination.region, Nomination.dapil_id, Nomination.number, Nomination.id
        )
    )


def by_party(election_id: int, scopes: Sequence[Scope]) -> Select[Any]:
    """(party id, its number, nominations, candidates by verdict) of each party."""
    number = func.min(Nomination.number).label("number")
    rows = _rolled(election_id, scopes, Nomination.party_id, number)
    return rows.order_by(None).order_by(number, Nomination.party_id)


def by_dapil(election_id: int, scopes: Sequence[Scope]) -> Select[Any]:
    """(dapil id, its contest and name, seats, nominations, candidates by verdict) of each dapil."""
    return (
        _rolled(
            election_id,
            scopes,
            Nomination.dapil_id,
            func.min(Contest.name).label("contest"),
            func.min(Dapil.name).label("name"),
            func.min(Dapil.seats).label("seats"),
        )
        .join(Dapil, Dapil.id == Nomination.dapil_id)
        .join(Contest, Contest.id == Nomination.contest_id)
    )


def _rolled(election_id: int, scopes: Sequence[Scope], key: Any, *more: Any) -> Select[Any]:
    counts = (
        func.count(Candidate.id).filter(Candidate.state.in_(states)).label(name)
        for name, states in GROUPS.items()
    )
    women = func.count(Candidate.id).filter(Candidate.state.in_(GROUPS["ms"]), Candidate.sex == "P")
    return (
        select(
            key.label("key"),
            *more,
            func.count(Nomination.id.distinct()).label("nominations"),
            *counts,
            women.label("women"),
        )
        .select_from(Nomination)
        .outerjoin(Candidate, Candidate.nomination_id == Nomination.id)
        .where(
            Nomination.election_id == election_id,
            Nomination.state.in_(SUBMITTED),
            Nomination.kind == "daftar",
            _scopes(list(scopes)),
        )
        .group_by(key)
        .order_by(key)
    )


def to_conclude(scopes: Sequence[Scope]) -> int:
    """Nominations of the own body whose documents are all judged, and that no plenary has concluded."""
    own = {scope.region or "" for scope in scopes if scope.party is None}
    if not own:
        return 0
    waiting = (
        select(CandidateDocument.id)
        .where(
            CandidateDocument.nomination_id == Nomination.id,
            CandidateDocument.current,
            CandidateDocument.state == "menunggu",
        )
        .exists()
    )
    return int(
        db.session.scalar(
            select(func.count()).where(
                Nomination.state.in_(tuple(REPAIRED)), Nomination.region.in_(own), ~waiting
            )
        )
        or 0
    )
