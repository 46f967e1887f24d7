"""Cek DPT: look-ups a second and their p99 over HTTP on 5,000,000 voters, and what 100,000 guesses bring.

The reference, in the same run: a bare SELECT by primary key, many connections at once, no application. The
look-ups go the whole way: gunicorn, proof of work (solved beforehand), limits, one statement. Every one comes
from an address of its own, as a nation's do. ``--rows N`` makes a smaller projection.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from bench._figures import bench_app, emit, percentile, settle

NAME = "cek_dpt"
THREADS = 16
SECONDS = 20.0
GUESSES = 100_000
PROOFS = 3000
#: The load is written by hand: a client that takes as long as the server would measure itself.
HEAD = (
    b"POST /api/cek/dpt HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"X-Forwarded-For: %b\r\nContent-Length: %d\r\n\r\n"
)


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000, help="voters in the projection")
    parser.add_argument("--guesses", type=int, default=GUESSES)
    options = parser.parse_args()
    os.environ["ELECTSYS_TRUSTED_PROXIES"] = "1"  # so that the load may come from many addresses
    with bench_app() as app:
        people = fill(options.rows)
        good = [lookups(app, people), guesses(app, people, options.guesses)]
    return 0 if all(good) else 1


def fill(rows: int) -> list[tuple[str, str]]:
    """A projection of ``rows`` voters; some of them by NIK and birth date, to ask for."""
    from electsys.db import as_owner, db
    from electsys.elections.seed import seed_election
    from electsys.ledger import Actor
    from electsys.privacy import blind_index_birth
    from electsys.regions import loading

    actor = Actor.system("bench")
    loading.load_map(actor=actor)
    election = seed_election(actor=actor)
    loading.load_tps("pemilu-2024", actor=actor, only=("1201",))
    db.session.commit()
    known = [
        (f"120101{n % 28 + 1:02}0180{7001 + n % 2999:04}", f"1980-01-{n % 28 + 1:02}") for n in range(2000)
    ]
    known = list(dict.fromkeys(known))
    with as_owner("bench: projection") as session:
        raw: Any = session.connection().connection.driver_connection
        roll = session.connection().exec_driver_sql(
            "insert into voter_roll (election_id, region, state) values (%s, '1201', 'dpt') returning id",
            (election.id,),
        )
        list_id = (
            session.connection()
            .exec_driver_sql(
                "insert into voter_list (roll_id, stage, male, female, digest, determined_by)"
                " values (%s, 'dpt', 0, %s, '\\x00', 'bench') returning id",
                (roll.scalar_one(), rows),
            )
            .scalar_one()
        )
        # Two ways to ask for each voter. Chance stands for the keyed indexes of people nobody asks for.
        raw.execute(
            "insert into voter_lookup (pair, election_id, voter_id, list_id, tps_code, number, name)"
            " select substring(sha256(n::text::bytea) from 1 for 16), %s, n / 2, %s, '1201011001001',"
            " n %% 300 + 1, 'S*** R********' from generate_series(1, %s) n",
            (election.id, list_id, 2 * (rows - len(known))),
        )
        with (
            raw.cursor() as cursor,
            cursor.copy(
                "copy voter_lookup (pair, election_id, voter_id, list_id, tps_code, number, name) from stdin"
            ) as copy,
        ):
            for number, (nik, born) in enumerate(known, rows):
                pair = blind_index_birth(nik, born)[:16]
                copy.write_row((pair, election.id, number, list_id, "1201011001001", 7, "S*** R********"))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze voter_lookup")
    settle()
    return known


# --- look-ups -------------------------------------------------------------------------------------


def lookups(app: Any, people: list[tuple[str, str]]) -> bool:
    """Look-ups a second over HTTP and their p99, beside the bare SELECT."""
    bare, bare_p99 = plain_selects(people)
    port, server = serve()
    try:
        proofs = prove(app, PROOFS)
        told, taken = load(port, people, proofs)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
    rate = len(taken) / SECONDS if told is None else 0.0
    if told:
        print(told, file=sys.stderr)
    return all(
        (
            emit(NAME, "lookups_per_second", rate, "1/s", reference=bare, goal=500, least=True),
            emit(NAME, "lookup_p99", percentile(taken, 0.99) * 1000 if taken else 1e9, "ms",
                 reference=bare_p99 * 1000, goal=100),
        )
    )  # fmt: skip


def plain_selects(people: list[tuple[str, str]]) -> tuple[float, float]:
    """The reference: SELECT by primary key, with as many connections; (a second, p99 in s)."""
    import psycopg

    from electsys.privacy import blind_index_birth

    pairs = [blind_index_birth(nik, born)[:16] for nik, born in people]
    times: list[float] = []

    def work() -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            for _ in range(1000):
                start = time.perf_counter()
                connection.execute(
                    "select tps_code, name from voter_lookup where pair = %s",
                    (random.choice(pairs),),
                    prepare=True,
                ).fetchone()
                times.append(time.perf_counter() - start)

    began = time.perf_counter()
    together(work, THREADS // 2)
    return len(times) / (time.perf_counter() - began), percentile(times, 0.99)


def together(work: Any, count: int) -> None:
    """Run ``work`` in ``count`` threads and wait."""
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def prove(app: Any, count: int) -> list[tuple[str, str, str]]:
    """Answered challenges, each for an address of its own: (address, challenge, answer)."""
    from electsys.responses import guard, work

    made = []
    for n in range(count):
        address = f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
        given = guard.challenge("dpt", guard.Visitor.of(address))
        made.append((address, given["tantangan"], work.solve(given["tantangan"], given["bit"])))
    return made


def serve() -> tuple[int, subprocess.Popen[bytes]]:
    """The application as in operation: gunicorn, two processes, four threads each."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "2", "--threads", "4", "--keep-alive", "30", "--log-level", "error"]
    server = subprocess.Popen(
        command,
        cwd=Path(__file__).parent.parent,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(200):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                time.sleep(2)
                return port, server
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("gunicorn did not start")


def load(
    port: int, people: list[tuple[str, str]], proofs: list[tuple[str, str, str]]
) -> tuple[str | None, list[float]]:
    """Ask for :data:`SECONDS`, each proof once; the first wrong answer, and the times of all."""
    taken: list[float] = []
    wrong: list[str] = []
    waiting = iter(proofs)
    lock = threading.Lock()
    end = time.perf_counter() + SECONDS

    def work() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            answers = connection.makefile("rb")
            while time.perf_counter() < end and not wrong:
                nik, born = random.choice(people)
                body = {"nik": nik, "tanggal_lahir": born}
                with lock:
                    proof = next(waiting, None)
                if proof is not None:
                    address, body["tantangan"], body["jawaban"] = proof
                else:  # the first questions of an address need no proof
                    address = (
                        f"100.{random.randrange(64, 128)}.{random.randrange(256)}.{random.randrange(256)}"
                    )
                content = json.dumps(body).encode()
                start = time.perf_counter()
                connection.sendall(HEAD % (address.encode(), len(content)) + content)
                status, answer = read_answer(answers)
                taken.append(time.perf_counter() - start)
                if status not in (200, 429) or (status == 200 and b'"ditemukan": true' not in answer):
                    wrong.append(f"{status} {answer[:200]!r}")

    together(work, THREADS)
    return (wrong[0] if wrong else None), taken


def read_answer(answers: Any) -> tuple[int, bytes]:
    """Status and body of one answer with a Content-Length, on a connection that stays open."""
    status = int(answers.readline().split(b" ", 2)[1])
    length = 0
    while (line := answers.readline()) not in (b"\r\n", b""):
        if line[:15].lower() == b"content-length:":
            length = int(line[15:])
    return status, answers.read(length)


# --- guesses --------------------------------------------------------------------------------------


def guesses(app: Any, people: list[tuple[str, str]], count: int) -> bool:
    """What one address gets that guesses ``count`` times within a day, at the speed of the machine."""
    from electsys.responses import checks, guard
    from electsys.responses.forms import question

    check, visitor = checks.ALL["dpt"], guard.Visitor.of("203.0.113.9")
    nik, born = people[0]
    asked = question(nik, "lahir", born)
    answers = 0
    for _ in range(count):
        try:
            answers += guard.ask(check, asked, visitor, None) is not None
        except guard.TooMany:
            continue
    return emit(NAME, "answers_of_guesses", answers, "answers", reference=count, goal=199)


if __name__ == "__main__":
    sys.exit(main())
