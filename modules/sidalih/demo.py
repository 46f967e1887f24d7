"""Sidalih in the demo: two villages of Barus with made-up voters, in coklit, some houses visited."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from electsys.db import db
from electsys.demo import ELECTION, Demo, step
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.identity import actor_named
from electsys.intake import FileFacts, stage
from electsys.ledger import Actor
from modules.sidalih.imports.checks import check_voters
from modules.sidalih.imports.specs import STAGING, spec_for
from modules.sidalih.models import Voter, VoterRoll
from modules.sidalih.operations.imports import import_voters
from modules.sidalih.operations.lists import set_stage
from modules.sidalih.operations.rolls import open_roll
from modules.sidalih.operations.voters import amend_voter, confirm_voter, strike_voter
from modules.sidalih.synthetic import people, write_csv

KABKO = "1201"
VILLAGES = ("1201011001", "1201011002")
COUNT = 2500
#: Houses of the first village that were visited: of twenty voters, so many are right as they stand.
VISITED, RIGHT = 60, 17


@step("sidalih")
def demo_voters(demo: Demo) -> None:
    """Import voters of two villages, begin coklit, visit some; nothing where a list has begun."""
    election = by_code(ELECTION)
    if election is None or not KABKO.startswith(demo.prefix):
        return
    begun = select(VoterRoll.id).where(VoterRoll.election_id == election.id, VoterRoll.region == KABKO)
    if db.session.scalar(begun) is not None:
        return
    office = actor_named(f"operator.{KABKO}")
    roll = open_roll(election, KABKO, actor=office)
    read = _import(election, demo.seed, office)
    db.session.commit()
    set_stage(roll, "open_visits", actor=office)
    db.session.commit()
    visited = _visit(election, actor_named("pantarlih.1201011001"))
    demo.say(f"{read} pemilih simulasi di dua desa; coklit dimulai, {visited} pemilih didatangi.")


def _import(election: Election, seed: int, actor: Actor) -> int:
    """Bring a made-up DP4 through the import; how many rows it had."""
    with TemporaryDirectory(prefix="demo-") as folder:
        path = Path(folder) / "dp4-simulasi.csv"
        rows = write_csv(path, people(VILLAGES, COUNT, seed=seed, voting_day=election.voting_day))
        staging = stage(db.session.connection(), path, spec_for(election, KABKO), STAGING)
        check_voters(staging, election, KABKO, actor=actor)
        staging.discard_bad()
        facts = FileFacts.of(path)
        import_voters(staging, election, region=KABKO, source="dp4", file=facts, actor=actor)
        staging.drop()
    return rows


def _visit(election: Election, actor: Actor) -> int:
    """The first houses of a village: most are right, one was misspelt, one voter has died, one moved."""
    voters = db.session.scalars(
        select(Voter)
        .where(Voter.election_id == election.id, Voter.village_code == VILLAGES[0])
        .order_by(Voter.tps_code, Voter.rw, Voter.rt, Voter.address, Voter.id)
        .limit(VISITED)
    ).all()
    for n, voter in enumerate(voters):
        turn = n % 20
        if turn < RIGHT:
            confirm_voter(voter, actor=actor)
        elif turn == RIGHT:
            changes = {"address": f"{voter.address} (dekat masjid)"}
            amend_voter(voter, changes, actor=actor, action="visit_amend", reason="Alamat dilengkapi")
        else:
            code, why = (
                ("1", "Meninggal, menurut keluarga") if turn == RIGHT + 1 else ("4", "Pindah domisili")
            )
            strike_voter(voter, code, actor=actor, action="visit_strike", reason=why)
    return len(voters)
