"""What the work list, the desk and the pages of a queue read: counts, pace, items, histories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from electsys.db import db
from electsys.elections.models import Election
from electsys.identity.access import Scope
from electsys.identity.models import Account
from electsys.regions.models import Region
from electsys.verification.models import SecondDraw, VerificationEvent, VerificationItem
from electsys.verification.operations.desk import reach
from electsys.verification.registry import Queue
from electsys.verification.rules.desk import hours_left

Item = VerificationItem
JUDGED = ("ms", "bms", "tms")
#: Beyond this many a number is "more than": counting on would cost more than it tells.
CAP = 10_000


@dataclass
class Progress:
    """How far a queue, an area or an owner is."""

    counts: dict[str, int] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """Items that nobody has judged."""
        return self.counts.get("menunggu", 0)

    @property
    def done(self) -> int:
        """Items that were judged."""
        return sum(self.counts.get(state, 0) for state in JUDGED)

    @property
    def total(self) -> int:
        """All that is to be judged; what its owner took back does not count."""
        return self.waiting + self.done

    def of(self, state: str) -> int:
        """How many are in a state."""
        return self.counts.get(state, 0)


def newest_election(queues: Sequence[str]) -> int | None:
    """The newest election with items in one of the queues."""
    return db.session.scalar(
        select(Election.id)
        .where(
            Election.id.in_(select(Item.election_id).where(Item.queue.in_(queues)).distinct())
            if queues
            else Election.id.is_(None)
        )
        .order_by(Election.voting_day.desc())
        .limit(1)
    )


def progress(queue: Queue, election_id: int, scopes: Iterable[Scope]) -> Progress:
    """The counts of a queue inside scopes."""
    rows = db.session.execute(
        select(Item.state, func.count()).where(*_of(queue, election_id), reach(scopes)).group_by(Item.state)
    )
    return Progress({state: n for state, n in rows})  # noqa: C416


def waiting_count(
    queue: Queue,
    election_id: int,
    scopes: Sequence[Scope],
    *,
    region: str | None = None,
    owner: int | None = None,
) -> int:
    """Items that wait for whoever judges in these scopes, counted up to one beyond :data:`CAP`.

    As they are taken: in ``region`` where one is named; else those of the own level, and those below only
    where there are none.
    """
    clauses = [*_of(queue, election_id), Item.state == "menunggu", reach(scopes)]
    if owner is not None:
        clauses.append(Item.party_id == owner)
    if region is not None:
        return _capped([*clauses, Item.region.startswith(region, autoescape=True)])
    own = {scope.region or "" for scope in scopes}
    return _capped([*clauses, Item.region.in_(own)]) or _capped(clauses)


def _capped(clauses: Sequence[ColumnElement[bool]]) -> int:
    some = select(Item.id).where(*clauses).limit(CAP + 1).subquery()
    return int(db.session.scalar(select(func.count()).select_from(some)) or 0)


def by_region(queue: Queue, election_id: int, scopes: Iterable[Scope]) -> dict[str, Progress]:
    """The counts by region of judging, in the order of the codes."""
    return _grouped(Item.region, queue, election_id, scopes)


def by_owner(queue: Queue, election_id: int, scopes: Iterable[Scope]) -> dict[int, Progress]:
    """The counts by owner (party)."""
    found = _grouped(Item.party_id, queue, election_id, scopes)
    return {owner: counts for owner, counts in found.items() if owner is not None}


def _grouped(column: Any, queue: Queue, election_id: int, scopes: Iterable[Scope]) -> dict[Any, Progress]:
    found: dict[Any, Progress] = {}
    rows = db.session.execute(
        select(column, Item.state, func.count())
        .where(*_of(queue, election_id), reach(scopes))
        .group_by(column, Item.state)
        .order_by(column)
    )
    for key, state, n in rows:
        found.setdefault(key, Progress()).counts[state] = n
    return found


def _of(queue: Queue, election_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Item.queue == queue.name, Item.election_id == election_id)


@dataclass(frozen=True)
class Pace:
    """How fast a queue moves: of the work, never of a person."""

    last_hour: int
    last_day: int
    hours_left: int | None


def pace(queue: Queue, election_id: int, scopes: Iterable[Scope], waiting: int) -> Pace:
    """Judgements of the last hour and day, and the hours left at the pace of the last hour."""
    hour = func.count().filter(Item.decided_at > func.now() - dt.timedelta(hours=1))
    n_hour, n_day = db.session.execute(
        select(hour, func.count()).where(
            *_of(queue, election_id),
            reach(scopes),
            Item.decided_at > func.now() - dt.timedelta(days=1),
        )
    ).one()
    return Pace(n_hour, n_day, hours_left(waiting, n_hour))


def decided_by(queue: Queue, election_id: int, account_id: int, since: dt.datetime) -> int:
    """How many items the reader judged since a moment; shown to that reader alone."""
    return int(
        db.session.scalar(
            select(func.count()).where(
                *_of(queue, election_id), Item.decided_by == account_id, Item.decided_at >= since
            )
        )
        or 0
    )


def last_of(queue: Queue, account_id: int) -> Item | None:
    """What the account judged last and can still take back."""
    return db.session.scalars(
        select(Item)
        .where(Item.queue == queue.name, Item.decided_by == account_id, Item.second_state.is_(None))
        .order_by(Item.decided_at.desc())
        .limit(1)
    ).first()


def second_waiting(queue: Queue, election_id: int, scopes: Iterable[Scope], account_id: int | None) -> int:
    """Items drawn for a second look that wait for one; with an account, those it may look at."""
    clauses = [*_of(queue, election_id), reach(scopes), Item.second_look, Item.second_state.is_(None)]
    if account_id is not None:
        clauses.append(Item.decided_by != account_id)
    return int(db.session.scalar(select(func.count()).where(*clauses)) or 0)


def disagrees() -> ColumnElement[bool]:
    """A second look said something else than the first."""
    return and_(
        Item.second_state.is_not(None), or_(Item.second_state != Item.state, Item.settled_at.is_not(None))
    )


def items(queue: Queue, election_id: int, scopes: Iterable[Scope], map_id: int) -> Select[Any, Any]:
    """Items of a queue with the name of their region, those that wait first."""
    return (
        select(Item, Region.name.label("place"))
        .outerjoin(Region, and_(Region.map_id == map_id, Region.code == Item.region))
        .where(*_of(queue, election_id), reach(scopes))
        .order_by(Item.region, Item.priority, Item.id)
    )


def draws(queue: Queue, election_id: int) -> Sequence[SecondDraw]:
    """The draws of a second look, the newest first."""
    return db.session.scalars(
        select(SecondDraw)
        .where(SecondDraw.queue == queue.name, SecondDraw.election_id == election_id)
        .order_by(SecondDraw.id.desc())
        .limit(50)
    ).all()


def second_counts(queue: Queue, election_id: int, scopes: Iterable[Scope]) -> dict[str, int]:
    """Of the drawn: how many there are, wait, agree, disagree and are settled."""
    seen = Item.second_state.is_not(None)
    names = {
        "drawn": func.count(),
        "waiting": func.count().filter(~seen),
        "agree": func.count().filter(and_(seen, Item.second_state == Item.state, Item.settled_at.is_(None))),
        "open": func.count().filter(and_(seen, Item.second_state != Item.state, Item.settled_at.is_(None))),
        "settled": func.count().filter(Item.settled_at.is_not(None)),
    }
    row = db.session.execute(
        select(*names.values()).where(*_of(queue, election_id), reach(scopes), Item.second_look)
    ).one()
    return dict(zip(names, row, strict=True))


def history(item: Item) -> Sequence[VerificationEvent]:
    """Everything that happened to an item, the oldest first."""
    return db.session.scalars(
        select(VerificationEvent).where(VerificationEvent.item_id == item.id).order_by(VerificationEvent.id)
    ).all()


def of_subject(queue: str, subject: str) -> Sequence[Item]:
    """The items of one thing, round by round."""
    return db.session.scalars(
        select(Item).where(Item.queue == queue, Item.subject == subject).order_by(Item.round)
    ).all()


def people(item: Item) -> dict[int, str]:
    """The names behind an item: for those who settle it."""
    keys = {k for k in (item.decided_by, item.second_by, item.settled_by, item.claimed_by) if k is not None}
    who = aliased(Account)
    rows = db.session.execute(select(who.id, who.name).where(who.id.in_(keys)))
    return {key: name for key, name in rows}  # noqa: C416
