"""Candidates: 250,000 of all 2,710 dapil, imported and checked, with seeded double candidacies.

Every seeded double must be flagged on both sides, and none that was not seeded. The reference, in the same
run on the same server: COPY of the same rows, ready and with their numbers as blind indexes, into a table of
the same shape as ``candidate`` (checks, indexes, foreign keys), and the joins that find who stands there
twice, who is no member and who is no voter. ``--candidates N`` makes a smaller run.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench._bare import copy_and_join
from bench._figures import bench_app, emit, peak_memory, timed

NAME = "candidates"
CANDIDATES = 250_000
PARTIES = 18
CONTESTS = ("dpr", "dprd_prov", "dprd_kabko")
COLUMNS = (
    *("id", "nomination_id", "election_id", "region", "party_id", "person_id", "number", "sealed"),
    *("nik_index", "identity_index", "name", "ballot_name", "sex", "birth_place", "birth_year"),
    *("occupation", "address", "residence_code", "residence"),
)
#: An envelope of the usual length.
SEALED = "\\x" + "00" * 90


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, default=CANDIDATES)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder, bench_app():
        return 0 if all(measure(Path(folder), given.candidates)) else 1


def measure(folder: Path, count: int) -> list[bool]:
    """All figures."""
    places, districts = prepare(count)
    truth, files = write(folder, places, districts, count)
    emit(NAME, "dapil", len({(p.contest, p.code) for p in places}), "dapil")
    emit(NAME, "file", sum(path.stat().st_size for path in files.values()) / 1e6, "MB")
    reference = plain(folder, files)
    emit(NAME, "copy_and_joins", reference, "s")
    seconds = timed(lambda: bring_all(files))
    results = [
        emit(NAME, "import", seconds, "s", reference=reference),
        emit(NAME, "import_to_copy_and_joins", seconds / reference, "ratio", reference=1, goal=10),
        *check_flags(truth, count),
    ]
    found = {"lists": 0, "findings": 0}
    emit(NAME, "check_of_lists", timed(lambda: check_lists(found)), "s", reference=reference)
    results += [
        emit(NAME, "lists_begun", found["lists"], "lists"),
        emit(NAME, "list_findings_invented", found["findings"], "findings", goal=0),
    ]
    again = timed(lambda: bring_all(files))
    emit(NAME, "same_files_again", again, "s", reference=reference)
    emit(NAME, "recompute_of_one", timed(recompute_one), "s")
    emit(NAME, "memory", peak_memory(), "MB")
    return results


def prepare(count: int) -> tuple[list[Any], list[str]]:
    """The election with its parties and an open calendar; the dapil that the names need, and kecamatan."""
    import datetime as dt

    from sqlalchemy import func, select

    from electsys import identity
    from electsys.db import db
    from electsys.elections import calendar
    from electsys.elections.queries import by_code
    from electsys.elections.seed import seed_election
    from electsys.ledger import Actor
    from electsys.regions import loading
    from electsys.regions.models import Dapil, Region
    from modules.silon.synthetic.candidates import Place
    from modules.sipol.models import Party, PartyRegistration

    actor = Actor.system("bench")
    loading.load_map(actor=actor)
    seed_election(actor=actor)
    identity.seed_demo_accounts(actor=actor)
    election = by_code("pemilu-2024")
    assert election is not None
    stage = calendar.stage(election.id, "pengajuan_calon")
    stage.closes_at = dt.datetime.now(dt.UTC) + dt.timedelta(days=365)
    for number in range(1, PARTIES + 1):
        party = Party(kind="nasional", name=f"Partai Ukur {number}", short_name=f"UKUR{number}")
        row = PartyRegistration(party=party, election_id=election.id, state="berkelanjutan", number=number)
        db.session.add(row)
    rows = db.session.execute(
        select(Dapil.chamber, Dapil.code, Dapil.seats)
        .where(Dapil.map_id == election.map_id, Dapil.chamber.in_(CONTESTS), Dapil.seats.is_not(None))
        .order_by(func.md5(Dapil.code))
    ).all()
    db.session.commit()
    places = [Place(chamber, code, seats or 0) for chamber, code, seats in rows]
    needed = max(30, len(places) * count // CANDIDATES)
    districts = db.session.scalars(
        select(Region.code)
        .where(Region.map_id == election.map_id, Region.level == 3, Region.code < "99")
        .order_by(Region.code)
    ).all()
    return places[:needed], list(districts)


def write(
    folder: Path, places: list[Any], districts: list[str], count: int
) -> tuple[dict[str, str], dict[str, Path]]:
    """A file a contest; and the flag that each doubled row must bear, by (contest, dapil, party, number)."""
    from modules.silon.synthetic.candidates import seeded, write_csv

    truth: dict[str, str] = {}
    rows: dict[str, list[Any]] = {contest: [] for contest in CONTESTS}
    for each in seeded(places, range(1, PARTIES + 1), count, districts, seed=count):
        rows[each.contest].append(each.row)
        if each.flag:
            row = each.row
            truth[f"{each.contest} {row.kode_dapil} {row.nomor_partai} {row.nomor_urut}"] = each.flag
    return truth, {
        contest: write_csv(folder / f"{contest}.csv", found) for contest, found in rows.items() if found
    }


def ready(files: dict[str, Path], nominations: dict[tuple[str, str], int], person: int, election: int) -> Any:
    """Rows of ``candidate`` as COPY takes them."""
    import csv

    from electsys.privacy import blind_index, blind_index_identity
    from modules.silon.synthetic.candidates import Row

    key = 0
    for path in files.values():
        with path.open(encoding="utf-8", newline="") as source:
            reader = csv.reader(source)
            next(reader)
            for cells in reader:
                row, key = Row(*cells), key + 1
                yield (
                    *(key, nominations[row.kode_dapil, row.nomor_partai], election, ""),
                    *(row.nomor_partai, person, row.nomor_urut, SEALED),
                    "\\x" + blind_index(row.nik).hex(),
                    "\\x" + blind_index_identity(row.nama, row.tanggal_lahir).hex(),
                    *(row.nama, row.nama, row.jk, row.tempat_lahir, row.tanggal_lahir[:4], "", ""),
                    *(row.kabkota_tinggal, ""),
                )


def lists_of(files: dict[str, Path], election: int) -> dict[tuple[str, str], int]:
    """A nomination for each list of the files, so that the reference has its foreign keys."""
    import csv

    from sqlalchemy import select

    from electsys.db import db
    from electsys.elections.models import Contest, Election
    from electsys.regions.models import Dapil
    from modules.silon.models import Nomination

    contests = dict(
        db.session.execute(select(Contest.kind, Contest.id).where(Contest.election_id == election)).all()
    )
    map_id = db.session.get_one(Election, election).map_id
    dapil = {
        (row.chamber, row.code): row.id
        for row in db.session.execute(
            select(Dapil.chamber, Dapil.code, Dapil.id).where(Dapil.map_id == map_id)
        )
    }
    found: dict[tuple[str, str], int] = {}
    for contest, path in files.items():
        with path.open(encoding="utf-8", newline="") as source:
            keys = {(row["kode_dapil"], row["nomor_partai"]) for row in csv.DictReader(source)}
        rows = {
            key: Nomination(
                election_id=election,
                contest_id=contests[contest],
                kind="daftar",
                region="",
                dapil_id=dapil[contest, key[0]],
                party_id=int(key[1]),
                number=int(key[1]),
                state="ditarik",
            )
            for key in sorted(keys)
        }
        db.session.add_all(rows.values())
        db.session.flush()
        found |= {key: row.id for key, row in rows.items()}
    db.session.commit()
    return found


def plain(folder: Path, files: dict[str, Path]) -> float:
    """Seconds to COPY the ready rows and to join them with themselves, members and voters."""
    from electsys.db import db
    from electsys.elections.queries import by_code
    from electsys.identity.operations.persons import Claim, find_or_claim_person
    from electsys.ledger import Actor

    election = by_code("pemilu-2024")
    assert election is not None
    claim = Claim("candidate:0", "ORANG UKUR", "1201010101807000")
    person = find_or_claim_person(claim, actor=Actor.system("bench")).person.id
    db.session.commit()
    rows = ready(files, lists_of(files, election.id), person, election.id)
    return copy_and_join(folder, "candidate", COLUMNS, rows, JOINS)


JOINS = (
    "select count(*) from bare a join bare b"
    " on b.nik_index = a.nik_index and b.nomination_id <> a.nomination_id",
    "select count(*) from bare a join bare b"
    " on b.identity_index = a.identity_index and b.nik_index <> a.nik_index",
    "select count(*) from bare a where not exists (select from party_member m"
    " where m.nik_index = a.nik_index and m.party_id = a.party_id)",
    "select count(*) from bare a where not exists (select from voter v"
    " where v.nik_index = a.nik_index and v.election_id = a.election_id)",
)


def contest_of(kind: str) -> Any:
    """The contest of a kind in the election."""
    from electsys.elections.queries import by_code
    from modules.silon.imports.checks import lists_contest

    election = by_code("pemilu-2024")
    assert election is not None
    return lists_contest(election, kind)


def bring(kind: str, path: Path) -> None:
    """The whole import, as the command does it: stage, check, write, judge everybody's links, commit."""
    from electsys.intake import FileFacts, run_cli
    from electsys.ledger import Actor
    from modules.silon.imports.checks import check_candidates
    from modules.silon.imports.specs import STAGING, spec_for
    from modules.silon.operations.candidate_imports import import_candidates

    actor, contest = Actor.system("bench"), contest_of(kind)
    code = run_cli(
        spec_for(contest),
        lambda staging: (
            import_candidates(staging, contest, file=FileFacts(path.name, "0" * 64), actor=actor).received
        ),
        path,
        check=lambda staging: check_candidates(staging, contest, actor=actor),
        errors=path.with_suffix(".kesalahan.csv"),
        table=STAGING,
    )
    if code:
        raise SystemExit(f"the import ended with {code}")


def bring_all(files: dict[str, Path]) -> None:
    """The file of every contest."""
    for contest, path in files.items():
        bring(contest, path)


def check_flags(truth: dict[str, str], count: int) -> Iterator[bool]:
    """What is flagged is what was seeded, on both sides, and the history says the same."""
    from sqlalchemy import text

    from electsys.db import db

    found = {
        key: tuple(flags)
        for key, flags in db.session.execute(
            text(
                "select t.kind || ' ' || d.code || ' ' || n.number || ' ' || c.number, c.flags"
                " from candidate c join nomination n on n.id = c.nomination_id"
                " join contest t on t.id = n.contest_id join dapil d on d.id = n.dapil_id"
                " where c.flags <> '{}'"
            )
        )
    }
    events = db.session.scalar(text("select count(*) from candidate_flag_event")) or 0
    rows = db.session.scalar(text("select count(*) from candidate")) or 0
    db.session.rollback()
    emit(NAME, "seeded", len(truth), "flags")
    yield emit(NAME, "rows_off", abs(rows - count), "rows", goal=0)
    yield emit(NAME, "missed", sum(found.get(key) != (flag,) for key, flag in truth.items()), "rows", goal=0)
    yield emit(NAME, "invented", len(found.keys() - truth.keys()), "rows", goal=0)
    yield emit(NAME, "events_off", abs(events - len(truth)), "rows", goal=0)


def check_lists(found: dict[str, int]) -> None:
    """``silon check`` of every contest; the lists break no rule, doubles aside."""
    from modules.silon import list_checks

    for kind in CONTESTS:
        checked = list_checks.of_contest(contest_of(kind))
        found["lists"] += checked.lists
        found["findings"] += sum(
            line.rule not in ("ganda_calon", "potensi_ganda", "kuota_perempuan_ceil")
            for line in checked.lines
        )


def recompute_one() -> None:
    """What every change of one row costs: the links of everyone whom a double concerns."""
    from sqlalchemy import text

    from electsys.db import db
    from modules.silon.operations.links import reflag

    key = db.session.scalar(text("select id from candidate where flags <> '{}' order by id limit 1"))
    assert key is not None
    reflag([key], cause="bench")
    db.session.commit()


if __name__ == "__main__":
    sys.exit(main())
