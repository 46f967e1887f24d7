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
CASES = [
    (flow.name, state, action, who)
    for flow in WORKFLOWS.values()
    for state, action, who in product(flow.states, flow.actions, CLASSES)
]


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


@pytest.mark.parametrize(("name", "state", "action", "who"), CASES)
def test_every_state_action_and_class(name, state, action, who, request):
    session, row_in, holder = (request.getfixturevalue(f) for f in ("session", "row_in", "holder"))
    closed = request.getfixturevalue("calendar")
    flow = WORKFLOWS[name]
    row = row_in(flow, state)
    transition = flow.find(state, action)
    wanted = next((t.permission for t in flow.transitions if t.action == action), None)
    scope = flow.scope(row)
    bound = {"region": scope.region or "", "party": scope.party}
    account = {
        "right": lambda: holder(*filter(None, [wanted]), **bound),
        "elsewhere": lambda: holder(*filter(None, [wanted]), **bound | {"region": "3171"}),
        "other_role": lambda: holder("uji:lain:read", **bound),
        "nobody": holder,
    }[who]()
    before = len(acts(session, flow, action))
    values = examples.EXAMPLES[name].prepare(row, action, account)
    move = lambda: flow.move(row, action, actor=actor_of(account), reason="Alasan uji", values=values)  # noqa: E731
    offered = {t.action for t in flow.offered(row, account)}

    if transition is None or (transition.permission is not None and who != "right"):
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
    assert set(re.findall(r"'([^']*)'", checks[0])) == set(flow.states)


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
