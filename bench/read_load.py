"""Ten times the readers, the same writers (NA-14): does reading slow the entry of forms?

People enter forms at a fixed pace, as at the desk, at the application (gunicorn, two processes). Readers
poll the public boards and open their pages: files of a folder, served by a process of its own, as a web
server or a CDN would on another machine. Here that machine is the last core, which the readers and their
server have for themselves; the application, its database and the people at the desk have the others. What
is measured is what reading costs the application, not what two programs cost each other on one core. Both
paces alternate, so that the noise of the machine falls on both alike. The reference is the p95 of a write
under the few readers, in the same run; ``--reads`` is the larger pace.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from bench._capture_data import prepare
from bench._figures import bench_app, emit, percentile, settle
from bench.capture import clean, photos, sign_in
from bench.cek_dpt import serve

NAME = "read_load"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Referer": "http://127.0.0.1/"}
#: Boards that are read, each as its file and as its page.
PAGES = 100
#: The server of the public folder: a file is a file, and no Python of ours is asked.
STATIC = """
import sys
from aiohttp import web
app = web.Application()
app.router.add_static("/", sys.argv[1])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[2]), print=None, access_log=None)
"""
#: Readers at a pace that each line of the input sets: how many a second.
READERS = """
import asyncio, random, sys, threading, time
import aiohttp
base, names, pace, got = sys.argv[1], sys.argv[2].split(","), [0.0], [0, 0]

def listen():
    for line in sys.stdin:
        pace[0] = float(line)
        print(*got, flush=True)

async def one(session):
    async with session.get(base + random.choice(names)) as answer:
        body = await answer.read()
        got[0] += answer.status == 200
        got[1] += len(body)

async def main():
    async with aiohttp.ClientSession() as session:
        due, waiting = time.monotonic(), set()
        while True:
            if not pace[0]:
                await asyncio.sleep(0.05)
                due = time.monotonic()
                continue
            due += 1 / pace[0]
            await asyncio.sleep(max(0, due - time.monotonic()))
            task = asyncio.create_task(one(session))
            waiting.add(task)
            task.add_done_callback(waiting.discard)

threading.Thread(target=listen, daemon=True).start()
asyncio.run(main())
"""


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writes", type=float, default=5.0, help="forms entered a second")
    parser.add_argument("--reads", type=float, default=300.0, help="reads a second, ten times the small pace")
    parser.add_argument("--seconds", type=float, default=15.0, help="length of a turn")
    parser.add_argument("--turns", type=int, default=4, help="turns at each pace")
    asked = parser.parse_args()
    *desks, public = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, desks)  # whatever is started from here on stays there: database, application
    with bench_app() as app, tempfile.TemporaryDirectory(dir="/var/tmp") as place:
        folder = Path(place)
        desk = prepare(int(asked.writes * asked.seconds * (2 * asked.turns + 2)))
        photos(desk)
        names = publish(app, folder, desk)
        settle()
        cookie = sign_in(app, desk.people[0])
        port, server = serve()
        static, readers = read_plane(folder, names, public)
        try:
            writer = Writer(port, cookie, desk)
            writer.turn(asked.writes, asked.seconds)  # the first turn warms everything, and is not counted
            taken: dict[float, list[float]] = {asked.reads / 10: [], asked.reads: []}
            reads: dict[float, int] = dict.fromkeys(taken, 0)
            for _ in range(asked.turns):
                for pace in taken:
                    before = told(readers, pace)
                    taken[pace] += writer.turn(asked.writes, asked.seconds)
                    reads[pace] += told(readers, 0) - before
        finally:
            for process in (server, static, readers):
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
    return 0 if report(asked, taken, reads, writer.trouble) else 1


def publish(app: Any, folder: Path, desk: Any) -> list[str]:
    """The boards of the nation as files, and the pages of some; the names of those."""
    from electsys.db import db
    from electsys.elections.models import Contest
    from electsys.elections.queries import by_code
    from electsys.ledger import Actor
    from modules.sirekap.boards.writing import write_boards
    from modules.sirekap.operations.ladder import prepare_ladder

    app.config["BOARDS"] = str(folder)
    contest = db.session.get_one(Contest, desk.count.contest_id)
    prepare_ladder(contest, region="12", actor=Actor.system("bench"))
    election = by_code("pemilu-2024")
    assert election is not None
    write_boards(election)
    db.session.commit()
    client = app.test_client()
    boards = sorted(folder.glob("publik/*/*.json"))
    for path in random.Random(1).sample(boards, min(len(boards), PAGES)):
        page = client.get(f"/rekapitulasi/pemilu-2024/{path.stem}/papan")
        path.with_suffix(".html").write_bytes(page.data)
    return [str(path.relative_to(folder)) for page in folder.glob("publik/*/*.html") for path in _pair(page)]


def _pair(page: Path) -> tuple[Path, Path]:
    return page, page.with_suffix(".json")


def read_plane(folder: Path, names: list[str], core: int) -> tuple[Any, Any]:
    """The server of the files and the readers, both on a core of their own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    there = ["taskset", "-c", str(core), sys.executable, "-c"]
    static = subprocess.Popen([*there, STATIC, str(folder), str(port)], start_new_session=True)
    time.sleep(3)
    chosen = ",".join(names)
    readers = subprocess.Popen(
        [*there, READERS, f"http://127.0.0.1:{port}/", chosen],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    return static, readers


def told(readers: Any, pace: float) -> int:
    """Set the readers' pace; how many answers they have had so far."""
    readers.stdin.write(f"{pace}\n")
    readers.stdin.flush()
    return int(readers.stdout.readline().split()[0])


class Writer:
    """Somebody at the desk who enters forms at a pace."""

    def __init__(self, port: int, cookie: str, desk: Any) -> None:
        self.port, self.desk, self.codes = port, desk, iter(desk.codes)
        self.trouble: list[str] = []
        self.headers = {"Cookie": f"session={cookie}"}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/hasil/entri/pemilu-2024/ppwp", headers=self.headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        if fresh := answer.headers.get("Set-Cookie"):  # the session that the token belongs to
            self.headers = {"Cookie": fresh.partition(";")[0]}
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', body)
        if token is None:
            raise RuntimeError(body[:2000])
        self.token = token.group(1)

    def turn(self, pace: float, seconds: float) -> list[float]:
        """Enter forms for so long; the seconds that each took from its due moment to its answer."""
        taken: list[float] = []
        threads = []
        start = time.monotonic()
        for n in range(int(pace * seconds)):
            code = next(self.codes)
            fields = {k: "" if v is None else v for k, v in clean(self.desk, code).items()}
            time.sleep(max(0.0, start + n / pace - time.monotonic()))
            thread = threading.Thread(target=self._enter, args=(code, fields, taken))
            thread.start()
            threads.append(thread)
        for thread in threads:
            thread.join()
        return taken

    def _enter(self, code: str, fields: dict[str, Any], taken: list[float]) -> None:
        start = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        body = urlencode(fields | {"csrf_token": self.token, "kunci": str(uuid4())})
        path = f"/hasil/entri/pemilu-2024/ppwp/{code}"
        connection.request("POST", path, body, self.headers | FORM)
        answer = connection.getresponse()
        answer.read()
        if answer.status == 302:
            taken.append(time.monotonic() - start)
        else:
            self.trouble.append(f"{answer.status} {code}")


def report(asked: Any, taken: dict[float, list[float]], reads: dict[float, int], trouble: list[str]) -> bool:
    """The figures, and whether the goals are met."""
    few, many = (percentile(times or [99.0], 0.95) * 1000 for times in taken.values())
    length = asked.turns * asked.seconds
    emit(
        NAME,
        "reads_per_second",
        reads[asked.reads] / length,
        "1/s",
        reference=reads[asked.reads / 10] / length,
    )
    emit(NAME, "writes", sum(map(len, taken.values())), "forms")
    emit(NAME, "write_p95", many, "ms", reference=few)
    for problem in trouble[:3]:
        print(problem, file=sys.stderr)
    return all(
        [
            emit(NAME, "write_p95_ratio", many / few, "ratio", reference=1, goal=1.1),
            emit(NAME, "refused", len(trouble), "requests", goal=0),
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
