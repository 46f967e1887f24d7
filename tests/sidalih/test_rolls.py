"""Rolls: begun once, and opened again by a ruling alone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from electsys.errors import Refused
from electsys.events import publish
from electsys.ledger import Act
from modules.jdih import RulingIssued
from modules.sidalih.models import VoterList
from modules.sidalih.operations import lists, rolls
from modules.sidalih.operations.minutes import stage_name
from modules.sidalih.permissions import COMPILE, DETERMINE, EDIT
from tests.sidalih.conftest import VILLAGE

WAY = ("open_visits", "close_visits", "determine_dps", "determine_dpshp", "determine_dpt")


@pytest.fixture
def office(actor_with):
    return actor_with(COMPILE, DETERMINE, EDIT)


def ruling(actor, kinds=("dpt",), regions=("1201",)):
    return RulingIssued(
        actor=actor, document_id=1, court="putusan_bawaslu", number="7/2023", kinds=kinds, regions=regions
    )


def test_a_roll_is_begun_once(session, election, office):
    roll = rolls.open_roll(election, "1201", actor=office)
    assert (roll.state, roll.region) == ("penyusunan", "1201")
    assert rolls.open_roll(election, "1201", actor=office) is roll
    assert len(session.scalars(select(Act).where(Act.verb == "sidalih:roll:open")).all()) == 1


def test_who_may_begin_what(session, election, office, actor_with):
    with pytest.raises(Refused):
        rolls.open_roll(election, "3171", actor=office)
    with pytest.raises(Refused):
        rolls.open_roll(election, "1201", actor=actor_with(EDIT))
    for wrong in ("12", "120101"):
        with pytest.raises(Refused, match="per kabupaten/kota"):
            rolls.open_roll(election, wrong, actor=actor_with(COMPILE, region=""))


@pytest.mark.parametrize(
    ("kinds", "regions", "opened"),
    [
        (("dpt",), ("1201",), True),
        (("hasil", "dpt"), ("12",), True),
        (("dpt",), (VILLAGE,), True),
        (("dpt",), (VILLAGE + "001", "3171"), True),
        (("dpt",), (), True),
        (("dpt",), ("3171",), False),
        (("dpt",), ("1202",), False),
        (("dct",), ("1201",), False),
        ((), (), False),
    ],
)
def test_a_ruling_opens_what_it_reaches(session, roll, office, kinds, regions, opened):
    roll.state = "dpt"
    session.flush()
    publish(ruling(office, kinds, regions))
    session.refresh(roll)
    assert roll.state == ("dpshp" if opened else "dpt")


def test_a_ruling_leaves_other_states_and_ended_elections(session, roll, election, office):
    roll.state = "dps"
    session.flush()
    assert rolls.reopen_by_ruling(ruling(office)) == []
    roll.state = "dpt"
    election.state = "selesai"
    session.flush()
    assert rolls.reopen_by_ruling(ruling(office)) == []


def test_the_changed_dpt_is_a_second_list(session, roll, office, make_voter):
    make_voter()
    for action in WAY:
        first = lists.set_stage(roll, action, actor=office)
    publish(ruling(office))
    make_voter()
    second = lists.set_stage(roll, "determine_dpt", actor=office)
    assert (first.sequence, first.total, second.sequence, second.total) == (1, 1, 2, 2)
    assert stage_name(second.stage, second.sequence) == "DPT perubahan"
    session.refresh(first)
    assert session.get(VoterList, first.id).total == 1
    act = session.scalars(select(Act).where(Act.verb == "sidalih:roll:reopen")).one()
    assert (act.reason, act.actor) == ("Putusan 7/2023", office.name)
