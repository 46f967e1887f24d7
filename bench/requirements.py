"""Requirements: what one party of a whole nation still lacks, from the tables to the trace, in at most 1 s.

24 parties have boards, officers, offices, accounts and documents in 38 provinces, 514 kab/kota and 7,277
kecamatan; the party that is judged has 500,000 members. The reference, in the same run: one count of that
party's members in plain SQL by the owner of the table. ``--parties N --members N`` make it smaller.
"""

from __future__ import annotations

import argparse
import io
import os
import random
from collections.abc import Callable
from statistics import median
from typing import Any

import psycopg
from sqlalchemy import text

from bench._figures import bench_app, emit, timed

BENCH = "requirements"
#: The law of issue 5: one party at national scale.
GOAL = 1.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parties", type=int, default=24)
    parser.add_argument("--members", type=int, default=500_000)
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args()
    with bench_app():
        areas, first = prepare(options)
        for digits, name in ((2, "provinces"), (4, "kab/kota"), (6, "kecamatan")):
            emit(BENCH, name, sum(len(code) == digits for code in areas), "areas")
        return measure(first, options.times)


def prepare(options: argparse.Namespace) -> tuple[list[str], int]:
    """Make the registrations; give the areas of the map and the registration to be judged."""
    from electsys.db import as_owner, db
    from electsys.elections.queries import by_code
    from electsys.elections.seed import seed_election
    from electsys.ledger import Actor
    from electsys.regions import loading
    from modules.sipol.models import PartyRegistration
    from modules.sipol.synthetic.registration import fill_members, map_areas

    actor = Actor.system("bench")
    loading.load_map(actor=actor)
    seed_election(actor=actor)
    db.session.commit()
    election = by_code("pemilu-2024")
    if election is None:
        raise LookupError("pemilu-2024")
    areas = map_areas(election.id)
    file_id = _file(actor)
    made: list[int] = []
    seconds = timed(
        lambda: made.extend(_register(n, election.id, areas, file_id) for n in range(1, options.parties + 1))
    )
    emit(BENCH, f"registrations made ({options.parties} parties, all levels)", seconds, "s")
    fill_members(db.session.get_one(PartyRegistration, made[0]), options.members)
    db.session.commit()
    with as_owner("bench: statistics after loading") as owner:
        owner.connection().exec_driver_sql("analyze")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as conn:
        conn.execute("vacuum party_member")
    return areas, made[0]


def _register(number: int, election_id: int, areas: list[str], file_id: int) -> int:
    """A party that lacks something in a tenth of the kab/kota and kecamatan."""
    from electsys.db import db
    from modules.sipol.models import Party, PartyRegistration
    from modules.sipol.synthetic.registration import fill_registration

    party = Party(kind="nasional", name=f"Partai Bangku {number}", short_name=f"PB{number}")
    row = PartyRegistration(party=party, election_id=election_id, state="input")
    db.session.add(row)
    db.session.flush()
    rng = random.Random(number)
    kept = [code for code in areas if len(code) <= 2 or rng.random() >= 0.1]
    fill_registration(row, kept, seed=number, file_id=file_id)
    db.session.commit()
    return row.id


def measure(registration_id: int, times: int) -> int:
    """Judge the party over and over, and compare its trace with the verdict."""
    from electsys.db import as_owner, db
    from modules.sipol.models import PartyRegistration
    from modules.sipol.queries.counts import areas_of
    from modules.sipol.queries.requirements import judgement_of, law_of
    from modules.sipol.requirement_words import trace
    from modules.sipol.rules.requirements import PROFILE, failing, judge

    row = db.session.get_one(PartyRegistration, registration_id)

    def count() -> None:
        with as_owner("bench: the plain count") as owner:
            owner.execute(text("select count(*) from party_member where registration_id = :r"), {"r": row.id})

    def median_of(run: Callable[[], Any]) -> float:
        return median(timed(run) for _ in range(times))

    reference = median_of(count)
    whole = [timed(lambda: trace(judgement_of(row))) for _ in range(times)]
    loaded, law = areas_of(row), law_of(row)
    ok = emit(
        BENCH, "one party, nation: queries, rules, trace", median(whole), "s", reference=reference, goal=GOAL
    )
    ok &= emit(BENCH, "slowest of them", max(whole), "s", reference=reference, goal=GOAL)
    emit(BENCH, "queries alone", median_of(lambda: areas_of(row)), "s", reference=reference)
    emit(BENCH, "rules alone", median_of(lambda: judge(law, loaded, "", profile=PROFILE)), "s")
    emit(BENCH, "one province", median_of(lambda: judgement_of(row, "12")), "s")
    judged = judgement_of(row)
    named = {line.code for line in trace(judged)}
    wanted = {verdict.code for verdict in failing(judged.verdict)}
    emit(BENCH, "areas that fail", len(wanted), "areas")
    ok &= emit(BENCH, "failing areas that the trace does not name", len(wanted - named), "areas", goal=0)
    emit(BENCH, "members counted", sum(area.members for area in loaded.values()), "members")
    return 0 if ok else 1


def _file(actor: Any) -> int:
    """The one file that stands for every document."""
    from electsys.db import db
    from electsys.documents import store_file

    file = store_file(io.BytesIO(b"kolom\n1\n"), name="sk.csv", kind="table", actor=actor)
    db.session.commit()
    return file.id


if __name__ == "__main__":
    raise SystemExit(main())
