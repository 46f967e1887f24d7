"""A limited visit in any state, for the generated tests of its workflow and routes."""

from __future__ import annotations

from sqlalchemy import func, select, text

from electsys.elections.queries import by_code
from modules.sidalih.models import LimitedVisit, LimitedVisitVoter, Quarter
from modules.sidalih.operations.voters import ensure_roll
from modules.sidalih.rules.coktas import digest
from tests.sidalih.conftest import ACTOR, VILLAGE, store
from tests.workflow.examples import example

DRAWN = {"seed": "6152431665", "size": 1, "drawn_by": "uji", "drawn_at": func.now()}


def stored_visit(session, quarter, state, voter):
    """A frame of one voter; ``ditetapkan``: a sample of that voter."""
    visit = LimitedVisit(
        quarter_id=quarter.id,
        election_id=voter.election_id,
        region="1201",
        frame=1,
        frame_digest=digest([voter.id]),
        frozen_by="uji",
    )
    session.add(visit)
    session.flush()
    drawn = state == "ditetapkan"
    session.add(
        LimitedVisitVoter(
            visit_id=visit.id,
            voter_id=voter.id,
            province="12",
            village_code=VILLAGE,
            doubts=["umur_lebih"],
            rank=1 if drawn else None,
        )
    )
    session.flush()
    if state != "kerangka":
        for name, value in {"state": state, **(before_the_move(None, "draw", None) if drawn else {})}.items():
            setattr(visit, name, value)
        session.flush()
        session.refresh(visit)
    return visit


def before_the_move(row, action, account):
    """What the operation writes together with the state."""
    return {**DRAWN, "sample_digest": b"x" * 32} if action == "draw" else {}


@example("sidalih_coktas", prepare=before_the_move)
def visit(session, state):
    """The limited visit of a quarter of Tapanuli Tengah with one voter in doubt."""
    election = by_code("pemilu-2024")
    roll = ensure_roll(election.id, "1201", actor=ACTOR)
    session.execute(text("update voter_roll set state = 'dpt' where id = :id"), {"id": roll.id})
    year = 2030 + (session.scalar(select(func.count()).select_from(Quarter)) or 0)
    quarter = Quarter(roll_id=roll.id, year=year, number=1, opening=1)
    session.add(quarter)
    session.flush()
    return stored_visit(session, quarter, state, store(session, election, VILLAGE + "001"))
