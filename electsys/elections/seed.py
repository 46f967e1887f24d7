"""Temporary seed by the lead: replace me with the real one."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Ballot, BallotLine, Contest, Election, LegalSetting, Participant, Stage
from electsys.ledger import Actor


def seed_election(*, actor: Actor) -> Election:
    found = db.session.scalar(select(Election).where(Election.code == "pemilu-2024"))
    if found is not None:
        return found
    e = Election(
        code="pemilu-2024", name="Pemilu 2024", kind="pemilu", voting_day=dt.date(2024, 2, 14), map_id=2024
    )
    db.session.add(e)
    db.session.flush()
    c = Contest(election_id=e.id, kind="ppwp", name="Presiden dan Wakil Presiden")
    db.session.add(c)
    db.session.flush()
    b = Ballot(contest_id=c.id, source="demo")
    db.session.add(b)
    db.session.flush()
    for i, (n, col, k) in enumerate(
        [
            ("Anies Rasyid Baswedan - Muhaimin Iskandar", "#8CB9BD", "100025"),
            ("Prabowo Subianto - Gibran Rakabuming Raka", "#C7B7A3", "100026"),
            ("Ganjar Pranowo - Mahfud MD", "#B67352", "100027"),
        ],
        1,
    ):
        p = Participant(
            contest_id=c.id, number=i, kind="pasangan", name=n, short_name=n.split()[0], color=col, kpu_id=k
        )
        db.session.add(p)
        db.session.flush()
        db.session.add(BallotLine(ballot_id=b.id, position=i, participant_id=p.id, name=n))
    now = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    db.session.add(
        Stage(
            election_id=e.id,
            code="penghitungan",
            name="Penghitungan",
            position=1,
            opens_at=now,
            closes_at=now.replace(year=2030),
        )
    )
    for k, kind, v in (("maks_pemilih_tps", "int", "300"), ("surat_suara_cadangan", "fraction", "1/50")):
        db.session.add(
            LegalSetting(
                election_id=e.id,
                key=k,
                topic="x",
                label=k,
                kind=kind,
                value=v,
                regulation="x",
                reason="x",
                created_by="x",
            )
        )
    db.session.flush()
    return e
