"""The last hour of registration: 200 liaisons of 25 parties at once, at a real server (gunicorn).

Every party stands complete on the whole map. The liaisons come one by one over the time that one of them
needs for a round, so that they are not all at the same page; then all are at work at once. Each does what is
done in the last hour, with pauses in between: task list, an office or an officer saved, a document in pieces
with its receipt, the answers checked. The first of each party submits when the others are done, and reads
its place in the queue; KPU watches the queue. Five parties more press the button in the seconds around the
end of the stage: the calendar decides.
Members are few, and the law asks for one in a kab/kota, so that the run need not make five millions of them.
The reference, in the same run: ``/sehat`` asked by as many at the same pace.
``--liaisons --parties --members --turns --think --root`` make a smaller run; below the nation the shares of
the law are lowered too.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import os
import random
import re
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from bench._figures import bench_app, emit, percentile, settle
from bench._rush_data import Party, prepare, submitted
from bench.cek_dpt import serve
from bench.uploads import STREAM, document, seed

NAME = "rush"
#: Parties that press the button around the end of the stage, a second apart.
LATE = 5
#: Pauses of one round of a liaison: people come spread over as long.
PAUSES = 6
#: Parties whose people open the first pages of the server's processes.
WARM = 12


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--liaisons", type=int, default=200)
    parser.add_argument("--parties", type=int, default=25)
    parser.add_argument("--members", type=int, default=20_000, help="members of each party")
    parser.add_argument("--turns", type=int, default=3, help="how often each liaison goes round")
    parser.add_argument("--think", type=float, default=40.0, help="mean pause between two acts, seconds")
    parser.add_argument("--root", default="", help="a kab/kota instead of the nation")
    options = parser.parse_args()
    with bench_app() as app:
        seed()
        made = prepare(app, options.parties + LATE, options.liaisons, options.members, options.root, LATE)
        settle()
        port, server = serve()
        try:
            asyncio.run(warm(port, made))
            run = asyncio.run(rush(port, made, turns=options.turns, think=options.think))
            bare = asyncio.run(reference(port, options.liaisons, options.think, min(30.0, run.seconds)))
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()
        found = submitted()
    return 0 if report(run, found, options, bare) else 1


# --- the people ------------------------------------------------------------------------------------


@dataclass
class Run:
    """What a run came to: (act, seconds) of every request, and what the server said."""

    taken: list[tuple[str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    #: Numbers of registrations that the server confirmed, of receipts that it gave; places that were read.
    confirmed: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    #: How many KPU saw waiting, time after time.
    seen: list[int] = field(default_factory=list)
    #: Of the late ones: (answered before the end, taken) of each.
    late: list[tuple[bool, bool]] = field(default_factory=list)


class Browser:
    """One person's browser: a connection that stays open, a session."""

    def __init__(self, port: int, cookie: str, token: Callable[[], str], run: Run) -> None:
        self.port, self.cookie, self.token, self.run = port, cookie, token, run
        self.pipes: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, act: str, method: str, path: str, body: Any = None, kind: str = "", **more: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body; the time goes to ``act``. A form where ``body`` is a dict."""
        headers = {"Host": "127.0.0.1", "Cookie": self.cookie} | more
        if isinstance(body, dict) and kind != "json":
            body, kind = urlencode(body | {"csrf_token": self.token()}).encode(), "form"
        elif isinstance(body, dict):
            body = json.dumps(body).encode()
        if body is not None:
            types = {"form": "application/x-www-form-urlencoded", "json": "application/json"}
            headers |= {"Content-Type": types.get(kind, kind), "Content-Length": str(len(body))}
            if kind != "form":
                headers |= {"X-CSRFToken": self.token(), "Accept": "application/json"}
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items())
        began = time.perf_counter()
        for fresh in (False, True):
            try:
                answer = await self._send(head.encode() + b"\r\n" + (body or b""), fresh)
                break
            except (OSError, asyncio.IncompleteReadError):
                if fresh:  # a connection that lay idle may be closed; a new one must hold
                    raise
        self.run.taken.append((act, time.perf_counter() - began))
        status, got, content = answer
        if "set-cookie" in got:
            self.cookie = got["set-cookie"].partition(";")[0]
        return status, got, content

    async def _send(self, request: bytes, fresh: bool) -> tuple[int, dict[str, str], bytes]:
        if self.pipes is None or fresh:
            await self.close()
            self.pipes = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.pipes
        writer.write(request)
        await writer.drain()
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        got = {k.lower(): v.strip() for k, _colon, v in (line.partition(":") for line in lines[1:]) if k}
        content = await reader.readexactly(int(got.get("content-length", 0)))
        if got.get("connection", "").lower() == "close":
            await self.close()
        return int(lines[0].split(" ")[1]), got, content

    async def want(self, act: str, status: int, method: str, path: str, *body: Any, **more: Any) -> Any:
        """The answer if it has the status that belongs to it; else an error of the run."""
        said, got, content = await self.ask(act, method, path, *body, **more)
        if said != status:
            words = " ".join(re.findall("<h1.*|notice-stop.*", content.decode()))
            raise RuntimeError(f"{act}: {said} {path}: {words[:300]}")
        return got if status == 302 else content

    async def close(self) -> None:
        """Leave."""
        if self.pipes is not None:
            self.pipes[1].close()
            with suppress(OSError):
                await self.pipes[1].wait_closed()
        self.pipes = None


async def warm(port: int, made: Any) -> None:
    """The first requests of a process load its code: they are not measured."""
    run = Run()

    async def one(party: Party) -> None:
        browser = Browser(port, party.cookies[0], made.token, run)
        for _each in range(2):
            for path in ("", "/ajukan", f"/kantor/{party.areas[0]}"):
                await browser.want("warm", 200, "GET", party.base + path)
        await browser.close()

    await asyncio.gather(*(one(party) for party in [*made.parties, *made.late][:WARM]))


async def rush(port: int, made: Any, *, turns: int, think: float, seed: int = 7) -> Run:
    """Everybody at once; the run."""
    run, rng = Run(), random.Random(seed)
    began = time.perf_counter()

    async def pause() -> None:
        await asyncio.sleep(think * rng.uniform(0.5, 1.5))

    async def come() -> None:
        await asyncio.sleep(think * PAUSES * rng.random())

    async def guarded(work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as problem:
            run.errors.append(repr(problem)[:300])

    async def party(one: Party) -> None:
        people = [Browser(port, cookie, made.token, run) for cookie in one.cookies]
        works = [liaison(b, one, n, turns, pause, come) for n, b in enumerate(people)]
        await asyncio.gather(*(guarded(work) for work in works))
        await guarded(submit(people[0], one, run, pause))
        for browser in people:
            await browser.close()

    office = Browser(port, made.office, made.token, run)
    watching = asyncio.create_task(watch(office, run, think))
    await asyncio.gather(*(party(one) for one in made.parties))
    run.seconds = time.perf_counter() - began
    await guarded(the_end(port, made, run))
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    await office.close()  # it may have been cut off in the middle of an answer
    await guarded(look(office, run))
    await office.close()
    return run


async def liaison(
    browser: Browser,
    one: Party,
    number: int,
    turns: int,
    pause: Callable[[], Awaitable[None]],
    come: Callable[[], Awaitable[None]],
) -> None:
    """What one liaison does in the last hour."""
    base = one.base
    await come()
    for turn in range(turns):
        await browser.want("portal", 200, "GET", base)
        await pause()
        area = one.areas[(number * turns + turn) % len(one.areas)]
        if (number + turn) % 2:
            way, page = f"{base}/kantor/{area}", f"{base}/kantor/{area}"
            fields = {"address": f"Jalan Melati {number}", "tenure": "milik"}
        else:
            way, page = f"{base}/kepengurusan/{area}/pengurus-baru", f"{base}/kepengurusan/{area}"
            fields = one.officer(area) | {"lalu": "kembali"}
        await browser.want("form", 200, "GET", way)
        await pause()
        await browser.want("save", 302, "POST", way, fields)
        await browser.want("form", 200, "GET", page)
        await pause()
        await upload(browser, one, area, number * 1000 + turn)
        await pause()
        await browser.want("check", 200, "GET", f"{base}/ajukan")
        await pause()


async def upload(browser: Browser, one: Party, area: str, serial: int) -> None:
    """One document in two pieces, put in its place; its receipt."""
    content = document(serial, one.id)
    asked = {"kind": "party_document", "name": f"sk_{serial}.pdf", "length": len(content)}
    token = json.loads(await browser.want("upload", 201, "POST", "/unggahan", asked, "json"))["token"]
    half = len(content) // 2
    for start, piece in ((0, content[:half]), (half, content[half:])):
        way = f"/unggahan/{token}"
        await browser.want("upload", 200, "PATCH", way, piece, STREAM, **{"Upload-Offset": str(start)})
    put = {"token": token, "kind": "sk_kepengurusan", "region": area}
    said = json.loads(
        await browser.want("upload", 200, "POST", f"{one.base}/dokumen/pusat/berkas", put, "json")
    )
    browser.run.receipts.append(said["receipt"])


async def submit(browser: Browser, one: Party, run: Run, pause: Callable[[], Awaitable[None]]) -> None:
    """The party's button, and its place in the queue."""
    await browser.want("check", 200, "GET", f"{one.base}/ajukan")
    await pause()
    got = await browser.want("submit", 302, "POST", f"{one.base}/ajukan", {"true_data": "y"})
    run.confirmed.append(got["location"])
    page = (await browser.want("receipt", 200, "GET", got["location"])).decode()
    place = re.search(r"nomor (\d+) dari (\d+) yang menunggu", page)
    if place is None:
        raise RuntimeError("the party does not see its place in the queue")
    run.places.append((int(place.group(1)), int(place.group(2))))


async def watch(browser: Browser, run: Run, think: float) -> None:
    """KPU looks at the queue again and again."""
    while True:
        await look(browser, run)
        await asyncio.sleep(min(think, 5.0))


async def look(browser: Browser, run: Run) -> None:
    """KPU looks at the queue once."""
    page = (await browser.want("queue", 200, "GET", "/partai/pengajuan")).decode()
    tile = re.search(r"<strong>([\d.]+)</strong> menunggu", page)
    run.seen.append(int(tile.group(1).replace(".", "")) if tile else 0)


async def the_end(port: int, made: Any, run: Run) -> None:
    """The stage ends in a moment; the late parties press the button from two seconds before it on."""
    closes = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=4)
    made.close_at(closes)

    async def press(one: Party, second: int) -> None:
        browser = Browser(port, one.cookies[0], made.token, run)
        when = closes + dt.timedelta(seconds=second)
        await asyncio.sleep((when - dt.datetime.now(dt.UTC)).total_seconds())
        status, got, said = await browser.ask("submit", "POST", f"{one.base}/ajukan", {"true_data": "y"})
        if status == 302:
            run.confirmed.append(got["location"])
        elif status != 422 or "sudah ditutup" not in said.decode():
            run.errors.append(f"at the end: {status}")
        run.late.append((dt.datetime.now(dt.UTC) < closes, status == 302))
        await browser.close()

    await asyncio.gather(*(press(one, n - 2) for n, one in enumerate(made.late)))


async def reference(port: int, people: int, think: float, seconds: float) -> float:
    """p95 of ``/sehat``, asked by as many people at the same pace."""
    run, rng = Run(), random.Random(1)
    end = time.perf_counter() + seconds

    async def one() -> None:
        browser = Browser(port, "", lambda: "", run)
        await asyncio.sleep(rng.uniform(0, min(think, seconds)))
        while time.perf_counter() < end:
            await browser.ask("sehat", "GET", "/sehat")
            await asyncio.sleep(think * rng.uniform(0.5, 1.5))
        await browser.close()

    await asyncio.gather(*(one() for _ in range(people)))
    return percentile([seconds for _act, seconds in run.taken], 0.95)


# --- what it came to -------------------------------------------------------------------------------


def report(run: Run, found: Any, options: argparse.Namespace, bare: float) -> bool:
    """Print; whether every goal is met."""
    for problem in run.errors[:5]:
        print(problem, file=sys.stderr)
    everything = [seconds for _act, seconds in run.taken]
    emit(NAME, "liaisons", options.liaisons, "people")
    emit(NAME, "pause_between_acts", options.think, "s")
    emit(NAME, "people_come_within", options.think * PAUSES, "s")
    emit(NAME, "requests", len(everything), "requests")
    emit(NAME, "rate", len(everything) / run.seconds, "1/s")
    emit(NAME, "p50", percentile(everything, 0.5), "s")
    for act in dict.fromkeys(act for act, _seconds in run.taken):
        emit(NAME, f"{act}_p95", percentile([s for a, s in run.taken if a == act], 0.95), "s")
    early = sum(taken for before, taken in run.late if before)
    emit(NAME, "taken_in_the_last_seconds", sum(taken for _before, taken in run.late), "parties")
    lost = len(set(run.receipts) - found.receipts)
    good = [
        emit(NAME, "p95", percentile(everything, 0.95), "s", reference=bare, goal=1.0),
        emit(NAME, "errors", len(run.errors), "errors", goal=0),
        emit(NAME, "parties_not_submitted", options.parties - len(run.places), "parties", goal=0),
        emit(NAME, "confirmed_but_not_kept", len(run.confirmed) - found.submissions, "parties", goal=0),
        emit(NAME, "receipts", len(run.receipts), "receipts"),
        emit(NAME, "receipts_without_document", lost, "receipts", goal=0),
        emit(NAME, "queue_seen_by_kpu", run.seen[-1], "parties", goal=found.submissions, least=True),
        emit(NAME, "taken_after_the_end", found.too_late, "parties", goal=0),
        emit(NAME, "refused_before_the_end", sum(b for b, _t in run.late) - early, "parties", goal=0),
    ]
    return all(good)


if __name__ == "__main__":
    raise SystemExit(main())
