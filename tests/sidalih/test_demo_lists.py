"""The demo of Sidalih: made-up voters through the real import, once."""

from __future__ import annotations

from sqlalchemy import func, select

from electsys.demo import Demo
from electsys.identity import seed_demo_accounts
from electsys.ledger import Actor
from modules.sidalih.demo import COUNT, VISITED, demo_voters
from modules.sidalih.models import Voter, VoterBatch, VoterEvent, VoterList, VoterRoll


def test_the_demo_is_made_once(session, election):
    actor = Actor.system("demo")
    seed_demo_accounts(actor=actor)
    said = []
    demo = Demo("1201", 2024, actor, said.append)
    demo_voters(demo)
    demo_voters(demo)
    assert said == [f"{COUNT} pemilih simulasi di dua desa; coklit dimulai, {VISITED} pemilih didatangi."]
    batch = session.scalars(select(VoterBatch)).one()
    assert (batch.received, batch.accepted, batch.rejected) == (COUNT, COUNT, 0)
    roll = session.scalars(select(VoterRoll)).one()
    frozen = session.scalars(select(VoterList)).one()
    assert (roll.state, frozen.stage, frozen.total) == ("coklit", "a_daftar", COUNT)
    states = dict(session.execute(select(Voter.state, func.count()).group_by(Voter.state)).all())
    assert states == {"potensial": COUNT - VISITED, "sesuai": 51, "ubah": 3, "tms": 6}
    assert session.scalar(select(func.count()).select_from(VoterEvent)) == VISITED
    assert session.scalar(select(func.count()).where(Voter.tps_code.is_(None))) == 0


def test_a_demo_elsewhere_has_no_voters(session, election):
    demo_voters(Demo("31", 2024, Actor.system("demo"), lambda _words: None))
    assert session.scalars(select(VoterRoll)).all() == []
