"""The running count: opening it, folding deltas into it, deriving it again from the leaves."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import text

from electsys.db import db
from electsys.elections.models import Contest
from electsys.ledger import Actor, record
from modules.sidalih import StationsChanged
from modules.situng.counting import (
    COUNTERS,
    LADDER,
    STATIONS,
    TAKE_DELTAS,
    changes_of_batch,
    climb,
    villages_of_contest,
    villages_of_deltas,
)
from modules.situng.queries.contests import ContestCount, contest_count


def lock_contest(contest_id: int) -> None:
    """Let one writer at a time move the results of a contest, until the transaction ends."""
    db.session.execute(text("select pg_advisory_xact_lock(20240214, :contest)"), {"contest": contest_id})


def open_count(contest: Contest, *, actor: Actor) -> int:
    """Create the running count of every region and dapil, all zero, with the TPS expected in each.

    Repeating it refreshes the expected numbers and adds areas that are new; nothing is lost.
    Returns the number of areas.
    """
    count = contest_count(contest.id)
    lock_contest(contest.id)
    parents = " ".join(f"when {length} then left(e.code, {above})" for above, length in pairwise(LADDER))
    done = db.session.execute(
        text(
            f"""
            with counted as ({STATIONS}),
            expected as (
                select coalesce(c.area, 'wilayah') as area, coalesce(c.code, r.code) as code,
                       coalesce(c.expected, 0) as expected
                from counted c
                full join (select code from region where map_id = :map) r
                     on c.area = 'wilayah' and r.code = c.code
            )
            insert into region_total (contest_id, area, code, parent, votes, cells,
                                      expected, received, entered, accepted, flagged)
            select :contest, e.area, e.code,
                   case when e.area = 'wilayah' then case length(e.code) {parents} end end,
                   array_fill(0::bigint, array[{count.width.votes}]),
                   array_fill(0::bigint, array[{count.width.cells}]),
                   e.expected, 0, 0, 0, 0
            from expected e
            on conflict (contest_id, area, code) do update set expected = excluded.expected
            """
        ),
        {"contest": contest.id, "election": contest.election_id, "map": count.map_id},
    )
    areas = int(done.rowcount)  # type: ignore[attr-defined]
    record(
        "situng:count:open",
        f"contest:{contest.id}",
        actor=actor,
        details={"areas": areas},
        election_id=contest.election_id,
    )
    return areas


def follow_stations(event: StationsChanged) -> None:
    """Let the expected TPS of every open count follow the TPS that Sidalih puts into use or closes.

    In the transaction of whoever builds the TPS: a count never stands that knows other TPS than the list.
    """
    contests = db.session.scalars(
        text(
            "select id from contest where election_id = :election"
            " and exists (select from region_total where contest_id = contest.id) order by id"
        ),
        {"election": event.election_id},
    ).all()
    for contest_id in contests:
        lock_contest(contest_id)
    if not contests:
        return
    db.session.execute(
        text(
            """
            update region_total t set expected = t.expected + :added, changed_at = now()
            where t.contest_id = any(:contests) and (
                t.area = 'wilayah' and t.code = any(:areas)
                or t.area = 'dapil' and t.code in (
                    select d.code from dapil_village m
                    join dapil d on d.id = m.dapil_id
                    join election e on e.map_id = d.map_id and e.id = :election
                    where m.village_code = :village
                )
            )
            """
        ),
        {
            "added": event.added,
            "contests": list(contests),
            "areas": [event.village[:length] for length in LADDER],
            "election": event.election_id,
            "village": event.village,
        },
    )


def open_if_closed(contest_id: int, *, actor: Actor) -> None:
    """Open the count of a contest that has none; changes folded before that would be lost."""
    opened = "select exists (select from region_total where contest_id = :contest)"
    if not db.session.execute(text(opened), {"contest": contest_id}).scalar_one():
        open_count(db.session.get_one(Contest, contest_id), actor=actor)


def append_deltas(count: ContestCount, batch_id: int) -> None:
    """Append what applying a batch changes in its villages; asked before its forms move."""
    width = count.width
    db.session.execute(
        text(
            f"""
            insert into total_delta (contest_id, village, votes, cells, {", ".join(COUNTERS)})
            select :contest, village, {width.gather()}, {", ".join(COUNTERS)}
            from ({changes_of_batch(width)}) as v
            """
        ),
        {"contest": count.contest_id, "batch": batch_id},
    )


def fold_totals(contest_id: int, *, locked: bool = False) -> int:
    """Add the waiting deltas of a contest up the tree. Returns how many areas changed.

    ``locked`` where the caller holds the contest's lock already, on another connection. Deltas are taken
    and added in one transaction, so that a killed fold leaves both as they were.
    """
    waiting = "select exists (select from total_delta where contest_id = :contest)"
    if not db.session.execute(text(waiting), {"contest": contest_id}).scalar_one():
        return 0
    count = contest_count(contest_id)
    if not locked:
        lock_contest(contest_id)
    width = count.width
    votes = ", ".join(f"t.votes[{i}] + a.v{i}" for i in range(1, width.votes + 1))
    cells = ", ".join(f"t.cells[{i}] + a.c{i}" for i in range(1, width.cells + 1))
    counters = ", ".join(f"{name} = t.{name} + a.{name}" for name in COUNTERS)
    _villages_into_table(villages_of_deltas(width), count, taking=TAKE_DELTAS)
    done = db.session.execute(
        text(
            f"""
            update region_total t
            set votes = array[{votes}], cells = array[{cells}], {counters}, changed_at = now()
            from ({climb(width, "village_sum")}) as a
            where t.contest_id = :contest and t.area = a.area and t.code = a.code
            """
        ),
        {"contest": contest_id, "map": count.map_id},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _villages_into_table(villages: str, count: ContestCount, *, taking: str = "") -> None:
    """Keep the village rows of one statement in a temporary table, since the climb reads them often."""
    columns = ", ".join(f"{name} bigint" for name in (*count.width.columns(), *COUNTERS))
    db.session.execute(text("drop table if exists village_sum"))
    db.session.execute(
        text(f'create temp table village_sum (village text collate "C", {columns}) on commit drop')
    )
    db.session.execute(text(f"{taking} insert into village_sum {villages}"), {"contest": count.contest_id})


@dataclass(frozen=True)
class Difference:
    """An area whose running count disagrees with the sum of its leaves."""

    area: str
    code: str
    kept: str
    derived: str


def derive_totals(contest_id: int) -> list[Difference]:
    """Derive every total again from the accepted versions, and the expected TPS from those in use.

    Returns where the running count differs.
    """
    count = contest_count(contest_id)
    lock_contest(contest_id)
    fold_totals(contest_id)
    width = count.width
    _villages_into_table(villages_of_contest(width), count)
    zero_votes = f"array_fill(0::bigint, array[{width.votes}])"
    zero_cells = f"array_fill(0::bigint, array[{width.cells}])"
    counters = ", ".join(f"coalesce(d.{name}, 0)" for name in COUNTERS)
    rows = db.session.execute(
        text(
            f"""
            with derived as (
                select area, code, {width.gather()}, {", ".join(COUNTERS)}
                from ({climb(width, "village_sum")}) as a
            )
            select coalesce(t.area, d.area), coalesce(t.code, d.code),
                   row(t.votes, t.cells, {", ".join(f"t.{name}" for name in COUNTERS)})::text,
                   row(d.votes, d.cells, {", ".join(f"d.{name}" for name in COUNTERS)})::text
            from (select * from region_total where contest_id = :contest) as t
            full join derived d on d.area = t.area and d.code = t.code
            where (t.votes, t.cells, {", ".join(f"t.{name}" for name in COUNTERS)})
                  is distinct from
                  (coalesce(d.votes, {zero_votes}), coalesce(d.cells, {zero_cells}), {counters})
            order by 1, 2
            """
        ),
        {"contest": contest_id, "map": count.map_id},
    )
    return [Difference(*row) for row in rows] + _stations_that_differ(count)


def _stations_that_differ(count: ContestCount) -> list[Difference]:
    """Areas whose expected TPS are not those in use."""
    rows = db.session.execute(
        text(
            f"""
            select t.area, t.code, t.expected || ' TPS', coalesce(s.expected, 0) || ' TPS'
            from region_total t
            left join ({STATIONS}) as s on s.area = t.area and s.code = t.code
            where t.contest_id = :contest and t.expected <> coalesce(s.expected, 0)
            order by 1, 2
            """
        ),
        {"contest": count.contest_id, "election": count.election_id, "map": count.map_id},
    )
    return [Difference(*row) for row in rows]
