"""Moves to another polling station: who may, what they write at both ends, how they are taken back."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from electsys.elections.models import Stage
from electsys.errors import Refused
from electsys.ledger import Act
from electsys.privacy import unseal_fields
from modules.sidalih import moved_in
from modules.sidalih.models import ListMark, VoterEvent
from modules.sidalih.models.moves import VoterMove
from modules.sidalih.operations.moves import Application, cancel_move, issue_move, submit_move
from modules.sidalih.permissions import MOVE
from modules.sidalih.queries import moves as queries
from tests.sidalih.conftest import VILLAGE
from tests.sidalih.moving import SERIBU, freeze, nik_of, tps_at, voter_at

SERIBU_TPS = "3101011001001"


@pytest.fixture
def dpt(session, election):
    """Two voters of Barus in a frozen DPT: a woman in TPS 001 and a man in TPS 002."""
    voters = [voter_at(session, VILLAGE + "001"), voter_at(session, VILLAGE + "002", sex="L")]
    return freeze(session, voters), *voters


@pytest.fixture
def submit(session, election, actor_with):
    """Enter an application: ``submit(voter, target="...", reason="tugas", served="asal")``."""

    def make(voter, target=SERIBU_TPS, reason="tugas", served="asal", actor=None, nik=None):
        asked = Application(nik or nik_of(voter), tps_at(session, target), reason, served)
        return submit_move(election, asked, actor=actor or actor_with(MOVE))

    return make


def marks(session, voter):
    return session.scalars(
        select(ListMark.kind).where(ListMark.voter_id == voter.id).order_by(ListMark.id)
    ).all()


def in_scope(session, scope):
    session.execute(text("select set_config('app.scope', :s, true)"), {"s": scope})


def close_stage(session, election, code, day=dt.date(2023, 1, 1)):
    stage = session.scalars(select(Stage).where(Stage.election_id == election.id, Stage.code == code)).one()
    stage.closes_at = dt.datetime.combine(day, dt.time(), dt.UTC)
    session.flush()


def test_a_move_leaves_the_line_at_home_and_joins_the_target(session, election, dpt, submit, actor_with):
    listed, voter, _other = dpt
    move = submit(voter)
    assert (move.state, move.origin_tps, move.number, move.list_id) == (
        "diajukan",
        voter.tps_code,
        1,
        listed.id,
    )
    assert (move.contests, move.urgency, move.served_tps) == (["ppwp"], "khusus", voter.tps_code)
    assert unseal_fields(bytes(move.sealed), table="voter_move", row=move.id) == {"nik": nik_of(voter)}
    assert marks(session, voter) == []
    assert moved_in(election.id, SERIBU_TPS, "ppwp") == (0, 0)
    issue_move(move, actor=actor_with(MOVE))
    assert move.state == "diterbitkan"
    assert marks(session, voter) == ["pindah_keluar"]
    event = session.scalars(select(VoterEvent).where(VoterEvent.voter_id == voter.id)).one()
    assert (event.kind, event.details["to"], event.details["move"]) == ("tanda", SERIBU_TPS, move.id)
    assert moved_in(election.id, SERIBU_TPS, "ppwp") == (0, 1)
    assert moved_in(election.id, SERIBU_TPS, "dpr") == (0, 0)
    assert moved_in(election.id, voter.tps_code, "ppwp") == (0, 0)
    acts = session.scalars(select(Act).where(Act.subject == f"voter_move:{move.id}").order_by(Act.id)).all()
    assert [a.verb for a in acts] == ["sidalih:move:submit", "sidalih:move:issue"]
    assert nik_of(voter) not in str([a.details for a in acts])


def test_the_office_at_the_target_serves_a_voter_from_elsewhere(session, election, dpt, submit, actor_with):
    _list, voter, _other = dpt
    jakarta = actor_with(MOVE, region=SERIBU)
    with pytest.raises(Refused, match="tidak mencakup"):
        submit(voter, served="asal", actor=jakarta)
    number = nik_of(voter)
    in_scope(session, SERIBU)
    move = submit(voter, served="tujuan", actor=jakarta, nik=number)
    issue_move(move, actor=jakarta)
    assert move.served_tps == SERIBU_TPS
    assert marks(session, voter) == []  # it lies at the origin, which this office does not see
    in_scope(session, "1201")
    assert marks(session, voter) == ["pindah_keluar"]
    assert session.scalars(select(VoterMove.id)).all() == [move.id]
    in_scope(session, "3171")
    assert session.scalars(select(VoterMove.id)).all() == []


def test_only_the_serving_office_takes_a_move_back(session, election, dpt, submit, actor_with):
    _list, voter, _other = dpt
    move = submit(voter)
    issue_move(move, actor=actor_with(MOVE))
    with pytest.raises(Refused, match="tidak berwenang"):
        cancel_move(move, "Batal berangkat", actor=actor_with(MOVE, region=SERIBU))
    with pytest.raises(Refused) as refused:
        cancel_move(move, "  ", actor=actor_with(MOVE))
    assert refused.value.field == "reason"
    cancel_move(move, "Batal berangkat", actor=actor_with(MOVE))
    assert move.state == "dibatalkan"
    assert marks(session, voter) == ["pindah_keluar", "batal"]
    assert moved_in(election.id, SERIBU_TPS, "ppwp") == (0, 0)
    again = submit(voter)
    assert again.id != move.id


def test_an_application_that_is_dropped_marks_nothing(session, dpt, submit, actor_with):
    _list, voter, _other = dpt
    cancel_move(submit(voter), "Salah TPS", actor=actor_with(MOVE))
    assert marks(session, voter) == []


def test_one_active_move_a_voter(session, dpt, submit):
    _list, voter, other = dpt
    submit(voter)
    with pytest.raises(Refused, match="sudah mengajukan"):
        submit(voter, target="3101011001002")
    submit(other)
    with pytest.raises(DBAPIError, match="uq_voter_move_active"), session.begin_nested():
        first = session.scalars(select(VoterMove).where(VoterMove.voter_id == other.id)).one()
        copy = {
            c.name: getattr(first, c.name)
            for c in VoterMove.__table__.columns
            if c.name not in ("id", "token")
        }
        session.add(VoterMove(**copy, token="lain"))
        session.flush()


def test_who_is_in_no_dpt_votes_at_home(session, election, dpt, submit, make_voter):
    stranger = make_voter(tps="003")
    with pytest.raises(Refused, match="tidak ada dalam DPT") as refused:
        submit(stranger)
    assert "DPK" in refused.value.hint
    assert refused.value.field == "nik"
    for wrong in ("123", "12010157058070AB"):
        with pytest.raises(Refused) as refused:
            submit(stranger, nik=wrong)
        assert refused.value.field == "nik"


def test_a_marked_or_doubled_voter_does_not_move(session, election, dpt, submit):
    listed, voter, other = dpt
    session.add(
        ListMark(
            province="12",
            list_id=listed.id,
            voter_id=voter.id,
            tps_code=voter.tps_code,
            kind="meninggal",
            reason="Akta",
            actor="uji",
        )
    )
    twin = voter_at(session, "3101011001001", nik=nik_of(other), sex="L", name=other.name)
    freeze(session, [twin], SERIBU)
    with pytest.raises(Refused, match="Meninggal"):
        submit(voter)
    with pytest.raises(Refused, match="2 kali"):
        submit(other, target="3101011001002")


def test_a_reopened_dpt_moves_nobody(session, roll, dpt, submit):
    roll.state = "dpshp"
    session.flush()
    with pytest.raises(Refused, match="dibuka kembali"):
        submit(dpt[1])


@pytest.mark.parametrize(
    ("reason", "general", "special", "allowed"),
    [
        ("belajar", True, True, True),
        ("belajar", False, True, False),
        ("tugas", False, True, True),
        ("tugas", False, False, False),
    ],
)
def test_the_calendar_of_reasons(
    session, election, dpt, submit, actor_with, reason, general, special, allowed
):
    voter = dpt[1]
    for code, stays in (("pindah_memilih", general), ("pindah_memilih_khusus", special)):
        if not stays:
            close_stage(session, election, code)
    if not allowed:
        with pytest.raises(Refused, match="sudah ditutup"):
            submit(voter, reason=reason)
        return
    move = submit(voter, reason=reason)
    issue_move(move, actor=actor_with(MOVE))
    assert move.state == "diterbitkan"


def test_a_general_reason_that_waited_too_long_is_not_issued(session, election, dpt, submit, actor_with):
    move = submit(dpt[1], reason="belajar")
    close_stage(session, election, "pindah_memilih")
    with pytest.raises(Refused, match="sudah ditutup"):
        issue_move(move, actor=actor_with(MOVE))
    assert move.state == "diajukan"


def test_what_makes_no_sense_is_refused_at_its_field(session, election, dpt, submit):
    voter = dpt[1]
    cases = (
        ({"target": voter.tps_code}, "target"),
        ({"reason": "liburan"}, "reason_code"),
        ({"served": "x"}, "served"),
    )
    for wrong, field in cases:
        with pytest.raises(Refused) as refused:
            submit(voter, **wrong)
        assert refused.value.field == field
    tps_at(session, SERIBU_TPS).state = "ditutup"
    session.flush()
    with pytest.raises(Refused, match="ditutup"):
        submit(voter)


def test_the_mark_is_written_for_its_own_move_alone(session, dpt, submit, actor_with):
    move = submit(dpt[1])
    call = text("select voter_move_mark(:move, 'x', 'x', null)")
    with pytest.raises(DBAPIError, match="another mark"), session.begin_nested():
        session.execute(call, {"move": move.id})  # it is not issued
    issue_move(move, actor=actor_with(MOVE))
    with pytest.raises(DBAPIError, match="another mark"), session.begin_nested():
        session.execute(call, {"move": move.id})  # it bears the mark already
    cancel_move(move, "Batal", actor=actor_with(MOVE))
    in_scope(session, "3171")
    with pytest.raises(DBAPIError, match="another mark"), session.begin_nested():
        session.execute(call, {"move": move.id})


def test_room_counts_who_comes_and_goes(session, election, dpt, submit, actor_with):
    _list, voter, _other = dpt
    actor = actor_with(MOVE)
    issue_move(submit(voter, target=VILLAGE + "002"), actor=actor)
    stations = {s.tps.code[-3:]: s for s in queries.rooms(election.id, VILLAGE)}
    assert len(stations) == 5
    left, joined = stations["001"].room, stations["002"].room
    assert (left.voters, left.outgoing, left.incoming, left.present) == (1, 1, 0, 0)
    assert (joined.voters, joined.incoming, joined.present, joined.cap) == (1, 1, 2, 300)
    assert (joined.spare, joined.fewest_papers) == (1, 0)
    assert dict(joined.wanted) == dict.fromkeys(("ppwp", "dpr", "dpd", "dprd_prov", "dprd_kabko"), 1)
    assert not stations["003"].frozen
    rows = {a.code: a for a in queries.recap(election, VILLAGE)}
    assert (rows[VILLAGE + "001"].outgoing_female, rows[VILLAGE + "002"].incoming_female) == (1, 1)
    [district] = queries.recap(election, "1201")
    assert (district.code, district.incoming, district.outgoing) == ("120101", 1, 1)
