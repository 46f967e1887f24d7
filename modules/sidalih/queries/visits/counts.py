"""How far coklit is, by area and by day, and what was found (A-Laporan Hasil Coklit)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, Row, Select, Subquery, and_, case, cast, func, or_, select, tuple_

from electsys.db import db
from electsys.identity.access import Scope
from electsys.identity.models import Account
from modules.sidalih.models import HouseholdVisit, VisitTask, Voter, VoterEvent

#: The code of a wrong polling station (domain.md 5.4).
WRONG_TPS = "8"
#: The house of a voter: the family, or the voter alone where no family card is known.
HOUSE = func.coalesce(Voter.family, -Voter.id)


def progress(election_id: int, scopes: Sequence[Scope], region: str = "") -> Select[Any, Any, Any, Any]:
    """Stations with their Pantarlih: households in all and visited, voters by what was found.

    One indexed read of the voters of the region that is asked for; ask for a village or a kecamatan.
    """
    inside = or_(*(Voter.village_code.startswith(s.region or "") for s in scopes))
    voters = (
        select(
            Voter.tps_code.label("tps_code"),
            func.count().label("voters"),
            func.count(HOUSE.distinct()).label("houses"),
            *(
                func.sum(case((Voter.state == state, 1), else_=0)).label(state)
                for state in ("potensial", "sesuai", "ubah", "baru", "tms")
            ),
        )
        .where(
            Voter.election_id == election_id,
            Voter.village_code.startswith(region),
            Voter.tps_code.is_not(None),
            inside,
        )
        .group_by(Voter.tps_code)
        .subquery("voters")
    )
    visits = (
        select(
            HouseholdVisit.tps_code.label("tps_code"),
            func.count(HouseholdVisit.house.distinct()).label("visited"),
            func.max(HouseholdVisit.received_at).label("last"),
        )
        .where(HouseholdVisit.election_id == election_id, HouseholdVisit.tps_code.startswith(region))
        .group_by(HouseholdVisit.tps_code)
        .subquery("visits")
    )
    task = and_(
        VisitTask.election_id == election_id,
        VisitTask.tps_code == voters.c.tps_code,
        VisitTask.ended_at.is_(None),
    )
    return (
        select(
            voters,
            func.coalesce(visits.c.visited, 0).label("visited"),
            visits.c.last,
            Account.username.label("username"),
            Account.name.label("person"),
            VisitTask.account_id,
        )
        .select_from(voters)
        .outerjoin(visits, visits.c.tps_code == voters.c.tps_code)
        .outerjoin(VisitTask, task)
        .outerjoin(Account, Account.id == VisitTask.account_id)
        .order_by(voters.c.tps_code)
    )


def areas_progress(election_id: int, region: str) -> Sequence[Row[Any]]:
    """The kecamatan of a kab/kota, or the villages of a kecamatan: stations, given ones, voters and houses.

    Each of code, stations, given, voters, waiting (not asked yet), houses, visited, last.
    """
    length = {4: 6, 6: 10}[len(region)]
    part = func.left(Voter.village_code, length)
    voters = (
        select(
            part.label("code"),
            func.count().label("voters"),
            func.count().filter(Voter.state == "potensial").label("waiting"),
            func.count(HOUSE.distinct()).label("houses"),
            func.count(Voter.tps_code.distinct()).label("stations"),
        )
        .where(Voter.election_id == election_id, Voter.village_code.startswith(region))
        .group_by(part)
        .subquery("voters")
    )
    visits = _visited(election_id, region, length)
    given_part = func.left(VisitTask.tps_code, length)
    given = (
        select(given_part.label("code"), func.count().label("given"))
        .where(
            VisitTask.election_id == election_id,
            VisitTask.ended_at.is_(None),
            VisitTask.tps_code.startswith(region),
        )
        .group_by(given_part)
        .subquery("given")
    )
    return db.session.execute(
        select(
            voters,
            func.coalesce(visits.c.visited, 0).label("visited"),
            visits.c.last,
            func.coalesce(given.c.given, 0).label("given"),
        )
        .outerjoin(visits, visits.c.code == voters.c.code)
        .outerjoin(given, given.c.code == voters.c.code)
        .order_by(voters.c.code)
    ).all()


def _visited(election_id: int, region: str, length: int) -> Subquery:
    part = func.left(HouseholdVisit.tps_code, length)
    return (
        select(
            part.label("code"),
            func.count(tuple_(HouseholdVisit.tps_code, HouseholdVisit.house).distinct()).label("visited"),
            func.max(HouseholdVisit.received_at).label("last"),
        )
        .where(HouseholdVisit.election_id == election_id, HouseholdVisit.tps_code.startswith(region))
        .group_by(part)
        .subquery("visits")
    )


def visits_by_day(election_id: int, tps_code: str, zone: str) -> Sequence[Row[Any]]:
    """How many houses of a station were visited on each day of its clock, how many voters were asked; and how
    many of the houses are from paper.
    """
    moment = func.coalesce(HouseholdVisit.made_at, HouseholdVisit.received_at)
    day = func.coalesce(HouseholdVisit.visited_on, cast(func.timezone(zone, moment), Date))
    total = func.sum(
        func.coalesce(HouseholdVisit.outcomes["sesuai"].as_integer(), 0)
        + func.coalesce(HouseholdVisit.outcomes["ubah"].as_integer(), 0)
        + func.coalesce(HouseholdVisit.outcomes["tms"].as_integer(), 0)
        + func.coalesce(HouseholdVisit.outcomes["tempat"].as_integer(), 0)
        + func.coalesce(HouseholdVisit.outcomes["baru"].as_integer(), 0)
    )
    return db.session.execute(
        select(
            day.label("day"),
            func.count(HouseholdVisit.house.distinct()).label("houses"),
            total.label("voters"),
            func.count(HouseholdVisit.house.distinct())
            .filter(HouseholdVisit.source == "kertas")
            .label("paper"),
        )
        .where(HouseholdVisit.election_id == election_id, HouseholdVisit.tps_code == tps_code)
        .group_by(day)
        .order_by(day)
    ).all()


@dataclass(frozen=True)
class Outcome:
    """One line of A-Laporan Hasil Coklit: voters of a station by sex."""

    key: str
    male: int
    female: int


def outcomes_of(election_id: int, tps_code: str) -> list[Outcome]:
    """The voters of a station by what became of them: a state, ``tms:CODE``, ``non_ktp``, ``tempat``.

    Those found to belong to another station are counted where they were found.
    """
    sides = {sex: func.count().filter(Voter.sex == sex) for sex in ("L", "P")}
    mine = (
        Voter.election_id == election_id,
        Voter.village_code == tps_code[:10],
        Voter.tps_code == tps_code,
    )
    found = [
        Outcome(f"tms:{row.tms_code}" if row.state == "tms" else row.state, row.male, row.female)
        for row in db.session.execute(
            select(Voter.state, Voter.tms_code, sides["L"].label("male"), sides["P"].label("female"))
            .where(*mine)
            .group_by(Voter.state, Voter.tms_code)
        )
    ]
    extra = {
        "non_ktp": select(sides["L"], sides["P"]).where(*mine, Voter.state != "tms", Voter.ktp_el == "B"),
        "tempat": select(sides["L"], sides["P"])
        .select_from(VoterEvent)
        .join(Voter, Voter.id == VoterEvent.voter_id)
        .where(
            VoterEvent.election_id == election_id,
            VoterEvent.village_code == tps_code[:10],
            VoterEvent.kind == "tempat",
            VoterEvent.details["from"].as_string() == tps_code,
            VoterEvent.details["code"].as_string() == WRONG_TPS,
        ),
    }
    return found + [Outcome(key, *db.session.execute(query).one()) for key, query in extra.items()]
