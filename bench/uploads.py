"""Uploads of a party while the server is killed again and again: 10,000 uploads, kill -9 at every hundredth.

Four people send documents in pieces to a real server (gunicorn) on a database with ordinary durability;
each notes the receipts that the server gave. In the end every receipt is looked up: its row stands, its
content in the store has the SHA-256 that the sender computed itself, and it has its place exactly once.
``--count N --every M`` makes a smaller run. There is no reference to compare with: the goals are noughts.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import random
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from bench._figures import bench_app, emit, percentile
from bench._server import Server

NAME = "uploads"
COUNT, EVERY = 10_000, 100
SENDERS = 4
STREAM = "application/offset+octet-stream"


def main() -> int:
    """Run and print; exit 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--every", type=int, default=EVERY)
    options = parser.parse_args()
    with bench_app() as app:
        seed()
        party = prepare(app)
        server = Server(app.config["HOME"], os.environ["DATABASE_URL"])
        started = time.perf_counter()
        try:
            run = hammer(server, party, count=options.count, every=options.every)
        finally:
            server.stop()
        seconds = time.perf_counter() - started
        found = verify(run.receipts)
    emit(NAME, "uploads", len(run.receipts), "uploads")
    emit(NAME, "kills", run.kills, "kills")
    emit(NAME, "sent_again", run.retries, "requests")
    emit(NAME, "whole_run", seconds, "s")
    emit(NAME, "upload_p50", percentile(run.seconds, 0.5), "s")
    emit(NAME, "upload_p95", percentile(run.seconds, 0.95), "s")
    results = [
        emit(NAME, "without_receipt", options.count - len(run.receipts), "uploads", goal=0),
        emit(NAME, "receipt_without_row", found.lost, "receipts", goal=0),
        emit(NAME, "content_differs", found.changed, "receipts", goal=0),
        emit(NAME, "not_in_place_once", found.misplaced, "receipts", goal=0),
        emit(NAME, "places_in_force_twice", found.doubled, "places", goal=0),
    ]
    return 0 if all(results) else 1


# --- what is there before -------------------------------------------------------------------------


def seed() -> None:
    """The region tree and the election."""
    from electsys.db import db
    from electsys.elections.seed import seed_election
    from electsys.ledger import Actor
    from electsys.regions import loading

    actor = Actor.system("bench")
    loading.load_map(actor=actor)
    seed_election(actor=actor)
    db.session.commit()


@dataclass
class Party:
    """A party whose people send: its pages, the areas, a cookie and a token for each sender."""

    base: str
    areas: list[str]
    cookies: list[str]
    token: Any


def prepare(app: Any) -> Party:
    """A party in the midst of its entry, in an open stage, with people who are logged in; committed."""
    import datetime as dt

    from itsdangerous import URLSafeTimedSerializer
    from sqlalchemy import select

    from electsys.db import db
    from electsys.elections.models import Stage
    from electsys.elections.queries import by_code
    from electsys.identity.models import Grant, Role
    from electsys.identity.operations import create_account, seed_roles
    from electsys.ledger import Actor
    from electsys.regions.models import Region
    from modules.sipol.models import Party as PartyRow
    from modules.sipol.models import PartyRegistration

    actor = Actor.system("bench")
    election = by_code("pemilu-2024")
    assert election is not None
    stage = db.session.scalars(
        select(Stage).where(Stage.election_id == election.id, Stage.code == "pendaftaran_parpol")
    ).one()
    now = dt.datetime.now(dt.UTC)
    stage.opens_at, stage.closes_at = now - dt.timedelta(days=1), now + dt.timedelta(days=7)
    party = PartyRow(kind="nasional", name="Partai Uji Unggahan", short_name="PUU")
    db.session.add(party)
    db.session.add(PartyRegistration(party=party, election_id=election.id, state="input"))
    seed_roles(actor=actor)
    role = db.session.scalars(select(Role).where(Role.name == "admin_parpol_pusat")).one()
    raw = hashlib.sha256(b"bench").hexdigest()
    cookies = []
    for n in range(SENDERS):
        account = create_account(
            f"pengirim.{n}",
            name="Pengirim",
            email=f"p{n}@bench.invalid",
            password=None,
            actor=actor,
            must_change=False,
        )
        db.session.add(
            Grant(account_id=account.id, role_id=role.id, region="", party_id=party.id, given_by=actor.name)
        )
        cookies.append(_cookie(app, account, raw))
    areas = list(
        db.session.scalars(
            select(Region.code)
            .where(
                Region.map_id == election.map_id, Region.level.between(1, 3), ~Region.code.startswith("99")
            )
            .order_by(Region.code)
        )
    )
    db.session.commit()
    serializer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
    base = f"/partai/{election.code}/{party.id}/dokumen/pusat"
    return Party(base, areas, cookies, lambda: serializer.dumps(raw))


def _cookie(app: Any, account: Any, raw: str) -> str:
    from electsys.identity.login import TOKEN
    from electsys.identity.operations.sessions import start_session

    token = start_session(account, agent="", via="bench")
    held = {"_user_id": account.fs_uniquifier, "_fresh": True, TOKEN: token, "csrf_token": raw}
    signed = app.session_interface.get_signing_serializer(app).dumps(held)
    return f"{app.config['SESSION_COOKIE_NAME']}={signed}"


# --- the server, and those who send ---------------------------------------------------------------


@dataclass
class Receipt:
    """What a sender holds in its hands."""

    number: str
    sha256: str
    name: str


@dataclass
class Run:
    """What a run came to."""

    receipts: list[Receipt] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    kills: int = 0
    retries: int = 0
    failures: list[str] = field(default_factory=list)


class Sender:
    """One person with a browser: sends, and goes on after a lost connection as static/js/upload.js does."""

    def __init__(self, port: int, party: Party, cookie: str, run: Run) -> None:
        self.port, self.party, self.cookie, self.run = port, party, cookie, run
        self.connection: http.client.HTTPConnection | None = None

    def send(self, name: str, content: bytes, kind: str, region: str) -> Receipt:
        """Send one document until the server has given its receipt."""
        asked = {"kind": "party_document", "name": name, "length": len(content)}
        token = self.ask("POST", "/unggahan", asked)["token"]
        way, half, offset = f"/unggahan/{token}", max(1, len(content) // 2), 0
        while offset < len(content):
            piece = content[offset : offset + half]
            headers = {"Content-Type": STREAM, "Upload-Offset": str(offset)}
            answer = self.ask("PATCH", way, piece, headers) or self.ask("GET", way)
            offset = answer["offset"]
            if offset == len(content) and answer["file"] is None:
                # All has arrived, but the server died before it was kept: an empty piece asks once more.
                self.ask("PATCH", way, b"", headers | {"Upload-Offset": str(offset)})
        told = self.ask("POST", f"{self.party.base}/berkas", {"token": token, "kind": kind, "region": region})
        return Receipt(told["receipt"], told["sha256"], name)

    def close(self) -> None:
        """Give the connection up."""
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def ask(self, method: str, way: str, body: Any = None, more: dict[str, str] | None = None) -> Any:
        """The answer as JSON; waits for a server that is away; None where the offset was another."""
        headers = {"Cookie": self.cookie, "X-CSRFToken": self.party.token(), "Accept": "application/json"}
        if isinstance(body, dict):
            body, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        while True:
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                self.connection.request(method, way, body, headers | (more or {}))
                answer = self.connection.getresponse()
                said = answer.read()
            except (OSError, http.client.HTTPException):
                self.close()
                self.run.retries += 1
                time.sleep(0.1)
                continue
            if answer.status in (409, 423):
                time.sleep(0.1)
                return None
            if answer.status >= 500:
                time.sleep(0.2)
                continue
            if answer.status >= 400:
                raise RuntimeError(f"{method} {way}: {answer.status} {said[:300]!r}")
            return json.loads(said)


def hammer(server: Server, party: Party, *, count: int, every: int, seed: int = 7) -> Run:
    """Send ``count`` documents and kill the server whenever ``every`` more have their receipt."""
    run, waiting, lock = Run(), list(range(count)), threading.Lock()

    def work(cookie: str) -> None:
        sender = Sender(server.port, party, cookie, run)
        while not run.failures:
            with lock:
                if not waiting:
                    sender.close()
                    return
                n = waiting.pop()
            content = document(n, seed)
            began = time.perf_counter()
            try:
                receipt = sender.send(
                    f"sk_{n}.pdf", content, "sk_kepengurusan", party.areas[n % len(party.areas)]
                )
                if receipt.sha256 != hashlib.sha256(content).hexdigest():
                    raise RuntimeError(f"the receipt of {n} is of another content")
            except Exception as problem:
                run.failures.append(repr(problem))
                sender.close()
                return
            with lock:
                run.receipts.append(receipt)
                run.seconds.append(time.perf_counter() - began)

    server.start()
    threads = [threading.Thread(target=work, args=(cookie,)) for cookie in party.cookies]
    for thread in threads:
        thread.start()
    due = every
    while any(thread.is_alive() for thread in threads):
        if len(run.receipts) >= due and len(run.receipts) < count:
            due += every
            server.kill()
            run.kills += 1
            server.start()
        time.sleep(0.002)
    server.kill()
    if run.failures:
        raise RuntimeError("; ".join(run.failures[:3]))
    return run


def document(n: int, seed: int) -> bytes:
    """A PDF of one page that no other is like, of a few kilobytes to some ten."""
    noise = random.Random(f"{seed}:{n}").randbytes(random.Random(n).randrange(500, 15_000)).hex()
    out = bytearray(f"%PDF-1.4\n%{n} {noise}\n".encode())
    places = []
    for body in (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>",
    ):
        places.append(len(out))
        out += f"{len(places)} 0 obj{body}endobj\n".encode()
    start = len(out)
    out += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    return bytes(out + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start)


# --- what became of it ----------------------------------------------------------------------------


@dataclass
class Found:
    """What is wrong: receipts without a row, whose content differs, that are not in one place once; places
    with two documents in force."""

    lost: int = 0
    changed: int = 0
    misplaced: int = 0
    doubled: int = 0


def verify(receipts: list[Receipt]) -> Found:
    """Look every receipt up, and hash every content anew."""
    from sqlalchemy import func, select

    from electsys.db import db
    from electsys.documents.models import StoredFile
    from electsys.documents.store import current
    from modules.sipol.models import PartyDocument

    store, found = current(), Found()
    placed = dict(
        db.session.execute(select(PartyDocument.file_id, func.count()).group_by(PartyDocument.file_id)).all()
    )
    for receipt in receipts:
        stored = db.session.get(StoredFile, int(receipt.number.rpartition("-")[2]))
        if stored is None or stored.receipt != receipt.number or stored.name != receipt.name:
            found.lost += 1
            continue
        try:
            with store.open(stored.sha256) as content:
                digest = hashlib.sha256(content.read()).hexdigest()
        except FileNotFoundError:
            digest = ""
        found.changed += not digest == stored.sha256 == stored.received_sha256 == receipt.sha256
        found.misplaced += placed.get(stored.id, 0) != 1
    in_force = (
        select(func.count().label("n"))
        .where(PartyDocument.current)
        .group_by(PartyDocument.registration_id, PartyDocument.kind, PartyDocument.region)
        .subquery()
    )
    found.doubled = db.session.scalar(select(func.count()).where(in_force.c.n > 1)) or 0
    return found


if __name__ == "__main__":
    sys.exit(main())
