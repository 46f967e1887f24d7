"""Many verifiers at one queue, in transactions that really end: no item on two desks, none judged twice."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from typing import Any

import pytest

PEOPLE, ITEMS = 6, 60


@pytest.fixture
def crowd(own_app) -> Any:
    """Items of a queue and accounts that judge them, committed."""
    from sqlalchemy import func, literal, select

    from electsys.db import db
    from electsys.elections.models import Election
    from electsys.identity.models import Grant, Role
    from electsys.identity.operations import create_account
    from electsys.regions.models import RegionMap
    from electsys.verification.operations.desk import open_items
    from electsys.verification.registry import JUDGE, READ
    from tests.verification.conftest import ACTOR, UJI

    world = RegionMap(id=1, name="Uji", valid_from=dt.date(2020, 1, 1))
    db.session.add(world)
    db.session.flush()
    election = Election(
        code="uji", name="Uji", kind="simulasi", voting_day=func.current_date(), map_id=world.id
    )
    role = Role(name="uji", label="Uji", permissions=[JUDGE, READ])
    db.session.add_all([election, role])
    db.session.flush()
    people = []
    for n in range(PEOPLE):
        account = create_account(
            f"petugas.{n}", name="Petugas", email=f"p{n}@test.invalid", password=None, actor=ACTOR
        )
        db.session.add(Grant(account_id=account.id, role_id=role.id, region="1201", given_by="uji"))
        people.append(account.id)
    numbers = select(func.generate_series(1, ITEMS).label("n")).subquery()
    rows = select(func.concat("thing:", numbers.c.n), literal("1201"), literal(None), literal(0))
    open_items(UJI, rows, election_id=election.id, actor=ACTOR)
    db.session.commit()
    return own_app, election.id, people


def together(app: Any, people: list[int], work: Any) -> list[BaseException]:
    """Run ``work(account, index)`` for each person at once, each in a context of its own."""
    from electsys.db import db
    from electsys.identity.models import Account

    start, failed = threading.Barrier(len(people)), []

    def run(index: int, key: int) -> None:
        with app.app_context():
            try:
                start.wait(30)
                work(db.session.get_one(Account, key), index)
            except BaseException as problem:
                failed.append(problem)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def test_a_crowd_clears_a_queue_and_nothing_is_judged_twice(crowd):
    from sqlalchemy import select

    from electsys.db import db
    from electsys.ledger import Actor
    from electsys.verification.models import VerificationEvent, VerificationItem
    from electsys.verification.operations.desk import decide, take_next
    from tests.verification.conftest import UJI

    app, election, people = crowd
    seen: list[int] = []

    def work(account: Any, _index: int) -> None:
        actor = Actor(account.id, account.username)
        while (item := take_next(UJI, account, election_id=election)) is not None:
            db.session.commit()
            seen.append(item.id)
            decide(UJI, item, "ms", actor=actor)
            db.session.commit()

    assert together(app, people, work) == []
    assert len(seen) == ITEMS
    assert set(Counter(seen).values()) == {1}, "an item lay on two desks"
    events = db.session.scalars(select(VerificationEvent.item_id)).all()
    assert sorted(events) == sorted(seen)
    assert set(db.session.scalars(select(VerificationItem.state))) == {"ms"}


def test_one_item_six_judges_one_verdict(crowd):
    from sqlalchemy import select

    from electsys.db import db
    from electsys.errors import Refused
    from electsys.ledger import Actor
    from electsys.verification.models import VerificationEvent, VerificationItem
    from electsys.verification.operations.desk import decide
    from tests.verification.conftest import UJI

    app, _election, people = crowd
    key = db.session.scalars(select(VerificationItem.id).limit(1)).one()
    db.session.commit()
    refused: list[str] = []

    def work(account: Any, index: int) -> None:
        item = db.session.get_one(VerificationItem, key)
        try:
            verdict = ("ms", "bms", "tms")[index % 3]
            decide(UJI, item, verdict, actor=Actor(account.id, account.username), reason="buram")
            db.session.commit()
        except Refused as problem:
            db.session.rollback()
            refused.append(problem.message)

    assert together(app, people, work) == []
    assert len(refused) == PEOPLE - 1
    assert all("sudah diputus" in words for words in refused)
    [event] = db.session.scalars(select(VerificationEvent).where(VerificationEvent.item_id == key))
    assert db.session.get_one(VerificationItem, key).state == event.to_state
