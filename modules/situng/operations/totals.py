"""The running count: opening it, folding deltas into it, deriving it again from the leaves."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import text

from electsys.db import db
from electsys.elections.models import Contest
from electsys.ledger import Actor, record
from modules.sidalih import StationsChanged
from modules.situng.contest import BY_DAPIL, ContestCount
from modules.situng.counting import (
    COUNTERS,
    LADDER,
    append_deltas,
    climb,
    joined,
    point_forms,
    stations,
    take_deltas,
    villages_of_contest,
    villages_of_deltas,
)
from modules.situng.queries.contests import contest_count, counts_by_dapil, dapil_with_ballots


def lock_contest(contest_id: int) -> None:
    """Let one writer at a time move the results of a contest, until the transaction ends."""
    db.session.execute(text("select pg_advisory_xact_lock(20240214, :contest)"), {"contest": contest_id})


def open_count(contest: Contest, *, actor: Actor) -> int:
    """Create the running count of every region and dapil, all zero, with the TPS expected in each.

    Of a contest that one region holds: of that region and those in it.
    A region inside one dapil counts on the ballot of that dapil, one that holds several by party. Repeating
    it refreshes the expected numbers and adds areas that are new; nothing is lost. Returns how many areas.
    """
    count = contest_count(contest.id)
    lock_contest(contest.id)
    parents = " ".join(f"when {length} then left(e.code, {above})" for above, length in pairwise(LADDER))
    done = db.session.execute(
        text(
            f"""
            with counted as ({stations(chamber=count.by_dapil, region=count.region)}),
            expected as (
                select coalesce(c.area, 'wilayah') as area, coalesce(c.code, r.code) as code,
                       coalesce(c.expected, 0) as expected
                from counted c
                full join (select code from region where map_id = :map and code ^@ :region) r
                     on c.area = 'wilayah' and r.code = c.code
            ),
            held as ({_HELD if count.by_dapil else _NOT_HELD}),
            ballot_width as (
                select distinct on (b.dapil_id) b.dapil_id,
                       (select count(*)::int from ballot_line l where l.ballot_id = b.id) as lines
                from ballot b where b.contest_id = :contest and b.dapil_id is not null
                order by b.dapil_id, b.version desc
            )
            insert into region_total (contest_id, area, code, parent, dapil_id, votes, cells,
                                      expected, received, entered, accepted, flagged)
            select :contest, e.area, e.code,
                   case when e.area = 'wilayah' then case length(e.code) {parents} end end, w.dapil_id,
                   array_fill(0::bigint, array[coalesce(w.lines, {count.width.votes})]),
                   array_fill(0::bigint, array[{count.width.cells}]),
                   e.expected, 0, 0, 0, 0
            from expected e
            left join held h on h.area = e.area and h.code = e.code
            left join ballot_width w on w.dapil_id = h.dapil_id
            on conflict (contest_id, area, code) do update set expected = excluded.expected
            """
        ),
        {"contest": contest.id, **_facts(count)},
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


_NOT_HELD = "select '' as area, '' as code, null::int as dapil_id where false"
#: The dapil of ``:chamber`` that holds the whole of an area.
_HELD = (
    " union all ".join(
        f"select 'wilayah' as area, left(m.village_code, {length}) as code, min(d.id) as dapil_id"
        " from dapil_village m join dapil d on d.id = m.dapil_id"
        " where d.map_id = :map and d.chamber = :chamber group by 2 having min(d.id) = max(d.id)"
        for length in LADDER
    )
    + " union all select 'dapil', d.code, d.id from dapil d where d.map_id = :map and d.chamber = :chamber"
)


def _facts(count: ContestCount) -> dict[str, Any]:
    chamber = {"chamber": count.kind} if count.by_dapil else {}
    return {"election": count.election_id, "map": count.map_id, "region": count.region, **chamber}


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
            ) and exists (
                select from contest c where c.id = t.contest_id and starts_with(:village, c.region_code) and (
                    c.kind <> all(:by_dapil) or exists (
                        select from dapil_village m join dapil d on d.id = m.dapil_id
                        join election e on e.map_id = d.map_id and e.id = :election
                        where m.village_code = :village and d.chamber = c.kind))
            )
            """
        ),
        {
            "added": event.added,
            "contests": list(contests),
            "areas": [event.village[:length] for length in LADDER],
            "election": event.election_id,
            "village": event.village,
            "by_dapil": list(BY_DAPIL),
        },
    )


def open_if_closed(contest_id: int, *, actor: Actor) -> None:
    """Open the count of a contest that has none; changes folded before that would be lost."""
    opened = "select exists (select from region_total where contest_id = :contest)"
    if not db.session.execute(text(opened), {"contest": contest_id}).scalar_one():
        open_count(db.session.get_one(Contest, contest_id), actor=actor)


def share_form(contest_id: int, tps_code: str, *, actor: Actor) -> None:
    """Move one form alone, beside others of the contest that move; the count is opened where it is not."""
    facts = {"contest": contest_id, "form": f"{contest_id}:{tps_code}"}
    if not db.session.execute(_SHARE_FORM, facts).scalar_one():
        open_if_closed(contest_id, actor=actor)
        db.session.execute(_SHARE_FORM, facts)


_SHARE_FORM = text(
    """
    select opened, case when opened then pg_advisory_xact_lock_shared(20240214, :contest) end,
           case when opened then pg_advisory_xact_lock(20240216, hashtext(:form)) end
    from (select exists (select from region_total where contest_id = :contest) as opened offset 0) as c
    """
)


def share_contest(contest_id: int) -> None:
    """Move single forms of a contest beside others that do; who holds :func:`lock_contest` is waited for."""
    statement = text("select pg_advisory_xact_lock_shared(20240214, :contest)")
    db.session.execute(statement, {"contest": contest_id})


def move_forms(count: ContestCount, which: str, facts: dict[str, Any]) -> None:
    """Let versions count: append what they change in their villages, then move their forms to them.

    ``which`` and ``facts`` name the versions (:mod:`modules.situng.counting`). A version with an open F or
    without a number that totals need leaves an older accepted one counting.
    """
    facts = {"contest": count.contest_id, **facts}
    for place in places_of(count, f"select left(tps_code, 10) from result_version where {which}", facts):
        statement = append_deltas(place.width, which, dapil=place.dapil is not None)
        db.session.execute(text(statement), facts | facts_of(place))
    db.session.execute(text(point_forms(which)), facts)


def places_of(count: ContestCount, villages: str, facts: dict[str, Any]) -> list[ContestCount]:
    """The contest on each ballot that these villages (a subquery) vote with."""
    if not count.by_dapil:
        return [count]
    dapil = db.session.scalars(
        text(
            f"""
            select distinct m.dapil_id from dapil_village m
            join dapil d on d.id = m.dapil_id and d.map_id = :map and d.chamber = :chamber
            where m.village_code in ({villages}) order by 1
            """
        ),
        facts | _facts(count),
    ).all()
    return list(counts_by_dapil(count.contest_id, dapil).values())


def facts_of(place: ContestCount) -> dict[str, Any]:
    """The dapil of a ballot, as statements name it."""
    return {"dapil": place.dapil[0]} if place.dapil else {}


def fold_totals(contest_id: int, *, locked: bool = False) -> int:
    """Add the waiting deltas of a contest up the tree. Returns how many areas changed.

    ``locked`` where the caller holds the contest's lock already, on another connection. Deltas are taken
    and added in one transaction, so that a killed fold leaves both as they were.
    """
    waiting = "select exists (select from total_delta where contest_id = :contest)"
    if not db.session.execute(text(waiting), {"contest": contest_id}).scalar_one():
        return 0
    # Beside whoever moves single forms, one fold at a time: entries never wait for the tree.
    if not locked:
        share_contest(contest_id)
    db.session.execute(text("select pg_advisory_xact_lock(20240215, :contest)"), {"contest": contest_id})
    count = contest_count(contest_id)
    done = 0
    places = places_of(
        count, "select village from total_delta where contest_id = :contest", {"contest": contest_id}
    )
    _common_table(count)
    for place in places:
        own = place.dapil is not None
        _villages_into_table(villages_of_deltas(place.width), place, taking=take_deltas(dapil=own))
        done += _add(place, "village_sum", "t.dapil_id = :dapil" if own else "true")
        if own:
            _into_common(place)
    if count.by_dapil:
        done += _add(count, "common_sum", "t.dapil_id is null")
    return done


def _add(count: ContestCount, villages: str, where: str) -> int:
    width = count.width
    votes = ", ".join(f"t.votes[{i}] + a.v{i}" for i in range(1, width.votes + 1))
    cells = ", ".join(f"t.cells[{i}] + a.c{i}" for i in range(1, width.cells + 1))
    counters = ", ".join(f"{name} = t.{name} + a.{name}" for name in COUNTERS)
    own = count.dapil is not None
    done = db.session.execute(
        text(
            f"""
            update region_total t
            set votes = array[{votes}]::bigint[], cells = array[{cells}], {counters}, changed_at = now()
            from ({climb(width, villages, dapil=own, region=count.region)}) as a
            where t.contest_id = :contest and t.area = a.area and t.code = a.code and {where}
            """
        ),
        {"contest": count.contest_id, "map": count.map_id} | facts_of(count),
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _village_table(name: str, count: ContestCount) -> None:
    columns = ", ".join(f"{column} bigint" for column in (*count.width.columns(), *COUNTERS))
    db.session.execute(text(f"drop table if exists {name}"))
    db.session.execute(text(f'create temp table {name} (village text collate "C", {columns}) on commit drop'))


def _villages_into_table(villages: str, count: ContestCount, *, taking: str = "") -> None:
    """Keep the village rows of one statement in a temporary table, since the climb reads them often."""
    _village_table("village_sum", count)
    facts = {"contest": count.contest_id} | facts_of(count)
    db.session.execute(text(f"{taking} insert into village_sum {villages}"), facts)
    # A few villages or a nation of them: only counting tells the planner whether to look areas up one by one.
    db.session.execute(text("analyze village_sum"))


def _common_table(count: ContestCount) -> None:
    """Where the villages of every dapil come together by party."""
    if count.by_dapil:
        _village_table("common_sum", count)


def _into_common(place: ContestCount) -> None:
    select = joined(place.width, place.outer, place.parties)
    db.session.execute(text(f"insert into common_sum select {select} from village_sum"))


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
    if not count.by_dapil:
        _villages_into_table(villages_of_contest(count.width), count)
        return _that_differ(count, "village_sum", "true") + _stations_that_differ(count)
    found: list[Difference] = []
    _common_table(count)
    for place in counts_by_dapil(contest_id, dapil_with_ballots(contest_id)).values():
        _villages_into_table(villages_of_contest(place.width, dapil=True), place)
        _into_common(place)
        found += _that_differ(place, "village_sum", "dapil_id = :dapil")
    return found + _that_differ(count, "common_sum", "dapil_id is null") + _stations_that_differ(count)


def _that_differ(count: ContestCount, villages: str, where: str) -> list[Difference]:
    """Areas (those of ``where``) whose running count is not the sum of these village rows."""
    width = count.width
    zero_votes = f"array_fill(0::bigint, array[{width.votes}])"
    zero_cells = f"array_fill(0::bigint, array[{width.cells}])"
    counters = ", ".join(f"coalesce(d.{name}, 0)" for name in COUNTERS)
    own = count.dapil is not None
    # What several dapil share is derived for every area, and only compared where it is kept.
    there = "where t.code is not null" if count.by_dapil else ""
    rows = db.session.execute(
        text(
            f"""
            with derived as (
                select area, code, {width.gather()}, {", ".join(COUNTERS)}
                from ({climb(width, villages, dapil=own, region=count.region)}) as a
            )
            select area, code, kept, derived from (
                select coalesce(t.area, d.area) as area, coalesce(t.code, d.code) as code,
                       row(t.votes, t.cells, {", ".join(f"t.{name}" for name in COUNTERS)})::text as kept,
                       row(d.votes, d.cells, {", ".join(f"d.{name}" for name in COUNTERS)})::text as derived,
                       (t.votes, t.cells, {", ".join(f"t.{name}" for name in COUNTERS)})
                       is distinct from
                       (coalesce(d.votes, {zero_votes}), coalesce(d.cells, {zero_cells}), {counters}) as off
                from (select * from region_total where contest_id = :contest and {where}) as t
                full join derived d on d.area = t.area and d.code = t.code
                {there}
            ) as compared where off order by 1, 2
            """
        ),
        {"contest": count.contest_id, "map": count.map_id} | facts_of(count),
    )
    return [Difference(*row) for row in rows]


def _stations_that_differ(count: ContestCount) -> list[Difference]:
    """Areas whose expected TPS are not those in use."""
    # Both sides in one group: a join of two such sets is planned by guesses when the count was just opened.
    expected = stations(chamber=count.by_dapil, region=count.region)
    rows = db.session.execute(
        text(
            f"""
            select area, code, sum(kept) || ' TPS', sum(derived) || ' TPS'
            from (
                select area, code, expected as kept, 0 as derived, true as counted
                from region_total where contest_id = :contest
                union all
                select area, code, 0, expected, false from ({expected}) as s
            ) as pairs
            group by area, code having sum(kept) <> sum(derived) and bool_or(counted)
            order by 1, 2
            """
        ),
        {"contest": count.contest_id, **_facts(count)},
    )
    return [Difference(*row) for row in rows]
