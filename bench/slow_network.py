"""A KPPS's phone on a bad line: 50 kbit/s, 600 ms there and back, 10 % loss, 20 cuts.

A real Chromium runs the real page against gunicorn through a TCP proxy (``_slow_line``). Without a network it
fills the president's form and takes three photos of another form's pages; then the bad line is there. Timed
from that moment on: until the president's numbers have their receipt, and until all three photos have. The
line is cut at even intervals until everything is through. The reference of the photos is how long their bytes
alone take on a line of that rate that loses and cuts nothing. ``--cuts N`` makes another run.
"""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

from bench._figures import bench_app, emit
from bench._slow_line import Quality, SlowLine

NAME = "slow_network"
CUTS, EVERY = 20, 9.0
PAGES = 3
PERSONS = 18
TPS = "1201011001001"
PIN = "280945"


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=CUTS)
    parser.add_argument("--every", type=float, default=EVERY)
    options = parser.parse_args()
    from tests.browser import why_not

    if reason := why_not():
        print(reason, file=sys.stderr)
        return 2
    with bench_app():
        from bench.cek_dpt import serve

        task = prepare()
        port, server = serve()
        line = SlowLine(port)
        try:
            run = drive(line, task, options.cuts, options.every)
        finally:
            line.close()
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        found = stored()
    alone = run.bytes * 8 / Quality().rate
    emit(NAME, "numbers_request", run.packet, "bytes", goal=2048)
    emit(NAME, "photo_bytes", run.bytes, "bytes")
    emit(NAME, "cuts", run.cuts, "cuts")
    emit(NAME, "sent_over_line", run.sent / run.bytes, "ratio")
    good = [
        emit(NAME, "president_numbers", run.numbers, "s", goal=10),
        emit(NAME, "three_photos", run.photos, "s", reference=alone, goal=240),
        emit(NAME, "photos_missing", PAGES - found["photos"], "photos", goal=0),
        emit(NAME, "entries_missing", 1 - found["entries"], "entries", goal=0),
        emit(NAME, "doubles", found["doubles"], "rows", goal=0),
    ]
    return 0 if all(good) else 1


@dataclass
class Task:
    """A code for the phone, the numbers of the president's form, photos of the other form."""

    code: str
    values: dict[str, int | None]
    photos: list[bytes]


def prepare() -> Task:
    """The election with its stations, a DPD ballot of 18 persons (three pages), a KPPS; committed."""
    import datetime as dt

    from sqlalchemy import select

    from bench._capture_data import prepare as stations
    from electsys.db import db
    from electsys.devices import issue_activation
    from electsys.elections.models import Ballot, BallotLine, Participant
    from electsys.identity.models import Grant, Role
    from electsys.identity.operations import create_account
    from electsys.ledger import Actor
    from electsys.regions.models import Dapil
    from modules.situng import field
    from modules.situng.demo import clean_form
    from modules.situng.queries.contests import contest_by_code, contest_count

    desk = stations(1, only=(TPS[:4],))
    actor = Actor.system("bench")
    contest = contest_by_code("pemilu-2024", "dpd")
    assert contest is not None
    dapil = db.session.scalars(select(Dapil).where(Dapil.chamber == "dpd", Dapil.code == TPS[:2])).one()
    ballot = Ballot(contest_id=contest.id, dapil_id=dapil.id, source="bench")
    persons = [
        Participant(
            contest_id=contest.id,
            number=n,
            kind="perseorangan",
            name=f"Calon Perseorangan {n}",
            short_name=f"Calon {n}",
            region_code=TPS[:2],
        )
        for n in range(1, PERSONS + 1)
    ]
    db.session.add_all([ballot, *persons])
    db.session.flush()
    db.session.add_all(
        BallotLine(ballot_id=ballot.id, position=p.number, participant_id=p.id, name=p.name) for p in persons
    )
    account = create_account(
        "ketua.kpps",
        name="Ketua KPPS",
        email="k@bench.invalid",
        password=None,
        actor=actor,
        must_change=False,
    )
    role = db.session.scalars(select(Role).where(Role.name == "kpps_ketua")).one()
    db.session.add(Grant(account_id=account.id, role_id=role.id, region=TPS, given_by=actor.name))
    db.session.flush()
    code = issue_activation(
        field.KIND,
        account,
        region=TPS,
        election_id=desk.count.election_id,
        until=dt.datetime.now(dt.UTC) + dt.timedelta(days=3),
        actor=actor,
    )
    db.session.commit()
    count = contest_count(contest.id, TPS)
    pictures = [_snapped(page, n) for n, page in enumerate(_pages(count))]
    return Task(code, clean_form(desk.count, TPS), pictures)


def _pages(count: Any) -> list[bytes]:
    from modules.situng.demo import clean_form
    from modules.situng.simulated import photos

    pages = photos(count, TPS, clean_form(count, TPS))
    assert len(pages) == PAGES, len(pages)
    return pages


def _snapped(page: bytes, seed: int) -> bytes:
    """The page as a phone's camera takes it on a desk."""
    import numpy as np
    from PIL import Image

    from bench._photos import STRENGTHS, photo

    grey = np.asarray(Image.open(io.BytesIO(page)).convert("L"))
    return photo(grey, np.random.default_rng(seed), STRENGTHS["middle"])


@dataclass
class Run:
    """What a run came to: seconds, bytes."""

    numbers: float
    photos: float
    bytes: int
    packet: int
    sent: int
    cuts: int


def drive(line: SlowLine, task: Task, cuts: int, every: float) -> Run:
    """The phone's day: activated on a good line, filled without one, sent over the bad one."""
    from playwright.sync_api import Request, sync_playwright

    from tests import browser

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser.CHROMIUM, args=browser.ARGUMENTS)
        context = opened.new_context(
            base_url=f"http://127.0.0.1:{line.port}", viewport={"width": 360, "height": 740}, locale="id-ID"
        )
        context.set_default_timeout(120_000)
        page = context.new_page()
        sizes: list[int] = []

        def weigh(sent: Request) -> None:
            if sent.url.endswith("/paket"):
                sizes.append(len(sent.post_data or ""))

        page.on("request", weigh)
        page.goto(f"/lapangan/aktivasi#{task.code}")
        page.get_by_label("PIN baru").fill(PIN)
        page.get_by_label("Ulangi PIN").fill(PIN)
        page.get_by_role("button", name="Aktifkan").click()
        page.wait_for_url("**/lapangan/kpps/")
        page.get_by_label("PIN", exact=True).fill(PIN)
        page.get_by_role("button", name="Buka", exact=True).click()
        page.locator("#daftar-kontes li").first.wait_for()
        page.evaluate("navigator.serviceWorker.ready")
        context.set_offline(True)
        shrunk = _take(page, task.photos)
        _fill(page, task.values)
        page.locator("#foto [data-kembali]").click()
        line.quality = Quality()
        started = time.monotonic()
        context.set_offline(False)
        over = threading.Event()
        threading.Thread(target=_cut, args=(line, cuts, every, over), daemon=True).start()
        page.locator("[data-contest=ppwp] .kpps-receipt").wait_for(timeout=600_000)
        numbers = time.monotonic() - started
        page.locator("#baris-keadaan[data-waiting='0']").wait_for(timeout=1_200_000)
        photos = time.monotonic() - started
        over.set()
        line.quality = None
        opened.close()
    return Run(numbers, photos, shrunk, max(sizes, default=0), line.up.passed, line.cuts)


def _cut(line: SlowLine, cuts: int, every: float, over: threading.Event) -> None:
    for _n in range(cuts):
        if over.wait(every):
            return
        line.cut()


def _take(page: Any, photos: list[bytes]) -> int:
    """Three photos; how many bytes the phone keeps of them."""
    page.locator("[data-contest=dpd]").get_by_role("button", name="Foto halaman").click()
    for n, content in enumerate(photos, 1):
        page.set_input_files(f"#foto-{n}", {"name": "c.jpg", "mimeType": "image/jpeg", "buffer": content})
        page.get_by_text(f"Foto halaman {n} aman di ponsel").wait_for()
    page.locator("#foto [data-kembali]").click()
    read = """async () => {
      const r = indexedDB.open("electsys-lapangan-kpps");
      const db = await new Promise((done) => { r.onsuccess = () => done(r.result); });
      const all = db.transaction("files").objectStore("files").getAll();
      const rows = await new Promise((done) => { all.onsuccess = () => done(all.result); });
      db.close();
      return rows.reduce((sum, row) => sum + row.length, 0);
    }"""
    return int(page.evaluate(read))


def _fill(page: Any, values: dict[str, int | None]) -> None:
    page.locator("[data-contest=ppwp]").get_by_role("button", name="Isi angka").click()
    for name, value in values.items():
        page.locator(f"#{name}").fill(str(value))
    page.locator("#simpan-angka").click()
    if page.locator("#temuan select").count():
        for choice in page.locator("#temuan select").all():
            choice.select_option(index=1)
        page.locator("#simpan-angka").click()
    page.locator("#foto").wait_for()


def stored() -> dict[str, int]:
    """What lies in the database: photos, first entries, and whatever is there twice."""
    from sqlalchemy import text

    from electsys.db import db

    def count(query: str) -> int:
        return int(db.session.scalar(text(query)) or 0)

    return {
        "photos": count("select count(*) from form_photo"),
        "entries": count("select count(*) from capture where state = 'entri_pertama'"),
        "doubles": count("select count(*) - count(distinct received_sha256) from form_photo")
        + count("select count(*) - count(distinct key) from device_packet")
        + count("select count(*) - count(distinct (device_id, sha256)) from device_file")
        + count("select count(*) - count(distinct (contest_id, tps_code)) from capture"),
    }


if __name__ == "__main__":
    sys.exit(main())
