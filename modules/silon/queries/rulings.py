"""Reads for rulings: what one may reopen or restore, and what was applied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, Select, cast, select

from electsys.elections.models import Contest, Election
from electsys.identity.access import Scope
from electsys.ledger import Act
from electsys.regions.models import Dapil
from electsys.workflow import within
from modules.silon.models import Candidate, Nomination
from modules.silon.operations.rulings import APPLY, RESTORABLE
from modules.silon.workflow.nominations import LIST, PAIR, REOPENED

#: States of a nomination that a ruling reopens, as the workflows say it.
REOPENABLE = tuple(
    sorted({move.source for flow in (LIST, PAIR) for move in flow.transitions if move.action in REOPENED})
)
_nominations = within(region=Nomination.region, party=Nomination.party_id, election=Nomination.election_id)
_candidates = within(region=Candidate.region, party=Candidate.party_id, election=Candidate.election_id)


def reopenable(scopes: Sequence[Scope]) -> Select[Any, Any]:
    """Nominations that a ruling may reopen: rows (Nomination, election)."""
    return (
        select(Nomination, Election.name.label("election"))
        .join(Election, Election.id == Nomination.election_id)
        .join(Contest, Contest.id == Nomination.contest_id)
        .outerjoin(Dapil, Dapil.id == Nomination.dapil_id)
        .where(Nomination.state.in_(REOPENABLE), _nominations(list(scopes)))
        .order_by(Election.voting_day.desc(), Contest.id, Nomination.region, Dapil.code, Nomination.number)
    )


def restorable(scopes: Sequence[Scope]) -> Select[Any, Any]:
    """Candidates whom a ruling may find fit: rows (Candidate, election)."""
    return (
        select(Candidate, Election.name.label("election"))
        .join(Nomination, Nomination.id == Candidate.nomination_id)
        .join(Election, Election.id == Candidate.election_id)
        .outerjoin(Dapil, Dapil.id == Nomination.dapil_id)
        .where(Candidate.state.in_(RESTORABLE), _candidates(list(scopes)))
        .order_by(
            *(Election.voting_day.desc(), Nomination.contest_id, Nomination.region, Dapil.code),
            *(Nomination.number, Candidate.number, Candidate.id),
        )
    )


def applied() -> Select[Any, Any, Any]:
    """What rulings reopened and restored, the newest first: rows (Act, Nomination, election)."""
    return (
        select(Act, Nomination, Election.name.label("election"))
        .join(Nomination, Nomination.id == cast(Act.details["nomination"].astext, Integer))
        .join(Election, Election.id == Nomination.election_id)
        .where(Act.verb == APPLY)
        .order_by(Act.id.desc())
    )
