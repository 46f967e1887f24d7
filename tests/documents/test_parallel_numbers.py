"""A hundred at once, killed in the middle, set in between: on real PostgreSQL, committed."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from electsys.db import db
from electsys.documents import (
    cancel_number,
    insert_number,
    issue_document,
    issue_number,
    number_text,
    reserve_number,
)
from electsys.documents.models import NumberCounter, NumberEntry
from electsys.errors import Refused
from electsys.ledger import Act, Actor

ASKS = Actor(7, "konseptor.1201")
BOSS = 8

#: A process that takes numbers, one transaction each, and tells every number only once it is committed. It
#: stops for a moment before each commit, so that a kill finds it with a number taken and nothing committed.
WORKER = """
import sys, time
from electsys import create_app
from electsys.db import db
from electsys.documents import issue_number

app = create_app()
with app.app_context():
    print("ready", flush=True)
    for _ in range(int(sys.argv[1])):
        number = issue_number("UJI", "1201", 2024)
        time.sleep(float(sys.argv[2]))
        db.session.commit()
        print(number, flush=True)
"""


def start(database: str, count: int, pause: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(count), str(pause)],
        env=os.environ | {"DATABASE_URL": database},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def register(series: str = "UJI") -> list[int]:
    return list(
        db.session.scalars(
            select(NumberEntry.number).where(NumberEntry.series == series).order_by(NumberEntry.number)
        )
    )


def test_a_hundred_at_once(own_app):
    """100 threads wait at one gate and ask together, through all the connections that the app may have."""
    import threading

    gate = threading.Barrier(100)

    def one(_i: int) -> int:
        with own_app.app_context():
            gate.wait()
            number = issue_number("UJI", "1201", 2024)
            db.session.commit()
            return number

    with ThreadPoolExecutor(100) as pool:
        got = sorted(pool.map(one, range(100)))
    assert got == list(range(1, 101))
    assert register() == got


def test_kill_9_of_a_process_in_the_middle(own_app, own_database):
    """Two processes number; one is killed with a number taken and not committed. No gap, no double."""
    doomed, other = start(own_database, 500, 0.02), start(own_database, 60, 0.002)
    try:
        assert doomed.stdout.readline() == "ready\n", doomed.stderr.read()
        told = [int(doomed.stdout.readline()) for _ in range(5)]
        doomed.send_signal(signal.SIGKILL)
        rest, _errors = doomed.communicate(timeout=60)
        told += [int(line) for line in rest.split()]
        out, errors = other.communicate(timeout=120)
        assert other.returncode == 0, errors
        theirs = [int(line) for line in out.split()[1:]]
    finally:
        for process in (doomed, other):
            process.kill()
            process.communicate()
    deadline = time.monotonic() + 30
    while True:  # the server notices the dead client, and frees its lock, in its own time
        try:
            following = issue_number("UJI", "1201", 2024)
            db.session.commit()
            break
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
    numbers = register()
    assert numbers == list(range(1, len(numbers) + 1))  # no gap
    assert len(theirs) == 60
    assert not set(told) & set(theirs)
    assert set(told) | set(theirs) | {following} <= set(numbers)
    # What the dead process told nobody is one commit at most: the answer was on its way.
    assert len(numbers) - len(told) - len(theirs) - 1 <= 1
    assert following == numbers[-1]


def test_kill_9_of_the_connection_with_the_lock(own_app, superuser):
    """The server ends the session that holds the counter; who waits gets the very number it had taken."""
    issue_number("UJI", "1201", 2024)
    db.session.commit()
    assert issue_number("UJI", "1201", 2024) == 2  # taken, not committed
    pid = db.session.connection().connection.driver_connection.info.backend_pid

    def waiting() -> int:
        with own_app.app_context():
            number = issue_number("UJI", "1201", 2024)
            db.session.commit()
            return number

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(waiting)
        while not superuser.execute("select 1 from pg_locks where not granted").fetchone():
            time.sleep(0.02)
        superuser.execute("select pg_terminate_backend(%s)", (pid,))
        assert future.result(timeout=30) == 2
    db.session().invalidate()
    db.session.remove()
    assert register() == [1, 2]


# --- numbers set in between -------------------------------------------------------------------------


def test_letters_in_parallel(own_app):
    """30 ask for a number after the same one: 26 get a to z, four are refused, the sequence goes on."""
    issue_number("UJI", "1201", 2024)
    issue_number("UJI", "1201", 2024)
    db.session.commit()

    def one(_i: int) -> str | None:
        with own_app.app_context():
            try:
                serial = insert_number("UJI", "1201", 2024, 1, approved_by=BOSS, actor=ASKS).serial
            except Refused as no:
                db.session.rollback()
                assert "26 nomor sisipan" in no.message
                return None
            db.session.commit()
            return serial

    with ThreadPoolExecutor(15) as pool:
        got = list(pool.map(one, range(30)))
    assert sorted(s for s in got if s) == [f"1.{chr(97 + n)}" for n in range(26)]
    assert got.count(None) == 4
    assert issue_number("UJI", "1201", 2024) == 3


def test_a_number_in_between_needs_somebody_else(session):
    issue_number("Kpt", "1201", 2024)
    with pytest.raises(Refused, match="disetujui orang lain") as no:
        insert_number("Kpt", "1201", 2024, 1, approved_by=7, actor=ASKS)
    assert no.value.status == 403
    entry = insert_number("Kpt", "1201", 2024, 1, approved_by=BOSS, actor=ASKS)
    assert (entry.serial, entry.status, entry.approved_by) == ("1.a", "dipesan", BOSS)
    act = session.scalars(select(Act).where(Act.subject == f"number_entry:{entry.id}")).one()
    assert act.verb == "documents:number:insert"
    assert act.details == {"series": "Kpt", "serial": "1.a", "approved_by": BOSS}


@pytest.mark.parametrize(
    "change",
    [
        {"suffix": "A"},
        {"suffix": "ab"},
        {"suffix": "a", "approved_by": None},
        {"approved_by": BOSS},
        {"suffix": "a", "approved_by": 7},
    ],
)
def test_the_database_itself_holds_the_rule(session, change):
    values = {"series": "X", "unit": "1201", "year": 2024, "number": 1, "status": "dipesan", "account_id": 7}
    suffixed = {"approved_by": BOSS} if "suffix" in change else {}
    session.add(NumberEntry(**(values | suffixed | change)))
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize("after", [0, -1, 3])
def test_only_after_a_number_that_was_given(session, after):
    issue_number("Kpt", "1201", 2024)
    issue_number("Kpt", "1201", 2024)
    with pytest.raises(Refused, match="untuk disisipi"):
        insert_number("Kpt", "1201", 2024, after, approved_by=BOSS, actor=ASKS)
    with pytest.raises(Refused, match="pada tahun 2023"):
        insert_number("Kpt", "1201", 2023, 1, approved_by=BOSS, actor=ASKS)


def test_a_cancelled_number_in_between_keeps_its_letter(session):
    issue_number("Kpt", "1201", 2024)
    first = insert_number("Kpt", "1201", 2024, 1, approved_by=BOSS, actor=ASKS)
    cancel_number(first.id, note="Tidak jadi diterbitkan", actor=ASKS)
    assert insert_number("Kpt", "1201", 2024, 1, approved_by=BOSS, actor=ASKS).serial == "1.b"


# --- the number on the paper ------------------------------------------------------------------------

DAY = dt.date(2024, 3, 4)


def issue(entry, **change):
    options = {
        "unit": "1201",
        "series": "BA",
        "year": 2024,
        "title": "Uji",
        "subject": "letter:1",
        "date": DAY,
        "classification": "PL.01.8",
    } | change
    return issue_document("BA", "berita_acara", {"opening": "Uji."}, actor=ASKS, entry=entry, **options)


def test_the_number_is_known_before_the_paper_and_stays(session):
    entry = reserve_number("BA", "1201", 2024, actor=ASKS)
    assert number_text(entry, "BA", DAY, classification="PL.01.8", unit="1201") == "1/PL.01.8-BA/1201/2024"
    document = issue(entry)
    assert (document.number, document.entry_id) == ("1/PL.01.8-BA/1201/2024", entry.id)
    assert entry.status == "terbit"
    assert session.scalar(select(NumberCounter.last)) == 1  # no second number was taken
    with pytest.raises(Refused, match="sudah dipakai"):
        issue(entry)


def test_a_letter_stands_on_the_paper(session):
    issue_number("BA", "1201", 2024)
    entry = insert_number("BA", "1201", 2024, 1, approved_by=BOSS, actor=ASKS)
    document = issue(entry)
    assert document.number == "1.a/PL.01.8-BA/1201/2024"
    assert document.file.name == "BA-1.a-2024.pdf"
    law = insert_number("BA", "1201", 2024, 1, approved_by=BOSS, actor=ASKS)
    assert number_text(law, "Kpt", DAY, classification="HK.03.1", unit="1201") == "1.b Tahun 2024"


def test_a_number_of_something_else_is_a_mistake_of_the_program(session):
    entry = reserve_number("BA", "1202", 2024, actor=ASKS)
    for change in ({}, {"series": "SD", "unit": "1202"}):
        with pytest.raises(ValueError, match="belongs to BA/1202/2024"):
            issue(entry, **change)
    with pytest.raises(ValueError, match="2023"):
        number_text(entry, "BA", dt.date(2023, 1, 1), classification="", unit="1202")
    with pytest.raises(LookupError):
        number_text(entry, "XX", DAY, classification="", unit="1202")
    assert entry.status == "dipesan"
