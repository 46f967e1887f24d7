"""Numbers that lead nowhere: an account has so many in a while, then the doors rest and somebody is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from electsys.errors import Refused
from electsys.ledger import Act, Actor
from electsys.notices import Notice
from electsys.responses import rates
from modules.sidalih.models.moves import VoterMove
from modules.sidalih.operations import abroad, searches
from modules.sidalih.operations.moves import Application, open_place, submit_move
from modules.sidalih.operations.searches import LISTED, TYPED, Paused, search_nik
from modules.sidalih.permissions import COMPILE, EDIT, MOVE, READ
from tests.sidalih.conftest import ACTOR, OTHER_VILLAGE, VILLAGE, claims
from tests.sidalih.moving import freeze, nik_of, tps_at, voter_at

FEW = 3


@pytest.fixture(autouse=True)
def few(app, monkeypatch):
    monkeypatch.setitem(app.config, "LOOKUP_MISSES", FEW)
    monkeypatch.setitem(app.config, "LIST_MISSES", FEW)


@pytest.fixture
def overseer(make_account):
    return make_account(permissions=["privacy:register:read"])


@pytest.fixture
def dpt(session, election):
    voters = [voter_at(session), voter_at(session, VILLAGE + "002", sex="L")]
    freeze(session, voters)
    return voters


@pytest.fixture
def attempt(session, election, dpt):
    """Ask for a move of whoever bears a number."""

    def ask(nik, actor, target=OTHER_VILLAGE + "001"):
        return submit_move(election, Application(nik, tps_at(session, target), "tugas", "asal"), actor=actor)

    return ask


def alarms(session):
    acts = session.scalars(select(Act).where(Act.verb == "sidalih:voter:guess")).all()
    notices = session.scalars(select(Notice).where(Notice.kind == searches.ALARM)).all()
    return acts, notices


def miss(attempt, actor, times=FEW):
    for _n in range(times):
        with pytest.raises(Refused, match="tidak ada dalam DPT"):
            attempt(claims().nik, actor)


def test_after_a_few_misses_the_counter_rests_and_the_alarm_rings_once(
    session, dpt, attempt, actor_with, overseer
):
    actor = actor_with(MOVE)
    miss(attempt, actor)
    assert alarms(session) == ([], [])
    for nik in (claims().nik, nik_of(dpt[0])):  # a number that exists is not told either
        with pytest.raises(Paused, match="Terlalu banyak NIK") as paused:
            attempt(nik, actor)
        assert (paused.value.status, paused.value.field) == (429, "nik")
        assert "Pengawas data pribadi" in paused.value.hint
        assert 0 < paused.value.wait <= TYPED.seconds / FEW
    [act], [notice] = alarms(session)
    assert (act.account_id, act.details) == (actor.account_id, {"limit": FEW, "seconds": 600})
    assert (notice.account_id, notice.values["account"]) == (overseer.id, actor.name)
    assert session.scalars(select(VoterMove)).all() == []


def test_another_account_goes_on(dpt, attempt, actor_with):
    miss(attempt, actor_with(MOVE))
    assert attempt(nik_of(dpt[0]), actor_with(MOVE)).id


def test_with_time_there_is_room_again(session, dpt, attempt, actor_with):
    actor = actor_with(MOVE)
    miss(attempt, actor)
    session.execute(text("update rate_bucket set full_at = full_at - interval '201 seconds'"))
    assert attempt(nik_of(dpt[0]), actor).id
    miss(attempt, actor, times=1)
    with pytest.raises(Paused):
        attempt(nik_of(dpt[1]), actor)


def test_moves_that_go_through_and_typing_errors_cost_nothing(dpt, attempt, actor_with):
    actor = actor_with(MOVE)
    for _n in range(FEW + 1):
        with pytest.raises(Refused, match="16 angka"):
            attempt("123", actor)
    assert attempt(nik_of(dpt[0]), actor).id
    miss(attempt, actor)


def test_a_number_that_is_refused_tells_that_it_exists_and_counts(dpt, attempt, actor_with):
    actor = actor_with(MOVE)
    for _n in range(FEW):
        with pytest.raises(Refused, match="terdaftar di TPS itu"):
            attempt(nik_of(dpt[0]), actor, target=dpt[0].tps_code)
    with pytest.raises(Paused):
        attempt(nik_of(dpt[0]), actor)


def test_the_search_by_number_shares_the_bucket(session, election, dpt, attempt, make_account):
    account = make_account(permissions=[READ, MOVE], region="1201")
    actor = Actor(account.id, account.username)
    for _n in range(2 * FEW):
        assert len(search_nik(nik_of(dpt[0]), election.id, account, actor=actor)) == 1
    for _n in range(FEW):
        assert search_nik(claims().nik, election.id, account, actor=actor) == []
    with pytest.raises(Paused):
        search_nik(nik_of(dpt[0]), election.id, account, actor=actor)
    with pytest.raises(Paused):
        attempt(nik_of(dpt[0]), actor)
    assert len(alarms(session)[0]) == 1


def test_the_page_of_the_search_says_so(session, client, login, roll, dpt, make_account):
    account = make_account(permissions=[READ], region="1201")
    session.commit()
    login(client, account)
    for _n in range(FEW):
        assert client.post(f"/pemilih/{roll.id}/nik", data={"nik": claims().nik}).status_code == 200
    page = client.post(f"/pemilih/{roll.id}/nik", data={"nik": nik_of(dpt[0])})
    assert page.status_code == 422
    assert "Terlalu banyak NIK yang tidak ditemukan" in page.text
    assert nik_of(dpt[0]) not in page.text


def test_two_at_once_get_no_answer_beyond_the_limit(session, dpt, attempt, actor_with, monkeypatch):
    """Both found room before either missed: the later miss is not told."""
    actor = actor_with(MOVE)
    miss(attempt, actor)
    monkeypatch.setattr(rates, "full", lambda *_a, **_k: 0)
    with pytest.raises(Paused):
        attempt(claims().nik, actor)


def test_a_list_of_a_special_place_rests_at_its_own_limit(session, election, roll, actor_with, monkeypatch):
    counted = []

    def count(limit, *, actor):
        counted.append(limit)

    monkeypatch.setattr(searches, "count_miss", count)
    place = open_place(
        election, VILLAGE, kind="lapas", name="Lapas Uji", body="Uji", address="Jalan 1", cap=100, actor=ACTOR
    )
    home = voter_at(session, VILLAGE + "002")
    actor = actor_with(EDIT, COMPILE, MOVE)
    niks = [claims().nik, nik_of(home), nik_of(home), "12"]
    found = abroad.place_people(election, place, niks, actor=actor)
    assert [each.done for each in found] == [False, True, False, False]
    assert counted == [LISTED]  # who lives there already, and what is no NIK, are no guesses
    freeze(session, [home])
    abroad.place_people(election, place, [claims().nik], reason_code="tahanan", actor=actor)
    assert counted == [LISTED, LISTED]
    monkeypatch.setattr(rates, "full", lambda *_a, **_k: 60)
    [paused] = abroad.place_people(election, place, [nik_of(home)], reason_code="tahanan", actor=actor)
    assert not paused.done and "Terlalu banyak NIK" in paused.words


def test_a_job_types_nothing(attempt):
    system = Actor.system("uji")
    for _n in range(FEW + 2):
        searches.count_miss(TYPED, actor=system)
    with searches.bounded(TYPED, actor=system):
        pass


def test_what_is_left_of_a_bucket_is_told_without_taking(session):
    full = {"rate": 0.5, "burst": 2}
    assert [rates.full("uji", b"k", **full) for _n in range(5)] == [0] * 5
    assert rates.take("uji", b"k", **full) and rates.full("uji", b"k", **full) == 0
    assert rates.take("uji", b"k", **full)
    assert rates.full("uji", b"k", **full) == 2
