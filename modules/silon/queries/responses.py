"""Reads of public responses on candidates: the queue of a body, what a party is asked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, cast, func, select
from sqlalchemy.types import BigInteger

from electsys.db import db
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.responses.models import PublicResponse
from electsys.workflow import within
from modules.silon.models import Candidate, CandidateClarification, Nomination
from modules.silon.permissions import EDIT, RESPOND

#: The kind of response (electsys.responses.kinds), and how its subject names a candidate.
KIND = "tanggapan_dcs"
PREFIX = "candidate:"


def subject_of(candidate_id: int) -> str:
    """``candidate:12``."""
    return f"{PREFIX}{candidate_id}"


def candidate_in(subject: str | None) -> int | None:
    """The candidate that a subject names."""
    rest = (subject or "").removeprefix(PREFIX)
    return int(rest) if subject and subject.startswith(PREFIX) and rest.isdecimal() else None


def named() -> Any:
    """The candidate that a response is about, as SQL."""
    return cast(func.substr(PublicResponse.subject, len(PREFIX) + 1), BigInteger)


def queue(account: Any) -> Any:
    """Responses where the account decides, with candidate and clarification; open ones first."""
    held = grants.scopes(account, RESPOND)
    return (
        select(PublicResponse, Candidate, CandidateClarification)
        .join(Candidate, Candidate.id == named())
        .outerjoin(CandidateClarification, CandidateClarification.response_id == PublicResponse.id)
        .where(
            PublicResponse.kind == KIND,
            within(region=Candidate.region, election=Candidate.election_id)(
                [Scope(each.region, None, each.election) for each in held]
            ),
        )
        .order_by(PublicResponse.decided_at.is_not(None), PublicResponse.due_at)
    )


def clarification(response_id: int) -> CandidateClarification | None:
    """What the party was asked because of a response."""
    return db.session.scalars(
        select(CandidateClarification).where(CandidateClarification.response_id == response_id)
    ).one_or_none()


def asked(account: Any) -> Any:
    """What the parties of an account are asked, what waits first."""
    clause = within(
        region=CandidateClarification.region,
        party=CandidateClarification.party_id,
        election=Candidate.election_id,
    )(grants.scopes(account, EDIT))
    return (
        select(CandidateClarification, Candidate)
        .join(Candidate, Candidate.id == CandidateClarification.candidate_id)
        .where(clause)
        .order_by(CandidateClarification.answered_at.is_not(None), CandidateClarification.due_at)
    )


def waiting_answers(account: Any) -> tuple[int, Any]:
    """How many questions wait for an answer of the account's parties, and the nearest deadline."""
    rows = asked(account).where(CandidateClarification.answered_at.is_(None)).subquery()
    found = db.session.execute(select(func.count(), func.min(rows.c.due_at))).one()
    return found[0], found[1]


def open_count(contest_id: int, region: str) -> int:
    """Responses on the candidates of a body that nobody has decided."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(PublicResponse)
            .join(Candidate, Candidate.id == named())
            .join(Nomination, Nomination.id == Candidate.nomination_id)
            .where(
                and_(PublicResponse.kind == KIND, PublicResponse.decided_at.is_(None)),
                Nomination.contest_id == contest_id,
                Nomination.region == region,
            )
        )
        or 0
    )
