"""Voter files: 1,000,000 synthetic voters through the whole import, its memory, and how it grows.

The reference, in the same run on the same server: COPY of the same rows, with their numbers in clear,
straight into tables of the same shape as ``person`` and ``voter``: the same partitions, keys, indexes and
foreign keys. ``--rows N`` makes a smaller run; the slope is taken from a tenth of the rows to twice as many.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench._figures import bench_app, emit, peak_memory, timed

NAME = "voter_import"
ROWS = 1_000_000
PER_VILLAGE = 2_000
#: Real files are not clean: one row in a thousand is refused, and as many are doubtful.
SHARES = {"nik_length": 0.0005, "village_unknown": 0.0005, "too_old": 0.0005, "nik_date_differs": 0.0005}


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        return 0 if all(measure(Path(name), rows)) else 1


def measure(folder: Path, rows: int) -> list[bool]:
    """All figures; each size has a database of its own, so that none meets the rows of another."""
    sizes = [rows // 10, rows, rows * 2]
    seconds: dict[int, float] = {}
    results: list[bool] = []
    for size in sizes:
        with bench_app():
            prepare()
            path = folder / f"{size}.csv"
            written = write(path, size)
            if size == rows:
                emit(NAME, "file", path.stat().st_size / 1e6, "MB")
                reference = plain(path)
            seconds[size] = timed(lambda path=path: bring(path))  # type: ignore[misc]
            emit(NAME, f"import_{size}", seconds[size], "s")
            results += check(written)
            if size == rows:
                again = timed(lambda path=path: bring(path))  # type: ignore[misc]
                results += [
                    emit(NAME, "copy_bare", reference, "s"),
                    emit(NAME, "import", seconds[size], "s", reference=reference),
                    emit(NAME, "import_to_copy", seconds[size] / reference, "ratio", reference=1, goal=4),
                ]
                emit(NAME, "same_file_again", again, "s", reference=reference)
        path.unlink()
    small, large = sizes[0], sizes[-1]
    slope = (seconds[large] - seconds[small]) / (large - small)
    emit(NAME, "slope", slope * 1e6, "us/row")
    for size in sizes:
        emit(NAME, f"per_row_{size}", seconds[size] / size * 1e6, "us")
    growth = (seconds[large] / large) / (seconds[rows] / rows)
    results.append(emit(NAME, "per_row_growth", growth, "ratio", reference=1, goal=1.25))
    results.append(emit(NAME, "memory", peak_memory(), "MB", goal=1000))
    return results


def prepare() -> None:
    """The election, its regions and people."""
    from electsys import identity
    from electsys.db import as_owner, db
    from electsys.elections.seed import seed_election
    from electsys.ledger import Actor
    from electsys.regions import loading

    actor = Actor.system("bench")
    loading.load_map(actor=actor)
    seed_election(actor=actor)
    identity.seed_demo_accounts(actor=actor)
    db.session.commit()
    with as_owner("statistics for the benchmark") as session:
        session.connection().exec_driver_sql("analyze")


def write(path: Path, rows: int) -> dict[str, int]:
    """A voter file of villages of Java; how many rows it has, and how many are to be refused."""
    from sqlalchemy import select

    from electsys.db import db
    from electsys.elections.queries import by_code
    from electsys.regions.models import Region
    from modules.sidalih.synthetic import Fault, people, spoil, write_csv

    election = by_code("pemilu-2024")
    assert election is not None
    villages = list(
        db.session.scalars(
            select(Region.code)
            .where(
                Region.map_id == election.map_id, Region.level == 4, Region.code > "32", Region.code < "36"
            )
            .order_by(Region.code)
            .limit(max(1, rows // PER_VILLAGE))
        )
    )
    day: dt.date = election.voting_day
    db.session.rollback()
    truth: list[Fault] = []
    made = people(villages, rows, seed=rows, voting_day=day)
    voters = (v._replace(tps="") for v in spoil(made, seed=rows, voting_day=day, truth=truth, shares=SHARES))
    count = write_csv(path, voters)
    refused = sum(fault.kind in ("nik_length", "village_unknown") for fault in truth)
    return {"rows": count, "refused": refused, "doubtful": len(truth) - refused}


def bring(path: Path) -> None:
    """The whole import, as the command does it: stage, check, take the valid rows, write, commit."""
    from electsys.elections.queries import by_code
    from electsys.identity import actor_named
    from electsys.intake import FileFacts, run_cli
    from modules.sidalih.imports.checks import check_voters
    from modules.sidalih.imports.specs import STAGING, spec_for
    from modules.sidalih.operations.imports import import_voters

    election, actor = by_code("pemilu-2024"), actor_named("operator.ri")
    assert election is not None
    facts = FileFacts(path.name, "0" * 64)
    code = run_cli(
        spec_for(election, ""),
        lambda staging: (
            import_voters(staging, election, region="", source="dp4", file=facts, actor=actor).received
        ),
        path,
        check=lambda staging: check_voters(staging, election, "", actor=actor),
        accept_valid=True,
        errors=path.with_suffix(".kesalahan.csv"),
        table=STAGING,
    )
    if code:
        raise SystemExit(f"the import ended with {code}")


def check(written: dict[str, int]) -> list[bool]:
    """The batch says what the truth says."""
    from sqlalchemy import func, select

    from electsys.db import db
    from modules.sidalih.models import Voter, VoterBatch

    batch = db.session.scalars(select(VoterBatch).order_by(VoterBatch.id.desc()).limit(1)).one()
    stored = db.session.scalar(select(func.count()).select_from(Voter)) or 0
    off = (
        abs(batch.received - written["rows"])
        + abs(batch.rejected - written["refused"])
        + abs(batch.doubtful - written["doubtful"])
        + abs(stored - batch.accepted)
    )
    db.session.rollback()
    return [emit(NAME, f"rows_off_{written['rows']}", off, "rows", goal=0)]


# --- the reference ----------------------------------------------------------------------------------

#: Columns of the same tables that hold numbers in clear in place of envelopes and blind indexes.
PERSON = (
    *("id", "sealed", "nik_index", "nik_birth_index", "nik_name_index", "name", "birth_year", "sex"),
    *("birth_place", "marital_status", "home_region", "address", "rt", "rw"),
)
VOTER = (
    *("id", "province", "election_id", "person_id", "village_code", "sealed", "nik_index", "family", "name"),
    *("birth_place", "birth_year", "sex", "marital_status", "address", "rt", "rw", "ktp_el", "source"),
)


def plain(path: Path) -> float:
    """Seconds to COPY the rows of the file into tables like ``person`` and ``voter``, in one transaction.

    The rows were made ready before the clock starts. The tables are emptied again by the rollback.
    """
    from electsys.db import as_owner

    persons, voters = path.with_suffix(".person"), path.with_suffix(".voter")
    with as_owner("the reference of a benchmark") as session:
        connection = session.connection()
        election = connection.exec_driver_sql("select id from election").scalar_one()
        write_ready(path, persons, voters, election)
        raw: Any = connection.connection.driver_connection
        like_ours(raw)

        def copy() -> None:
            for table, columns, ready in (("bare_person", PERSON, persons), ("bare_voter", VOTER, voters)):
                with (
                    raw.cursor().copy(f"copy {table} ({', '.join(columns)}) from stdin (format csv)") as out,
                    ready.open("rb") as source,
                ):
                    while piece := source.read(1 << 18):
                        out.write(piece)
            raw.commit()

        seconds = timed(copy)
        raw.execute("drop table bare_voter, bare_person")
        raw.commit()
    persons.unlink()
    voters.unlink()
    return seconds


#: Columns that hold bytes in ours; the reference holds the numbers themselves there.
BYTES = ("sealed", "nik_index", "nik_birth_index", "nik_name_index", "passport_index")


def like_ours(raw: Any) -> None:
    """Empty copies of ``person`` and ``voter``: partitions, checks, indexes and foreign keys, no triggers."""

    def ask(query: str, *values: str) -> list[Any]:
        return list(raw.execute(query, values).fetchall())

    for table in ("person", "voter"):
        [(how,)] = ask("select pg_get_partkeydef(%s::regclass)", table)
        like = f"like {table} including defaults including constraints"
        raw.execute(f"create table bare_{table} ({like}) partition by {how}")
        there = {
            name for (name,) in ask("select attname from pg_attribute where attrelid = %s::regclass", table)
        }
        for column in sorted(there.intersection(BYTES)):
            raw.execute(f"alter table bare_{table} alter {column} type text using null")
        for part, bound in ask(
            "select c.relname, pg_get_expr(c.relpartbound, c.oid) from pg_inherits i"
            " join pg_class c on c.oid = i.inhrelid where i.inhparent = %s::regclass",
            table,
        ):
            raw.execute(f"create table bare_{part} partition of bare_{table} {bound}")
        for name, definition in ask(
            "select c.relname, pg_get_indexdef(c.oid) from pg_index i join pg_class c on c.oid = i.indexrelid"
            " where i.indrelid = %s::regclass",
            table,
        ):
            made = definition.replace(f" INDEX {name} ", f" INDEX bare_{name} ")
            raw.execute(made.replace(f" ON ONLY public.{table} ", f" ON bare_{table} "))
        for name, definition in ask(
            "select conname, pg_get_constraintdef(oid) from pg_constraint"
            " where conrelid = %s::regclass and contype = 'f' and conparentid = 0",
            table,
        ):
            made = definition.replace("REFERENCES person(", "REFERENCES bare_person(")
            raw.execute(f"alter table bare_{table} add constraint {name} {made}")
    raw.commit()


def write_ready(path: Path, persons: Path, voters: Path, election: int) -> None:
    """The good rows of the file as two files that COPY takes as they are."""
    with (
        path.open(encoding="utf-8", newline="") as source,
        persons.open("w", encoding="utf-8", newline="") as p,
        voters.open("w", encoding="utf-8", newline="") as v,
    ):
        person, voter = csv.writer(p), csv.writer(v)
        for key, r in enumerate(csv.DictReader(source), 1):
            if len(r["nik"]) != 16 or r["kode_desa"].endswith("9999"):
                continue
            born, nik, year = r["tanggal_lahir"], r["nik"], r["tanggal_lahir"][:4]
            secret = f"{nik}|{r['nkk']}|{born}|{r['disabilitas']}"
            person.writerow(
                (
                    *(key, secret, nik, f"{nik}|{born}", f"{nik}|{r['nama']}", r["nama"], year),
                    *(r["jenis_kelamin"], r["tempat_lahir"], r["status_kawin"], r["kode_desa"]),
                    *(r["alamat"], r["rt"], r["rw"]),
                )
            )
            voter.writerow(
                (
                    *(key, r["kode_desa"][:2], election, key, r["kode_desa"], secret, nik, r["nkk"]),
                    *(r["nama"], r["tempat_lahir"], year, r["jenis_kelamin"], r["status_kawin"]),
                    *(r["alamat"], r["rt"], r["rw"], r["ktp_el"], "dp4"),
                )
            )


if __name__ == "__main__":
    sys.exit(main())
