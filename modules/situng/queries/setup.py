"""What an election's count is made of, as one fingerprint, and the checks that were made of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import rfc8785
from sqlalchemy import select, text

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import Election
from electsys.identity import Account
from modules.situng.layouts.models import FOLDER
from modules.situng.models import RegionTotal, SetupCheck
from modules.situng.queries.printing import Law
from modules.situng.queries.readiness import NEEDED

#: The newest ballot of each dapil by contest. A ballot never changes, so that their numbers say it all.
_BALLOTS = text(
    """
    select c.id, md5(coalesce(string_agg(b.id::text, ',' order by b.id), '')) as ballots
    from contest c
    left join lateral (
        select distinct on (dapil_id) id from ballot where contest_id = c.id
        order by dapil_id, version desc
    ) b on true
    where c.election_id = :election group by c.id
    """
)


def fingerprint(election: Election) -> str:
    """SHA-256 of the contests, ballots, forms and settings that the count rests on, in hexadecimal."""
    law = Law.of(election)
    ballots = {row.id: row.ballots for row in db.session.execute(_BALLOTS, {"election": election.id})}
    contests: list[Any] = []
    for contest in law.contests:
        model = law.model(contest.kind)
        form = (FOLDER / f"{model.code}.toml").read_bytes() if model else b""
        digest = hashlib.sha256(form).hexdigest()
        contests.append([contest.kind, contest.region_code, ballots.get(contest.id, ""), digest])
    facts: dict[str, Any] = {
        "map": election.map_id,
        "contests": contests,
        "settings": {
            key: row.value if (row := settings.current(election.id, key)) else None for key in NEEDED
        },
    }
    return hashlib.sha256(rfc8785.dumps(facts)).hexdigest()


def latest_check(election_id: int) -> SetupCheck | None:
    """The newest check of an election that was not taken back."""
    return db.session.scalars(
        select(SetupCheck)
        .where(SetupCheck.election_id == election_id, SetupCheck.state != "dibatalkan")
        .order_by(SetupCheck.id.desc())
        .limit(1)
    ).first()


def checks_of(election_id: int) -> Sequence[SetupCheck]:
    """The checks of an election, the newest first."""
    return db.session.scalars(
        select(SetupCheck)
        .where(SetupCheck.election_id == election_id)
        .order_by(SetupCheck.id.desc())
        .limit(50)
    ).all()


def passed(election: Election) -> SetupCheck | None:
    """The check that the present configuration has passed; None where it is due."""
    return db.session.scalars(
        select(SetupCheck)
        .where(
            SetupCheck.election_id == election.id,
            SetupCheck.state == "lulus",
            SetupCheck.fingerprint == fingerprint(election),
        )
        .order_by(SetupCheck.id.desc())
        .limit(1)
    ).first()


def people(row: SetupCheck) -> dict[int, str]:
    """User names of who asked for a check and who ran it."""
    found = select(Account.id, Account.username).where(Account.id.in_((row.requested_by, row.run_by)))
    return {row.id: row.username for row in db.session.execute(found)}


def is_open(contest_id: int) -> bool:
    """Whether the count of a contest was opened."""
    return bool(
        db.session.scalar(select(select(RegionTotal).where(RegionTotal.contest_id == contest_id).exists()))
    )
