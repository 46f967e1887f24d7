"""What the rules say of nominations in the database: the law of an election, and the facts of a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from electsys.db import db
from electsys.elections import calendar, queries, settings
from electsys.elections.models import Contest, Election
from modules.silon.models import Candidate, Nomination
from modules.silon.models.candidates import STANDING
from modules.silon.rules.lists import ARTICLES, Finding, Listed, ListFacts, ListLaw, judge_list
from modules.silon.rules.persons import AGE_EXCEPTIONS
from modules.sipol import participants

#: Setting -> the rule whose article it carries.
RULE_OF = {
    "maks_calon_per_dapil": "melebihi_kursi",
    "kuota_perempuan": "kuota_perempuan",
    "zipper_n": "zipper",
    "usia_calon_dpr": "usia",
}
#: States of a candidate who counts as a name of the list: struck ones keep their number (domain.md 4.2).
COUNTED = (*STANDING, "dicoret")
WIB = ZoneInfo("Asia/Jakarta")


def age_exception(contest: Contest) -> str | None:
    """The condition with which younger ones may stand in a contest, where its setting is on."""
    setting, condition = AGE_EXCEPTIONS.get(contest.kind, (None, None))
    return condition if setting and settings.value(contest.election_id, setting) else None


def age_day(election_id: int, stage: str | None) -> dt.date | None:
    """The day on which ages are measured: voting day, or the last day of a stage (PKPU 10/2023 art. 11)."""
    if stage is None:
        return None
    if stage == "pemungutan":
        return db.session.get_one(Election, election_id).voting_day
    closes = calendar.stage(election_id, stage).closes_at
    return (closes - dt.timedelta(seconds=1)).astimezone(WIB).date()


def law_of(election_id: int) -> ListLaw:
    """The law of lists as the settings of an election say it."""
    rows = {row.key: row for row in db.session.scalars(queries.in_force(election_id))}
    articles = dict(ARTICLES)
    for key, rule in RULE_OF.items():
        articles[rule] = rows[key].regulation or articles[rule]
    said: dict[str, Any] = {key: settings.typed(rows[key]) for key in (*RULE_OF, "pembulatan_kuota")}
    return ListLaw(
        size=said["maks_calon_per_dapil"],
        quota=said["kuota_perempuan"],
        rounding=said["pembulatan_kuota"],
        zipper=said["zipper_n"] or 0,
        age=said["usia_calon_dpr"],
        age_on=age_day(election_id, settings.typed(rows["tanggal_acuan_usia"])),
        articles=articles,
    )


def listed(row: Candidate) -> Listed:
    """A candidate as the rules see one. The birth date stays sealed: the flag ``usia`` speaks for it."""
    return Listed(
        number=row.number,
        sex=row.sex,
        name=row.name,
        person=row.person_id,
        flags=tuple(row.flags),
        identified=row.nik_index is not None,
    )


def facts_of(
    nomination: Nomination,
    rows: Iterable[Candidate],
    *,
    law: ListLaw | None = None,
    regions: Mapping[int, str] | None = None,
) -> ListFacts:
    """The facts of a party's list with its standing candidates ``rows``.

    For many lists, give the law and ``regions`` (party -> region of a local one) once.
    """
    dapil = nomination.dapil
    if regions is None:
        regions = party_regions(nomination.election_id)
    return ListFacts(
        candidates=[listed(row) for row in rows],
        seats=dapil.seats if dapil else None,
        law=law or law_of(nomination.election_id),
        chamber=nomination.contest.kind,
        region=nomination.region,
        party_region=regions.get(nomination.party_id or 0, ""),
    )


def party_regions(election_id: int) -> dict[int, str]:
    """The region of each local party that takes part; national ones are left out."""
    return {p.party_id: p.region for p in participants(election_id) if p.region}


def findings_of(nomination: Nomination, *, law: ListLaw | None = None) -> list[Finding]:
    """What the rules find in a party's list as it stands now; the gravest first."""
    rows = db.session.scalars(
        select(Candidate)
        .where(Candidate.nomination_id == nomination.id, Candidate.state.in_(COUNTED))
        .order_by(Candidate.number)
    )
    return judge_list(facts_of(nomination, rows, law=law))
