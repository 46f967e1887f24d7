"""The demo's determination: the rehearsal of a regional election, from the plenaries to the decision."""

from __future__ import annotations

from sqlalchemy import select

from electsys.db import db
from electsys.demo import Demo, step
from electsys.elections.models import Contest
from electsys.elections.queries import by_code
from electsys.identity import actor_named
from modules.sirekap.models import Recap
from modules.sirekap.operations.determinations import compute_result, determine_result, submit_result
from modules.sirekap.operations.ladder import prepare_ladder
from modules.sirekap.operations.recaps import close_recap, lock_recap, open_recap, read_unit
from modules.sirekap.queries.recaps import readings

CODE = "peragaan-pilkada"
#: Body -> who closes, who locks.
PEOPLE = {"120101": ("operator.120101", "ppk.120101"), "1201": ("operator.1201", "anggota.1201")}


@step("sirekap-determination")
def demo_determination(demo: Demo) -> None:
    """Lock the rehearsal's D.Hasil up to its last tier, and determine who is elected."""
    election = by_code(CODE)
    if election is None:
        return
    contest = db.session.scalars(
        select(Contest).where(Contest.election_id == election.id, Contest.kind == "bupati_walikota")
    ).one_or_none()
    if contest is None or prepare_ladder(contest, actor=demo.actor) == 0:
        return
    for region, (first, second) in PEOPLE.items():
        recap = db.session.scalars(
            select(Recap).where(Recap.contest_id == contest.id, Recap.region == region)
        ).one()
        open_recap(recap, actor=actor_named(first))
        for unit in readings(recap):
            read_unit(recap, unit, actor=actor_named(first))
        close_recap(recap, actor=actor_named(first))
        lock_recap(recap, actor=actor_named(second))
    office, member = (actor_named(name) for name in PEOPLE["1201"])
    row = compute_result(contest, contest.region_code, actor=office)
    submit_result(row, actor=office)
    determine_result(row, signer="Ketua KPU Kabupaten Tapanuli Tengah", actor=member)
    demo.say(f"{election.name}: hasil ditetapkan dengan Keputusan {row.decision_number}.")
