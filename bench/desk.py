"""The desk over HTTP: from a verdict to the next document, with 1,000 documents queued.

A verifier does what the page's script does: the item on the desk is judged, the next one (its sheet and the
picture of its first page) was fetched while the verifier read. ``next`` is what the verifier waits for;
``cold`` is the same with nothing fetched beforehand. The reference, in the same run: the claim and the
verdict as bare SQL on the same table. ``--items N`` queues another number.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import os
import re
import signal
import statistics
import time
from typing import Any
from urllib.parse import urlencode

from bench._figures import bench_app, emit, percentile
from bench.cek_dpt import serve

NAME = "desk"
ITEMS, WARM, COLD = 1000, 200, 60
FILES = 20
QUEUE = "sipol_dokumen"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=ITEMS, help="documents queued")
    parser.add_argument("--warm", type=int, default=WARM, help="verdicts with the next one fetched before")
    options = parser.parse_args()
    with bench_app() as app:
        cookie = fill(app, options.items)
        bare = plain_sql(100)
        port, server = serve()
        try:
            desk = Desk(port, cookie)
            desk.work(5)  # the first requests of a process load its code
            warm, cold = desk.work(options.warm), desk.work(COLD, ahead=False)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()
    good = [
        emit(NAME, "next_p50", statistics.median(warm) * 1000, "ms", reference=bare * 1000, goal=300),
        emit(NAME, "next_p95", percentile(warm, 0.95) * 1000, "ms"),
        emit(NAME, "cold_p50", statistics.median(cold) * 1000, "ms"),
        emit(NAME, "queued", options.items, "items"),
    ]
    return 0 if all(good) else 1


def fill(app: Any, count: int) -> str:
    """Documents of one party in a kab/kota, their items, and a verifier; the session's cookie."""
    from electsys.db import db
    from electsys.elections.seed import seed_election
    from electsys.identity.login import TOKEN
    from electsys.identity.models import Grant, Role
    from electsys.identity.operations import create_account, seed_roles
    from electsys.identity.operations.sessions import start_session
    from electsys.ledger import Actor
    from electsys.regions import loading
    from modules.sipol.models import Party, PartyDocument, PartyRegistration
    from modules.sipol.operations.judging import open_round

    actor = Actor.system("bench")
    loading.load_map(actor=actor)
    election = seed_election(actor=actor)
    seed_roles(actor=actor)
    party = Party(kind="nasional", name="Partai Bench", short_name="PB")
    db.session.add(party)
    db.session.flush()
    row = PartyRegistration(party=party, election_id=election.id, state="vermin")
    db.session.add(row)
    db.session.flush()
    files = scans(actor)
    db.session.add_all(
        PartyDocument(
            registration_id=row.id,
            party_id=party.id,
            region="1201",
            kind=f"bukti_rekening_{n}" if n else "bukti_rekening",
            file_id=files[n % FILES],
        )
        for n in range(count)
    )
    db.session.flush()
    opened = open_round(row, "vermin", actor=actor)
    if opened[QUEUE] != count:
        raise RuntimeError(f"opened {opened}")
    account = create_account(
        "verifikator",
        name="Verifikator",
        email="v@test.invalid",
        password=None,
        actor=actor,
        must_change=False,
    )
    role = db.session.query(Role).filter_by(name="verifikator_kabko").one()
    db.session.add(Grant(account_id=account.id, role_id=role.id, region="1201", given_by="bench"))
    token = start_session(account, agent="", via="bench")
    user = account.fs_uniquifier
    db.session.commit()
    serializer = app.session_interface.get_signing_serializer(app)
    return str(serializer.dumps({"_user_id": user, "_fresh": True, "_id": None, TOKEN: token}))


def scans(actor: Any) -> list[int]:
    """Different PDFs of one scanned page of 150 dpi each."""
    from PIL import Image, ImageDraw, ImageFont

    from electsys.documents import store_file

    made = []
    for n in range(FILES):
        page = Image.effect_noise((1240, 1754), 24)
        draw = ImageDraw.Draw(page)
        for line in range(30):
            draw.text(
                (120, 120 + 50 * line), f"Halaman {n} baris {line}", fill=0, font=ImageFont.load_default(30)
            )
        out = io.BytesIO()
        page.save(out, "PDF", resolution=150)
        out.seek(0)
        made.append(store_file(out, name=f"bukti-{n}.pdf", kind="party_document", actor=actor).id)
    return made


def plain_sql(times: int) -> float:
    """The reference: claim and verdict as bare SQL, rolled back at the end; seconds of the median."""
    import psycopg

    taken = []
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        for _ in range(times):
            start = time.perf_counter()
            found = connection.execute(
                "update verification_item"
                " set claimed_until = now(), claimed_by = (select min(id) from account)"
                " where id = (select id from verification_item where queue = %s and region = '1201'"
                " and state = 'menunggu' order by region, priority, id limit 1 for update skip locked)"
                " returning id",
                (QUEUE,),
            ).fetchone()
            connection.execute(
                "update verification_item set state = 'ms', decided_at = now(), claimed_by = null,"
                " claimed_until = null where id = %s",
                found,
            )
            taken.append(time.perf_counter() - start)
        connection.rollback()
    return statistics.median(taken)


class Desk:
    """A verifier's browser: one connection, one session."""

    def __init__(self, port: int, cookie: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Cookie": f"session={cookie}"}
        page = self.ask("GET", f"/verifikasi/{QUEUE}/meja").decode()
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        if found is None:
            raise RuntimeError(page[:2000])
        self.token = found.group(1)

    def ask(self, method: str, path: str, fields: dict[str, Any] | None = None) -> bytes:
        """One request; its body."""
        more = FORM | {"Referer": "http://127.0.0.1/"} if fields is not None else {}
        self.connection.request(method, path, urlencode(fields or {}), self.headers | more)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{answer.status} {path}: {body[:600].decode(errors='replace')}")
        if fresh := answer.headers.get("Set-Cookie", ""):
            self.headers["Cookie"] = fresh.partition(";")[0]
        return body

    def take(self, beside: str = "") -> tuple[str, str]:
        """The next item with its sheet and its first page; (id, sheet)."""
        fields = {"csrf_token": self.token} | ({"samping": beside} if beside else {})
        said = json.loads(self.ask("POST", f"/verifikasi/{QUEUE}/meja", fields))
        if said["id"] is None:
            raise RuntimeError("nothing left")
        picture = re.search(r'src="([^"]+\.jpg)"', said["html"])
        if picture is None:
            raise RuntimeError("no picture on the sheet")
        self.ask("GET", picture.group(1))
        return str(said["id"]), said["html"]

    def work(self, count: int, *, ahead: bool = True) -> list[float]:
        """Judge ``count`` items; seconds from each verdict to the next item."""
        here, _sheet = self.take()
        taken = []
        for _ in range(count):
            following = self.take(here)[0] if ahead else ""
            start = time.perf_counter()
            fields = {"csrf_token": self.token, "putusan": "ms"}
            self.ask("POST", f"/verifikasi/butir/{here}/putus", fields)
            if not ahead:
                following = self.take()[0]
            taken.append(time.perf_counter() - start)
            here = following
        return taken


if __name__ == "__main__":
    raise SystemExit(main())
