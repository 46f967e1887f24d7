"""Coklit: a household's visit is written whole or not at all, once, and only by who has the station."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from electsys.errors import Refused
from modules.sidalih.models import HouseholdVisit, Voter, VoterEvent
from modules.sidalih.operations import visits as operations
from modules.sidalih.operations.visits import Finding, Outdated, Visit
from modules.sidalih.permissions import ASSIGN, EDIT, VISIT
from modules.sidalih.queries import visits as queries
from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE, claims

TPS = VILLAGE + "001"


@pytest.fixture
def visitor(actor_with):
    return actor_with(VISIT, region=VILLAGE)


def finding(voter, found, **more):
    return Finding(voter.id, voter.version, voter.state, found, **more)


def test_a_household_is_written_in_one_go(session, election, coklit, visitor, make_voter):
    family = {"nkk": "1201010101207100"}
    right, changed, dead, moved = (make_voter(**family) for _ in range(4))
    visit = Visit(
        TPS,
        right.family,
        (
            finding(right, "sesuai"),
            finding(changed, "ubah", changes={"name": "NAMA BENAR"}),
            finding(dead, "tms", code="1", note="Akta kematian", photo=uuid4()),
            finding(moved, "tempat", tps=VILLAGE + "002"),
        ),
        fresh=(claims(**family),),
        packet_key=uuid4(),
        device_id=None,
    )
    row = operations.take_visit(election, visit, actor=visitor)
    assert row.outcomes == {"sesuai": 1, "ubah": 1, "tms": 1, "tempat": 1, "baru": 1}
    assert [right.state, changed.state, dead.state] == ["sesuai", "ubah", "tms"]
    assert (changed.name, dead.tms_code, moved.tps_code) == ("NAMA BENAR", "1", VILLAGE + "002")
    assert session.scalar(select(func.count()).where(Voter.source == "coklit")) == 1
    kinds = session.scalars(select(VoterEvent.kind).order_by(VoterEvent.id)).all()
    assert kinds == ["sesuai", "ubah", "tms", "tempat", "baru"]
    assert set(row.photos.values()) == {dead.id}


def test_one_refusal_undoes_the_household(session, election, coklit, visitor, make_voter):
    right, wrong = make_voter(), make_voter()
    visit = Visit(TPS, 1, (finding(right, "sesuai"), finding(wrong, "tms", code="8")))
    with pytest.raises(Refused, match="tidak dicoret"), session.begin_nested():
        operations.take_visit(election, visit, actor=visitor)
    session.expire_all()
    assert right.state == "potensial"
    assert session.scalar(select(func.count()).select_from(HouseholdVisit)) == 0


def test_what_the_office_changed_meanwhile_is_told(
    session, election, coklit, visitor, make_voter, actor_with
):
    from modules.sidalih.operations.voters import amend_voter

    voter = make_voter()
    seen = finding(voter, "sesuai")
    amend_voter(voter, {"name": "DIUBAH KANTOR"}, actor=actor_with(EDIT), reason="KTP-el")
    with pytest.raises(Outdated) as outdated:
        operations.take_visit(election, Visit(TPS, 1, (seen,)), actor=visitor)
    assert outdated.value.voters == [voter.id]
    operations.take_visit(election, Visit(TPS, 1, (finding(voter, "sesuai"),)), actor=visitor)
    assert voter.state == "sesuai"


@pytest.mark.parametrize("state", ["penyusunan", "dphp", "dpt"])
def test_only_while_coklit_runs(session, election, roll, visitor, make_voter, state):
    roll.state = state
    session.flush()
    with pytest.raises(Refused, match="belum dimulai atau sudah selesai"):
        operations.take_visit(election, Visit(TPS, 1, (finding(make_voter(), "sesuai"),)), actor=visitor)


def test_not_elsewhere_not_empty_not_twice(election, coklit, visitor, make_voter):
    voter, there = make_voter(), make_voter(village=OTHER_VILLAGE)
    for visit in (
        Visit(OTHER_VILLAGE + "001", 1, (finding(there, "sesuai"),)),
        Visit(TPS, 1, ()),
        Visit(TPS, 1, (finding(voter, "sesuai"), finding(voter, "ubah"))),
        Visit(VILLAGE + "899", 1, (finding(voter, "sesuai"),)),
    ):
        with pytest.raises(Refused):
            operations.take_visit(election, visit, actor=visitor)
    with pytest.raises(Outdated):
        operations.take_visit(election, Visit(TPS, 1, (finding(there, "sesuai"),)), actor=visitor)


def test_one_packet_is_one_visit(session, election, coklit, visitor, make_voter):
    voter, key = make_voter(), uuid4()
    operations.take_visit(
        election, Visit(TPS, 1, (finding(voter, "sesuai"),), device_id=7, packet_key=key), actor=visitor
    )
    with pytest.raises(DBAPIError, match="uq_household_visit_packet"), session.begin_nested():
        operations.take_visit(
            election, Visit(TPS, 1, (finding(voter, "sesuai"),), device_id=7, packet_key=key), actor=visitor
        )


def test_a_station_has_one_visitor_at_a_time(session, election, roll, make_account, actor_with, station):
    one, other = (make_account(permissions=[VISIT], region=VILLAGE) for _ in range(2))
    officer = actor_with(ASSIGN)
    operations.give_station(election, TPS, one, actor=officer)
    operations.give_station(election, TPS, other, actor=officer)
    assert queries.stations_given(election.id, one.id, VILLAGE) == []
    assert queries.stations_given(election.id, other.id, VILLAGE) == [TPS]
    with pytest.raises(Refused, match="bukan Pantarlih"):
        operations.give_station(
            election, TPS, make_account(permissions=[VISIT], region="3171"), actor=officer
        )
    with pytest.raises(Refused):
        operations.give_station(election, TPS, one, actor=actor_with(ASSIGN, region="3171"))


def test_the_phone_carries_no_number(session, election, coklit, make_voter):
    from modules.sidalih.claims import claims_of

    voter = make_voter(disability="5")
    alone = make_voter(nkk=None)
    carried = queries.carried(election, [TPS])
    assert [len(house["pemilih"]) for house in carried] == [1, 1]
    assert {house["rumah"] for house in carried} == {str(voter.family), str(-alone.id)}
    facts = claims_of(voter)
    for secret in (facts.nik, facts.nkk, "1980"):
        assert secret not in str(carried)
    assert carried[0]["pemilih"][0]["umur"] == 43


def test_progress_counts_households(session, election, coklit, visitor, make_voter):
    for _ in range(3):
        make_voter(nkk="1201010101207200")
    voter = make_voter()
    operations.take_visit(election, Visit(TPS, voter.family, (finding(voter, "sesuai"),)), actor=visitor)
    from electsys.identity.access import Scope

    [row] = session.execute(queries.progress(election.id, [Scope(VILLAGE)], VILLAGE)).all()
    assert (row.houses, row.visited, row.voters, row.potensial, row.sesuai) == (2, 1, 4, 3, 1)
    assert [h.visited for h in queries.houses(election.id, TPS)].count(True) == 1


def test_from_one_station_a_voter_is_sent_to_another(session, election, coklit, actor_with, make_voter):
    voter, stranger = make_voter(), make_voter(village=OTHER_VILLAGE)
    actor = actor_with(VISIT, region=VILLAGE)
    session.execute(text("select set_config('app.scope', :s, true)"), {"s": TPS})
    assert session.scalar(text("select count(*) from voter where id = :id"), {"id": stranger.id}) == 0
    visit = Visit(TPS, 1, (finding(voter, "tempat", tps=VILLAGE + "002"),))
    operations.take_visit(election, visit, actor=actor)
    assert voter.tps_code == VILLAGE + "002"
