"""News between modules: at once in the same transaction, or later by a job."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from electsys import events, jobs
from electsys.errors import Refused
from electsys.events import Event, publish, subscribe
from electsys.ledger.actor import Actor

ACTOR = Actor(None, "sistem:uji")


@dataclass(frozen=True, kw_only=True)
class RulingIssued(Event):
    """A court decided."""

    case: str
    on: dt.date
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SeatRuling(RulingIssued):
    """A ruling on seats."""

    seats: int = 0


RULING = RulingIssued(actor=ACTOR, case="12-03", on=dt.date(2024, 6, 10), regions=("1201", "1202"))
heard = []


def hear(event):
    heard.append(event)


def hear_too(event):
    heard.append("too")


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setattr(events, "_SUBSCRIPTIONS", {})
    heard.clear()


def test_handlers_are_called_in_the_order_of_subscription_once_each(session):
    subscribe(RulingIssued, hear)
    subscribe(RulingIssued, hear_too)
    subscribe(RulingIssued, hear)
    publish(RULING)
    assert heard == [RULING, "too"]


def test_only_the_kind_and_its_heirs_are_heard(session):
    @dataclass(frozen=True, kw_only=True)
    class Other(Event):
        pass

    subscribe(RulingIssued, hear)
    publish(Other(actor=ACTOR))
    assert heard == []
    heir = SeatRuling(actor=ACTOR, case="1", on=dt.date(2024, 6, 10), seats=2)
    publish(heir)
    assert heard == [heir]


def test_a_handler_that_refuses_refuses_the_publisher(session):
    def refuse(event):
        raise Refused("Daftar sudah ditetapkan.")

    subscribe(RulingIssued, refuse)
    with pytest.raises(Refused):
        publish(RULING)


def test_later_means_after_the_commit_with_the_same_event(app, session):
    subscribe(RulingIssued, hear, later=True)
    publish(SeatRuling(actor=Actor(None, "sistem:uji"), case="9", on=dt.date(2024, 6, 10), seats=3))
    publish(RULING)
    assert heard == []
    assert jobs.run_pending(app) == 2
    assert heard == [SeatRuling(actor=ACTOR, case="9", on=dt.date(2024, 6, 10), seats=3), RULING]


def test_later_never_comes_if_the_publisher_is_undone(app, session):
    subscribe(RulingIssued, hear, later=True)
    with session.begin_nested() as act:
        publish(RULING)
        act.rollback()
    jobs.run_pending(app)
    assert heard == []


def test_a_later_handler_is_tried_again_and_its_writes_are_its_own(app, session):
    def stumble(event):
        session.execute(text("insert into job_beat (name) values ('bekas')"))
        heard.append(event)
        if len(heard) == 1:
            raise ValueError

    subscribe(RulingIssued, stumble, later=True)
    publish(RULING)
    jobs.run_pending(app)
    assert session.scalar(text("select count(*) from job_beat where name = 'bekas'")) == 0
    session.execute(text("update procrastinate_jobs set scheduled_at = now()"))
    jobs.run_pending(app)
    assert heard == [RULING, RULING]
    assert session.scalar(text("select count(*) from job_beat where name = 'bekas'")) == 1
