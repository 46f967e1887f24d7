"""TPS that Sidalih opens and closes: the expected TPS of every count follow, at every level."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from electsys.ledger import Actor
from electsys.regions.models import Dapil, DapilVillage, Tps
from modules.sidalih.operations import tps_hand as hand
from modules.sidalih.operations.moves import open_place
from modules.sidalih.operations.voters import ensure_roll
from modules.situng.models import RegionTotal
from modules.situng.operations.totals import derive_totals, open_count

VILLAGE, OTHER = "1201011001", "1201011002"
LEVELS = ("", "12", "1201", "120101", VILLAGE)
ACTOR = Actor.system("test")


@pytest.fixture
def election(session, contest):
    from electsys.elections.models import Election

    found = session.get_one(Election, contest.election_id)
    ensure_roll(found.id, "1201", actor=ACTOR)
    return found


def expected(session, contest):
    """(area, code) -> TPS expected."""
    session.expire_all()
    rows = session.execute(
        sa.select(RegionTotal.area, RegionTotal.code, RegionTotal.expected).where(
            RegionTotal.contest_id == contest.id
        )
    )
    return {(row.area, row.code): row.expected for row in rows}


def changed(before, after):
    return {key: n - before[key] for key, n in after.items() if n != before[key]}


def around(session, election):
    """Every area that holds the village: the regions above it, and the dapil of every chamber."""
    dapil = session.scalars(
        sa.select(Dapil.code)
        .join(DapilVillage, DapilVillage.dapil_id == Dapil.id)
        .where(DapilVillage.village_code == VILLAGE, Dapil.map_id == election.map_id)
    ).all()
    assert dapil
    return {("wilayah", code) for code in LEVELS} | {("dapil", code) for code in dapil}


def test_two_tps_more_are_expected_at_every_level(session, contest, election):
    before = expected(session, contest)
    hand.open_station(election, VILLAGE, special=False, actor=ACTOR)
    facts = {"kind": "lapas", "name": "Lapas Uji", "body": "Kepala", "address": "Jalan 1", "cap": None}
    open_place(election, VILLAGE, actor=ACTOR, **facts)
    more = changed(before, expected(session, contest))
    assert more == dict.fromkeys(around(session, election), 2)
    assert derive_totals(contest.id) == []
    areas = expected(session, contest)
    open_count(contest, actor=ACTOR)
    assert expected(session, contest) == areas


def test_a_closed_tps_is_expected_no_more_and_opens_again(session, contest, election):
    before = expected(session, contest)
    made = hand.open_station(election, VILLAGE, special=False, actor=ACTOR)
    hand.close_station(election, made.code, actor=ACTOR)
    assert expected(session, contest) == before
    assert session.get_one(Tps, (election.id, "12", made.code)).state == "ditutup"
    assert derive_totals(contest.id) == []
    open_count(contest, actor=ACTOR)
    assert expected(session, contest) == before


def test_every_contest_of_the_election_hears_and_no_closed_count_is_made(session, contest, election):
    from electsys.elections.models import Contest

    counted = set(session.scalars(sa.select(RegionTotal.contest_id).distinct()))
    national = {c: expected(session, session.get_one(Contest, c)).get(("wilayah", "")) for c in counted}
    hand.open_station(election, VILLAGE, special=False, actor=ACTOR)
    assert set(session.scalars(sa.select(RegionTotal.contest_id).distinct())) == counted
    for c, n in national.items():
        assert expected(session, session.get_one(Contest, c))[("wilayah", "")] == n + 1


def test_the_check_finds_expected_tps_that_are_not_in_use(app, session, contest, election):
    session.execute(
        sa.update(RegionTotal)
        .where(
            RegionTotal.contest_id == contest.id, RegionTotal.code == "1201", RegionTotal.area == "wilayah"
        )
        .values(expected=RegionTotal.expected + 1)
    )
    [found] = derive_totals(contest.id)
    assert (found.area, found.code) == ("wilayah", "1201")
    assert found.kept.endswith(" TPS") and int(found.kept.split()[0]) == int(found.derived.split()[0]) + 1
    answer = app.test_cli_runner().invoke(args=["situng", "recompute", "--check"])
    assert answer.exit_code == 1 and "1 wilayah berbeda" in answer.output
