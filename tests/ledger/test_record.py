"""The trail: written with the act, and never changed."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
import sqlalchemy as sa
from flask import g
from sqlalchemy.exc import DatabaseError

from electsys.ledger import Act, Actor, record

BUDI = Actor(7, "budi", 3)


def test_an_act_stands_with_all_that_was_said(session: Any) -> None:
    act = record(
        "situng:batch:confirm",
        "result_batch:12",
        actor=BUDI,
        reason="Sudah dicocokkan",
        details={"count": 3, "codes": ["F.101"]},
        region="1201",
        election_id=1,
    )
    session.flush()
    session.refresh(act)
    assert (act.account_id, act.actor, act.grant_id) == (7, "budi", 3)
    assert (act.region, act.election_id, act.reason) == ("1201", 1, "Sudah dicocokkan")
    assert act.details == {"count": 3, "codes": ["F.101"]}
    assert act.xid == int(session.scalar(sa.text("select pg_current_xact_id()::text")))
    assert abs((session.scalar(sa.text("select clock_timestamp()")) - act.at).total_seconds()) < 60
    assert act.origin is None


def test_inside_a_request_the_address_is_kept_as_a_fingerprint_only(app: Any, session: Any) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.7"}):
        g.request_id = "req-1234"
        one = record("a:b:c", "x:1", actor=BUDI)
        two = record("a:b:c", "x:2", actor=BUDI)
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.8"}):
        other = record("a:b:c", "x:3", actor=BUDI)
    assert one.request_id == "req-1234"
    assert one.origin == two.origin != other.origin
    assert one.origin is not None and len(one.origin) == 16
    assert b"192.0.2.7" not in one.origin


def test_a_number_of_a_person_is_masked_wherever_it_was_typed(session: Any) -> None:
    act = record(
        "a:b:c",
        "x:1",
        actor=BUDI,
        reason="NIK 1201014107900001 salah",
        details={"list": ["1201014107900001"], "number": 1201014107900001},
    )
    assert act.reason == "NIK 1201**********01 salah"
    assert act.details == {"list": ["1201**********01"], "number": "1201**********01"}


@pytest.mark.parametrize(("verb", "subject"), [("confirm", "x:1"), ("a:b", "x:1"), ("a:b:c", "")])
def test_an_act_without_a_proper_name_is_a_mistake_of_ours(session: Any, verb: str, subject: str) -> None:
    with pytest.raises(ValueError, match="an act needs"):
        record(verb, subject, actor=BUDI)


def test_details_that_no_canonical_form_can_hold_are_refused(session: Any) -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        record("a:b:c", "x:1", actor=BUDI, details={"n": 2**60})


@pytest.mark.parametrize(
    "statement",
    [
        "update act set reason = 'x'",
        "delete from act",
        "truncate act",
        "delete from act_seal",
        # what proves the order is written by the server alone
        "insert into act (actor, verb, subject, xid) values ('x', 'a:b:c', 'x:1', 1)",
        "insert into act (actor, verb, subject, at) values ('x', 'a:b:c', 'x:1', now())",
        "insert into act (actor, verb, subject, cluster) values ('x', 'a:b:c', 'x:1', 1)",
    ],
)
def test_the_application_has_no_right_to_change_the_trail(session: Any, statement: str) -> None:
    record("a:b:c", "x:1", actor=BUDI)
    session.flush()
    with pytest.raises(DatabaseError, match="permission denied"):
        session.execute(sa.text(statement))


@pytest.mark.parametrize("statement", ["update act set reason = 'x'", "delete from act", "truncate act"])
def test_nor_does_the_owner_by_accident(session: Any, statement: str) -> None:
    record("a:b:c", "x:1", actor=BUDI)
    session.flush()
    session.execute(sa.text("set local role electsys_owner"))
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(sa.text(statement))


def test_an_act_goes_with_its_transaction(session: Any) -> None:
    before = session.scalar(sa.select(sa.func.count()).select_from(Act))
    with session.begin_nested() as inner:
        record("a:b:c", "x:1", actor=BUDI)
        session.flush()
        inner.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Act)) == before
