"""The DPK: kept as written, checked against the DPT, fed into the continuous list."""

from __future__ import annotations

import pytest

from electsys.errors import Refused
from electsys.identity.access import Scope
from electsys.privacy import unseal_fields
from modules.sidalih.models import Quarter, VoterEvent
from modules.sidalih.operations import dpk as operations
from modules.sidalih.permissions import EDIT
from modules.sidalih.queries import moves as queries
from tests.sidalih.conftest import VILLAGE, claims
from tests.sidalih.move_examples import stored_move
from tests.sidalih.moving import freeze, nik_of, tps_at, voter_at


@pytest.fixture
def enter(session, election, actor_with):
    def make(code=VILLAGE + "001", actor=None, **facts):
        return operations.enter_dpk(
            election, tps_at(session, code), claims(**facts), actor=actor or actor_with(EDIT)
        )

    return make


def double(session, election, region="1201"):
    return session.scalars(queries.double_voting([Scope(region)], election.id)).all()


def test_a_line_is_kept_sealed(session, election, enter):
    facts = claims(disability="3")
    line = enter(**{n: getattr(facts, n) for n in ("nik", "name", "disability", "nkk")})
    assert (line.state, line.found_tps, line.sex) == ("tercatat", None, "P")
    assert operations.claims_of_line(line) == facts
    assert facts.nik.encode() not in bytes(line.sealed)
    assert double(session, election) == []


def test_who_stands_in_a_dpt_is_noted_for_bawaslu(session, election, enter, actor_with):
    voter = voter_at(session, VILLAGE + "002")
    freeze(session, [voter])
    line = enter(nik=nik_of(voter))
    assert (line.found_kind, line.found_tps) == ("dpt", VILLAGE + "002")
    assert double(session, election) == [line]
    assert double(session, election, "3171") == []
    operations.withdraw_dpk(line, "Salah ketik NIK", actor=actor_with(EDIT))
    assert double(session, election) == []


def test_who_moved_is_noted_as_dptb(session, election, enter):
    move = stored_move(session, "diterbitkan")
    nik = unseal_fields(bytes(move.sealed), table="voter_move", row=move.id)["nik"]
    line = enter(VILLAGE + "003", nik=nik)
    assert (line.found_kind, line.found_tps) == ("dptb", move.origin_tps)


def test_what_cannot_be_is_refused(session, election, enter, actor_with):
    line = enter()
    nik = operations.claims_of_line(line).nik
    with pytest.raises(Refused, match="sudah ada dalam DPK"):
        enter(nik=nik)
    assert enter(VILLAGE + "002", nik=nik).id != line.id  # two TPS wrote the same person: both stand
    with pytest.raises(Refused) as refused:
        enter(nik="12")
    assert refused.value.field == "nik"
    with pytest.raises(Refused, match="tidak mencakup"):
        enter(actor=actor_with(EDIT, region="3171"))


def test_nobody_has_voted_before_the_voting_day(session, election, enter):
    election.voting_day = election.voting_day.replace(year=2090)
    session.flush()
    with pytest.raises(Refused, match="mulai hari pemungutan"):
        enter()


def test_a_line_feeds_the_open_quarter(session, election, roll, enter, actor_with):
    roll.state = "dpt"
    actor = actor_with(EDIT)
    line = enter()
    with pytest.raises(Refused, match="triwulan"):
        operations.admit_dpk(line, actor=actor)
    quarter = Quarter(roll_id=roll.id, year=2025, number=1, opening=1)
    session.add(quarter)
    session.flush()
    voter = operations.admit_dpk(line, actor=actor)
    assert (line.state, line.voter_id, voter.tps_code, voter.source) == (
        "dimutakhirkan",
        voter.id,
        line.tps_code,
        "dpb",
    )
    event = session.query(VoterEvent).filter_by(voter_id=voter.id).one()
    assert (event.kind, event.quarter_id, event.details) == ("baru", quarter.id, {"dpk": line.id})


def test_who_is_registered_does_not_become_a_new_voter(session, election, roll, enter, actor_with):
    voter = voter_at(session, VILLAGE + "002", village="1201011001")
    freeze(session, [voter])
    session.add(Quarter(roll_id=roll.id, year=2025, number=1, opening=1))
    session.flush()
    line = enter("1201011002001", nik=nik_of(voter))
    with pytest.raises(Refused, match="sudah terdaftar"):
        operations.admit_dpk(line, actor=actor_with(EDIT))
    assert line.state == "tercatat"
