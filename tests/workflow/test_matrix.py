"""Generated from the tables: every workflow x state x action x class of actor.

A workflow that registers is tested here; it only needs an example (tests/workflow/examples.py).
"""

from __future__ import annotations

import importlib.util
import re
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import select, text

from electsys import MODULES, workflow
from electsys.errors import Refused
from electsys.ledger import Act
from electsys.ledger.actor import Actor
from tests.workflow import examples, toy
from tests.workflow.conftest import actor_of

ROOT = Path(__file__).parents[2]
for path in sorted(ROOT.glob("electsys/*/workflow.py")):
    importlib.import_module(f"electsys.{path.parent.name}.workflow")
for name in MODULES:
    importlib.import_module(f"modules.{name}")
    if importlib.util.find_spec(f"modules.{name}.workflow"):
        importlib.import_module(f"modules.{name}.workflow")
examples.load()

WORKFLOWS = {toy.TOY.name: toy.TOY, **workflow.ALL}
#: right: holds the permission where the row lies; elsewhere: holds it in another region; other_role: holds
#: other rights there; nobody: no grant at all.
CLASSES = ("right", "elsewhere", "other_role", "nobody")
CASES = [(flow.name, state) for flow in WORKFLOWS.values() for state in flow.states]


@pytest.fixture
def row_in(session, toy_table):
    def build(flow, state):
        if flow.name not in examples.EXAMPLES:
            pytest.fail(f"workflow {flow.name} has no example: see tests/workflow/examples.py")
        return examples.EXAMPLES[flow.name].build(session, state)

    return build


def acts(session, flow, action):
    session.flush()
    return session.scalars(select(Act).where(Act.verb == flow.verb(action))).all()


@pytest.mark.parametrize(("name", "state"), CASES)
def test_every_action_and_class_in_every_state(name, state, session, row_in, holder, calendar):
    """One row in that state; every attempt at it is undone before the next."""
    flow = WORKFLOWS[name]
    row = row_in(flow, state)
    accounts = Accounts(holder, flow.scope(row))
    wrong = []
    for action, who in product(flow.actions, CLASSES):
        wanted = next(t.permission for t in flow.transitions if t.action == action)
        account = accounts.of(who, wanted)
        undone = session.begin_nested()
        try:
            attempt(session, flow, row, action, account, calendar, right=who == "right")
        except (Exception, pytest.fail.Exception) as fault:
            wrong.append(f"{action} by {who}: {type(fault).__name__} {fault}")
        finally:
            calendar.clear()
            undone.rollback()
        assert getattr(row, flow.column) == state
    assert not wrong, f"{name} in {state}:\n  " + "\n  ".join(wrong)


class Accounts:
    """One account of each class and permission, where a row lies."""

    def __init__(self, holder, scope):
        self.holder, self.made = holder, {}
        self.bound = {"region": scope.region or "", "party": scope.party}

    def of(self, who, permission):
        key = who, permission if who in ("right", "elsewhere") else None
        if key not in self.made:
            wanted = [permission] if permission else []
            self.made[key] = {
                "right": lambda: self.holder(*wanted, **self.bound),
                "elsewhere": lambda: self.holder(*wanted, **self.bound | {"region": "3171"}),
                "other_role": lambda: self.holder("uji:lain:read", **self.bound),
                "nobody": self.holder,
            }[who]()
        return self.made[key]


def attempt(session, flow, row, action, account, closed, *, right):
    """Offer and move, by somebody who may or may not."""
    state = getattr(row, flow.column)
    transition = flow.find(state, action)
    before = len(acts(session, flow, action))
    values = examples.EXAMPLES[flow.name].prepare(row, action, account)
    move = lambda: flow.move(row, action, actor=actor_of(account), reason="Alasan uji", values=values)  # noqa: E731
    offered = {t.action for t in flow.offered(row, account)}

    if transition is None or (transition.permission is not None and not right):
        with pytest.raises(Refused) as refused:
            move()
        assert refused.value.status == (409 if transition is None else 403)
        assert refused.value.message
        assert action not in offered
        assert flow.why_not(row, action, account)
        assert getattr(row, flow.column) == state
        assert len(acts(session, flow, action)) == before
        return

    if transition.permission is None:
        assert action not in offered
        assert flow.why_not(row, action, account)
    else:
        assert action in offered
        assert flow.why_not(row, action, account) is None
    if transition.stage:
        closed.add((transition.stage, ""))
        with pytest.raises(Refused, match="ditutup"):
            move()
        assert action not in {t.action for t in flow.offered(row, account)}
        closed.clear()
    if transition.reason:
        with pytest.raises(Refused) as refused:
            flow.move(row, action, actor=actor_of(account), reason=" ", values=values)
        assert refused.value.field == "reason"
    assert move() is transition
    session.expire_all()
    assert getattr(row, flow.column) == transition.target
    act = acts(session, flow, action)[-1]
    assert (act.details["from"], act.details["to"]) == (state, transition.target)
    assert (act.account_id, act.reason) == (account.id, "Alasan uji")


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_system_job_moves_only_what_no_person_moves(name, session, row_in, calendar):
    flow = WORKFLOWS[name]
    for transition in flow.transitions:
        if transition.permission is not None:
            row = row_in(flow, transition.source)
            with pytest.raises(Refused):
                flow.move(row, transition.action, actor=Actor.system("uji"), reason="Alasan uji")


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_check_of_the_column_allows_exactly_the_states(name, session, toy_table):
    flow = WORKFLOWS[name]
    table = flow.model.__tablename__
    checks = session.scalars(
        text(
            "select pg_get_constraintdef(oid) from pg_constraint"
            " where conrelid = cast(:table as regclass) and conname = :name"
        ),
        {"table": table, "name": f"ck_{table}_{flow.column}"},
    ).all()
    assert checks, f"{table}.{flow.column} has no CHECK named ck_{table}_{flow.column}"
    beside = [f for f in WORKFLOWS.values() if (f.model, f.column) == (flow.model, flow.column)]
    assert set(re.findall(r"'([^']*)'", checks[0])) == {state for f in beside for state in f.states}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_transition_says_what_it_is(name):
    flow = WORKFLOWS[name]
    from electsys.identity import permissions

    for transition in flow.transitions:
        assert str(transition.label), f"{name}: {transition.action} has no label"
        if flow is not toy.TOY and transition.permission:
            assert transition.permission in permissions.ALL
        if transition.guard is not None:
            assert str(transition.refusal), f"{name}: the guard of {transition.action} gives no reason"
