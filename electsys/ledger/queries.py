"""Reads of the trail: filtered pages, a subject's history, the whole for an export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, false, or_, select, true
from sqlalchemy.orm import defer

from electsys.db import db
from electsys.identity.access import Scope
from electsys.ledger.models import Act, ActSeal

PAGE = 50
JAKARTA = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True)
class Filter:
    """What a reader asks for; empty fields ask for nothing. Days are days in Jakarta, both included."""

    #: an account's id or exact name
    account: str = ""
    #: a verb or the beginning of one: ``situng:`` or ``situng:batch:confirm``
    verb: str = ""
    #: any of these verbs; empty asks for none
    verbs: tuple[str, ...] | None = None
    #: a subject, or all of one table: ``result_batch:12`` or ``result_batch:``
    subject: str = ""
    region: str = ""
    since: date | None = None
    until: date | None = None

    def apply(self, query: Select[Any]) -> Select[Any]:
        """The query, narrowed to what is asked for."""
        if self.account:
            whose = (
                Act.account_id == int(self.account)
                if self.account.isdecimal() and len(self.account) < 19
                else Act.actor == self.account
            )
            query = query.where(whose)
        if self.verb:
            query = query.where(
                _begins(Act.verb, self.verb) if self.verb.count(":") < 2 else Act.verb == self.verb
            )
        if self.verbs is not None:
            query = query.where(Act.verb.in_(self.verbs))
        if self.subject:
            whole = self.subject.rpartition(":")[2] == ""
            query = query.where(_begins(Act.subject, self.subject) if whole else Act.subject == self.subject)
        if self.region:
            query = query.where(_begins(Act.region, self.region))
        if self.since:
            query = query.where(Act.at >= _midnight(self.since))
        if self.until:
            query = query.where(Act.at < _midnight(self.until + timedelta(days=1)))
        return query


def _begins(column: Any, start: str) -> Any:
    return column.startswith(start, autoescape=True)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAKARTA)


@dataclass(frozen=True)
class Page:
    """One page, newest first; ``older`` and ``newer`` are the ids to go on from, if there is more."""

    acts: Sequence[Act]
    older: int | None
    newer: int | None


def visible(scopes: Sequence[Scope]) -> Select[Act]:
    """The acts that a reader with these scopes may see: of their regions and elections, or all."""
    parts = []
    for scope in scopes:
        if scope.party is not None:  # acts name no party
            continue
        part = _begins(Act.region, scope.region) if scope.region else true()
        if scope.election is not None:
            part = and_(part, or_(Act.election_id == scope.election, Act.election_id.is_(None)))
        parts.append(part)
    return select(Act).where(or_(false(), *parts))


def page(
    wanted: Filter,
    scopes: Sequence[Scope],
    *,
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE,
) -> Page:
    """A page by keyset: a deep page costs what the first one costs."""
    query = wanted.apply(visible(scopes))
    if after is not None:
        rows = list(db.session.scalars(query.where(Act.id > after).order_by(Act.id).limit(size + 1)))
        more = len(rows) > size
        rows = rows[:size][::-1]
        return Page(rows, rows[-1].id if rows else None, rows[0].id if more else None)
    if before is not None:
        query = query.where(Act.id < before)
    rows = list(db.session.scalars(query.order_by(Act.id.desc()).limit(size + 1)))
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, rows[-1].id if more else None, rows[0].id if rows and before is not None else None)


def stream(wanted: Filter, scopes: Sequence[Scope]) -> Iterator[Act]:
    """All acts of a filter, oldest first, in bounded memory."""
    query = wanted.apply(visible(scopes)).order_by(Act.id)
    yield from db.session.scalars(query, execution_options={"yield_per": 1000})


def history(subject: str, *, limit: int = 100) -> Sequence[Act]:
    """What happened to one subject, newest first: for the partial ``ledger/_history.html``."""
    return db.session.scalars(
        select(Act).where(Act.subject == subject).order_by(Act.id.desc()).limit(limit)
    ).all()


def seal_of(act: Act) -> ActSeal | None:
    """The seal that covers an act, or None while it waits."""
    return db.session.scalar(
        select(ActSeal)
        .where(ActSeal.cluster == act.cluster, ActSeal.from_xid <= act.xid, ActSeal.to_xid > act.xid)
        .options(defer(ActSeal.ids), defer(ActSeal.leaves))
    )


def last_seal() -> ActSeal | None:
    """The newest link of the chain."""
    return db.session.scalar(
        select(ActSeal)
        .order_by(ActSeal.batch.desc())
        .limit(1)
        .options(defer(ActSeal.ids), defer(ActSeal.leaves))
    )
