"""The door: the ballot in force and the final list, as Situng and Sirekap read them."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import text

import modules.silon as door
from electsys.elections.models import Ballot
from modules.silon.operations import amendments
from tests.pages import count_queries
from tests.silon import conftest as make
from tests.silon import staging


def strike(session, row):
    amendments.strike_candidate(
        row,
        "meninggal",
        reason="Akta kematian nomor 7",
        evidence=staging.evidence(),
        signer=staging.SIGNER,
        actor=staging.member(session),
    )
    session.expire_all()


def test_there_is_no_ballot_and_no_list_before_the_plenary(session):
    of, _rows = staging.provisional(session)
    assert door.ballot_of(of.contest_id, of.dapil_id) is None
    assert door.final_candidates(of.contest_id, of.dapil_id) == []


def test_the_ballot_in_force_says_every_line_in_the_order_of_votes(session):
    of, rows = staging.final(session)
    found = door.ballot_of(of.contest_id, of.dapil_id)
    assert found is not None
    assert (found.contest_id, found.dapil_id, found.version) == (of.contest_id, of.dapil_id, 1)
    assert [line.position for line in found.lines] == list(range(1, len(found.lines) + 1))
    own = [line for line in found.lines if line.participant_number == of.number]
    assert [line.candidate_number for line in own] == [None, 1, 2, 3]
    assert own[0].kind == "partai"
    assert [line.name for line in own[1:]] == [row.ballot_name for row in rows]
    assert [line.kpu_id for line in own[1:]] == [str(row.id) for row in rows]
    assert [line.sex for line in own[1:]] == ["L", "L", "P"]
    assert not any(line.struck for line in own)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.version = 2


def test_a_change_of_the_final_list_is_the_ballot_from_then_on(session):
    of, rows = staging.final(session)
    before = door.ballot_of(of.contest_id, of.dapil_id)
    strike(session, rows[1])
    after = door.ballot_of(of.contest_id, of.dapil_id)
    assert (before.version, after.version) == (1, 2)
    assert [line.candidate_number for line in after.lines if line.struck] == [2]
    assert [line.kpu_id for line in after.lines] == [line.kpu_id for line in before.lines]
    assert session.get(Ballot, before.ballot_id) is not None
    listed = door.final_candidates(of.contest_id, of.dapil_id)
    assert [(c.number, c.struck) for c in listed] == [(1, False), (2, True), (3, False)]
    assert listed[1].struck_reason and listed[0].struck_reason is None


def test_the_final_list_is_read_by_whoever_may_read_no_candidate(session):
    of, rows = staging.final(session)
    wanted = [(row.id, row.ballot_name) for row in rows]
    session.execute(text("select set_config('app.scope', '9999', true)"))
    session.expire_all()
    found = door.final_candidates(of.contest_id, of.dapil_id)
    assert [(c.candidate_id, c.name) for c in found] == wanted
    assert {c.participant_number for c in found} == {of.number}
    assert {c.nomination_id for c in found} == {of.id}


def test_another_place_has_another_list(session):
    of, _rows = staging.final(session)
    other = make.dapil(session, "1201")
    assert door.final_candidates(of.contest_id, other.id) == []
    assert door.ballot_of(of.contest_id, other.id) is None
    assert door.final_candidates(of.contest_id, of.dapil_id, "12") == []
    assert door.ballot_of(of.contest_id, None) is None


def test_the_province_of_the_dpd_is_a_dapil_and_a_body(session):
    from electsys.elections.models import BallotLine, Participant
    from modules.silon.models import Listing, ListingEntry

    of = make.nomination(session, "dct", kind="perseorangan", number=5)
    row = make.candidate(session, of, "dct")
    area = make.dapil(session, "12", "dpd")
    listing = Listing(
        election_id=of.election_id, contest_id=of.contest_id, region="12", stage="dct", public=True,
        digest=b"x" * 32, actor="test",
    )  # fmt: skip
    session.add(listing)
    person = Participant(
        contest_id=of.contest_id, number=5, kind="perseorangan", name=row.name, short_name=row.name,
        region_code="12", kpu_id=str(row.id),
    )  # fmt: skip
    session.add(person)
    session.flush()
    session.add(
        ListingEntry(
            listing_id=listing.id,
            position=1,
            nomination_id=of.id,
            candidate_id=row.id,
            participant_number=5,
            participant=row.name,
            number=1,
            name=row.ballot_name,
            sex="L",
            residence="",
        )
    )
    ballot = Ballot(contest_id=of.contest_id, dapil_id=area.id, version=3, source="uji")
    session.add(ballot)
    session.flush()
    session.add(BallotLine(ballot_id=ballot.id, position=1, participant_id=person.id, name=row.ballot_name))
    session.flush()
    by_dapil, by_body = (
        door.final_candidates(of.contest_id, area.id),
        door.final_candidates(of.contest_id, None, "12"),
    )
    assert by_dapil == by_body and [c.candidate_id for c in by_dapil] == [row.id]
    found = door.ballot_of(of.contest_id, area.id)
    assert [(line.participant_number, line.candidate_number, line.kind) for line in found.lines] == [
        (5, None, "perseorangan")
    ]


def test_a_draft_is_nobodys_final_list(session):
    from modules.silon.models import Listing

    of, _rows = staging.final(session)
    last = staging.newest(session, "dct", of)
    session.add(
        Listing(
            election_id=of.election_id,
            contest_id=of.contest_id,
            dapil_id=of.dapil_id,
            region=of.region,
            stage="dct",
            version=last.version + 1,
            public=False,
            reason="uji",
            digest=b"x" * 32,
            actor="test",
        )
    )
    session.flush()
    assert len(door.final_candidates(of.contest_id, of.dapil_id)) == 3


def test_the_door_asks_little(session):
    of, _rows = staging.final(session)
    contest, dapil = of.contest_id, of.dapil_id
    with count_queries(4):
        door.ballot_of(contest, dapil)
        door.final_candidates(contest, dapil)


def test_the_door_has_the_news(session):
    from modules.silon import events

    assert door.CandidatesFinal is events.CandidatesFinal
    assert door.BallotChanged is events.BallotChanged
    assert set(door.__all__) >= {
        "BallotChanged",
        "BallotOf",
        "CandidatesFinal",
        "ballot_of",
        "final_candidates",
    }
