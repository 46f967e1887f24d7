"""One state of an election for a whole publication: totals, forms and log that agree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select, text

from electsys.db import db
from electsys.elections.models import Contest, Election
from electsys.ledger import log
from modules.sirekap.models import Determination
from modules.situng import ContestCount, contest_count, fold_totals


@dataclass(frozen=True)
class Snapshot:
    """The election, its contests that are counted, and the leaves that the numbers rest on."""

    election: Election
    counts: tuple[ContestCount, ...]
    as_of: int


def counted_contests(election_id: int) -> list[tuple[int, str]]:
    """The contests whose running count was opened: (id, kind)."""
    rows = db.session.execute(
        text(
            "select id, kind from contest where election_id = :e and exists"
            " (select from region_total t where t.contest_id = contest.id) order by id"
        ),
        {"e": election_id},
    )
    return [(row.id, row.kind) for row in rows]


def logged_contests(election_id: int) -> list[tuple[int, str]]:
    """The contests whose ballots the log needs: those that are counted, and those that were decided."""
    decided = (
        select(Contest.id, Contest.kind)
        .join(Determination, Determination.contest_id == Contest.id)
        .where(Contest.election_id == election_id, Determination.state == "ditetapkan")
    )
    rows = {(row.id, row.kind) for row in db.session.execute(decided)}
    return sorted(rows.union(counted_contests(election_id)))


def contest_counts(election_id: int) -> tuple[ContestCount, ...]:
    """The counted contests of an election."""
    return tuple(contest_count(contest_id) for contest_id, _kind in counted_contests(election_id))


@contextmanager
def snapshot(code: str) -> Iterator[Snapshot]:
    """A read of the whole election at one moment, in ``db.session``.

    For the moment that it takes to fold and to integrate, no form moves (the count's own locks); from then
    on everything is read in one REPEATABLE READ transaction, however long the writing takes.
    """
    election_id = db.session.scalars(select(Election.id).where(Election.code == code)).one()
    contests = [contest_id for contest_id, _kind in counted_contests(election_id)]
    db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        for contest_id in contests:
            guard.execute(text("select pg_advisory_lock(20240214, :c)"), {"c": contest_id})
        try:
            # The guard holds the locks, so the fold works under it and not beside it.
            for contest_id in contests:
                fold_totals(contest_id, locked=True)
            db.session.commit()
            log.integrate()
            db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            as_of = log.size_of(db.session, election_id)
        finally:
            for contest_id in contests:
                guard.execute(text("select pg_advisory_unlock(20240214, :c)"), {"c": contest_id})
    election = db.session.get_one(Election, election_id)
    try:
        yield Snapshot(election, contest_counts(election_id), as_of)
    finally:
        db.session.commit()


def contests_of(election_id: int) -> list[Contest]:
    """Every contest of the election, counted or not."""
    return list(
        db.session.scalars(select(Contest).where(Contest.election_id == election_id).order_by(Contest.id))
    )
