"""Plenaries of provinces and the nation: complete, summed, once."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from electsys.errors import Refused
from electsys.ledger import Act
from electsys.regions.models import Region
from modules.jdih import Letter
from modules.sidalih.models import AreaCount, VoterList, VoterRecap, VoterRoll
from modules.sidalih.operations.recaps import determine_recap
from modules.sidalih.permissions import COMPILE, DETERMINE


@pytest.fixture
def kabko(session, election):
    """Give each kab/kota of a province a list of a stage: men = its place in the province, women = 10."""

    def make(province, stage="dpt", leave=(), sequence=1):
        codes = session.scalars(
            select(Region.code)
            .where(Region.map_id == election.map_id, Region.level == 2, Region.parent_code == province)
            .order_by(Region.code)
        ).all()
        made = []
        for n, code in enumerate(codes, 1):
            if code in leave:
                continue
            roll = session.scalars(
                select(VoterRoll).where(VoterRoll.election_id == election.id, VoterRoll.region == code)
            ).one_or_none()
            if roll is None:
                roll = VoterRoll(election_id=election.id, region=code, state=stage)
                session.add(roll)
                session.flush()
            frozen = VoterList(
                roll_id=roll.id,
                stage=stage,
                sequence=sequence,
                male=n,
                female=10,
                digest=b"x",
                determined_by="uji",
            )
            session.add(frozen)
            session.flush()
            facts = {"pemula": [1, 2]}
            session.add(
                AreaCount(
                    list_id=frozen.id, code=code, parent=province, stations=2, male=n, female=10, facts=facts
                )
            )
            made.append(code)
        session.flush()
        return made

    return make


def test_a_province_sums_its_kabko(session, election, kabko, actor_with):
    codes = kabko("12")
    actor = actor_with(DETERMINE, region="12")
    recap = determine_recap(election, "12", "dpt", actor=actor)
    n = len(codes)
    assert n == 33
    assert (recap.rolls, recap.stations, recap.male, recap.female) == (33, 66, 33 * 34 // 2, 330)
    letter = session.get(Letter, recap.letter_id)
    assert (letter.unit, letter.kind) == ("12", "BA")
    rows = letter.data["table"]["rows"]
    assert rows[0] == ["1", "Tapanuli Tengah", "2", "1", "10", "11"]
    assert (len(rows), rows[-1]) == (34, ["", "Jumlah", "66", "561", "330", "891"])
    act = session.scalars(select(Act).where(Act.verb == "sidalih:recap:determine")).one()
    assert (act.region, act.details["count"]) == ("12", 891)
    assert determine_recap(election, "12", "dpt", actor=actor) is recap


def test_what_is_missing_is_named(session, election, kabko, actor_with):
    kabko("12", leave=("1201", "1205"))
    with pytest.raises(Refused, match="kabupaten/kota") as refused:
        determine_recap(election, "12", "dpt", actor=actor_with(DETERMINE, region="12"))
    names = session.execute(
        text("select name from region where map_id = :m and code = '1205'"), {"m": election.map_id}
    ).scalar_one()
    assert "Tapanuli Tengah" in refused.value.hint
    assert names.title() in refused.value.hint
    with pytest.raises(Refused, match="kabupaten/kota") as refused:
        determine_recap(election, "11", "dpt", actor=actor_with(DETERMINE, region="11"))
    assert "dan 13 lagi" in refused.value.hint


def test_a_changed_list_makes_the_next_recap(session, election, kabko, actor_with):
    kabko("12", leave=("1201",))
    kabko("12", leave=set(kabko("12", stage="dps")) - {"1201"})
    actor = actor_with(DETERMINE, region="12")
    first = determine_recap(election, "12", "dpt", actor=actor)
    roll = session.scalars(select(VoterRoll).where(VoterRoll.region == "1201")).one()
    changed = VoterList(
        roll_id=roll.id, stage="dpt", sequence=2, male=100, female=10, digest=b"x", determined_by="uji"
    )
    session.add(changed)
    session.flush()
    session.add(AreaCount(list_id=changed.id, code="1201", parent="12", stations=2, male=100, female=10))
    session.flush()
    second = determine_recap(election, "12", "dpt", actor=actor)
    assert (second.sequence, second.male) == (2, first.male + 99)


def test_the_nation_waits_for_every_province(session, election, kabko, actor_with):
    provinces = session.scalars(
        select(Region.code).where(Region.map_id == election.map_id, Region.level == 1).order_by(Region.code)
    ).all()
    for code in provinces:
        kabko(code)
    actor = actor_with(DETERMINE, region="")
    for code in provinces[:-1]:
        determine_recap(election, code, "dpt", actor=actor)
    with pytest.raises(Refused, match="provinsi") as refused:
        determine_recap(election, "", "dpt", actor=actor)
    assert "lagi" not in refused.value.hint
    determine_recap(election, provinces[-1], "dpt", actor=actor)
    nation = determine_recap(election, "", "dpt", actor=actor)
    below = session.scalars(select(VoterRecap).where(VoterRecap.region != "")).all()
    for name in ("rolls", "stations", "male", "female"):
        assert getattr(nation, name) == sum(getattr(r, name) for r in below)
    assert len(session.get(Letter, nation.letter_id).data["table"]["rows"]) == len(provinces) + 1
    # A list that changed after the province's plenary holds the nation's up.
    session.execute(text("update voter_recap set male = male + 1 where region = '12'"))
    session.expire_all()
    with pytest.raises(Refused, match="provinsi") as refused:
        determine_recap(election, "", "dpt", actor=actor)
    assert "Sumatera Utara" in refused.value.hint


def test_who_may(session, election, kabko, actor_with):
    kabko("12")
    for actor in (actor_with(DETERMINE, region="1201"), actor_with(COMPILE, region="12")):
        with pytest.raises(Refused):
            determine_recap(election, "12", "dpt", actor=actor)
    with pytest.raises(LookupError):
        determine_recap(election, "1201", "dpt", actor=actor_with(DETERMINE, region=""))
    with pytest.raises(LookupError):
        determine_recap(election, "12", "a_daftar", actor=actor_with(DETERMINE, region=""))
