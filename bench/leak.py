"""A list that walked out: how surely its copy is named, how fast a copy is made, how fast people are told.

1. 200 copies of one list; a 1,000-row sample of each leaks, as it is, sorted, its spaces cleaned, and both:
   the share that is rightly named by order and spacing (control rows left out of account), and the share of
   other houses' files that is wrongly named. What both harms take away, control rows give back: the mean
   number of them in such a sample is printed beside.
2. A copy of a list of ``--rows`` voters, the whole way: read, opened, marked, locked with AES-256, kept. The
   reference, in the same run: the bare read of the same rows from the database.
3. A look-up of a control row against a bare primary-key SELECT.
4. A stolen kab/kota account against the house's own budget (NA-22): every page and file that needs no other
   room's objects, then one number after the other, of :data:`VICTIMS` voters. At most 500 rows with full NIK
   in a day, none in a file, and one alarm. (The suite does the same on every route, at a twenty-fifth of it.)
5. The breach kit for 10,000 of those voters: list, letters, notices. The law gives 72 hours; the goal is 4.

People are synthetic.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench._figures import bench_app, emit, peak_memory, timed
from bench._thief import Clock, Thief, own_values

NAME = "leak"
DAY = dt.date(2024, 2, 14)
VILLAGES = tuple(f"12010110{n:02}" for n in range(1, 9))
COPIES, SAMPLE = 200, 1000


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="voters of the list that is copied")
    parser.add_argument("--copies", type=int, default=COPIES, help="copies of which one leaks")
    parser.add_argument("--affected", type=int, default=10_000, help="persons of the breach")
    asked = parser.parse_args()
    sound = identify(asked.copies)
    with bench_app():
        sound = hand_out(asked.rows, asked.affected) and sound
    return 0 if sound else 1


# --- 1. which copy --------------------------------------------------------------------------------


def identify(copies: int) -> bool:
    """Leak a sample of every copy and name it."""
    from modules.sidalih.rules.copies import control_count
    from modules.sidalih.rules.watermarks import Row, judge, named, sort_key, spaced
    from modules.sidalih.synthetic.people import people

    rng = random.Random(20240214)
    rows = [
        Row(v.nama, v.alamat, v.rt, v.rw, v.kode_desa + v.tps)
        for v in people(["1201011001", "1271011001"], 4_000, seed=7, voting_day=DAY)
    ]
    keys = {n: hashlib.sha256(b"bench copy %d" % n).digest() for n in range(1, copies + 1)}

    def clean(leak: Sequence[Row]) -> list[Row]:
        return [Row(r.name, " ".join(r.address.split()), r.rt, r.rw, r.place) for r in leak]

    harms: dict[str, Callable[[list[Row]], Sequence[Row]]] = {
        "as it is": lambda leak: leak,
        "sorted by name": lambda leak: sorted(leak, key=lambda r: r.name),
        "spaces cleaned": clean,
        "sorted and cleaned": lambda leak: clean(sorted(leak, key=lambda r: r.name)),
    }
    right = dict.fromkeys(harms, 0)
    wrong = dict.fromkeys(harms, 0)
    for number, key in keys.items():
        ordered = sorted(rows, key=lambda row: sort_key(key, row))
        made = [Row(r.name, spaced(key, r), r.rt, r.rw, r.place) for r in ordered]
        leak = [made[i] for i in sorted(rng.sample(range(len(made)), SAMPLE))]
        for name, harm in harms.items():
            said = named(judge(harm(leak), keys))
            right[name] += said == number
            wrong[name] += said is not None and said != number
    stranger = hashlib.sha256(b"another house").digest()
    others = 0
    for _each in range(20):
        leak = [Row(r.name, spaced(stranger, r), r.rt, r.rw, r.place) for r in rng.sample(rows, SAMPLE)]
        others += named(judge(leak, keys)) is not None
    emit(NAME, "copies", copies, "copies")
    sound = True
    for name in harms:
        bound = 0.99 if name != "sorted and cleaned" else None
        goal = emit(NAME, f"named, {name}", right[name] / copies, "share", goal=bound, least=True)
        sound = sound and goal
        sound = emit(NAME, f"named wrongly, {name}", wrong[name] / copies, "share", goal=0.0) and sound
    sound = emit(NAME, "named, file of another house", others / 20, "share", goal=0.0) and sound
    per = control_count(10_000, 5)
    emit(NAME, "control rows in such a sample", per * SAMPLE / 10_000, "rows")
    return sound


# --- 2 to 5. a copy, a look-up, a stolen account, a breach ----------------------------------------


def hand_out(rows: int, affected: int) -> bool:
    """Fill a frozen list, copy it, look control rows up, draw the kit."""
    from sqlalchemy import text

    from electsys.db import db
    from electsys.ledger import Actor
    from modules.sidalih.models import VoterCopy
    from modules.sidalih.operations.breach import Breach, draw_kit
    from modules.sidalih.operations.copy_files import build_copy
    from modules.sidalih.queries.copies import LINES, end_of

    copy_id = fill(rows)
    copy = db.session.get_one(VoterCopy, copy_id)
    wanted = {"province": "12", "list": copy.list_id, "code": copy.region, "end": end_of(copy.region)}
    bare = timed(lambda: db.session.execute(text(LINES), wanted).all())
    seconds = timed(lambda: build_copy(copy, actor=Actor.system("bench")))
    db.session.commit()
    emit(NAME, "rows of the copy", rows, "rows")
    emit(NAME, "copy made", seconds, "s", reference=bare)
    sound = emit(NAME, "copy made, per 400,000 rows", seconds * 400_000 / rows, "s", goal=600)
    sound = emit(NAME, "peak memory", peak_memory(), "MB", goal=1000) and sound

    sound = look_up() and sound
    sound = steal(copy.list_id, copy.election_id) and sound
    out = Path(tempfile.mkdtemp(prefix="electsys-kit-", dir="/var/tmp")) / "kit"
    limit_to(copy, affected)
    now = dt.datetime.now(dt.UTC)
    breach = Breach(None, now - dt.timedelta(days=1), now, copies=(copy.id,), unit="1201")
    try:
        drawing = timed(lambda: draw_kit(breach, out, actor=Actor.system("bench"), tell=_quiet))
        letters = len(list(out.glob("surat-pemilih*.pdf")))
    finally:
        shutil.rmtree(out.parent)
    emit(NAME, "persons told", affected, "persons")
    emit(NAME, "files of letters", letters, "files")
    return emit(NAME, "breach kit", drawing, "s", reference=72 * 3600, goal=4 * 3600) and sound


def look_up(times: int = 5000) -> bool:
    """A look for a control row, as every look-up of a NIK makes one."""
    import secrets

    from sqlalchemy import text

    from electsys.db import db
    from modules.sidalih.operations.canaries import touched

    indexes = [secrets.token_bytes(32) for _ in range(times)]
    key = db.session.scalar(text("select min(id) from voter"))
    bare = timed(
        lambda: [db.session.execute(text("select id from voter where id = :i"), {"i": key}) for _ in indexes]
    )
    ours = timed(lambda: [touched(index, "cek") for index in indexes])
    return emit(
        NAME, "look for a control row", ours / times * 1e6, "us", reference=bare / times * 1e6, goal=5000
    )


#: Voters whose numbers the stolen account goes for: more than a day's budget.
VICTIMS = 700


def steal(list_id: int, election_id: int) -> bool:
    """Send the thief out against the budget that the house has by default."""
    from flask import current_app
    from sqlalchemy import select

    from config import load
    from electsys.db import db
    from electsys.identity.models import Account
    from electsys.ledger import Act
    from electsys.privacy import operations as budget
    from electsys.privacy.models import Disclosure
    from modules.sidalih.claims import claims_of
    from modules.sidalih.models import Voter, VoterRoll

    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    limit = app.config["PRIVACY_DAILY_ROWS"]
    assert limit == load({"ELECTSYS_TESTING": "1"})["PRIVACY_DAILY_ROWS"]
    account, enter, client = thief_of(app)
    voters = db.session.scalars(select(Voter).where(Voter.province == "12").limit(VICTIMS)).all()
    loot = {claims_of(voter).nik: voter.id for voter in voters}
    known: dict[str, list[Any]] = {
        "roll_id": [db.session.scalars(select(VoterRoll.id)).one()],
        "voter_id": list(loot.values())[:1],
        "code": [VILLAGES[0], "120101", "1201"],
        "village": [VILLAGES[0]],
        "election": ["pemilu-2024"],
        "stage": ["dpt"],
    }
    clock, real = Clock(), budget.now
    budget.now = clock.now
    try:
        thief = Thief(app, with_token(client), {nik for nik in loot if nik}, enter)
        thief.walk(db.session.get_one(Account, account), lambda rule: own_values(rule, known) or [])
        on_pages = len(thief.seen)
        thief.reveal([("voter", key) for key in loot.values()], clock)
    finally:
        budget.now = real
    db.session.expire_all()
    alarms = len(db.session.scalars(select(Act).where(Act.verb == "privacy:budget:exceed")).all())
    told = db.session.execute(select(Disclosure).where(Disclosure.kind == "refused")).all()
    emit(NAME, "pages the stolen account opened", thief.pages, "pages")
    emit(NAME, "files it took", thief.files, "files")
    sound = emit(NAME, "full NIK on pages and in files", on_pages, "rows", goal=0)
    sound = emit(NAME, "masked NIK in files", len(thief.masked_in_files), "rows", goal=0) and sound
    sound = (
        emit(
            NAME, "full NIK in a day by every door", len(thief.seen), "rows", reference=len(loot), goal=limit
        )
        and sound
    )
    sound = emit(NAME, "the budget can be used", len(thief.seen), "rows", goal=limit, least=True) and sound
    return emit(NAME, "alarms that stand", min(alarms, len(told)), "alarms", goal=1, least=True) and sound


def with_token(client: Any) -> Callable[..., Any]:
    """How the thief opens an address: whoever holds a session reads the token off the form first."""

    def open_it(path: str, *, method: str, data: dict[str, str] | None = None) -> Any:
        if method == "POST":
            form = client.get(path)
            found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form.get_data(as_text=True))
            form.close()
            data = (data or {}) | ({"csrf_token": found[1]} if found else {})
        return client.open(path, method=method, data=data)

    return open_it


def thief_of(app: Any) -> tuple[int, Callable[[], None], Any]:
    """An operator's account, a way to log it in, and the client that is logged in."""
    import time

    from sqlalchemy import select

    from electsys.db import db
    from electsys.identity.login import TOKEN
    from electsys.identity.models import Account, Grant, Role
    from electsys.identity.operations import create_account, seed_roles
    from electsys.identity.operations.sessions import start_session
    from electsys.ledger import Actor

    actor = Actor.system("bench")
    seed_roles(actor=actor)
    account = create_account(
        "dicuri", name="Dicuri", email="dicuri@bench.invalid", password=None, actor=actor, must_change=False
    )
    role = db.session.scalars(select(Role).where(Role.name == "operator_kpu_kabko")).one()
    db.session.add(Grant(account_id=account.id, role_id=role.id, region="1201", given_by=actor.name))
    db.session.commit()
    key, client = account.id, app.test_client()

    def enter() -> None:
        found = db.session.get_one(Account, key)
        token = start_session(found, agent="", via="bench")
        db.session.commit()
        with client.session_transaction() as cookie:
            cookie |= {"_user_id": found.fs_uniquifier, "_fresh": True, "fs_paa": time.time(), TOKEN: token}

    return key, enter, client


def fill(rows: int) -> int:
    """Voters of one kab/kota in a frozen DPT, straight into the tables, and an approved request."""
    from sqlalchemy import text

    from electsys.db import as_owner, db
    from electsys.elections import seed
    from electsys.elections.queries import by_code
    from electsys.identity.operations import create_account
    from electsys.ledger import Actor
    from electsys.regions import loading
    from modules.sidalih.claims import Claims, columns_of, limits_of
    from modules.sidalih.operations.voters import ensure_roll
    from modules.sidalih.synthetic.people import people

    actor = Actor.system("bench")
    loading.load_map(actor=actor)
    seed.seed_election(actor=actor)
    election = by_code("pemilu-2024")
    assert election is not None
    roll = ensure_roll(election.id, "1201", actor=actor)
    accounts = [
        create_account(name, name=name, email=f"{name}@bench.invalid", password=None, actor=actor)
        for name in ("satu", "dua")
    ]
    db.session.commit()
    limits = limits_of(election)
    with as_owner("bench: voters of a frozen list") as session:
        raw: Any = session.connection().connection.driver_connection
        person = session.execute(
            text("insert into person (id, name) values (nextval('person_id_seq'), 'BENCH') returning id")
        ).scalar_one()
        list_id = session.execute(
            text(
                "insert into voter_list (roll_id, stage, male, female, digest, determined_by)"
                " values (:roll, 'dpt', 0, 0, sha256('bench'), 'bench') returning id"
            ),
            {"roll": roll.id},
        ).scalar_one()
        columns = (
            *("id", "province", "election_id", "person_id", "village_code", "tps_code", "state", "source"),
            *("sealed", "nik_index", "family", "name", "birth_place", "birth_year", "sex", "marital_status"),
            *("address", "rt", "rw", "ktp_el"),
        )
        entries, numbers = [], dict[str, int]()
        with raw.cursor() as cursor:
            cursor.execute("create temporary table v (like voter including defaults) on commit drop")
            with cursor.copy(f"copy v ({', '.join(columns)}) from stdin") as copying:
                stream = people(VILLAGES, rows, seed=5, voting_day=DAY)
                for key, each in enumerate(stream, 1):
                    claims = Claims(
                        each.nama, each.tempat_lahir, each.birth_date, each.jenis_kelamin,
                        each.status_kawin, each.alamat, each.rt, each.rw, nik=each.nik, nkk=each.nkk,
                    )  # fmt: skip
                    facts = columns_of(claims, key, limits, DAY)
                    tps = each.kode_desa + each.tps
                    place = (key, "12", election.id, person, each.kode_desa, tps, "sesuai", "dp4")
                    copying.write_row((*place, *(facts[c] for c in columns[8:])))
                    numbers[tps] = numbers.get(tps, 0) + 1
                    entries.append(("12", list_id, tps, numbers[tps], key, 1))
            cursor.execute("insert into voter select * from v")
            cursor.execute("create temporary table e (like voter_list_entry) on commit drop")
            with cursor.copy("copy e from stdin") as copying:
                for entry in entries:
                    copying.write_row(entry)
            cursor.execute("insert into voter_list_entry select * from e")
        session.execute(text("analyze voter"))
        session.execute(text("analyze voter_list_entry"))
        return session.execute(
            text(
                "insert into voter_copy (election_id, list_id, region, profile, recipient, person, purpose,"
                " state, requested_by, decided_by, decided_at) values (:election, :list, '1201', 'pengawas',"
                " 'Bawaslu', 'Bench', 'pengawasan', 'disetujui', :one, :two, now()) returning id"
            ),
            {"election": election.id, "list": list_id, "one": accounts[0].id, "two": accounts[1].id},
        ).scalar_one()


def limit_to(copy: Any, affected: int) -> None:
    """Let the breach concern the first ``affected`` voters: a shorter list takes the list's place."""
    from sqlalchemy import text

    from electsys.db import as_owner, db

    with as_owner("bench: the persons of a breach") as session:
        short = session.execute(
            text(
                "insert into voter_list (roll_id, stage, sequence, male, female, digest, determined_by)"
                " select roll_id, stage, 2, 0, 0, digest, 'bench' from voter_list where id = :id returning id"
            ),
            {"id": copy.list_id},
        ).scalar_one()
        session.execute(
            text(
                "insert into voter_list_entry select province, :short, tps_code, number, voter_id, version"
                " from voter_list_entry where list_id = :id order by tps_code, number limit :n"
            ),
            {"short": short, "id": copy.list_id, "n": affected},
        )
        session.execute(
            text("update voter_copy set list_id = :short where id = :id"), {"short": short, "id": copy.id}
        )
    db.session.expire_all()


def _quiet(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
