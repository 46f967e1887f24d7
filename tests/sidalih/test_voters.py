"""Writers of voters' rows: what they keep, what they refuse, what the database itself refuses."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from electsys.errors import Refused
from electsys.ledger import Act
from electsys.privacy import unseal_fields
from modules.sidalih.claims import claims_of
from modules.sidalih.models import Quarter, VoterEvent, VoterPast
from modules.sidalih.operations import voters as operations
from modules.sidalih.permissions import EDIT, VISIT
from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE, claims


def events(session, voter):
    rows = select(VoterEvent).where(VoterEvent.voter_id == voter.id).order_by(VoterEvent.id)
    return list(session.scalars(rows))


def test_a_found_voter_has_a_row_an_event_and_an_act(session, election, roll, station, actor_with):
    actor = actor_with(EDIT)
    facts = claims(birth_date=dt.date(2006, 2, 14), sex="L", marital_status="B", disability="5")
    voter = operations.add_voter(election, station, facts, source="coklit", actor=actor, reason="Ditemukan")
    session.refresh(voter)
    assert (voter.state, voter.source, voter.tps_code) == ("baru", "coklit", VILLAGE + "001")
    assert voter.doubts == []
    assert claims_of(voter) == facts
    assert [e.kind for e in events(session, voter)] == ["baru"]
    act = session.scalars(select(Act).where(Act.verb == "sidalih:voter:add")).one()
    assert facts.nik not in str(act.details)
    assert facts.nik.encode() not in bytes(voter.sealed)


def test_the_same_number_twice_in_a_village_is_refused_and_elsewhere_taken(
    session, election, roll, station, make_voter, actor_with
):
    known = make_voter()
    twice = claims_of(known)
    with pytest.raises(Refused, match="sudah terdaftar") as refused:
        operations.add_voter(election, station, twice, source="coklit", actor=actor_with(EDIT))
    assert refused.value.field == "nik"
    from electsys.regions.models import Tps

    there = session.get(Tps, (election.id, "12", OTHER_VILLAGE + "001"))
    other = operations.add_voter(election, there, twice, source="coklit", actor=actor_with(EDIT))
    assert other.person_id == known.person_id


def test_a_change_keeps_the_row_before(session, make_voter, actor_with):
    voter = make_voter(name="SITI LAMA")
    old = claims_of(voter)
    changes = {"name": "SITI BARU", "disability": "1"}
    differs = operations.amend_voter(voter, changes, actor=actor_with(EDIT), reason="KTP-el dicocokkan")
    session.refresh(voter)
    assert differs == ["name", "disability"]
    assert (voter.name, voter.version, voter.state) == ("SITI BARU", 2, "ubah")
    past = session.scalars(select(VoterPast).where(VoterPast.voter_id == voter.id)).one()
    assert (past.name, past.version) == ("SITI LAMA", 1)
    assert unseal_fields(bytes(past.sealed), table="voter", row=voter.id)["nik"] == old.nik
    [event] = events(session, voter)
    assert (event.kind, event.details["fields"], event.version) == ("ubah", differs, 2)


def test_nothing_different_writes_nothing(session, make_voter, actor_with):
    voter = make_voter()
    assert operations.amend_voter(voter, {"name": voter.name}, actor=actor_with(EDIT), reason="x") == []
    assert voter.version == 1
    assert events(session, voter) == []


def test_the_database_refuses_a_silent_correction(session, make_voter):
    voter = make_voter()
    for change in ("name = 'LAIN'", "sealed = sealed || '\\x00'", "version = 5", "id = id + 1"):
        with pytest.raises(DBAPIError, match="voter: "), session.begin_nested():
            session.execute(text(f"update voter set {change} where id = :id"), {"id": voter.id})
    with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
        session.execute(text("delete from voter where id = :id"), {"id": voter.id})


def test_the_past_and_the_events_stay(session, make_voter, actor_with):
    voter = make_voter()
    operations.amend_voter(voter, {"name": "LAIN"}, actor=actor_with(EDIT), reason="Uji ubah")
    for table in ("voter_past", "voter_event"):
        for change in (f"update {table} set version = 9", f"delete from {table}"):
            with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
                session.execute(text(change))


def test_strike_and_restore(session, make_voter, actor_with):
    voter, actor = make_voter(), actor_with(EDIT)
    operations.strike_voter(voter, "1", actor=actor, reason="Akta kematian 12/2023")
    assert (voter.state, voter.tms_code) == ("tms", "1")
    with pytest.raises(Refused, match="berstatus"):
        operations.strike_voter(voter, "1", actor=actor, reason="Sekali lagi")
    operations.restore_voter(voter, actor=actor, reason="Salah orang")
    assert (voter.state, voter.tms_code) == ("ubah", None)
    assert [(e.kind, e.code) for e in events(session, voter)] == [("tms", "1"), ("pulih", None)]


def test_a_wrong_station_is_no_reason_to_strike(session, make_voter, actor_with):
    voter, actor = make_voter(), actor_with(EDIT)
    with pytest.raises(Refused, match="tidak dicoret"):
        operations.strike_voter(voter, "8", actor=actor, reason="Salah TPS")
    with pytest.raises(Refused, match="tidak ada dalam tabel"):
        operations.strike_voter(voter, "99", actor=actor, reason="?")
    operations.place_voter(voter, VILLAGE + "002", actor=actor, reason="Salah TPS")
    assert voter.tps_code == VILLAGE + "002"
    for wrong in (OTHER_VILLAGE + "001", VILLAGE + "899"):
        with pytest.raises(Refused, match="TPS itu"):
            operations.place_voter(voter, wrong, actor=actor)
    assert [e.kind for e in events(session, voter)] == ["tempat"]


def test_the_visit_needs_coklit(session, roll, make_voter, actor_with):
    voter, actor = make_voter(), actor_with(VISIT)
    with pytest.raises(Refused, match="belum dimulai"):
        operations.confirm_voter(voter, actor=actor)
    roll.state = "coklit"
    session.flush()
    operations.confirm_voter(voter, actor=actor)
    assert voter.state == "sesuai"


def test_after_the_dpt_only_a_quarter_moves_rows(session, election, roll, station, make_voter, actor_with):
    voter, actor = make_voter(), actor_with(EDIT)
    roll.state = "dpt"
    session.flush()
    with pytest.raises(Refused, match="DPT sudah ditetapkan"):
        operations.strike_voter(voter, "1", actor=actor, reason="Meninggal")
    with pytest.raises(Refused, match="sudah ditetapkan"):
        operations.add_voter(election, station, claims(), source="tanggapan", actor=actor)
    quarter = Quarter(roll_id=roll.id, year=2025, number=1, opening=1)
    session.add(quarter)
    session.flush()
    operations.strike_voter(voter, "1", actor=actor, action="update_strike", reason="Meninggal")
    operations.add_voter(election, station, claims(), source="dpb", actor=actor)
    counted = session.scalars(select(VoterEvent.kind).where(VoterEvent.quarter_id == quarter.id)).all()
    assert sorted(counted) == ["baru", "tms"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nik": "12010157058070"}, "nik"),
        ({"nik": "12010157058070AB"}, "nik"),
        ({"nik": None}, "nik"),
        ({"nkk": "1"}, "nkk"),
        ({"birth_date": dt.date(2999, 1, 1), "nik": "1201015701997001"}, "birth_date"),
        ({"name": "  "}, "name"),
    ],
)
def test_what_cannot_be_is_refused(session, election, roll, station, actor_with, changes, field):
    with pytest.raises(Refused) as refused:
        operations.add_voter(election, station, claims(**changes), source="coklit", actor=actor_with(EDIT))
    assert refused.value.field == field


def test_elsewhere_nobody_writes(session, election, roll, station, make_voter, actor_with):
    voter, stranger = make_voter(), actor_with(EDIT, region="3171")
    with pytest.raises(Refused):
        operations.add_voter(election, station, claims(), source="coklit", actor=stranger)
    with pytest.raises(Refused):
        operations.amend_voter(voter, {"name": "X"}, actor=stranger, reason="Uji")
    with pytest.raises(Refused):
        operations.place_voter(voter, VILLAGE + "002", actor=stranger)


@pytest.mark.parametrize(
    ("scope", "seen"),
    [("*", 1), ("1201", 1), ("12,31", 1), ("1201011001001", 1), ("1201011002001", 0), ("3171", 0), ("-", 0)],
)
def test_row_security_shows_the_own_regions(session, make_voter, scope, seen):
    voter = make_voter()
    session.execute(text("select set_config('app.scope', :s, true)"), {"s": scope})
    counts = [
        session.scalar(text(f"select count(*) from {table} where id = :id"), {"id": voter.id})
        for table in ("voter", "voter_p12")
    ]
    assert counts == [seen, 0]
