"""Voters for tests: a village of Tapanuli Tengah with its polling stations, in the election of 2024."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.ledger import Actor
from electsys.regions.models import Tps
from modules.sidalih.claims import Claims, columns_of, limits_of
from modules.sidalih.models import Voter
from modules.sidalih.operations.voters import ensure_roll

VILLAGE = "1201011001"
OTHER_VILLAGE = "1201011002"
TODAY = dt.date(2023, 2, 20)
ACTOR = Actor.system("test")

_serial = itertools.count(7001)


def claims(**changes) -> Claims:
    """A synthetic voter, each with a number of its own (serials from 7001 belong to nobody)."""
    serial = next(_serial)
    born = changes.get("birth_date", dt.date(1980, 5, 17))
    sex = changes.get("sex", "P")
    day = born.day + (40 if sex == "P" else 0)
    facts = {
        "name": f"SITI UJI {serial}",
        "birth_place": "BARUS",
        "birth_date": born,
        "sex": sex,
        "marital_status": "S",
        "address": "JALAN MELATI 4",
        "rt": "001",
        "rw": "002",
        "nik": f"120101{day:02}{born:%m%y}{serial % 10000:04}",
        "nkk": f"120101010120{serial % 10000:04}",
        "ktp_el": "S",
    }
    return Claims(**(facts | changes))


@pytest.fixture
def election(session) -> Election:
    return by_code("pemilu-2024")


@pytest.fixture
def roll(session, election):
    return ensure_roll(election.id, "1201", actor=ACTOR)


@pytest.fixture
def coklit(session, roll):
    """The list while it is visited."""
    roll.state = "coklit"
    session.flush()
    return roll


@pytest.fixture
def station(session, election) -> Tps:
    return session.get(Tps, (election.id, "12", VILLAGE + "001"))


def store(session, election, tps_code, state="potensial", village=None, **changes) -> Voter:
    """A voter as an import would have left it, without its events."""
    from electsys.identity.operations.persons import Claim, find_or_claim_person
    from electsys.privacy import reserve_ids

    facts = claims(**changes)
    village = village or tps_code[:10]
    [key] = reserve_ids("voter", 1)
    person = find_or_claim_person(
        Claim(
            f"voter:{key}",
            facts.name,
            facts.nik,
            facts.nkk,
            facts.birth_date,
            sex=facts.sex,
            home_region=village,
        ),
        actor=ACTOR,
    ).person
    voter = Voter(
        id=key,
        province=village[:2],
        election_id=election.id,
        person_id=person.id,
        village_code=village,
        tps_code=tps_code,
        state=state,
        tms_code="1" if state == "tms" else None,
        source="dp4",
        **columns_of(facts, key, limits_of(election), TODAY),
    )
    session.add(voter)
    session.flush()
    return voter


@pytest.fixture
def make_voter(session, election, roll):
    """Make a voter: ``make_voter(state="potensial", tps="001", name=...)``."""

    def make(state="potensial", tps="001", village=VILLAGE, **changes) -> Voter:
        return store(session, election, village + tps if tps else None, state, village, **changes)

    return make


@pytest.fixture
def actor_with(make_account):
    """An actor whose account holds some permissions inside a region."""

    def make(*permissions, region="1201") -> Actor:
        account = make_account(permissions=list(permissions), region=region)
        return Actor(account.id, account.username)

    return make
