"""The searches for doubles: one NIK twice, by the blind index; and rows that are alike, by linkage.

A pair that people have decided is never asked again. An open pair that a search over both its rows does not
find any more is closed as ``hilang``; found again it is open again.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from electsys.db import as_owner
from electsys.ledger import Actor, record
from electsys.privacy import Sealer
from modules.sidalih.linkage import Double, Record, find_doubles
from modules.sidalih.models.doubles import SAME_NIK, DoubleRun

BATCH = 5000
Progress = Callable[[int, int], None]

#: The living rows of a list that carry one NIK; two rows of one village cannot (operations.voters).
SAME = f"""
insert into found_double (first_id, first_village, second_id, second_village, rule)
select a.id, a.village_code, b.id, b.village_code, '{SAME_NIK}'
from voter a join voter b on b.nik_index = a.nik_index and b.election_id = a.election_id and b.id <> a.id
where a.election_id = :election and starts_with(a.village_code, :region)
  and a.state <> 'tms' and b.state <> 'tms'
  and (cast(:batch as integer) is null or a.batch_id = :batch or b.batch_id = :batch)
"""

#: Pairs in the order of the case table, each once.
FOUND = """
create temporary table found_double (
    first_id bigint, first_village text collate "C", second_id bigint, second_village text collate "C",
    rule text, weight double precision, waterfall jsonb not null default '[]'
) on commit drop
"""
ORDERED = """
select distinct on (1, 3) least(first_id, second_id) as first_id,
    case when first_id < second_id then first_village else second_village end as first_village,
    greatest(first_id, second_id) as second_id,
    case when first_id < second_id then second_village else first_village end as second_village,
    rule, weight, waterfall
from found_double order by 1, 3, weight desc nulls first
"""
#: Where a pair is decided: what the codes of the two villages have in common, at a level of the tree.
REGION = """
case when left(first_village, 10) = left(second_village, 10) then left(first_village, 10)
     when left(first_village, 6) = left(second_village, 6) then left(first_village, 6)
     when left(first_village, 4) = left(second_village, 4) then left(first_village, 4)
     when left(first_village, 2) = left(second_village, 2) then left(first_village, 2)
     else '' end
"""
STORE = f"""
insert into double_case (election_id, region, first_id, first_village, second_id, second_village, rule,
    weight, waterfall, run_id)
select :election, {REGION}, first_id, first_village, second_id, second_village, rule, weight, waterfall, :run
from ({ORDERED}) as pairs
on conflict (election_id, first_id, second_id) do update
set rule = excluded.rule, weight = excluded.weight, waterfall = excluded.waterfall, run_id = excluded.run_id
returning id, xmax = 0 as fresh, state
"""
BACK = """
with back as (
    update double_case set state = 'terbuka' where run_id = :run and state = 'hilang' returning id
)
insert into double_event (case_id, kind, account_id, actor) select id, 'kembali', :account, :actor from back
"""
GONE = """
with gone as (
    update double_case set state = 'hilang'
    where election_id = :election and state = 'terbuka' and run_id is distinct from :run
      and starts_with(first_village, :region) and starts_with(second_village, :region) and {which}
    returning id
), told as (
    insert into double_event (case_id, kind, account_id, actor)
    select id, 'hilang', :account, :actor from gone
)
select count(*) from gone
"""

RECORDS = """
select id, village_code, name, birth_place, sex, address, rt, rw, sealed from voter
where election_id = :election and state <> 'tms' and starts_with(village_code, :region)
"""


def find_same_nik(election_id: int, region: str, *, actor: Actor, batch_id: int | None = None) -> DoubleRun:
    """Every pair of living rows with one NIK of which one lies in ``region`` ("" the nation).

    With ``batch_id`` only pairs that this file has part in: what an import may have brought.
    """
    with as_owner("sidalih: one NIK twice") as session:
        run = _begin(session, election_id, region, "nik", actor)
        session.execute(text(SAME), {"election": election_id, "region": region, "batch": batch_id})
        _store(session, run, actor, which=f"rule = '{SAME_NIK}'" if batch_id is None else "false")
        session.expunge(run)
    return run


def find_alike(
    election_id: int,
    region: str,
    *,
    actor: Actor,
    engine: Any = "duckdb",
    progress: Progress = lambda done, total: None,
) -> DoubleRun:
    """Every pair of living rows of ``region`` that may be one voter, by linkage.

    Numbers and birth dates are opened in memory for the search; its work files lie encrypted in a private
    folder that is gone afterwards.
    """
    with as_owner("sidalih: search for doubles") as session:
        run = _begin(session, election_id, region, engine, actor)
        villages: dict[int, str] = {}
        # The engine reads the records in a thread of its own, which knows no app: the keys come along.
        records = _records(session, Sealer("voter"), election_id, region, villages, progress)
        with tempfile.TemporaryDirectory(prefix="sidalih-ganda-") as folder:
            pairs = list(find_doubles(records, engine=engine, work=Path(folder)))
        _bring(session, pairs, villages)
        run.rows = len(villages)
        _store(session, run, actor, which=f"rule <> '{SAME_NIK}'")
        session.expunge(run)
    return run


def _begin(session: Session, election_id: int, region: str, engine: str, actor: Actor) -> DoubleRun:
    run = DoubleRun(election_id=election_id, region=region, engine=engine, actor=actor.name)
    session.add(run)
    session.flush()
    session.execute(text("drop table if exists pg_temp.found_double"))
    session.execute(text(FOUND))
    return run


def _records(
    session: Session,
    sealer: Sealer,
    election_id: int,
    region: str,
    villages: dict[int, str],
    progress: Progress,
) -> Iterator[Record]:
    total = session.execute(
        text("select count(*) from voter where election_id = :e and starts_with(village_code, :r)"),
        {"e": election_id, "r": region},
    ).scalar_one()
    rows = session.execute(
        text(RECORDS), {"election": election_id, "region": region}, execution_options={"yield_per": BATCH}
    )
    for batch in rows.partitions(BATCH):
        for key, village, name, place, sex, address, rt, rw, sealed in batch:
            secret = sealer.unseal_fields(key, bytes(sealed))
            villages[key] = village
            yield Record(
                key,
                secret.get("nik", ""),
                secret.get("nkk", ""),
                name,
                place,
                secret.get("birth_date", ""),
                sex,
                address,
                rt,
                rw,
                village,
            )
        progress(len(villages), total)


def _bring(session: Session, pairs: list[Double], villages: dict[int, str]) -> None:
    raw: Any = session.connection().connection.driver_connection
    columns = "first_id, first_village, second_id, second_village, rule, weight, waterfall"
    with raw.cursor() as cursor, cursor.copy(f"copy found_double ({columns}) from stdin") as copy:
        for pair in pairs:
            one, other = pair.record_id, pair.other_record_id
            fall = json.dumps([list(reason) for reason in pair.waterfall])
            copy.write_row((one, villages[one], other, villages[other], pair.rule, pair.match_weight, fall))


def _store(session: Session, run: DoubleRun, actor: Actor, *, which: str) -> None:
    rows = session.execute(text(STORE), {"election": run.election_id, "run": run.id}).all()
    run.pairs, run.fresh = len(rows), sum(row.fresh for row in rows)
    run.known = run.pairs - run.fresh
    who = {"account": actor.account_id, "actor": actor.name}
    session.execute(text(BACK), {"run": run.id, **who})
    where = {"election": run.election_id, "run": run.id, "region": run.region, **who}
    run.vanished = session.execute(text(GONE.format(which=which)), where).scalar_one()
    run.finished_at = datetime.now(UTC)
    session.flush()
    record(
        "sidalih:double:search",
        f"double_run:{run.id}",
        actor=actor,
        region=run.region,
        election_id=run.election_id,
        details={"engine": run.engine, "pairs": run.pairs, "fresh": run.fresh, "vanished": run.vanished},
        session=session,
    )
