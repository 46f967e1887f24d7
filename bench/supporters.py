"""Supporters: 500,000 of one list, imported and checked; doubles inside and across and non-voters are seeded.

Every seeded double must be flagged (across: on both sides), everybody whom the voter list does not know too,
and nobody else. The reference, in the same run on the same server: COPY of the same rows, ready and with
their numbers as blind indexes, into a table of the same shape as ``supporter`` (checks, indexes, foreign
keys), and the joins that find who stands there twice, who in another's list and who is no voter.
``--rows N`` makes a smaller run.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench._bare import copy, copy_and_join
from bench._figures import bench_app, emit, peak_memory, timed

NAME = "supporters"
ROWS = 500_000
#: The shares of rows that are seeded: once more in the list, in another's list, unknown to the voter list.
INSIDE, ACROSS, UNKNOWN = 0.01, 0.01, 0.01
AREA = "12"
HEAD = (
    *("nik", "nama", "jenis_kelamin", "tempat_lahir", "tanggal_lahir", "status_kawin", "pekerjaan"),
    *("alamat", "rt", "rw", "kode_desa"),
)
COLUMNS = (
    *("id", "nomination_id", "election_id", "contest_id", "area", "village_code", "sealed", "nik_index"),
    *("name", "sex", "birth_place", "birth_year", "marital_status", "occupation", "address"),
)
VOTER = (
    *("id", "province", "election_id", "person_id", "village_code", "sealed", "nik_index", "name"),
    *("birth_place", "birth_year", "sex", "marital_status", "address", "rt", "rw", "source"),
)
#: An envelope of the usual length; nobody opens those that are made here.
SEALED = "\\x" + "00" * 90


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder, bench_app():
        return 0 if all(measure(Path(folder), given.rows)) else 1


def measure(folder: Path, rows: int) -> list[bool]:
    """All figures."""
    villages, mine, theirs, person = prepare(rows)
    plan = Plan(rows)
    emit(NAME, "voters_and_other_list_loaded", timed(lambda: load(plan, villages, theirs, person)), "s")
    path = folder / "pendukung.csv"
    write(path, plan, villages)
    emit(NAME, "file", path.stat().st_size / 1e6, "MB")
    reference = plain(folder, plan, villages, mine)
    emit(NAME, "copy_and_joins", reference, "s")
    seconds = timed(lambda: bring(path, mine))
    results = [
        emit(NAME, "import", seconds, "s", reference=reference),
        emit(NAME, "import_to_copy_and_joins", seconds / reference, "ratio", reference=1, goal=10),
        *check(plan, mine, theirs),
    ]
    emit(NAME, "same_file_again", timed(lambda: bring(path, mine)), "s", reference=reference)
    emit(NAME, "standing_of_the_list", timed(lambda: standing(mine)), "s", reference=reference)
    emit(NAME, "recompute_of_one", timed(lambda: recompute_one(mine)), "s")
    emit(NAME, "judged_by_flags", timed(lambda: judge(mine)), "s", reference=reference)
    emit(NAME, "memory", peak_memory(), "MB")
    return results


class Plan:
    """Whom the list has: numbers of people; who is once more in it, in the other's, and no voter."""

    def __init__(self, rows: int) -> None:
        rng = random.Random(rows)
        doubled = int(rows * INSIDE)
        self.people = range(rows - doubled)
        chosen = rng.sample(self.people, doubled + int(rows * ACROSS) + int(rows * UNKNOWN))
        self.inside = chosen[:doubled]
        self.across = chosen[doubled : doubled + int(rows * ACROSS)]
        self.unknown = frozenset(chosen[doubled + int(rows * ACROSS) :])

    def numbers(self) -> Iterator[int]:
        """The people of the file in its order: doubles come after all others."""
        yield from self.people
        yield from self.inside


def prepare(rows: int) -> tuple[list[str], Any, Any, int]:
    """The election with an open calendar, a village of each kecamatan, two lists, and one person."""
    import datetime as dt

    from sqlalchemy import func, select

    from electsys import identity
    from electsys.db import db
    from electsys.elections import calendar
    from electsys.elections.models import Contest
    from electsys.elections.queries import by_code
    from electsys.elections.seed import seed_election
    from electsys.identity.operations.persons import Claim, find_or_claim_person
    from electsys.ledger import Actor
    from electsys.regions import loading
    from electsys.regions.models import Region
    from modules.silon.operations.nominations import begin_person

    actor = Actor.system("bench")
    loading.load_map(actor=actor)
    seed_election(actor=actor)
    identity.seed_demo_accounts(actor=actor)
    election = by_code("pemilu-2024")
    assert election is not None
    for code in ("dukungan_dpd", "vermin_dukungan_dpd"):
        stage = calendar.stage(election.id, code)
        stage.opens_at = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
        stage.closes_at = dt.datetime.now(dt.UTC) + dt.timedelta(days=365)
    villages = db.session.scalars(
        select(func.min(Region.code))
        .where(Region.map_id == election.map_id, Region.level == 4, Region.code.startswith(AREA))
        .group_by(func.left(Region.code, 6))
        .order_by(func.min(Region.code))
    ).all()
    contest = db.session.scalars(
        select(Contest).where(Contest.election_id == election.id, Contest.kind == "dpd")
    ).one()
    mine, theirs = (begin_person(contest, AREA, label, actor=actor) for label in ("UKUR", "LAIN"))
    claim = Claim("voter:0", "ORANG UKUR", "1201010101807000")
    person = find_or_claim_person(claim, actor=actor).person.id
    db.session.commit()
    return list(villages), mine, theirs, person


def line(number: int, villages: list[str]) -> tuple[str, ...]:
    """The row of a person in a file."""
    from modules.sipol.synthetic.members import member

    m = member(number, villages)
    return (
        *(m.nik, m.nama, m.jenis_kelamin, m.tempat_lahir, m.tanggal_lahir, m.status_kawin, m.pekerjaan),
        *(m.alamat, "1", "2", m.kode_desa),
    )


def ready(numbers: Iterable[int], villages: list[str], of: Any, first: int) -> Iterator[tuple[Any, ...]]:
    """Rows of ``supporter`` as COPY takes them."""
    from electsys.privacy import blind_index

    for key, number in enumerate(numbers, first):
        nik, name, sex, place, born, marital, work, address, _rt, _rw, village = line(number, villages)
        yield (
            *(key, of.id, of.election_id, of.contest_id, AREA, village, SEALED),
            *("\\x" + blind_index(nik).hex(), name, sex, place, born[:4], marital, work, address),
        )


def load(plan: Plan, villages: list[str], theirs: Any, person: int) -> None:
    """The voters whom the list should know, and the other's list, straight into the tables."""
    from electsys.db import as_owner
    from electsys.privacy import blind_index

    election = theirs.election_id

    def voters() -> Iterator[tuple[Any, ...]]:
        for number in plan.people:
            if number in plan.unknown:
                continue
            nik, name, sex, place, born, marital, _work, address, rt, rw, village = line(number, villages)
            index = "\\x" + blind_index(nik).hex()
            yield (
                *(number + 1, AREA, election, person, village, SEALED, index, name, place, born[:4]),
                *(sex, marital, address, rt, rw, "bench"),
            )

    with as_owner("voters and another's list for a benchmark") as session:
        raw: Any = session.connection().connection.driver_connection
        copy(raw, "voter", VOTER, voters())
        copy(raw, "supporter", COLUMNS, ready(plan.across, villages, theirs, 1))
        raw.execute(f"select setval('supporter_id_seq', {len(plan.across) + 1000})")
        raw.execute("analyze voter")
        raw.execute("analyze supporter")


def write(path: Path, plan: Plan, villages: list[str]) -> None:
    """The file of the list, readable by its owner only."""
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows(line(number, villages) for number in plan.numbers())


JOINS = (
    "select count(*) from bare a join bare b on b.nik_index = a.nik_index and b.id <> a.id",
    "select count(*) from bare a join supporter b"
    " on b.nik_index = a.nik_index and b.contest_id = a.contest_id and b.area = a.area",
    "select count(*) from bare a where not exists (select from voter v"
    " where v.nik_index = a.nik_index and v.election_id = a.election_id and v.state <> 'tms')",
)


def plain(folder: Path, plan: Plan, villages: list[str], mine: Any) -> float:
    """Seconds to COPY the ready rows, and to join them with themselves, the other's list and the voters."""
    return copy_and_join(folder, "supporter", COLUMNS, ready(plan.numbers(), villages, mine, 1), JOINS)


def fresh(of: Any) -> Any:
    """The list as this session sees it."""
    from electsys.db import db
    from modules.silon.models import Nomination

    return db.session.get_one(Nomination, of.id)


def bring(path: Path, of: Any) -> None:
    """The whole import, as the command does it: stage, check, write, judge everybody's flags, commit."""
    from electsys.intake import FileFacts, run_cli
    from electsys.ledger import Actor
    from modules.silon.imports.supporters import STAGING, check_supporters, spec_for
    from modules.silon.operations.supporter_imports import import_supporters

    actor, row = Actor.system("bench"), fresh(of)
    code = run_cli(
        spec_for(row),
        lambda staging: (
            import_supporters(staging, row, file=FileFacts(path.name, "0" * 64), actor=actor).received
        ),
        path,
        check=lambda staging: check_supporters(staging, row, actor=actor),
        errors=path.with_suffix(".kesalahan.csv"),
        table=STAGING,
    )
    if code:
        raise SystemExit(f"the import ended with {code}")


def check(plan: Plan, mine: Any, theirs: Any) -> Iterator[bool]:
    """What is flagged is what was seeded, on both sides, and the history says the same."""
    from sqlalchemy import text

    from electsys.db import db

    found = {
        (row.nomination_id, row.flag): row.n
        for row in db.session.execute(
            text(
                "select nomination_id, flag, count(*) as n from supporter, unnest(flags) flag"
                " group by nomination_id, flag"
            )
        )
    }
    events = db.session.scalar(text("select count(*) from supporter_flag_event")) or 0
    rows = db.session.scalar(text("select count(*) from supporter where nomination_id = :n"), {"n": mine.id})
    db.session.rollback()
    twice = set(plan.inside)
    wanted = {
        (mine.id, "ganda_internal"): len(plan.inside),
        (mine.id, "ganda_eksternal"): len(plan.across) + len(twice & set(plan.across)),
        (theirs.id, "ganda_eksternal"): len(plan.across),
        (mine.id, "bukan_pemilih"): len(plan.unknown) + len(twice & plan.unknown),
    }
    emit(NAME, "seeded", sum(wanted.values()), "flags")
    off = sum(abs(found.get(key, 0) - n) for key, n in wanted.items())
    invented = sum(n for key, n in found.items() if key not in wanted)
    yield emit(NAME, "rows_off", abs((rows or 0) - len(plan.people) - len(plan.inside)), "rows", goal=0)
    yield emit(NAME, "missed_or_too_many", off, "flags", goal=0)
    yield emit(NAME, "invented", invented, "flags", goal=0)
    yield emit(NAME, "events_off", abs(events - sum(found.values())), "rows", goal=0)


def standing(of: Any) -> None:
    """What the page of a list counts."""
    from modules.silon.queries.support import standing_of

    standing_of(fresh(of))


def recompute_one(of: Any) -> None:
    """What every change of one row costs: the flags of everyone whom a double concerns."""
    from sqlalchemy import text

    from electsys.db import db
    from modules.silon.operations.supporters import reflag

    nik = db.session.scalar(
        text(
            "select nik_index from supporter where nomination_id = :n and 'ganda_eksternal' = any (flags)"
            " limit 1"
        ),
        {"n": of.id},
    )
    assert nik is not None
    reflag(fresh(of), [bytes(nik)])
    db.session.commit()


def judge(of: Any) -> None:
    """What the plenary does to rows that nobody judged at the desk: one event and one state a row."""
    from electsys.db import db
    from electsys.ledger import Actor
    from modules.silon.operations.support_steps import judge_by_flags

    row = fresh(of)
    row.support_state = "vermin"
    db.session.flush()
    judge_by_flags(row, actor=Actor.system("bench"))
    db.session.commit()


if __name__ == "__main__":
    sys.exit(main())
