"""The engine on the toy: locks, guards, sets, words, diagrams."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select, true

from config import ROOT
from electsys import workflow
from electsys.errors import Refused
from electsys.identity.access import Scope
from electsys.identity.grants import covers
from electsys.ledger import Act
from electsys.ledger.actor import Actor
from electsys.workflow import Transition, Workflow, diagram
from tests.workflow.conftest import actor_of
from tests.workflow.examples import paper
from tests.workflow.toy import ACCEPT, SUBMIT, TOY, Paper

pytestmark = pytest.mark.usefixtures("toy_table", "calendar")


def states(session):
    session.expire_all()
    return dict(session.execute(select(Paper.id, Paper.state)).all())


def last_act(session):
    session.flush()
    return session.scalars(select(Act).order_by(Act.id.desc()).limit(1)).one()


# --- one row --------------------------------------------------------------------------------------


def test_refusals_say_why_in_words(session, holder):
    account = holder(SUBMIT, region="1201")
    row = paper(session, "diajukan")
    assert TOY.why_not(row, "submit", account) == (
        "“Ajukan” tidak dapat dilakukan: kertas ini berstatus “sudah diajukan”."
    )
    assert TOY.why_not(row, "accept", account) == "Anda tidak berwenang melakukan “Terima” di wilayah ini."
    assert TOY.why_not(row, "terbang", account) == (
        "“terbang” tidak dapat dilakukan: kertas ini berstatus “sudah diajukan”."
    )
    incomplete = paper(session, "draf", complete=False)
    assert TOY.why_not(incomplete, "submit", account) == "Kertas belum lengkap."
    assert TOY.offered(incomplete, account) == []
    with pytest.raises(Refused, match=r"Kertas belum lengkap\."):
        TOY.move(incomplete, "submit", actor=actor_of(account))


def test_a_closed_stage_is_told_with_its_time(session, holder, calendar):
    account = holder(ACCEPT, region="1201")
    row = paper(session, "diajukan")
    calendar.add(("verifikasi", "12"))
    assert "sudah ditutup pada 14 Februari 2024" in TOY.why_not(row, "accept", account)


def test_the_guard_sees_what_the_caller_has_just_written(session, holder):
    row = paper(session, "draf", complete=False)
    row.complete = True
    TOY.move(row, "submit", actor=actor_of(holder(SUBMIT)))
    assert row.state == "diajukan"


def test_columns_tied_to_the_state_move_in_the_same_update(session, holder):
    row = paper(session, "diajukan")
    TOY.move(row, "accept", actor=actor_of(holder(ACCEPT)), values={"accepted_by": 5})
    assert (row.state, row.accepted_by) == ("diterima", 5)
    act = last_act(session)
    assert (act.subject, act.details) == (
        f"uji_kertas:{row.id}", {"from": "diajukan", "to": "diterima", "document": "ba"}
    )  # fmt: skip
    assert (act.region, act.election_id) == ("1201", 1)


def test_what_another_transaction_did_counts(session, holder):
    row = paper(session, "draf")
    session.connection().exec_driver_sql("update uji_kertas set state = 'ditolak'")
    assert row.state == "draf"  # as this session remembers it
    with pytest.raises(Refused, match="ditolak"):
        TOY.move(row, "submit", actor=actor_of(holder(SUBMIT)))
    assert row.state == "ditolak"


def test_an_event_may_reopen_but_no_button_does(session, holder):
    row = paper(session, "ditolak")
    account = holder(SUBMIT, ACCEPT)
    assert TOY.offered(row, account) == []
    assert TOY.offered(row, None) == []
    TOY.move(row, "reopen", actor=Actor.system("putusan"), reason="Putusan 1/2024")
    assert row.state == "draf"


# --- a set ----------------------------------------------------------------------------------------


def test_a_set_moves_what_may_move_and_leaves_one_act(session, holder):
    go = [paper(session, "draf"), paper(session, "draf", region="120105")]
    incomplete = paper(session, "draf", complete=False)
    sent = paper(session, "ditolak")
    outside = paper(session, "draf", region="1202")
    account = holder(SUBMIT, region="1201")
    assert TOY.move_set(true(), "submit", actor=actor_of(account)) == 2
    after = states(session)
    assert [after[p.id] for p in go] == ["diajukan", "diajukan"]
    assert (after[incomplete.id], after[sent.id], after[outside.id]) == ("draf", "ditolak", "draf")
    act = last_act(session)
    keys = sorted(str(p.id) for p in go)
    assert act.subject == "uji_kertas:*"
    assert act.details == {
        "from": ["draf"],
        "to": ["diajukan"],
        "count": 2,
        "digest": hashlib.sha256(",".join(keys).encode()).hexdigest(),
    }
    assert TOY.move_set(true(), "submit", actor=actor_of(account)) == 0
    assert last_act(session).id == act.id


def test_a_set_is_narrowed_by_the_caller_and_takes_values(session, holder):
    rows = [paper(session, "diajukan") for _ in range(3)]
    picked = [rows[0].id, rows[2].id]
    account = holder(ACCEPT)
    count = TOY.move_set(
        Paper.id.in_(picked), "accept", actor=actor_of(account), values={"accepted_by": account.id}
    )
    assert count == 2
    assert states(session) == {rows[0].id: "diterima", rows[1].id: "diajukan", rows[2].id: "diterima"}
    assert rows[0].accepted_by == account.id


def test_a_set_without_right_reason_or_open_stage_is_refused_whole(session, holder, calendar):
    row = paper(session, "diajukan")
    paper(session, "diajukan", region="1202")
    with pytest.raises(Refused) as refused:
        TOY.move_set(true(), "reject", actor=actor_of(holder(ACCEPT)))
    assert refused.value.field == "reason"
    with pytest.raises(Refused) as refused:
        TOY.move_set(true(), "reject", actor=actor_of(holder(SUBMIT)), reason="x")
    assert refused.value.status == 403
    with pytest.raises(Refused):
        TOY.move_set(true(), "reject", actor=Actor.system("uji"), reason="x")
    calendar.add(("verifikasi", "1202"))
    with pytest.raises(Refused, match="ditutup"):
        TOY.move_set(true(), "accept", actor=actor_of(holder(ACCEPT)), values={"accepted_by": 1})
    assert set(states(session).values()) == {"diajukan"}
    only_here = actor_of(holder(ACCEPT, region="1201"))
    assert TOY.move_set(true(), "accept", actor=only_here, values={"accepted_by": 1}) == 1
    assert states(session)[row.id] == "diterima"


def test_a_set_does_not_take_two_steps_at_once(session, holder):
    chain = Workflow(
        "uji_rantai",
        Paper,
        "state",
        (
            Transition("draf", "next", "diajukan", SUBMIT),
            Transition("diajukan", "next", "ditolak", SUBMIT),
        ),
        scope_clause=TOY.scope_clause,
        register=False,
    )
    first, second = paper(session, "draf"), paper(session, "diajukan")
    assert chain.move_set(true(), "next", actor=actor_of(holder(SUBMIT))) == 2
    assert states(session) == {first.id: "diajukan", second.id: "ditolak"}


def test_a_system_event_moves_a_set_without_scope(session):
    rows = [paper(session, "ditolak", region=r) for r in ("1201", "9901")]
    assert TOY.move_set(true(), "reopen", actor=Actor.system("putusan")) == 2
    assert set(states(session)) == {r.id for r in rows}


def test_an_unknown_action_is_a_mistake_of_the_programmer(session):
    with pytest.raises(ValueError, match="terbang"):
        TOY.move_set(true(), "terbang", actor=Actor.system("uji"))


@pytest.mark.parametrize(
    "held",
    [
        Scope(""), Scope("12"), Scope("1201"), Scope("120105"), Scope("97"),
        Scope("", party=7), Scope("", party=8),
        Scope("12", election=1), Scope("12", election=2), Scope("12", party=7, election=1),
    ],
)  # fmt: skip
def test_the_scope_of_a_set_is_the_scope_of_its_rows(session, held):
    for region in ("1201", "1202", "120105"):
        for party in (None, 7):
            for election in (1, 2):
                paper(session, "draf", region=region, party_id=party, election_id=election)
    rows = session.scalars(select(Paper)).all()
    found = set(session.scalars(select(Paper.id).where(TOY.scope_clause([held]))))
    assert found == {row.id for row in rows if covers(held, TOY.scope(row))}


def test_a_model_without_a_place_is_only_for_the_nation(session):
    row = paper(session, "draf")
    clause = workflow.within()
    for held in (Scope(""), Scope("12"), Scope("", party=1), Scope("", election=1)):
        found = session.scalars(select(Paper.id).where(clause([held]))).all()
        assert found == ([row.id] if covers(held, Scope()) else [])
    assert session.scalars(select(Paper.id).where(clause([]))).all() == []


# --- declaration and diagram ----------------------------------------------------------------------


def test_one_state_and_action_lead_to_one_place():
    with pytest.raises(ValueError, match="twice"):
        Workflow("uji", Paper, "state", [Transition("a", "x", t, None) for t in "bc"], register=False)


def test_two_modules_cannot_take_one_name(monkeypatch):
    class Other:
        pass

    monkeypatch.setattr(workflow.engine, "ALL", {})
    Workflow("uji", Paper, "state", [])
    with pytest.raises(ValueError, match="two modules"):
        Workflow("uji", Other, "state", [])


def test_a_workflow_that_lacks_its_place_says_so(session, holder):
    bare = Workflow(
        "uji_polos", Paper, "state", [Transition("draf", "go", "diajukan", SUBMIT, stage="s")], register=False
    )
    row = paper(session, "draf")
    with pytest.raises(ValueError, match="election"):
        bare.move(row, "go", actor=actor_of(holder(SUBMIT)))
    with pytest.raises(ValueError, match="scope_clause"):
        bare.move_set(true(), "go", actor=actor_of(holder(SUBMIT)))
    bare.scope_clause = TOY.scope_clause
    with pytest.raises(ValueError, match="place"):
        bare.move_set(true(), "go", actor=actor_of(holder(SUBMIT)))


def test_the_diagram_tells_what_the_table_says():
    assert diagram.mermaid(TOY).splitlines() == [
        "stateDiagram-v2",
        '    state "draf" as draf',
        '    state "sudah diajukan" as diajukan',
        '    state "diterima" as diterima',
        '    state "ditolak" as ditolak',
        "    draf --> diajukan: submit (uji.kertas.submit, guarded)",
        "    diajukan --> diterima: accept (uji.kertas.accept, stage verifikasi, document ba)",
        "    diajukan --> ditolak: reject (uji.kertas.accept, reason)",
        "    ditolak --> draf: reopen (by event)",
        "    diterima --> [*]",
    ]


def test_the_page_is_written_between_its_marks(tmp_path, monkeypatch):
    monkeypatch.setattr(diagram, "ALL", {TOY.name: TOY})
    path = tmp_path / "workflows.md"
    diagram.write(path)
    first = path.read_text()
    assert first.startswith("# Workflows\n")
    assert diagram.mermaid(TOY) in first
    path.write_text(first.replace("# Workflows", "# Alur kerja") + "Tail.\n")
    diagram.write(path)
    assert path.read_text() == first.replace("# Workflows", "# Alur kerja") + "Tail.\n"


def test_the_command_prints(app):
    result = app.test_cli_runner().invoke(args=["workflow", "diagram"])
    assert result.exit_code == 0, result.output
    assert all(name in result.output for name in workflow.ALL)


def test_the_printed_page_is_up_to_date(app):
    """``flask workflow diagram --write`` after a change of a workflow; the toy is not in it."""
    printed = (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8")
    assert diagram.page() in printed
