"""Marks on the DPT: beside the list, never in it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from electsys.errors import Refused
from electsys.ledger import Act
from modules.sidalih.models import AreaCount, ListMark, VoterEvent
from modules.sidalih.operations import lists, marks
from modules.sidalih.permissions import COMPILE, DETERMINE, EDIT
from modules.sidalih.queries.lists import lines, marked_in, marks_in
from modules.sidalih.rules.marks import standing
from tests.sidalih.conftest import VILLAGE

WAY = ("open_visits", "close_visits", "determine_dps", "determine_dpshp", "determine_dpt")


@pytest.fixture
def office(actor_with):
    return actor_with(COMPILE, DETERMINE, EDIT)


@pytest.fixture
def dpt(session, roll, office, make_voter):
    """A DPT of three voters in two polling stations."""
    made = [make_voter(), make_voter(), make_voter(tps="002")]
    for action in WAY:
        frozen = lists.set_stage(roll, action, actor=office)
    return frozen, made


def test_what_stands():
    assert standing(["meninggal"]) == ["meninggal"]
    assert standing(["pindah_keluar", "meninggal", "batal"]) == ["pindah_keluar"]
    assert standing(["batal", "ganda", "batal", "batal", "tms"]) == ["tms"]


def test_a_mark_stands_beside_the_entry(session, dpt, office, election):
    frozen, made = dpt
    marks.mark_entry(made[0], frozen, "meninggal", reason="Akta kematian 5/2024", actor=office)
    marks.mark_entry(made[2], frozen, "ganda", reason="Terdaftar di desa lain", actor=office)
    assert marks_in(frozen.id, VILLAGE + "001") == {made[0].id: ("meninggal",)}
    assert marked_in(frozen.id, VILLAGE) == {VILLAGE + "001": 1, VILLAGE + "002": 1}
    assert marked_in(frozen.id, "12") == {"1201": 2}
    shown = {line.voter_id: line.marks for line in lines(frozen, VILLAGE + "001", election.voting_day)}
    assert shown == {made[0].id: ("meninggal",), made[1].id: ()}
    count = session.get(AreaCount, (frozen.id, "1201"))
    assert (count.male + count.female, frozen.total) == (3, 3)
    event = session.scalars(select(VoterEvent).where(VoterEvent.voter_id == made[0].id)).one()
    assert (event.kind, event.reason, event.details["mark"]) == ("tanda", "Akta kematian 5/2024", "meninggal")
    act = session.scalars(select(Act).where(Act.verb == "sidalih:list:mark").order_by(Act.id)).first()
    assert (act.subject, act.region) == (f"voter:{made[0].id}", VILLAGE + "001")
    session.refresh(made[0])
    assert made[0].state == "potensial"  # the row itself waits for the quarterly update


def test_a_mark_is_taken_back_and_both_are_kept(session, dpt, office):
    frozen, made = dpt
    marks.mark_entry(made[0], frozen, "meninggal", reason="Akta", actor=office)
    marks.mark_entry(made[0], frozen, "batal", reason="Salah orang", actor=office)
    assert marks_in(frozen.id, VILLAGE + "001") == {}
    assert marked_in(frozen.id, "1201") == {}
    kinds = session.scalars(select(ListMark.kind).order_by(ListMark.id)).all()
    assert kinds == ["meninggal", "batal"]
    with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
        session.execute(text("delete from voter_list_mark"))


@pytest.mark.parametrize(
    ("kind", "reason", "field"),
    [
        ("meninggal", "  ", "reason"),
        ("pindah_keluar", "x", "kind"),
        ("lain", "x", "kind"),
        ("batal", "x", "kind"),
    ],
)
def test_what_is_no_mark(session, dpt, office, kind, reason, field):
    frozen, made = dpt
    with pytest.raises(Refused) as refused:
        marks.mark_entry(made[0], frozen, kind, reason=reason, actor=office)
    assert refused.value.field == field


def test_no_mark_twice_and_no_move_taken_back_here(session, dpt, office):
    frozen, made = dpt
    marks.mark_entry(made[0], frozen, "ganda", reason="Ganda", actor=office)
    with pytest.raises(Refused, match="sudah bertanda"):
        marks.mark_entry(made[0], frozen, "ganda", reason="Ganda", actor=office)
    session.add(
        ListMark(
            province="12",
            list_id=frozen.id,
            voter_id=made[1].id,
            tps_code=VILLAGE + "001",
            kind="pindah_keluar",
            reason="DPTb",
            actor="uji",
        )
    )
    session.flush()
    with pytest.raises(Refused, match="pindah memilih"):
        marks.mark_entry(made[1], frozen, "batal", reason="x", actor=office)


def test_only_the_dpt_in_force_and_only_who_is_in_it(session, roll, dpt, office, make_voter, actor_with):
    frozen, made = dpt
    with pytest.raises(Refused, match="tidak ada dalam daftar"):
        marks.mark_entry(make_voter(), frozen, "ganda", reason="x", actor=office)
    with pytest.raises(Refused):
        marks.mark_entry(made[0], frozen, "ganda", reason="x", actor=actor_with(EDIT, region="3171"))
    with pytest.raises(Refused):
        marks.mark_entry(made[0], frozen, "ganda", reason="x", actor=actor_with(DETERMINE))
    roll.state = "dpshp"
    session.flush()
    lists.set_stage(roll, "determine_dpt", actor=office)
    with pytest.raises(Refused, match="DPT yang berlaku"):
        marks.mark_entry(made[0], frozen, "ganda", reason="x", actor=office)
