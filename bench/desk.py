"""The desk over HTTP: from a verdict to the next document, with 1,000 documents queued.

``--queue silon`` queues documents of candidates (sealed, marked with the name of their reader) instead of
documents of a party.

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
#: Module -> the queue that is filled, its role and the region where it is judged.
QUEUES = {
    "sipol": ("sipol_dokumen", "verifikator_kabko", "1201"),
    "silon": ("silon_dokumen", "operator_kpu_ri", ""),
}
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=ITEMS, help="documents queued")
    parser.add_argument("--queue", choices=tuple(QUEUES), default="sipol", help="whose documents")
    parser.add_argument("--warm", type=int, default=WARM, help="verdicts with the next one fetched before")
    options = parser.parse_args()
    with bench_app() as app:
        queue, role, region = QUEUES[options.queue]
        fill = fill_silon if options.queue == "silon" else fill_sipol
        fill(options.items)
        cookie = sign_in(app, role, region)
        bare = plain_sql(min(100, options.items), queue, region)
        port, server = serve()
        try:
            desk = Desk(port, cookie, queue)
            desk.work(5)  # the first requests of a process load its code
            warm, cold = desk.work(options.warm), desk.work(COLD, ahead=False)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()
    named = "" if options.queue == "sipol" else f"{options.queue}_"
    good = [
        emit(NAME, f"{named}next_p50", statistics.median(warm) * 1000, "ms", reference=bare * 1000, goal=300),
        emit(NAME, f"{named}next_p95", percentile(warm, 0.95) * 1000, "ms"),
        emit(NAME, f"{named}cold_p50", statistics.median(cold) * 1000, "ms"),
        emit(NAME, f"{named}queued", options.items, "items"),
    ]
    return 0 if all(good) else 1


def prepare() -> Any:
    """The map, the election and the roles; the election."""
    from electsys.elections.seed import seed_election
    from electsys.identity.operations import seed_roles
    from electsys.ledger import Actor
    from electsys.regions import loading

    actor = Actor.system("bench")
    loading.load_map(actor=actor)
    election = seed_election(actor=actor)
    seed_roles(actor=actor)
    return election


def fill_sipol(count: int) -> None:
    """Documents of one party in a kab/kota, and their items."""
    from electsys.db import db
    from electsys.ledger import Actor
    from modules.sipol.models import Party, PartyDocument, PartyRegistration
    from modules.sipol.operations.judging import open_round

    actor, election = Actor.system("bench"), prepare()
    party = Party(kind="nasional", name="Partai Bench", short_name="PB")
    db.session.add(party)
    db.session.flush()
    row = PartyRegistration(party=party, election_id=election.id, state="vermin")
    db.session.add(row)
    db.session.flush()
    files = scans(actor, "party_document")
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
    if opened["sipol_dokumen"] != count:
        raise RuntimeError(f"opened {opened}")
    db.session.commit()


#: Kinds of a candidate's documents that the bench queues, so many for each candidate.
KINDS = (
    *("pernyataan", "ktp_el", "ijazah", "sehat_jasmani", "sehat_rohani", "bebas_narkoba", "bukti_pemilih"),
    *("kta", "sk_pengadilan", "riwayat_hidup"),
)


def fill_silon(count: int) -> None:
    """Documents of the candidates of a party's lists for the DPR, and their items."""
    import datetime as dt

    from sqlalchemy import select

    from electsys.db import db
    from electsys.elections.models import Contest
    from electsys.identity.operations.persons import Claim, find_or_claim_person
    from electsys.ledger import Actor
    from electsys.privacy import reserve_ids
    from electsys.regions.models import Dapil
    from modules.silon.claims import CandidateClaim, columns_of
    from modules.silon.models import Candidate, CandidateDocument, Nomination
    from modules.silon.operations.judging import open_round
    from modules.sipol.models import Party, PartyRegistration

    actor, election = Actor.system("bench"), prepare()
    party = Party(kind="nasional", name="Partai Bench", short_name="PB")
    db.session.add(party)
    db.session.flush()
    db.session.add(PartyRegistration(party=party, election_id=election.id, state="peserta", number=1))
    contest = db.session.scalars(
        select(Contest).where(Contest.election_id == election.id, Contest.kind == "dpr")
    ).one()
    areas = db.session.scalars(
        select(Dapil).where(Dapil.map_id == election.map_id, Dapil.chamber == "dpr").order_by(Dapil.code)
    )
    files, opened = scans(actor, "candidate_document"), 0
    born = dt.date(1980, 5, 17)
    people = -(-count // len(KINDS))
    keys = iter(reserve_ids("candidate", people))
    for at, area in enumerate(areas):
        if at * 10 >= people:
            break
        row = Nomination(
            election_id=election.id,
            contest_id=contest.id,
            kind="daftar",
            state="vermin",
            region="",
            dapil_id=area.id,
            party_id=party.id,
            number=1,
        )
        db.session.add(row)
        db.session.flush()
        for number in range(1, min(10, people - at * 10) + 1):
            key, serial = next(keys), at * 10 + number
            claim = CandidateClaim(
                nik=f"120101{born:%d%m%y}{serial:04}",
                name=f"CALON BENCH {serial}",
                sex="L",
                birth_place="SIBOLGA",
                birth_date=born,
                occupation="PETANI",
                address="JALAN CEMARA 2",
                residence_code="1201",
                residence="KAB. TAPANULI TENGAH",
            )
            person = find_or_claim_person(
                Claim(f"candidate:{key}", claim.name, claim.nik, birth_date=born, sex="L"), actor=actor
            ).person
            db.session.add(
                Candidate(
                    id=key,
                    nomination_id=row.id,
                    election_id=election.id,
                    region="",
                    party_id=party.id,
                    person_id=person.id,
                    number=number,
                    **columns_of(claim, key),
                )
            )
            db.session.flush()
            wanted = KINDS[: min(len(KINDS), count - (serial - 1) * len(KINDS))]
            db.session.add_all(
                CandidateDocument(
                    nomination_id=row.id,
                    candidate_id=key,
                    region="",
                    party_id=party.id,
                    kind=kind,
                    file_id=files[(serial + n) % FILES],
                )
                for n, kind in enumerate(wanted)
            )
        db.session.flush()
        opened += open_round(row, actor=actor)["silon_dokumen"]
    if opened != count:
        raise RuntimeError(f"opened {opened} of {count}")
    db.session.commit()


def sign_in(app: Any, role: str, region: str) -> str:
    """A verifier with a session; its cookie."""
    from electsys.db import db
    from electsys.identity.login import TOKEN
    from electsys.identity.models import Grant, Role
    from electsys.identity.operations import create_account
    from electsys.identity.operations.sessions import start_session
    from electsys.ledger import Actor

    account = create_account(
        "verifikator",
        name="Verifikator",
        email="v@test.invalid",
        password=None,
        actor=Actor.system("bench"),
        must_change=False,
    )
    found = db.session.query(Role).filter_by(name=role).one()
    db.session.add(Grant(account_id=account.id, role_id=found.id, region=region, given_by="bench"))
    token = start_session(account, agent="", via="bench")
    user = account.fs_uniquifier
    db.session.commit()
    serializer = app.session_interface.get_signing_serializer(app)
    return str(serializer.dumps({"_user_id": user, "_fresh": True, "_id": None, TOKEN: token}))


def scans(actor: Any, kind: str) -> list[int]:
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
        made.append(store_file(out, name=f"bukti-{n}.pdf", kind=kind, actor=actor).id)
    return made


def plain_sql(times: int, queue: str, region: str) -> float:
    """The reference: claim and verdict as bare SQL, rolled back at the end; seconds of the median."""
    import psycopg

    taken = []
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        for _ in range(times):
            start = time.perf_counter()
            found = connection.execute(
                "update verification_item"
                " set claimed_until = now(), claimed_by = (select min(id) from account)"
                " where id = (select id from verification_item where queue = %s and region = %s"
                " and state = 'menunggu' order by region, priority, id limit 1 for update skip locked)"
                " returning id",
                (queue, region),
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

    def __init__(self, port: int, cookie: str, queue: str) -> None:
        self.queue = queue
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        self.headers = {"Cookie": f"session={cookie}"}
        page = self.ask("GET", f"/verifikasi/{self.queue}/meja").decode()
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
        said = json.loads(self.ask("POST", f"/verifikasi/{self.queue}/meja", fields))
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
