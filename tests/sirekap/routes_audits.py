"""Objects for the routes of audits (tests/route_examples.py)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from electsys.elections.models import Contest, Election, Participant
from electsys.identity.access import Scope
from modules.sirekap.models import Audit, AuditDraw, AuditStation
from tests.route_examples import NATION, Arguments, World, example

TPS = "1201012001001"


def make(session, account, other, *, state: str = "disiapkan") -> Audit:
    """An audit of the president of 2024 with one station, drawn where it is under way."""
    contest = session.scalars(
        select(Contest)
        .join(Election, Election.id == Contest.election_id)
        .where(Election.code == "pemilu-2024", Contest.kind == "ppwp")
    ).one()
    pairs = session.scalars(
        select(Participant.id).where(Participant.contest_id == contest.id).order_by(Participant.number)
    ).all()
    audit = Audit(
        election_id=contest.election_id,
        contest_id=contest.id,
        region="",
        assertions=[{"kind": "beats", "who": pairs[1], "other": key} for key in (pairs[0], pairs[2])],
        participants=list(pairs),
        risk_limit="1/100",
        total="4",
        stations=1,
        missing=0,
        frame_sha256="0" * 64,
        planned=1,
        prepared_by=account.id,
    )
    if state != "disiapkan":
        audit.state, audit.seed, audit.seed_source, audit.draws = "diundi", "3141592653", "dadu", 1
        audit.seeded_by, audit.seeded_at = other.id, dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
    if state in ("selesai", "hitung_penuh"):
        audit.state, audit.closed_at = state, dt.datetime(2024, 3, 2, tzinfo=dt.UTC)
    session.add(audit)
    session.flush()
    session.add(AuditStation(audit_id=audit.id, code=TPS, ballots=210, votes=[40, 150, 10]))
    session.flush()
    if audit.draws:
        session.add(AuditDraw(audit_id=audit.id, number=1, code=TPS))
        session.flush()
    return audit


@example("audits.audits", "audits.prepare")
def election(_world: World) -> tuple[Arguments, Scope]:
    """An election."""
    return {"election": "pemilu-2024"}, NATION


@example(
    *("audits.audit", "audits.stations", "audits.draws", "audits.worksheets", "audits.seed"),
    *("audits.enter", "audits.more", "audits.close", "audits.count_all"),
)
def audit(world: World) -> tuple[Arguments, Scope]:
    """An audit under way."""
    row = make(world.session, world.reader, world.make_account(), state="diundi")
    return {"audit_id": row.id}, Scope("", None, row.election_id)
