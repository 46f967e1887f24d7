"""The plenary of a nation: 84 dapil of the DPR, 18 parties, about 9,900 candidates, set to DCS and to DCT.

The candidates are those of the real DCT of 2024 where ``../shared/data`` is there, else made ones; the first
``--photos N`` have a photo each, of which the plenary draws the portrait. The reference, in the same run on
the same server: the same rows written by bare SQL, without minutes, digests, portraits and news.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bench import candidates as files
from bench._figures import bench_app, emit, peak_memory, timed

NAME = "plenary"
REAL = Path(__file__).resolve().parents[2] / "shared/data/candidates/dct_dpr_2024.csv"
STAGES = (
    *("penetapan_dcs", "tanggapan_dcs", "klarifikasi_dcs", "penggantian_dcs", "pencermatan_dct"),
    "penetapan_dct",
)
SIGNER = "KETUA KPU"
#: Between the two plenaries.
STEPS = ("open_responses", "clarify", "open_replacement", "draft")
ALL = 9_900


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=200, help="candidates that have a photo")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder, bench_app():
        return 0 if all(measure(Path(folder), given.photos)) else 1


def measure(folder: Path, photos: int) -> Iterator[bool]:
    """All figures."""
    from sqlalchemy import text

    from electsys.db import db
    from modules.silon.queries.outlooks import outlook

    contest, count = prepare(folder)
    give_photos(photos)
    who = actor()
    reference = bare()
    emit(NAME, "candidates", count, "candidates")
    emit(NAME, "bare_sql", reference, "s")
    for kind in ("dcs", "dct"):
        look = timed(partial(outlook, contest, "", kind))
        emit(NAME, f"outlook_of_{kind}", look, "s", reference=reference)
        seconds, found = determined(contest, kind)
        emit(NAME, f"plenary_of_{kind}", seconds, "s", reference=reference)
        yield emit(NAME, f"{kind}_missing", abs(found.candidates - count), "candidates", goal=0)
        yield emit(NAME, f"{kind}_lists_off", abs(len(found.listings) - 84), "lists", goal=0)
        if kind == "dcs":
            steps = timed(partial(advance, contest, who))
            emit(NAME, "steps_between", steps, "s", reference=reference)
    lines = db.session.scalar(text("select count(*) from ballot_line where candidate_number is not null"))
    yield emit(NAME, "ballot_lines_off", abs((lines or 0) - count), "lines", goal=0)
    emit(NAME, "memory", peak_memory(), "MB")


def determined(contest: Any, kind: str) -> tuple[float, Any]:
    """Seconds of one plenary, committed; and what it set."""
    from electsys.db import db
    from modules.silon.operations import plenaries

    begun = time.perf_counter()
    found = plenaries.determine(contest, "", kind, signer=SIGNER, note="Rapat pleno", actor=actor())
    db.session.commit()
    return time.perf_counter() - begun, found


def advance(contest: Any, who: Any) -> None:
    """The steps of all lists between the plenaries, each committed."""
    from electsys.db import db
    from modules.silon.operations import listings

    for step in STEPS:
        listings.advance(contest, "", step, actor=who)
        db.session.commit()


def prepare(folder: Path) -> tuple[Any, int]:
    """The election, its lists drafted for the DCS with verified candidates, every stage open."""
    import datetime as dt

    from sqlalchemy import text

    from electsys.db import as_owner, db
    from electsys.elections import calendar
    from modules.silon.operations import listings

    places, districts = files.prepare(files.CANDIDATES)
    if REAL.is_file():
        path = renumbered(folder / "dct.csv")
    else:
        dpr = [place for place in places if place.contest == "dpr"]
        path = files.write(folder, dpr, districts, ALL)[1]["dpr"]
    files.bring("dpr", path)
    contest = files.contest_of("dpr")
    now = dt.datetime.now(dt.UTC)
    for code in STAGES:
        stage = calendar.stage(contest.election_id, code)
        stage.opens_at, stage.closes_at = now - dt.timedelta(days=1), now + dt.timedelta(days=30)
    db.session.commit()
    with as_owner("the rows of a benchmark") as session:
        session.execute(text(VERIFIED))
        session.execute(text("update nomination set state = 'rancangan_dcs' where kind = 'daftar'"))
        session.commit()
    db.session.expire_all()
    listings.draft_listings(contest, "", "rancangan_dcs", actor=actor())
    db.session.commit()
    return contest, db.session.scalar(text("select count(*) from candidate where state = 'ms'")) or 0


def renumbered(path: Path) -> Path:
    """The real lists with the parties of the bench: 1 to 18 in the order of their real numbers."""
    with REAL.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    order = sorted({int(row["nomor_partai"]) for row in rows})
    columns = [name for name in rows[0] if name != "nama_dapil"]
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, extrasaction="ignore")
        writer.writeheader()
        for row in rows:
            writer.writerow(row | {"nomor_partai": order.index(int(row["nomor_partai"])) + 1})
    return path


VERIFIED = """
    with told as (
        insert into candidate_event (candidate_id, region, party_id, kind, from_state, to_state, actor)
        select id, region, party_id, 'putus', 'baru', 'ms', 'bench' from candidate where state = 'baru'
        returning id, candidate_id
    )
    update candidate c set state = 'ms', event_id = told.id from told where told.candidate_id = c.id
"""
#: What a plenary writes, at the least: events, states, names of the list.
BARE = (
    "create table bare_event (like candidate_event including all)",
    "create table bare_entry (like listing_entry including all)",
    "insert into bare_event (id, candidate_id, region, party_id, kind, from_state, to_state, actor)"
    " overriding system value select id, id, region, party_id, 'penetapan', 'ms', 'dcs', 'bench'"
    " from candidate",
    "insert into bare_entry (listing_id, position, nomination_id, candidate_id, participant_number,"
    " participant, number, name, sex, residence, struck, profile)"
    " select 1, id, nomination_id, id, 1, 'Partai', number, ballot_name, sex, residence, false, '{}'"
    " from candidate",
    "create table bare_candidate as select * from candidate",
    "update bare_candidate set state = 'dcs'",
)


def bare() -> float:
    """Seconds to write the same rows by SQL alone."""
    from electsys.db import as_owner

    with as_owner("the reference of a benchmark") as session:
        raw: Any = session.connection().connection.driver_connection

        def write() -> None:
            for statement in BARE:
                raw.execute(statement)
            raw.commit()

        seconds = timed(write)
        for table in ("bare_event", "bare_entry", "bare_candidate"):
            raw.execute(f"drop table {table}")
        raw.commit()
    return seconds


def actor() -> Any:
    """A member of KPU RI, who may set lists in plenary."""
    from sqlalchemy import select

    from electsys.db import db
    from electsys.identity.models import Account
    from electsys.ledger import Actor

    account = db.session.scalars(select(Account).where(Account.username == "anggota.ri")).one()
    return Actor(account.id, account.username)


def give_photos(count: int) -> None:
    """A photo of its own for each of the first candidates."""
    from PIL import Image
    from sqlalchemy import text

    from electsys.db import as_owner, db
    from electsys.documents import store_file
    from modules.silon.operations.candidate_photos import PURPOSE

    keys = db.session.scalars(text(f"select id from candidate order by id limit {int(count)}")).all()
    made = {}
    for n, key in enumerate(keys):
        out = io.BytesIO()
        Image.effect_noise((600, 800), 20 + n % 60).convert("RGB").save(out, "JPEG")
        made[key] = store_file(io.BytesIO(out.getvalue()), name="foto.jpg", kind=PURPOSE, actor=actor()).id
    db.session.commit()
    with as_owner("the photos of a benchmark") as session:
        for key, photo in made.items():
            session.execute(
                text("update candidate set photo_id = :photo where id = :key"), {"photo": photo, "key": key}
            )
        session.commit()
    db.session.expire_all()


if __name__ == "__main__":
    sys.exit(main())
