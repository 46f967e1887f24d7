"""Reads of persons of candidates who may be one human, and of those who were found to be one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, Select, and_, case, cast, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from electsys.db import db
from electsys.elections.models import Election
from electsys.identity.models import IdentityConflict, Person, PersonMerge
from electsys.ledger import Act
from modules.silon.models import Candidate

#: Verbs: two rows were found to be one human, or two.
MERGE, PART, DISTINCT = "silon:person:merge", "silon:person:part", "silon:person:distinct"


def pairs(election: Election) -> Select[Any]:
    """Two persons of candidates who may be one human, one of them in the election, that nobody decided on.

    Rows (low, high, same, low_candidate, high_candidate, candidates): the lower and the higher person id,
    ``nik`` or ``identitas``, one candidate of each, and how many pairs of candidates say so. Each half of the
    union runs over an index of blind keys.
    """
    one, other = aliased(Candidate), aliased(Candidate)

    def half(same: str, keys: Any) -> Select[Any]:
        swapped = one.person_id > other.person_id
        return select(
            func.least(one.person_id, other.person_id).label("low"),
            func.greatest(one.person_id, other.person_id).label("high"),
            case((swapped, other.id), else_=one.id).label("low_candidate"),
            case((swapped, one.id), else_=other.id).label("high_candidate"),
            literal(same).label("same"),
        ).where(
            keys,
            one.person_id != other.person_id,
            one.election_id == election.id,
            or_(other.election_id != election.id, one.id < other.id),
        )

    found = union_all(
        half("nik", one.nik_index == other.nik_index),
        half(
            "identitas",
            and_(
                one.identity_index == other.identity_index,
                one.nik_index.is_distinct_from(other.nik_index),
            ),
        ),
    ).subquery()
    low, high = aliased(Person), aliased(Person)
    decided = exists().where(
        Act.verb == DISTINCT,
        Act.subject == func.concat("person:", found.c.low),
        Act.details["other"].astext == cast(found.c.high, Act.subject.type),
    )
    return (
        select(
            found.c.low,
            found.c.high,
            func.max(found.c.same).label("same"),
            func.min(found.c.low_candidate).label("low_candidate"),
            func.min(found.c.high_candidate).label("high_candidate"),
            func.count().label("candidates"),
            low.name.label("low_name"),
            high.name.label("high_name"),
        )
        .join(low, and_(low.id == found.c.low, low.redirect_to.is_(None)))
        .join(high, and_(high.id == found.c.high, high.redirect_to.is_(None)))
        .where(~decided)
        .group_by(found.c.low, found.c.high, low.name, high.name)
        .order_by(func.max(found.c.same).desc(), found.c.low, found.c.high)
    )


def candidacies(person_ids: Sequence[int]) -> list[Candidate]:
    """The candidacies of these persons, in every election and state."""
    return list(
        db.session.scalars(
            select(Candidate)
            .where(Candidate.person_id.in_(person_ids))
            .order_by(Candidate.person_id, Candidate.id)
            .limit(100)
        )
    )


def open_conflicts(low: int, high: int) -> list[IdentityConflict]:
    """Disagreements between the two that people have not decided in the queue of identity."""
    there = and_(IdentityConflict.person_id == low, IdentityConflict.other_id == high)
    back = and_(IdentityConflict.person_id == high, IdentityConflict.other_id == low)
    return list(
        db.session.scalars(
            select(IdentityConflict).where(or_(there, back), IdentityConflict.state == "terbuka")
        )
    )


def merges() -> Select[Any]:
    """Persons of candidates that were merged, the newest first: rows (Act, PersonMerge, names of both)."""
    gone, kept = aliased(Person), aliased(Person)
    wanted: tuple[Any, ...] = (Act, PersonMerge, gone.name.label("gone"), kept.name.label("kept"))
    return (
        select(*wanted)
        .join(PersonMerge, PersonMerge.id == cast(func.split_part(Act.subject, ":", 2), Integer))
        .join(gone, gone.id == PersonMerge.person_id)
        .join(kept, kept.id == PersonMerge.into_id)
        .where(Act.verb == MERGE)
        .order_by(Act.id.desc())
    )


def act_of(merge: PersonMerge) -> Act | None:
    """The act of a merge that Silon made: it names the candidates that moved."""
    return db.session.scalars(
        select(Act).where(Act.verb == MERGE, Act.subject == f"person_merge:{merge.id}").limit(1)
    ).one_or_none()
