"""The night of the count on one node: signed packets of phones received, second entries accepted beside them.

Phones of KPPS send the numbers of a form as first entry (signature checked, validated, fsynced); beside them
operators post the second entry of the same forms at the desk, two packets to each, as fast as the node goes:
the application as in operation (gunicorn, two processes) on a database with ordinary durability, and a worker
that folds totals as always. Each answer is noted by the client; then server and worker are killed with -9 in
the middle of the work, and every noted answer must be in the database. The reference is how many single rows
PostgreSQL itself commits with fsync in the same run, over as many connections. Client, server, worker and
database share the cores: who took how much CPU is printed. ``--minutes 10`` is the full length.
"""

from __future__ import annotations

import argparse
import os
import queue
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import psutil

from bench._capture_data import Desk, Values, prepare
from bench._figures import bench_app, emit, percentile, settle
from bench._kpps import Phones
from bench.cek_dpt import read_answer, serve

NAME = "capture"
FIRSTS, SECONDS = 6, 3
#: More forms than this node takes in a second, so that none runs out.
MOST = 140
#: So many first entries may be ahead of twice the second ones.
AHEAD = 24


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    options = parser.parse_args()
    length = options.minutes * 60
    with bench_app() as app:
        desk = prepare(int(MOST * length))
        forms = {code: clean(desk, code) for code in desk.codes}
        photos(desk)
        phones = Phones(desk)
        phones.activate()
        packets = phones.requests(forms)
        cookie = sign_in(app, desk.people[1])
        settle()
        single = plain_inserts(min(10.0, length / 3))
        port, server = serve()
        worker = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        run = Run(port, desk, forms, packets)
        shares = Shares({"server": server.pid, "worker": worker.pid, "database": postmaster()})

        def kill() -> None:
            for process in (server, worker):
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

        run.work(cookie, length, shares, kill)
        lost = missing(desk, run)
    first, second = len(run.first) / run.seconds, len(run.second) / run.seconds
    slowest = percentile([*run.first.values(), *run.second.values()] or [99.0], 0.95) * 1000
    emit(NAME, "client_cpu", 100 * run.cpu / run.seconds, "% of a core")
    for who, seconds in shares.used.items():
        emit(NAME, f"{who}_cpu", 100 * seconds / run.seconds, "% of a core")
    emit(NAME, "machine_busy", shares.busy, "% of all cores")
    whole = 1000 * (run.cpu + sum(shares.used.values()))
    # What two cores give in a thirtieth of a second: no more may two packets and a second entry cost.
    emit(
        NAME,
        "cpu_of_two_packets_and_a_second_entry",
        whole / max(1, len(run.second)),
        "ms",
        reference=2000 / 30,
    )
    good = [
        emit(NAME, "packets_per_second", first, "1/s", reference=single, goal=60, least=True),
        emit(NAME, "second_entries_per_second", second, "1/s", reference=single, goal=30, least=True),
        emit(NAME, "entries_to_plain_inserts", (first + second) / single, "ratio"),
        emit(NAME, "answer_p95", slowest, "ms", goal=500),
        emit(NAME, "totals_visible_after", max(run.visible, default=99.0), "s", goal=2),
        emit(NAME, "refused", len(run.trouble), "requests", goal=0),
        emit(NAME, "lost_at_kill", lost, "entries", goal=0),
    ]
    for problem in run.trouble[:3]:
        print(problem, file=sys.stderr)
    return 0 if all(good) else 1


def clean(desk: Desk, code: str) -> Values:
    """A form that no rule and no neighbour questions."""
    from modules.situng.demo import clean_form

    return clean_form(desk.count, code)


def photos(desk: Desk) -> None:
    """A capture with a photo for every station, as if it had been sent before; in one statement each."""
    from sqlalchemy import text

    from electsys.db import db

    facts = {
        "c": desk.count.contest_id,
        "b": desk.count.ballot_id,
        "m": desk.count.model.code,
        "codes": desk.codes,
        "a": desk.people[0].account_id,
    }
    for statement in (
        "insert into capture (province, contest_id, tps_code, round, vote_kind, ballot_id, form_model)"
        " select left(t, 2), :c, t, 1, 'Reguler', :b, :m from unnest(cast(:codes as text[])) t",
        "insert into stored_file (sha256, received_sha256, size, media_type, kind, name, origin, account_id)"
        " select h, h, 1, 'image/jpeg', 'c_hasil', t, 'unggahan', :a from (select t,"
        " encode(sha256(convert_to(t, 'UTF8')), 'hex') as h from unnest(cast(:codes as text[])) t) x",
        "insert into form_photo (province, contest_id, tps_code, round, page, file_id, sha256,"
        " received_sha256, account_id) select left(name, 2), :c, name, 1, 1, id, sha256, sha256, :a"
        " from stored_file where kind = 'c_hasil'",
    ):
        db.session.execute(text(statement), facts)
    db.session.commit()


def plain_inserts(length: float) -> float:
    """Single rows a second that PostgreSQL commits with fsync over as many connections: the reference."""
    import psycopg

    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table bench_row (code text, votes int[], at timestamptz)")
    counts = [0] * (FIRSTS + SECONDS)
    end = time.monotonic() + length

    def one(at: int) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while time.monotonic() < end:
                connection.execute("insert into bench_row values (%s, %s, now())", (str(at), [1, 2, 3]))
                counts[at] += 1

    together([threading.Thread(target=one, args=(at,)) for at in range(len(counts))])
    return sum(counts) / length


def together(threads: list[threading.Thread]) -> None:
    """Run threads to their end."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def sign_in(app: Any, person: Any) -> str:
    """The cookie of a session of one of the people."""
    from electsys.db import db
    from electsys.identity.login import TOKEN
    from electsys.identity.models import Account
    from electsys.identity.operations.sessions import start_session

    account = db.session.get_one(Account, person.account_id)
    token, user = start_session(account, agent="", via="bench"), account.fs_uniquifier
    db.session.commit()
    serializer = app.session_interface.get_signing_serializer(app)
    return str(serializer.dumps({"_user_id": user, "_fresh": True, "_id": None, TOKEN: token}))


def postmaster() -> int:
    """The process of the bench's own server."""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        row = connection.execute("select pg_backend_pid()").fetchone()
        assert row is not None
        parent = psutil.Process(row[0]).parent()
        assert parent is not None
        return parent.pid


class Shares:
    """CPU that each side takes, and how busy the whole machine is, between two moments."""

    def __init__(self, roots: dict[str, int]) -> None:
        self.roots = roots
        self.used: dict[str, float] = {}
        self.busy = 0.0

    def begin(self) -> None:
        """From now on."""
        self.before = {name: self._seconds(pid) for name, pid in self.roots.items()}
        psutil.cpu_percent()

    def end(self) -> None:
        """Up to now. A child that ended meanwhile is counted by its parent."""
        self.busy = psutil.cpu_percent()
        self.used = {name: self._seconds(pid) - self.before[name] for name, pid in self.roots.items()}

    def _seconds(self, pid: int) -> float:
        total = 0.0
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
        return total


@dataclass(frozen=True)
class Operator:
    """Somebody at the desk: the session, and what its forms must carry."""

    cookie: str
    token: str

    def request(self, code: str, values: Values) -> bytes:
        """The entry of a form, ready to be written."""
        fields = {name: "" if v is None else v for name, v in values.items()}
        content = urlencode(fields | {"csrf_token": self.token, "kunci": str(uuid4())}).encode()
        head = (
            f"POST /hasil/entri/pemilu-2024/ppwp/{code} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Cookie: {self.cookie}\r\nReferer: http://127.0.0.1/\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        return head.encode() + content


class Line:
    """A connection that stays open. Written by hand: a client that takes as long as the server would measure
    itself."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=300)
        self.answers = self.socket.makefile("rb")

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer."""
        self.socket.sendall(request)
        return read_answer(self.answers)


@dataclass
class Run:
    """The clients, and what the server told them."""

    port: int
    desk: Desk
    forms: dict[str, Values]
    packets: dict[str, bytes]
    first: dict[str, float] = field(default_factory=dict)
    second: dict[str, float] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)
    visible: list[float] = field(default_factory=list)
    seconds: float = 0
    cpu: float = 0
    over: bool = False

    def work(self, cookie: str, length: float, shares: Shares, kill: Callable[[], None]) -> None:
        """Send packets for so long, and the second entry of forms that have a first; then kill.

        The clients are in the middle of their requests when server and worker die.
        """
        self.fresh = iter(self.desk.codes)
        self.half: queue.Queue[str] = queue.Queue()
        self.turn = threading.Lock()
        self.operator = self._log_in(cookie)
        lines = [Line(self.port) for _ in range(FIRSTS + SECONDS)]
        for line in lines[:FIRSTS]:  # both processes have loaded their code by then
            line.ask(b"GET /api/perangkat/saya HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        self.end = time.monotonic() + length
        shares.begin()
        used, start = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
        threads = [
            *(
                threading.Thread(target=self._until_killed, args=(self._phone, line))
                for line in lines[:FIRSTS]
            ),
            *(
                threading.Thread(target=self._until_killed, args=(self._desk, line))
                for line in lines[FIRSTS:]
            ),
            threading.Thread(target=self._watch),
        ]
        for thread in threads:
            thread.start()
        time.sleep(length)
        self.over = True
        self.seconds = time.monotonic() - start
        now = resource.getrusage(resource.RUSAGE_SELF)
        shares.end()
        kill()
        for thread in threads:
            thread.join()
        self.cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime

    def _until_killed(self, work: Callable[[Line], bool], line: Line) -> None:
        with suppress(OSError, ValueError, IndexError):  # the server has been killed
            while not (self.over and time.monotonic() > self.end + 5):
                if not work(line):
                    time.sleep(0.02)
        if not self.over:
            self.trouble.append("a connection broke before the kill")

    def _phone(self, line: Line) -> bool:
        if len(self.first) > 2 * len(self.second) + AHEAD:
            return False
        with self.turn:
            code = next(self.fresh)
        start = time.monotonic()
        status, body = line.ask(self.packets[code])
        if status == 200 and b'"outcome":"ok"' in body.replace(b" ", b""):
            self.first[code] = time.monotonic() - start
            self.half.put(code)
        else:
            self.trouble.append(f"{status} {code} {body[:300]!r}")
        return True

    def _desk(self, line: Line) -> bool:
        try:
            code = self.half.get_nowait()
        except queue.Empty:
            return False
        request = self.operator.request(code, self.forms[code])
        start = time.monotonic()
        status, body = line.ask(request)
        if status == 302:
            self.second[code] = time.monotonic() - start
        else:
            self.trouble.append(f"{status} {code} {re.findall(rb'[FW][.][0-9]+', body)[:6]!r}")
        return True

    def _log_in(self, cookie: str) -> Operator:
        """Open the desk once: its page gives the token."""
        import http.client

        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        connection.request("GET", "/hasil/entri/pemilu-2024/ppwp", headers={"Cookie": f"session={cookie}"})
        answer = connection.getresponse()
        body = answer.read().decode()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', body)
        if token is None:
            raise RuntimeError(f"{answer.status}: {body[:2000]}")
        fresh = answer.headers.get("Set-Cookie") or f"session={cookie}"
        return Operator(fresh.partition(";")[0], token.group(1))

    def _watch(self) -> None:
        """How long an accepted form takes to the national total."""
        import psycopg

        count = "select accepted from region_total where contest_id = %s and area = 'wilayah' and code = ''"
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            while time.monotonic() < self.end - 4:
                time.sleep(1)
                wanted, start = len(self.second), time.monotonic()
                while time.monotonic() < start + 10:
                    row = connection.execute(count, (self.desk.count.contest_id,)).fetchone()
                    if row is not None and row[0] >= wanted:
                        break
                    time.sleep(0.1)
                self.visible.append(time.monotonic() - start)


def missing(desk: Desk, run: Run) -> int:
    """Entries that a client was told of and the database does not hold."""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        rows = connection.execute(
            "select tps_code, first_person, version_id from capture where contest_id = %s",
            (desk.count.contest_id,),
        ).fetchall()
    entered = {code for code, first, _version in rows if first is not None}
    accepted = {code for code, _first, version in rows if version is not None}
    return len(set(run.first) - entered) + len(set(run.second) - accepted)


if __name__ == "__main__":
    raise SystemExit(main())
