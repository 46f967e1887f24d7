"""The demo's plenary: the kecamatan 120101 reads the president's contest, with a witness and an objection."""

from __future__ import annotations

from sqlalchemy import select

from electsys.db import db
from electsys.demo import ELECTION, Demo, step
from electsys.documents.papers import today
from electsys.elections import calendar
from electsys.elections.models import Participant
from electsys.elections.operations import set_times
from electsys.elections.seed import DEMO_OPEN
from electsys.identity import actor_named
from electsys.ledger import Actor
from modules.sirekap.boards.writing import elections, write_boards
from modules.sirekap.models import Recap, WitnessMandate
from modules.sirekap.operations.ladder import prepare_ladder
from modules.sirekap.operations.objections import file_objection
from modules.sirekap.operations.recaps import open_recap, read_unit
from modules.sirekap.operations.witnesses import note_attendance, register_mandate
from modules.sirekap.queries.recaps import obstacles, readings, sheet
from modules.situng import contest_by_code

REGION = "120101"


@step("sirekap-recap")
def demo_recap(demo: Demo) -> None:
    """Prepare the ladder, and leave one plenary open with work to do."""
    contest = contest_by_code(ELECTION, "ppwp")
    if contest is None:
        return
    made = prepare_ladder(contest, actor=demo.actor)
    recap = db.session.scalars(
        select(Recap).where(Recap.contest_id == contest.id, Recap.region == REGION)
    ).one_or_none()
    if recap is None or recap.state != "belum":
        return
    set_times(
        calendar.stage(contest.election_id, "rekapitulasi"),
        *DEMO_OPEN,
        reason="Peragaan dibuka terus",
        actor=demo.actor,
    )
    operator = actor_named("operator.120101")
    open_recap(recap, actor=operator)
    witness = _witness(contest.id, contest.election_id, operator)
    missing = {code[:10] for code in obstacles(recap).missing}
    ready = [unit for unit in readings(recap) if unit not in missing]
    for unit in ready[: len(ready) // 2]:
        read_unit(recap, unit, actor=operator)
    station = sheet(recap).columns[0].unit
    file_objection(
        recap,
        "Suara nomor 01 pada layar berbeda dari salinan C.Hasil kami.",
        unit=station,
        row="suara_1",
        mandate=witness,
        actor=operator,
    )
    demo.say(f"{made} D.Hasil disiapkan; pleno kecamatan {REGION} terbuka, {len(ready) // 2} desa dibacakan.")


def _witness(contest_id: int, election_id: int, operator: Actor) -> WitnessMandate:
    participant = db.session.scalars(
        select(Participant).where(Participant.contest_id == contest_id, Participant.number == 1)
    ).one()
    made = register_mandate(
        election_id,
        REGION,
        participant,
        name="Saksi Pasangan 01",
        letter_number="01/SM/PPWP",
        letter_date=today(REGION),
        actor=operator,
    )
    note_attendance(election_id, REGION, name="", role="saksi", mandate=made, actor=operator)
    note_attendance(election_id, REGION, name="Anggota PPK", role="anggota", actor=operator)
    return made


@step("sirekap-boards")
def demo_boards(demo: Demo) -> None:
    """The boards as they are now; the worker keeps them fresh."""
    written = sum(write_boards(election) for election in elections())
    demo.say(f"{written} papan rekapitulasi ditulis.")
