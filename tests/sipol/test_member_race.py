"""Two parties that bring one person at the same moment: neither may miss the other."""

from __future__ import annotations

import datetime as dt
import threading

import psycopg
import pytest

from modules.sipol.claims import MemberClaim
from tests.server import cloned
from tests.sipol import conftest as make
from tests.sipol.membering import FAR, VILLAGE


@pytest.fixture
def own_app(worker_id):
    """The app on a database of this test's own, for what is really committed."""
    from electsys import create_app
    from electsys.db import db

    with cloned(f"race_{worker_id}") as url:
        app = create_app(DATABASE_URL=url)
        yield app
        with app.app_context():
            db.engine.dispose()


def claim(village: str, card: str) -> MemberClaim:
    born = dt.date(1985, 3, 9)
    facts = ("1201010903858801", "BUDI SATU", "L", "BARUS", born, "S", "PETANI", "JALAN 1", village, card)
    return MemberClaim(*facts)


def test_both_rows_of_a_race_are_flagged(own_app):
    from sqlalchemy import select

    from electsys.db import db
    from modules.sipol.models import PartyMember, PartyRegistration
    from modules.sipol.operations.members import add_member

    with own_app.app_context():
        # Participants that update their data: that stage is open on any day of these years.
        keys = [make.updating(db.session).id for _ in range(2)]
        db.session.commit()
    inserted, second_asked = threading.Event(), threading.Event()
    problems: list[BaseException] = []

    def bring(key: int, village: str, first: bool) -> None:
        try:
            with own_app.app_context():
                registration = db.session.get_one(PartyRegistration, key)
                if not first:
                    inserted.wait(30)
                    second_asked.set()
                add_member(registration, claim(village, f"K-{key}"), actor=make.ACTOR)
                if first:
                    inserted.set()
                    second_asked.wait(30)
                    waiting_for_a_lock()
                db.session.commit()
        except BaseException as problem:
            problems.append(problem)
            raise

    def waiting_for_a_lock() -> None:
        """Until the second one waits for what the first one holds."""
        end = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
        with psycopg.connect(own_app.config["DATABASE_URL"], autocommit=True) as conn:
            while dt.datetime.now(dt.UTC) < end:
                row = conn.execute(
                    "select count(*) from pg_locks where locktype = 'advisory' and not granted"
                ).fetchone()
                if row and row[0]:
                    return
        raise AssertionError("the second one does not wait for the first")

    threads = [
        threading.Thread(target=bring, args=(keys[0], VILLAGE, True)),
        threading.Thread(target=bring, args=(keys[1], FAR, False)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not problems
    with own_app.app_context():
        rows = db.session.scalars(select(PartyMember)).all()
        assert [list(row.flags) for row in rows] == [["ganda_eksternal"], ["ganda_eksternal"]]
        assert len({row.person_id for row in rows}) == 1
