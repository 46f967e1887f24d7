"""Voters abroad and in special places: registered once, wherever they are."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from electsys.errors import Refused
from electsys.ledger import Act
from electsys.regions.loading import load_tps
from electsys.regions.models import Tps
from modules.sidalih.claims import claims_of
from modules.sidalih.models import ListMark, Voter, VoterEvent
from modules.sidalih.models.moves import VoterMove
from modules.sidalih.operations import abroad as operations
from modules.sidalih.operations.moves import open_place
from modules.sidalih.operations.voters import ensure_roll
from modules.sidalih.permissions import COMPILE, EDIT, MOVE
from modules.sidalih.queries import abroad as queries
from modules.sidalih.rules.abroad import is_abroad, normal_passport, passport_problem
from tests.sidalih.conftest import ACTOR, OTHER_VILLAGE, VILLAGE, claims
from tests.sidalih.moving import freeze, nik_of, tps_at, voter_at

CITY = "9901"
POS, TPSLN, KSK = "9901010001001", "9901010001002", "9901010001010"


@pytest.fixture
def city(session, election):
    """Abu Dhabi with its polling stations."""
    load_tps("pemilu-2024", actor=ACTOR, only=(CITY, "9902"))
    return CITY


@pytest.fixture
def ppln(actor_with):
    return actor_with(EDIT, region=CITY)


@pytest.fixture
def place(session, election, roll):
    """A prison in Barus."""
    facts = {
        "kind": "lapas",
        "name": "Lapas Uji",
        "body": "Kepala lapas",
        "address": "Jalan Uji 1",
        "cap": 100,
    }
    return open_place(election, VILLAGE, actor=ACTOR, **facts)


def events(session, voter):
    rows = session.scalars(select(VoterEvent).where(VoterEvent.voter_id == voter.id).order_by(VoterEvent.id))
    return [(e.kind, e.code) for e in rows]


def see(session, scope):
    session.execute(text("select set_config('app.scope', :s, true)"), {"s": scope})


# --- rules ---------------------------------------------------------------------------------------


def test_passports_compare_without_signs():
    assert normal_passport(" a 123-4567 ") == "A1234567"
    assert [passport_problem(p) for p in ("A1234567", "ABCDEFG", "A1", "A" * 12 + "1")] == [
        None,
        *["passport_form"] * 3,
    ]
    assert (is_abroad("99BF"), is_abroad("9301")) == (True, False)


# --- the list of a city ----------------------------------------------------------------------------


def test_a_voter_with_a_passport_alone(session, election, city, ppln):
    facts = claims(nik=None, nkk=None, passport="x 123 4567")
    voter = operations.add_abroad(election, tps_at(session, TPSLN), facts, actor=ppln)
    assert (voter.province, voter.village_code, voter.source, voter.nik_index) == (
        "99",
        "9901010001",
        "ppln",
        None,
    )
    assert claims_of(voter).passport == "X1234567"
    assert b"X1234567" not in bytes(voter.sealed)
    found = queries.city(election, CITY)
    assert (found.voters, found.total, found.state) == ({"tpsln": 1, "ksk": 0, "pos": 0}, 1, "penyusunan")
    assert found.stations["tpsln"] >= 8


def test_the_same_passport_is_refused_in_any_city(session, election, city, ppln, actor_with):
    operations.add_abroad(election, tps_at(session, POS), claims(nik=None, passport="X1234567"), actor=ppln)
    see(session, "9902")
    other = actor_with(EDIT, region="9902")
    tps = session.scalars(select(Tps).where(Tps.village_code == "9902010001").limit(1)).one()
    with pytest.raises(Refused, match="kota lain") as refused:
        operations.add_abroad(election, tps, claims(nik=None, passport="x1234567"), actor=other)
    assert refused.value.field == "passport"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"nik": None, "passport": None}, "nik"), ({"nik": None, "passport": "ABC"}, "passport")],
)
def test_a_number_is_needed(session, election, city, ppln, changes, field):
    with pytest.raises(Refused) as refused:
        operations.add_abroad(election, tps_at(session, KSK), claims(**changes), actor=ppln)
    assert refused.value.field == field


def test_a_station_at_home_is_none_abroad(session, election, city, station, actor_with):
    with pytest.raises(Refused) as refused:
        operations.add_abroad(election, station, claims(passport="X1234567"), actor=actor_with(EDIT))
    assert refused.value.field == "tps_code"


# --- nobody stands twice ------------------------------------------------------------------------------


@pytest.fixture
def both(session, election, city, ppln, roll):
    """A voter of Barus who is registered in Abu Dhabi too: (at home, abroad)."""
    home = voter_at(session)
    facts = claims(nik=nik_of(home), name=home.name, nkk=None, passport="X1234567")
    return home, operations.add_abroad(election, tps_at(session, TPSLN), facts, actor=ppln)


def test_while_the_list_is_made_the_row_at_home_is_struck(session, election, both, ppln):
    home, away = both
    see(session, CITY)
    [pair] = queries.twice(election, CITY)
    assert (pair.away_id, pair.home_id, pair.home_tps) == (away.id, home.id, home.tps_code)
    transfer = operations.make_way(away, home.id, reason="Bekerja di luar negeri", actor=ppln)
    assert (transfer.how, transfer.home_village) == ("coret", VILLAGE)
    assert queries.twice(election, CITY) == []
    see(session, "*")
    session.refresh(home)
    assert (home.state, home.tms_code) == ("tms", "4")
    assert events(session, home) == [("keluar", "4")]
    act = session.scalars(select(Act).where(Act.verb == "sidalih:transfer:make")).one()
    assert (act.account_id, act.reason) == (ppln.account_id, "Bekerja di luar negeri")


def test_after_the_dpt_its_line_is_marked(session, election, both, ppln):
    home, away = both
    listed = freeze(session, [home])
    transfer = operations.make_way(away, home.id, reason="Bekerja di luar negeri", actor=ppln)
    assert (transfer.how, transfer.list_id) == ("tanda", listed.id)
    session.refresh(home)
    assert home.state == "potensial"
    marks = session.scalars(select(ListMark.kind).where(ListMark.voter_id == home.id)).all()
    assert marks == ["pindah_keluar"]
    assert queries.twice(election, CITY) == []


@pytest.mark.parametrize("frozen", [False, True])
def test_it_is_undone(session, election, both, ppln, frozen):
    home, away = both
    if frozen:
        freeze(session, [home])
    transfer = operations.make_way(away, home.id, reason="Bekerja di luar negeri", actor=ppln)
    with pytest.raises(Refused):
        operations.come_home(transfer, reason=" ", actor=ppln)
    operations.come_home(transfer, reason="Batal berangkat", actor=ppln)
    for row in (home, away, transfer):
        session.refresh(row)
    assert transfer.undone_at is not None
    assert (away.state, away.tms_code) == ("tms", "4")
    assert home.state == ("potensial" if frozen else "ubah")
    if frozen:
        marks = session.scalars(
            select(ListMark.kind).where(ListMark.voter_id == home.id).order_by(ListMark.id)
        )
        assert marks.all() == ["pindah_keluar", "batal"]
    else:
        assert events(session, home) == [("keluar", "4"), ("pulih", None)]


def test_only_one_voter_at_two_places_makes_way(session, election, both, ppln, make_voter, actor_with):
    home, away = both
    stranger = make_voter(tps="002")
    twin = voter_at(session, OTHER_VILLAGE + "001", nik=nik_of(home), name=home.name)
    for wrong in (stranger.id, away.id):
        with pytest.raises(Refused, match="bukan satu pemilih"):
            operations.make_way(away, wrong, reason="Uji", actor=ppln)
    with pytest.raises(Refused, match="bukan satu pemilih"):
        operations.make_way(home, twin.id, reason="Uji", actor=actor_with(EDIT))  # home is no new place
    with pytest.raises(Refused, match="tidak mencakup"):
        operations.make_way(away, home.id, reason="Uji", actor=actor_with(EDIT))
    see(session, "3171")
    call = "select voter_make_way(:away, :home, '4', 'x', 'x', null)"
    with pytest.raises(DBAPIError, match="not one voter"), session.begin_nested():
        session.execute(text(call), {"away": away.id, "home": home.id})
    with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
        session.execute(text("update voter_transfer set undone_at = now()"))
    assert queries.twice(election, CITY) == []  # another office learns of nobody


# --- special places -----------------------------------------------------------------------------------


def test_a_place_is_a_station_with_a_number_of_its_own(session, election, place):
    tps = tps_at(session, place.tps_code)
    assert (tps.kind, tps.cap, tps.address) == ("khusus", 100, "Jalan Uji 1")
    assert place.tps_code == VILLAGE + "901"
    for wrong, field in (({"kind": "kapal"}, "kind"), ({"name": " "}, "name"), ({"body": ""}, "body")):
        facts = {"kind": "lapas", "name": "A", "body": "B", "address": "C", "cap": None} | wrong
        with pytest.raises(Refused) as refused:
            open_place(election, VILLAGE, actor=ACTOR, **facts)
        assert refused.value.field == field


def test_before_the_dpt_people_join_the_list_of_the_place(session, election, place, actor_with):
    ensure_roll(election.id, "3101", actor=ACTOR)
    far = voter_at(session, "3101011001001")
    near = voter_at(session, VILLAGE + "002")
    actor = actor_with(EDIT, COMPILE)
    niks = [nik_of(far), nik_of(near), "123", nik_of(near), claims().nik]
    found = operations.place_people(election, place, niks, actor=actor)
    assert [(r.line, r.done) for r in found] == [(1, True), (2, True), (3, False), (4, False), (5, False)]
    assert "16 angka" in found[2].words
    assert "Sudah terdaftar" in found[3].words
    assert "tidak terdaftar" in found[4].words
    assert not any(nik in str(found) for nik in niks if len(nik) == 16)
    for row in (far, near):
        session.refresh(row)
    assert (far.state, far.tms_code, near.tps_code) == ("tms", "4", place.tps_code)
    there = session.scalars(select(Voter).where(Voter.tps_code == place.tps_code, Voter.id != near.id)).one()
    assert claims_of(there) == claims_of(far)
    assert there.person_id == far.person_id
    act = session.scalars(select(Act).where(Act.verb == "sidalih:place:fill")).one()
    assert act.details == {"lines": 5, "done": 2}


def test_after_the_dpt_people_become_dptb(session, election, place, actor_with):
    voter = voter_at(session, VILLAGE + "002")
    freeze(session, [voter])
    actor = actor_with(EDIT, MOVE)
    [refused] = operations.place_people(election, place, [nik_of(voter)], actor=actor)
    assert (refused.done, "alasan" in refused.words) == (False, True)
    [done] = operations.place_people(election, place, [nik_of(voter)], reason_code="tahanan", actor=actor)
    assert done.done
    move = session.scalars(select(VoterMove)).one()
    assert (move.state, move.target_tps, move.served_tps) == ("diterbitkan", place.tps_code, place.tps_code)


def test_a_list_has_a_limit(election, place, actor_with):
    with pytest.raises(Refused, match="500"):
        operations.place_people(election, place, ["1"] * 501, actor=actor_with(EDIT))
