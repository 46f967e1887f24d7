"""Freezing the list of a large kab/kota, and the quarter of Magetan 2025 by events.

400,000 made-up voters with real envelopes (birth date and disability sealed) stand in one kab/kota. Measured
is the whole of ``freeze_list``: numbers by family and address, entries, every envelope opened for the age
bands and disabilities, counts for each TPS, village, kecamatan and the kab/kota, digest, act. The reference,
in the same run: a bare INSERT ... SELECT of the same entries in the order of their keys, and opening the same
envelopes.
Then 530,630 + 25,487 - 12,140 = 543,977 with one event a change, closed in plenary with its minutes.
``--voters N`` makes a smaller run; the vector is always whole.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from typing import Any

import psycopg
from sqlalchemy import text

from bench._figures import bench_app, emit, peak_memory, timed

NAME = "voter_lists"
#: A plenary does not wait longer than this for its list.
SECONDS = 60.0
MEMORY = 1000.0
VILLAGES = [f"12010110{n:02}" for n in range(1, 41)]
#: The kab/kota of the quarter.
ELSEWHERE = "1301"
COLUMNS = (
    *("id", "province", "election_id", "person_id", "village_code", "tps_code", "sealed", "nik_index"),
    *("family", "name", "birth_place", "birth_year", "sex", "marital_status", "address", "rt", "rw"),
    *("ktp_el", "state", "source"),
)
OPENING, FRESH, STRUCK, CLOSING = 530_630, 25_487, 12_140, 543_977


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voters", type=int, default=400_000)
    asked = parser.parse_args()
    with bench_app(), psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        from electsys.elections import seed
        from electsys.ledger import Actor
        from electsys.regions import loading

        actor = Actor.system("bench")
        loading.load_map(actor=actor)
        seed.seed_election(actor=actor)
        from electsys.db import db

        db.session.commit()
        ok = freezing(connection, asked.voters)
        return 0 if quarter(connection) and ok else 1


def freezing(connection: psycopg.Connection[Any], count: int) -> bool:
    """The list of one large kab/kota."""
    from electsys.db import db
    from electsys.ledger import Actor
    from electsys.privacy import Sealer
    from modules.sidalih.operations.lists import freeze_list
    from modules.sidalih.operations.voters import ensure_roll

    election, person = _start(connection)
    print(f"making {count} voters", file=sys.stderr)
    _copy(connection, _people(count, election, person))
    connection.execute("analyze voter")
    roll = ensure_roll(election, "1201", actor=Actor.system("bench"))
    db.session.commit()
    before = peak_memory()
    frozen: list[Any] = []

    def run() -> None:
        frozen.append(freeze_list(roll, "dps", actor=Actor.system("bench")))
        db.session.commit()

    took = timed(run)
    grown = peak_memory() - before
    connection.execute("create table bare_entry (like voter_list_entry including indexes)")
    bare = timed(
        lambda: connection.execute(
            "insert into bare_entry select province, 1, tps_code,"
            " row_number() over (partition by tps_code order by id), id, version from voter"
        )
    )
    sealer = Sealer("voter")

    def opened() -> None:
        with connection.cursor(name="envelopes") as cursor, connection.transaction():
            cursor.itersize = 5000
            for key, envelope in cursor.execute("select id, sealed from voter"):
                sealer.unseal_fields(key, envelope)

    opening = timed(opened)
    emit(NAME, "voters", frozen[0].total, "voters")
    fine = [
        emit(NAME, "freeze", took, "s", reference=bare + opening, goal=SECONDS),
        emit(NAME, "freeze_memory", grown, "MB", goal=MEMORY),
        emit(NAME, "freeze_lost", count - frozen[0].total, "voters", goal=0),
    ]
    emit(NAME, "bare_insert", bare, "s")
    emit(NAME, "open_envelopes", opening, "s")
    return all(fine)


def quarter(connection: psycopg.Connection[Any]) -> bool:
    """Magetan 2025, by events."""
    from electsys.db import db
    from electsys.ledger import Actor
    from modules.sidalih.models import VoterRoll
    from modules.sidalih.operations import quarters
    from modules.sidalih.operations.voters import ensure_roll
    from modules.sidalih.queries.quarters import parts

    election, person = _start(connection)
    actor = Actor.system("bench")
    roll: VoterRoll = ensure_roll(election, ELSEWHERE, actor=actor)
    roll.state = "dpt"
    db.session.commit()
    print(f"making {OPENING} voters", file=sys.stderr)
    _plain(connection, election, person, OPENING, "potensial", 10_000_000)
    opened = quarters.open_quarter(roll, 2025, 4, actor=actor)
    db.session.commit()
    _plain(connection, election, person, FRESH, "baru", 20_000_000)
    connection.execute(
        "update voter set state = 'tms', tms_code = '1' where id in"
        " (select id from voter where state = 'potensial' and province = '13' order by id limit %s)",
        (STRUCK,),
    )
    connection.execute(
        "insert into voter_event (province, election_id, voter_id, village_code, kind, code, version,"
        " quarter_id, actor) select province, election_id, id, village_code, state, tms_code, 1, %s, 'bench'"
        " from voter where state in ('baru', 'tms') and province = '13'",
        (opened.id,),
    )
    connection.execute("analyze voter")

    # The workflow wants an account for a plenary; the figures need none.
    found: list[Any] = []
    count = timed(lambda: found.append(parts(opened, roll, 10)))
    whole = sum(part.movement.closing for part in found[0])
    db.session.execute(
        text(
            "update voter_quarter set state = 'ditutup', fresh = :fresh, struck = :struck, closing = :closing"
            " where id = :id"
        ),
        {
            "fresh": sum(p.movement.fresh for p in found[0]),
            "struck": sum(p.movement.struck for p in found[0]),
            "closing": whole,
            "id": opened.id,
        },
    )
    db.session.commit()
    emit(NAME, "pdpb_opening", sum(p.movement.opening for p in found[0]), "voters", reference=OPENING)
    emit(NAME, "pdpb_both_derivations", count, "s")
    return emit(NAME, "pdpb_closing_off", abs(whole - CLOSING), "voters", reference=CLOSING, goal=0)


def _start(connection: psycopg.Connection[Any]) -> tuple[int, int]:
    """The election, and the one person that all rows point to."""
    election = connection.execute("select id from election where code = 'pemilu-2024'").fetchone()
    person = connection.execute(
        "insert into person (sealed, name, home_region) values ('\\x00', 'BENCH', '1201011001') returning id"
    ).fetchone()
    assert election is not None
    assert person is not None
    return int(election[0]), int(person[0])


def _people(count: int, election: int, person: int) -> Any:
    """Rows with real envelopes; families of three, TPS of 280."""
    from electsys.privacy import Sealer

    rng = random.Random(5)
    seal = Sealer("voter").seal_fields
    for n in range(1, count + 1):
        village = VILLAGES[n * len(VILLAGES) // (count + 1)]
        year = rng.randrange(1935, 2007)
        secret = {
            "nik": f"99{n:014}",
            "nkk": f"98{n // 3:014}",
            "birth_date": f"{year}-05-17",
            "disability": str(rng.randrange(1, 7)) if rng.random() < 0.01 else None,
        }
        yield (
            *(n, "12", election, person, village, f"{village}{n // 280 % 999 + 1:03}", seal(n, secret)),
            *(n.to_bytes(32, "big"), n // 3, "PEMILIH BENCH", "BARUS", year, rng.choice("LP")),
            *(rng.choice("BSP"), f"JALAN {n // 9 % 40}", f"{n // 60 % 12:03}", f"{n // 700 % 8:03}"),
            *("S" if n % 97 else "B", "sesuai", "dp4"),
        )


def _copy(connection: psycopg.Connection[Any], rows: Any) -> None:
    with connection.cursor() as cursor, cursor.copy(f"copy voter ({', '.join(COLUMNS)}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def _plain(
    connection: psycopg.Connection[Any], election: int, person: int, count: int, state: str, first: int
) -> None:
    """Rows whose envelope nobody opens."""
    connection.execute(
        "insert into voter (id, province, election_id, person_id, village_code, tps_code, sealed, nik_index,"
        " name, birth_place, birth_year, sex, marital_status, address, rt, rw, state, source)"
        " select %(first)s + n, '13', %(election)s, %(person)s, village, village || '001', '\\x00',"
        " decode(lpad(to_hex(%(first)s + n), 64, '0'), 'hex'), 'PEMILIH', 'BARUS', 1980, 'P', 'S', 'JALAN',"
        " '001', '001', %(state)s, 'dpb' from generate_series(1, %(count)s) as n,"
        " lateral (select '13010110' || lpad((n %% 40 + 1)::text, 2, '0') as village) as place",
        {"first": first, "election": election, "person": person, "state": state, "count": count},
    )


if __name__ == "__main__":
    sys.exit(main())
