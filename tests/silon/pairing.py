"""Pairs for tests: a pilkada in Sumatera Utara after the election of 2024; people are synthetic."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from electsys.elections import calendar
from electsys.elections.models import Contest, Election, Participant
from electsys.elections.operations import set_times
from electsys.elections.queries import by_code
from electsys.elections.setup import add_contest, create_election
from electsys.elections.standings import Won, keep_standings
from electsys.regions.models import Dapil
from modules.silon.models.pairs import NominationParty
from modules.sipol.models import PartyRegistration
from tests.silon import conftest as make

STAGES = ("pendaftaran_pasangan", "vermin_pasangan", "penetapan_pasangan", "undian_pasangan")


def pilkada(session: Any, kind: str = "gubernur", region: str = "12") -> Contest:
    """A contest of a pilkada on 27 November 2024 whose stages are open: the one there is, or a new one."""
    if (known := by_code("pilkada-2024")) is not None:
        return known.contests[0]
    election = create_election(
        "pilkada-2024",
        name="Pilkada 2024",
        kind="pilkada",
        voting_day=dt.date(2024, 11, 27),
        source=by_code("pemilu-2024"),
        actor=make.ACTOR,
    )
    contest = add_contest(election, kind=kind, name="Pemilihan Uji", region=region, actor=make.ACTOR)
    open_stages(election, *STAGES)
    return contest


def open_stages(election: Election, *codes: str) -> None:
    """Open some stages from yesterday for a month."""
    now = dt.datetime.now(dt.UTC)
    session_times = now - dt.timedelta(days=1), now + dt.timedelta(days=30)
    for code in codes:
        set_times(calendar.stage(election.id, code), *session_times, reason="uji", actor=make.ACTOR)


def party(session: Any, kind: str, votes: int, valid: int, *, region: str = "12") -> PartyRegistration:
    """A party that took part in 2024 and won votes in a region (the whole of it as one place)."""
    row = make.participant(session)
    contest = make.contest(session, kind)
    participant = Participant(
        contest_id=contest.id,
        number=row.number,
        kind="partai",
        name=row.party.name,
        short_name=row.party.short_name,
        party_id=row.party_id,
    )
    session.add(participant)
    session.flush()
    area = session.scalars(
        select(Dapil)
        .where(Dapil.chamber == kind, Dapil.body_code == ("" if kind == "dpr" else region))
        .limit(1)
    ).one()
    keep_standings(
        contest,
        [Won(participant.id, votes, valid, region=area.body_code, dapil=area.id, seats=votes // 1000)],
        source="Keputusan uji",
        actor=make.ACTOR,
    )
    return row


def pair(session: Any, contest: Contest, state: str = "persiapan", **more: Any) -> Any:
    """A pair in a state."""
    return make.nomination(
        session,
        state,
        kind="pasangan",
        **{
            "contest_id": contest.id,
            "election_id": contest.election_id,
            "region": contest.region_code,
            "label": "SITI DAN BUDI",
        }
        | more,
    )


def behind(session: Any, nomination: Any, *rows: PartyRegistration) -> None:
    """Let parties stand behind a pair."""
    for row in rows:
        session.add(
            NominationParty(
                nomination_id=nomination.id,
                contest_id=nomination.contest_id,
                region=nomination.region,
                party_id=row.party_id,
            )
        )
    session.flush()


def two(session: Any, nomination: Any, state: str = "baru", **changes: Any) -> list[Any]:
    """Its two persons."""
    return [
        make.candidate(session, nomination, state, number=1, sex="P", **changes),
        make.candidate(session, nomination, state, number=2, **changes),
    ]
