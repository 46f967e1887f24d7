"""National results: import, sum and recompute 822,116 forms, and read the pages.

The reference, in the same run on the same server: plain COPY of the same file into a table and one
GROUP BY up the tree. ``--rows N`` makes a smaller run.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

from bench._figures import bench_app, emit, peak_memory, percentile, timed

NAME = "import_results"


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, help="only so many TPS")
    rows = parser.parse_args().rows
    with bench_app() as app, tempfile.TemporaryDirectory() as folder:
        return 0 if all(measure(app, Path(folder) / "hasil.csv", rows)) else 1


def measure(app: Any, path: Path, rows: int | None) -> list[bool]:
    """All figures, in order."""
    from electsys.db import db
    from modules.situng.demo import tps_codes, write_results
    from modules.situng.operations.totals import derive_totals
    from modules.situng.queries.contests import contest_count

    contest = prepare()
    count = contest_count(contest.id)
    written = write_results(count, islice(tps_codes(count.election_id, ""), rows), path)
    size = path.stat().st_size / 1e6
    emit(NAME, "rows", written, "forms")
    emit(NAME, "file", size, "MB")
    reference = plain(path, count)
    db.session.commit()
    whole = timed(lambda: job(contest, count, path))
    results = [
        emit(NAME, "job", whole, "s", reference=reference),
        emit(NAME, "job_to_plain", whole / reference, "ratio", reference=1, goal=10),
        emit(NAME, "memory", peak_memory(), "MB", goal=1024),
    ]
    differences: list[Any] = []
    again = timed(lambda: differences.extend(derive_totals(contest.id)))
    db.session.commit()
    results += [
        emit(NAME, "recompute", again, "s", reference=reference),
        emit(NAME, "differences", len(differences), "areas", goal=0),
        *pages(app),
    ]
    return results


def prepare(only: tuple[str, ...] = ()) -> Any:
    """The election, its regions and people, and the open count; the TPS of the nation, or of some regions."""
    from electsys import identity
    from electsys.db import as_owner, db
    from electsys.demo import ELECTION
    from electsys.elections.seed import seed_election
    from electsys.ledger import Actor
    from electsys.regions import loading
    from modules.situng.operations.totals import open_count
    from modules.situng.queries.contests import contest_by_code

    actor = Actor.system("bench")
    loading.load_map(actor=actor)
    seed_election(actor=actor)
    loading.load_tps(ELECTION, actor=actor, only=only)
    identity.seed_demo_accounts(actor=actor)
    contest = contest_by_code(ELECTION, "ppwp")
    assert contest is not None
    open_count(contest, actor=actor)
    db.session.commit()
    with as_owner("statistics for the benchmark") as session:
        session.connection().exec_driver_sql("analyze")
    return contest


def plain(path: Path, count: Any) -> float:
    """Seconds of the reference: COPY, then one GROUP BY of all five tiers."""
    from electsys.db import as_owner

    columns = [*count.model.names, *count.columns]
    tiers = ", ".join(f"left(kode_tps, {n})" for n in (2, 4, 6, 10))
    sums = ", ".join(f"sum({c})" for c in columns)
    with as_owner("the reference of a benchmark") as session:
        connection = session.connection()
        raw: Any = connection.connection.driver_connection
        types = ", ".join(f"{c} integer" for c in columns)
        connection.exec_driver_sql(f"create table plain_results (kode_tps text, {types})")

        def copy() -> None:
            with (
                path.open("rb") as source,
                raw.cursor().copy("copy plain_results from stdin (format csv, header)") as out,
            ):
                while piece := source.read(1 << 18):
                    out.write(piece)

        seconds = timed(copy)
        query = f"select {tiers}, {sums} from plain_results group by rollup ({tiers})"
        seconds += timed(lambda: connection.exec_driver_sql(query).all())
        connection.exec_driver_sql("drop table plain_results")
    return seconds


def job(contest: Any, count: Any, path: Path) -> None:
    """The whole job: read and check, judge and keep, confirm, count, fold."""
    from electsys.db import db
    from electsys.identity import actor_named
    from modules.situng.imports import stage_results
    from modules.situng.operations.batches import (
        FileFacts,
        apply_batch,
        confirm_batch,
        load_batch,
        open_batch,
    )
    from modules.situng.operations.totals import fold_totals

    bringer, confirmer = actor_named("operator.ri"), actor_named("anggota.ri")
    stage_results(count, path, region="")
    batch = open_batch(contest, file=FileFacts(path.name, "0" * 64), region="", actor=bringer)
    load_batch(batch, actor=bringer)
    db.session.commit()
    confirm_batch(batch, actor=confirmer)
    db.session.commit()
    apply_batch(batch)
    fold_totals(contest.id)
    db.session.commit()


def pages(app: Any) -> list[bool]:
    """p95 of 200 warm requests of the national and a province page, and of the region search."""
    client = app.test_client()
    addresses = {
        "page_nation_p95": ("/hitung-suara/pemilu-2024/ppwp/nasional", 100),
        "page_province_p95": ("/hitung-suara/pemilu-2024/ppwp/35", 100),
        "region_search_p95": ("/wilayah/cari.json?q=tapteng+barus", 50),
    }
    return [
        emit(NAME, figure, percentile(latencies(client, url), 0.95) * 1000, "ms", goal=goal)
        for figure, (url, goal) in addresses.items()
    ]


def latencies(client: Any, url: str) -> list[float]:
    """Seconds of each of 200 requests after ten that warm up."""
    seconds = []
    for _ in range(210):
        start = time.perf_counter()
        answer = client.get(url)
        seconds.append(time.perf_counter() - start)
        if answer.status_code != 200:
            raise SystemExit(f"{url} answers {answer.status_code}")
    return seconds[10:]


if __name__ == "__main__":
    sys.exit(main())
