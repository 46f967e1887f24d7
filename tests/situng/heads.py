"""An election in which two kabupaten and two kota each elect their head."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from electsys.elections import calendar
from electsys.elections.models import Ballot, BallotLine
from electsys.elections.operations import set_times
from electsys.elections.participants import admit_pair
from electsys.elections.queries import by_code
from electsys.elections.seed import DEMO_OPEN
from electsys.elections.setup import add_contest, create_election
from electsys.ledger import Actor
from electsys.regions.models import Region
from modules.situng.operations.totals import open_count

CODE, KIND = "uji-kepala-daerah", "bupati_walikota"
#: Region -> who is elected there.
HEADS = {"1201": "Bupati", "1202": "Bupati", "1271": "Wali Kota", "3171": "Wali Kota"}
PAIRS = 3


def build(session: Any, stations: int = 3) -> SimpleNamespace:
    """The election, opened: a village with some TPS, a contest and a ballot of three pairs of each region."""
    actor = Actor.system("uji")
    source = by_code("pemilu-2024")
    election = create_election(
        CODE,
        name="Uji Kepala Daerah",
        kind="pilkada",
        voting_day=source.voting_day,
        source=source,
        actor=actor,
    )
    session.flush()
    for stage in ("penghitungan", "rekapitulasi"):
        set_times(calendar.stage(election.id, stage), *DEMO_OPEN, reason="Uji", actor=actor)
    contests, tps = {}, {}
    for region, head in HEADS.items():
        contest = add_contest(election, kind=KIND, name=f"{head} {region}", region=region, actor=actor)
        session.flush()
        village = session.scalars(
            sa.select(Region.code)
            .where(Region.map_id == election.map_id, Region.level == 4, Region.code.startswith(region))
            .order_by(Region.code)
            .limit(1)
        ).one()
        tps[region] = [f"{village}{n:03d}" for n in range(1, stations + 1)]
        session.execute(
            sa.text(
                "insert into tps (election_id, province, code, village_code, kind, number, name, state)"
                " select :e, left(c, 2), c, left(c, 10), 'reguler', right(c, 3)::int, 'TPS ' || right(c, 3),"
                " 'aktif' from unnest(cast(:codes as text[])) c"
            ),
            {"e": election.id, "codes": tps[region]},
        )
        ballot = Ballot(contest_id=contest.id, source="uji")
        session.add(ballot)
        session.flush()
        for number in range(1, PAIRS + 1):
            name = f"Pasangan {number} dari {region}"
            who = admit_pair(contest, region="", number=number, name=name, actor=actor)
            session.add(
                BallotLine(ballot_id=ballot.id, position=number, participant_id=who.id, name=who.name)
            )
        session.flush()
        contests[region] = contest
    for contest in contests.values():
        open_count(contest, actor=actor)
    session.commit()
    return SimpleNamespace(election=election, contests=contests, tps=tps)
