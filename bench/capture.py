"""Entry over HTTP on one node: first entries received, validated, fsynced; second ones accepted beside them.

People post whole forms to the application as in operation (gunicorn, two processes) on a database with
ordinary durability; a worker folds totals as always. Each answer of the server is noted by the client; then
server and worker are killed with -9 in the middle of the work, and every noted answer must be in the
database. The reference is how many single rows PostgreSQL itself commits with fsync in the same run, over as
many connections. The client runs on the same cores: its share of CPU is printed. ``--minutes 10`` is the
full length.
"""

from __future__ import annotations

import argparse
import http.client
import os
import queue
import re
import resource
import signal
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

from bench._capture_data import Desk, Values, prepare
from bench._figures import bench_app, emit, percentile, settle
from bench.cek_dpt import serve

NAME = "capture"
FIRSTS, SECONDS = 6, 3
#: More forms than any node takes in a second, so that none runs out.
MOST = 180
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Referer": "http://127.0.0.1/"}


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
        settle()
        single = plain_inserts(min(10.0, length / 3))
        cookies = [sign_in(app, person) for person in desk.people[:2]]
        port, server = serve()
        worker = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        run = Run(port, desk, forms)

        def kill() -> None:
            for process in (server, worker):
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

        run.work(cookies, length, kill)
        lost = missing(desk, run)
    first, second = len(run.first) / run.seconds, len(run.second) / run.seconds
    slowest = percentile([*run.first.values(), *run.second.values()], 0.95) * 1000
    emit(NAME, "client_cpu", 100 * run.cpu / run.seconds, "% of a core")
    good = [
        emit(NAME, "first_entries_per_second", first, "1/s", reference=single, goal=60, least=True),
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


@dataclass
class Run:
    """The clients, and what the server told them."""

    port: int
    desk: Desk
    forms: dict[str, Values]
    first: dict[str, float] = field(default_factory=dict)
    second: dict[str, float] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)
    visible: list[float] = field(default_factory=list)
    seconds: float = 0
    cpu: float = 0
    over: bool = False

    def work(self, cookies: list[str], length: float, kill: Callable[[], None]) -> None:
        """Post forms for so long, many first entries and the second of those that have one; then kill.

        The clients are in the middle of their requests when server and worker die.
        """
        self.fresh: queue.Queue[str] = queue.Queue()
        self.half: queue.Queue[str] = queue.Queue()
        for code in self.desk.codes:
            self.fresh.put(code)
        self.end = time.monotonic() + length
        used, start = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
        threads = [
            *(threading.Thread(target=self._people, args=(cookies[0], True)) for _ in range(FIRSTS)),
            *(threading.Thread(target=self._people, args=(cookies[1], False)) for _ in range(SECONDS)),
            threading.Thread(target=self._watch),
        ]
        for thread in threads:
            thread.start()
        time.sleep(length)
        self.over = True
        self.seconds = time.monotonic() - start
        now = resource.getrusage(resource.RUSAGE_SELF)
        kill()
        for thread in threads:
            thread.join()
        self.cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime

    def _people(self, cookie: str, first: bool) -> None:
        with suppress(OSError, http.client.HTTPException):  # the server has been killed
            self._work(cookie, first)
        if not self.over:
            self.trouble.append("a connection broke before the kill")

    def _work(self, cookie: str, first: bool) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": f"session={cookie}"}
        connection.request("GET", "/hasil/entri/pemilu-2024/ppwp", headers=headers)
        answer = connection.getresponse()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.read().decode())
        headers = {"Cookie": (answer.headers.get("Set-Cookie") or f"session={cookie}").partition(";")[0]}
        if token is None:
            self.trouble.append("no token on the desk")
            return
        while True:
            if self.over and time.monotonic() > self.end + 5:
                return
            try:
                code = (self.fresh if first else self.half).get(timeout=0.5)
            except queue.Empty:
                continue
            fields = {name: "" if v is None else v for name, v in self.forms[code].items()}
            fields |= {"csrf_token": token.group(1), "kunci": str(uuid4())}
            start = time.monotonic()
            status = self._post(connection, code, fields, headers)
            if status == 302:
                (self.first if first else self.second)[code] = time.monotonic() - start
                if first:
                    self.half.put(code)

    def _post(self, connection: Any, code: str, fields: dict[str, Any], headers: dict[str, str]) -> int:
        path = f"/hasil/entri/pemilu-2024/ppwp/{code}"
        connection.request("POST", path, urlencode(fields), headers | FORM)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 302:
            self.trouble.append(f"{answer.status} {code} {re.findall(rb'[FW][.][0-9]+', body)[:6]!r}")
        return int(answer.status)

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
                    time.sleep(0.05)
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
