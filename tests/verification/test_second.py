"""The second look: a draw that anybody can draw again, judged blind by another, settled by a third."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import pytest
from flask import g
from sqlalchemy import select

from electsys.errors import Refused
from electsys.ledger import Act
from electsys.verification.models import SecondDraw, VerificationItem
from electsys.verification.operations import desk, second
from electsys.verification.queries import desk as queries
from electsys.verification.rules.desk import second_size
from tests.verification.conftest import DONE, UJI, open_some

Item = VerificationItem


def test_the_share_is_rounded_up_and_never_more_than_all():
    share = Fraction(1, 50)
    assert [second_size(n, share) for n in (0, 1, 50, 51, 100, 1000)] == [0, 1, 1, 2, 2, 20]
    assert second_size(3, Fraction(2)) == 3
    assert second_size(100, Fraction(0)) == 0


@pytest.fixture
def judged(session, election, verifier):
    """Judge ``count`` items as met; (items, account, actor) of the first verifier."""

    def judge(count, region="1201", verdict="ms"):
        subjects = open_some(count, region=region)
        account, actor = verifier(region)
        items = session.scalars(select(Item).where(Item.subject.in_(subjects)).order_by(Item.id)).all()
        for item in items:
            desk.decide(UJI, item, verdict, actor=actor, reason="buram")
        return items, account, actor

    return judge


def draw(election, actor, seed="483920", region="1201"):
    g.pop("grants", None)
    return second.draw_second(UJI, election_id=election.id, region=region, seed=seed, actor=actor)


def test_anybody_can_draw_the_same_again(session, election, judged):
    items, _account, actor = judged(120)
    row = draw(election, actor)
    assert (row.frame_size, row.size, row.share) == (120, 3, "1/50")
    assert row.frame_digest == hashlib.sha256("".join(f"{i.id}\n" for i in items).encode()).digest()
    again = sorted((i.id for i in items), key=lambda n: hashlib.sha256(f"483920:{n}".encode()).hexdigest())
    drawn = session.scalars(select(Item.id).where(Item.second_look)).all()
    assert set(drawn) == set(again[:3])
    act = session.scalars(select(Act).where(Act.verb == "verification:draw:make")).one()
    assert act.details["digest"] == row.frame_digest.hex()


def test_a_new_draw_is_of_what_was_judged_since(session, election, judged):
    _items, _account, actor = judged(2)
    assert draw(election, actor).frame_size == 2
    with pytest.raises(Refused, match="Belum ada putusan baru"):
        draw(election, actor)
    judged(3)
    assert draw(election, actor).frame_size == 3
    judged(1, region="1202")
    with pytest.raises(Refused):
        draw(election, actor)


@pytest.mark.parametrize("seed", ["", "  ", "x" * 101])
def test_a_draw_needs_a_seed(session, election, judged, seed):
    _items, _account, actor = judged(1)
    with pytest.raises(Refused) as refusal:
        draw(election, actor, seed=seed)
    assert refusal.value.field == "undian"


def test_a_draw_needs_the_right_there(session, election, judged, verifier):
    judged(1)
    with pytest.raises(Refused) as refusal:
        draw(election, verifier("3171")[1])
    assert refusal.value.status == 403
    assert session.scalars(select(SecondDraw)).all() == []


def test_another_looks_blind_and_agrees(session, election, judged, verifier):
    [item], account, actor = judged(1)
    other, other_actor = verifier()
    with pytest.raises(Refused, match="tidak menunggu periksa kedua"):
        second.look_again(UJI, item, "ms", actor=other_actor)
    draw(election, actor)
    assert desk.take_next(UJI, account, election_id=election.id, second=True) is None, "not one's own"
    assert desk.take_next(UJI, other, election_id=election.id, second=True) is item
    with pytest.raises(Refused, match="petugas lain daripada"):
        second.look_again(UJI, item, "ms", actor=actor)
    assert second.look_again(UJI, item, "ms", actor=other_actor)
    assert (item.state, item.second_state, item.claimed_by) == ("ms", "ms", None)
    with pytest.raises(Refused, match="tidak menunggu penyelesaian"):
        second.settle(UJI, item, "ms", actor=verifier()[1], note="x")
    with pytest.raises(Refused, match="tidak dapat dibatalkan lagi"):
        desk.undo(UJI, item, actor=actor)


def test_who_disagrees_is_heard_by_a_third(session, election, judged, verifier):
    [item], _account, actor = judged(1)
    draw(election, actor)
    other_actor, third = verifier()[1], verifier()[1]
    assert not second.look_again(UJI, item, "tms", actor=other_actor, reason="palsu")
    assert item.state == "ms", "the first holds until it is settled"
    assert DONE[item.subject] == "ms"
    from electsys.identity.access import Scope

    assert queries.second_counts(UJI, election.id, [Scope("1201")]) == {
        "drawn": 1, "waiting": 0, "agree": 0, "open": 1, "settled": 0
    }  # fmt: skip
    for one_of_two in (actor, other_actor):
        with pytest.raises(Refused, match="orang ketiga"):
            second.settle(UJI, item, "tms", actor=one_of_two, reason="palsu", note="x")
    with pytest.raises(Refused) as refusal:
        second.settle(UJI, item, "tms", actor=third, reason="palsu", note=" ")
    assert refusal.value.field == "catatan"
    with pytest.raises(Refused) as refusal:
        second.settle(UJI, item, "tms", actor=verifier("3171")[1], reason="palsu", note="x")
    assert refusal.value.status == 403
    second.settle(UJI, item, "tms", actor=third, reason="palsu", note="Stempel partai lain.")
    assert (item.state, item.reason, item.settled_by) == ("tms", "palsu", third.account_id)
    assert DONE[item.subject] == "tms"
    assert [e.kind for e in queries.history(item)] == ["putus", "periksa_kedua", "selesai"]
    assert queries.second_counts(UJI, election.id, [Scope("1201")])["settled"] == 1
    with pytest.raises(Refused, match="tidak menunggu penyelesaian"):
        second.settle(UJI, item, "ms", actor=third, note="x")


def test_the_third_may_hold_with_the_first(session, election, judged, verifier):
    [item], _account, actor = judged(1)
    draw(election, actor)
    second.look_again(UJI, item, "bms", actor=verifier()[1], reason="buram")
    second.settle(UJI, item, "ms", actor=verifier()[1], note="Terbaca jelas.")
    assert (item.state, DONE[item.subject]) == ("ms", "ms")
    assert item.settled_at is not None
