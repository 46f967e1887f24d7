"""The desk: whose item it is, that it is judged once, what goes with a verdict, what can be taken back."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError

from electsys.errors import Refused
from electsys.ledger import Act
from electsys.verification.models import VerificationEvent, VerificationItem
from electsys.verification.operations import desk
from electsys.verification.queries import desk as queries
from electsys.verification.rules.desk import hours_left, verdicts_of
from tests.verification.conftest import ACTOR, DONE, UJI, open_some

Item = VerificationItem


@pytest.fixture
def take(election, session):
    def take(account, **more):
        from flask import g

        g.pop("grants", None)
        return desk.take_next(UJI, account, election_id=election.id, **more)

    return take


def item_of(session, subject, round_=1):
    return session.scalars(select(Item).where(Item.subject == subject, Item.round == round_)).one()


def test_rounds_know_their_verdicts_and_a_pace_promises_hours():
    assert verdicts_of(1) == ("ms", "bms", "tms")
    assert verdicts_of(2) == ("ms", "tms")
    assert [verdicts_of(n) for n in (3, 4)] == [verdicts_of(1), verdicts_of(2)], "a step done again"
    assert [hours_left(n, p) for n, p in ((0, 0), (10, 0), (10, 5), (11, 5))] == [0, None, 2, 3]


def test_opening_twice_opens_once(session, election):
    from sqlalchemy import literal

    rows = select(literal("thing:9"), literal("1201"), literal(3), literal(0))
    opened = [desk.open_items(UJI, rows, election_id=election.id, actor=ACTOR) for _ in range(2)]
    assert opened == [1, 0]
    assert desk.open_items(UJI, rows, election_id=election.id, actor=ACTOR, round_=2) == 1
    acts = session.scalars(select(Act).where(Act.verb == "verification:item:open")).all()
    assert [act.details["count"] for act in acts] == [1, 1]


def test_two_people_get_two_items_and_the_same_person_the_same(session, verifier, take):
    open_some(2)
    (one, _a), (two, _b) = verifier(), verifier()
    first = take(one)
    assert take(one) is first, "what I hold comes back to me"
    second = take(two)
    assert second.id != first.id
    assert take(verifier()[0]) is None, "all are held"
    assert take(one, beside=[first.id]) is None


def test_a_claim_runs_out_and_is_held_while_the_page_is_open(session, verifier, take):
    open_some(1)
    (one, one_actor), (two, two_actor) = verifier(), verifier()
    item = take(one)
    with pytest.raises(Refused, match="petugas lain"):
        desk.renew(item, actor=two_actor)
    before = item.claimed_until
    assert desk.renew(item, actor=one_actor) > before
    item.claimed_until = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    session.flush()
    assert take(two).id == item.id
    with pytest.raises(Refused, match="petugas lain"):
        desk.decide(UJI, item, "ms", actor=one_actor)
    desk.release(item, actor=one_actor)
    assert item.claimed_by == two.id, "only who holds it can put it back"
    desk.release(item, actor=two_actor)
    assert item.claimed_by is None


def test_the_length_of_a_claim_is_a_setting(app, session, verifier, take, monkeypatch):
    monkeypatch.setitem(app.config, "DESK_CLAIM_MINUTES", 2)
    open_some(1)
    item = take(verifier()[0])
    left = item.claimed_until - dt.datetime.now(dt.UTC)
    assert dt.timedelta(minutes=1) < left <= dt.timedelta(minutes=2)


def test_what_is_urgent_comes_first_and_ones_own_level_before_that_below(session, verifier, take):
    [late] = open_some(1, region="1201", priority=10)
    [urgent] = open_some(1, region="1201", priority=0)
    [nation] = open_some(1, region="")
    province, _actor = verifier("12")
    chief, _actor = verifier("")
    assert take(verifier("1201")[0]).subject == urgent
    assert take(province).subject == late, "nothing waits at its own level"
    assert take(chief).subject == nation
    assert take(verifier("1202")[0]) is None, "another kab/kota"
    assert take(chief, region="1201", beside=[]) is None, "both are held by others"


def test_an_owner_can_be_asked_for_alone(session, verifier, take):
    open_some(2, party=3)
    [other] = open_some(1, party=4)
    assert take(verifier()[0], party=4).subject == other


def test_a_verdict_stands_with_its_reason_and_does_what_the_queue_says(session, verifier, take):
    [subject] = open_some(1)
    account, actor = verifier()
    item = take(account)
    event = desk.decide(UJI, item, "bms", actor=actor, reason="buram", note=" lembar 2 ")
    assert (item.state, item.reason, item.note, item.decided_by) == ("bms", "buram", "lembar 2", account.id)
    assert item.claimed_by is None and item.decided_at == event.at
    assert {subject: "bms"} == DONE
    act = session.scalars(select(Act).where(Act.verb == "verification:item:decide")).one()
    assert act.details == {"queue": "uji", "to": "bms", "code": "buram"}
    assert act.region == "1201"


def test_nothing_is_decided_twice(session, verifier, take):
    open_some(1)
    (one, one_actor), (_two, two_actor) = verifier(), verifier()
    item = take(one)
    desk.decide(UJI, item, "ms", actor=one_actor)
    for actor in (one_actor, two_actor):
        with pytest.raises(Refused, match="sudah diputus: memenuhi syarat") as refusal:
            desk.decide(UJI, item, "tms", actor=actor, reason="buram")
        assert refusal.value.status == 409
    with pytest.raises(Refused, match="sudah diputus"):
        desk.renew(item, actor=one_actor)


@pytest.mark.parametrize(
    ("round_", "verdict", "reason", "note", "field"),
    [
        (1, "bms", None, None, "alasan"),
        (1, "tms", "entah", None, "alasan"),
        (1, "bms", "palsu", None, "alasan"),
        (1, "bms", "lain", "  ", "catatan"),
        (1, "ms", None, "x" * 501, "catatan"),
        (1, "menunggu", None, None, "putusan"),
        (2, "bms", "buram", None, "putusan"),
    ],
)
def test_a_verdict_lacks_something(session, verifier, take, round_, verdict, reason, note, field):
    open_some(1, round_=round_)
    account, actor = verifier()
    with pytest.raises(Refused) as refusal:
        desk.decide(UJI, take(account), verdict, actor=actor, reason=reason, note=note)
    assert refusal.value.field == field
    assert not DONE


def test_met_needs_no_reason_and_keeps_none(session, verifier, take):
    open_some(1)
    account, actor = verifier()
    item = take(account)
    desk.decide(UJI, item, "ms", actor=actor, reason="buram")
    assert item.reason is None


def test_who_has_no_right_there_is_refused(session, verifier):
    [subject] = open_some(1, region="1201")
    _account, actor = verifier("3171")
    with pytest.raises(Refused) as refusal:
        desk.decide(UJI, item_of(session, subject), "ms", actor=actor)
    assert refusal.value.status == 403


def test_the_own_judgement_can_be_taken_back(session, verifier, take):
    [subject] = open_some(1)
    (one, one_actor), (_two, two_actor) = verifier(), verifier()
    item = take(one)
    with pytest.raises(Refused, match="belum diputus"):
        desk.undo(UJI, item, actor=one_actor)
    desk.decide(UJI, item, "tms", actor=one_actor, reason="palsu")
    with pytest.raises(Refused, match="Hanya petugas yang memutus"):
        desk.undo(UJI, item, actor=two_actor)
    assert queries.last_of(UJI, one.id) is item
    desk.undo(UJI, item, actor=one_actor)
    assert (item.state, item.reason, item.decided_at, item.claimed_by) == ("menunggu", None, None, one.id)
    assert DONE == {}
    assert [e.kind for e in queries.history(item)] == ["putus", "batal"]
    desk.decide(UJI, item, "ms", actor=one_actor)
    assert {subject: "ms"} == DONE


def test_what_its_owner_took_back_is_asked_no_more(session, verifier, take):
    kept, gone, judged = (open_some(1)[0] for _ in range(3))
    account, actor = verifier()
    desk.decide(UJI, item_of(session, judged), "ms", actor=actor)
    assert desk.withdraw_items(UJI, Item.subject.in_([gone, judged]), actor=ACTOR) == 1
    assert item_of(session, gone).state == "ditarik"
    assert item_of(session, judged).state == "ms"
    assert take(account).subject == kept
    [event] = queries.history(item_of(session, gone))
    assert (event.kind, event.to_state) == ("tarik", "ditarik")


def test_the_tables_hold_what_the_operations_promise(session):
    [subject] = open_some(1)
    item = item_of(session, subject)
    for values in ({"state": "ms"}, {"claimed_by": 1}, {"second_state": "ms"}, {"settled_by": 1}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.query(Item).filter_by(id=item.id).update(values)


def test_events_stay(session, verifier, take):
    open_some(1)
    account, actor = verifier()
    desk.decide(UJI, take(account), "ms", actor=actor)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.query(VerificationEvent).update({"note": "lain"})


def test_counts_by_region_and_owner(session, election, verifier, take):
    open_some(2, party=3)
    open_some(1, region="1202", party=4)
    account, actor = verifier("12")
    desk.decide(UJI, take(account), "tms", actor=actor, reason="palsu")
    from electsys.identity.access import Scope

    whole = [Scope("12")]
    progress = queries.progress(UJI, election.id, whole)
    assert (progress.waiting, progress.done, progress.total) == (2, 1, 3)
    assert {k: p.total for k, p in queries.by_region(UJI, election.id, whole).items()} == {
        "1201": 2,
        "1202": 1,
    }
    assert {k: p.waiting for k, p in queries.by_owner(UJI, election.id, whole).items()} == {3: 1, 4: 1}
    assert queries.progress(UJI, election.id, [Scope("31")]).total == 0
    pace = queries.pace(UJI, election.id, whole, 2)
    assert (pace.last_hour, pace.last_day, pace.hours_left) == (1, 1, 2)


def test_what_waits_is_counted_as_it_is_taken(session, election, monkeypatch):
    from electsys.identity.access import Scope

    open_some(3, region="1201", party=3)
    open_some(2, region="12", party=3)
    count = lambda *scopes, **more: queries.waiting_count(UJI, election.id, scopes, **more)  # noqa: E731
    assert count(Scope("12")) == 2, "the own level before that below"
    assert count(Scope("1")) == 5
    assert count(Scope("12"), region="1201") == 3
    assert count(Scope("1201"), owner=4) == 0
    assert count(Scope("1201", 3)) == 3
    monkeypatch.setattr(queries, "CAP", 1)
    assert count(Scope("1")) == 2, "one beyond says that there are more"
