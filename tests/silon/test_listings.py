"""Drafts, the plenary of a body, versions and their digests, their difference, the ballot that follows."""

from __future__ import annotations

import hashlib

import pytest
import rfc8785
from sqlalchemy import select

from electsys.elections import calendar
from electsys.elections.models import Ballot, BallotLine, Participant
from electsys.errors import Refused
from electsys.events import _SUBSCRIPTIONS, subscribe
from modules.jdih.models import Letter
from modules.silon.events import CandidatesFinal
from modules.silon.models import CandidateEvent, CandidatePortrait, Listing, ListingEntry
from modules.silon.operations import listings, plenaries
from modules.silon.operations.publishing import kept_entries, places_of, prepare
from modules.sipol import participants
from tests.silon import conftest as make
from tests.silon import staging
from tests.silon.conftest import ACTOR
from tests.silon.filing import document

SIGNER = staging.SIGNER


@pytest.fixture(autouse=True)
def stages(session):
    staging.open_all(session)


def determine(session, kind="dcs", **more):
    who = more.pop("actor", None) or staging.member(session)
    done = plenaries.determine(staging.contest(session), "", kind, **{"signer": SIGNER, "actor": who} | more)
    session.expire_all()
    return done


def test_the_plenary_makes_a_public_list_of_each_dapil(session):
    one, ones = staging.party_list(session)
    two, twos = staging.party_list(session, sexes="PLL")
    other, _rows = staging.party_list(session, place="1201")
    done = determine(session)
    assert len(done.listings) == 2
    assert {row.state for row in (one, two, other)} == {"dcs"}
    assert {row.state for row in (*ones, *twos)} == {"dcs"}
    listing = next(row for row in done.listings if row.dapil_id == one.dapil_id)
    assert (listing.stage, listing.version, listing.public, listing.reason) == ("dcs", 1, True, "")
    rows = session.scalars(
        select(ListingEntry).where(ListingEntry.listing_id == listing.id).order_by(ListingEntry.position)
    ).all()
    first, second = sorted((one, two), key=lambda n: n.number)
    assert [(r.participant_number, r.number) for r in rows] == [
        *((first.number, n) for n in (1, 2, 3)),
        *((second.number, n) for n in (1, 2, 3)),
    ]
    names = {p.party_id: p.name for p in participants(first.election_id)}
    assert rows[0].participant == names[first.party_id]
    letter = session.get_one(Letter, listing.letter_id)
    assert letter.state == "ditandatangani" or letter.number
    assert letter.title.startswith("Penetapan Daftar Calon Sementara")
    event = session.scalars(select(CandidateEvent).where(CandidateEvent.candidate_id == ones[0].id)).all()[-1]
    assert (event.kind, event.from_state, event.to_state, event.letter_id) == (
        *("penetapan", "ms", "dcs"),
        letter.id,
    )


def test_the_digest_can_be_computed_from_what_is_published(session):
    of, _rows = staging.party_list(session)
    [listing] = determine(session).listings
    [place] = places_of([of]).values()
    again = prepare(place, "dcs", kept_entries(listing), 1)
    assert hashlib.sha256(rfc8785.dumps(dict(again.content))).digest() == bytes(listing.digest)


def test_portraits_are_made_once_and_small(session):
    _of, rows = staging.party_list(session, pictures=True)
    determine(session)
    made = session.scalars(select(CandidatePortrait)).all()
    assert {p.source_id for p in made} == {row.photo_id for row in rows}
    entry = session.scalars(select(ListingEntry).where(ListingEntry.candidate_id == rows[0].id)).one()
    from PIL import Image

    from electsys.documents import open_file
    from electsys.documents.models import StoredFile

    stored = session.get_one(StoredFile, entry.photo_id)
    assert stored.kind == "silon_portrait"
    with open_file(stored) as content, Image.open(content) as drawn:
        assert drawn.size == (240, 320)


def test_nobody_is_listed_who_was_not_found_fit(session):
    of, rows = staging.party_list(session)
    failed = make.candidate(session, of, "tms", number=4)
    [listing] = determine(session).listings
    names = {e.candidate_id for e in listing.entries}
    assert failed.id not in names
    assert names == {row.id for row in rows}
    assert failed.state == "tms"


def test_a_plenary_waits_for_every_list(session):
    staging.party_list(session)
    late, _rows = staging.party_list(session, "vermin_perbaikan", candidates="bms")
    with pytest.raises(Refused, match="1 daftar belum sampai"):
        determine(session)
    assert late.state == "vermin_perbaikan"
    assert session.scalars(select(Listing)).all() == []


def test_a_list_without_anybody_left_is_excluded(session):
    staging.party_list(session)
    empty, _rows = staging.party_list(session, candidates="tms")
    determine(session)
    assert empty.state == "tms"


def test_outside_of_the_stage_nothing_is_determined(session, monkeypatch):
    staging.party_list(session)
    import datetime as dt

    monkeypatch.setattr(calendar, "utc_now", lambda: dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
    with pytest.raises(Refused, match="sudah ditutup"):
        determine(session)


def test_who_may_not_determine_is_refused(session, make_account):
    from electsys.ledger import Actor

    staging.party_list(session)
    account = make_account("operator_kpu_ri")
    with pytest.raises(Refused):
        determine(session, actor=Actor(account.id, account.username))


def test_a_list_that_breaks_the_quota_needs_the_word_of_the_plenary(session):
    staging.party_list(session, sexes="LLL")
    with pytest.raises(Refused, match="keterwakilan perempuan") as refused:
        determine(session)
    assert refused.value.field == "note"
    done = determine(session, note="Berdasarkan Putusan MA 24 P/HUM/2023")
    letter = session.get_one(Letter, done.letter_id)
    assert "Putusan MA 24 P/HUM/2023" in " ".join(letter.data["paragraphs"])


def test_a_draft_is_not_public_and_gets_a_version_only_when_it_changed(session):
    of, rows = staging.party_list(session)
    [first] = listings.draft_listings(staging.contest(session), "", "rancangan_dcs", actor=ACTOR)
    assert (first.version, first.public) == (1, False)
    assert listings.draft_listings(staging.contest(session), "", "rancangan_dcs", actor=ACTOR) == []
    rows[0].ballot_name = "EJAAN BENAR"
    session.flush()
    [second] = listings.draft_listings(staging.contest(session), "", "rancangan_dcs", actor=ACTOR)
    assert (second.version, second.reason != "") == (2, True)
    assert of.state == "rancangan_dcs"


def test_nobody_enters_the_final_list_without_the_decision_that_dismissed_them(session):
    of, rows = staging.provisional(session)
    rows[1].conditions = ["mengundurkan_diri"]
    session.flush()
    staging.to_replacement(session)
    listings.advance(staging.contest(session), "", "draft", actor=staging.member(session))
    session.expire_all()
    with pytest.raises(Refused, match="1 calon belum membawa") as refused, session.begin_nested():
        determine(session, "dct")
    assert f"2. {rows[1].name}" in str(refused.value.hint)
    paper = document(session, of, rows[1], "sk_pemberhentian")
    with pytest.raises(Refused, match="1 calon belum membawa"), session.begin_nested():
        determine(session, "dct")  # it is there, but nobody has judged it
    paper.state, paper.decided_at = "ms", calendar.utc_now()
    session.flush()
    determine(session, "dct")
    assert {row.state for row in rows} == {"dct"}


def test_the_steps_to_the_final_list_and_its_ballot(session):
    heard = []
    subscribe(CandidatesFinal, heard.append)
    try:
        of, rows = staging.final(session)
    finally:
        _SUBSCRIPTIONS.pop(next(k for k in _SUBSCRIPTIONS if k.endswith("list.append")), None)
    assert of.state == "dct"
    assert {row.state for row in rows} == {"dct"}
    listing = staging.newest(session, "dct", of)
    letter = session.get_one(Letter, listing.letter_id)
    assert letter.kind == "Kpt"
    assert [x.kind for x in staging.letters(session, "silon:dct:")] == ["BA", "Kpt"]
    ballot = session.scalars(select(Ballot).where(Ballot.dapil_id == of.dapil_id)).one()
    assert (ballot.version, ballot.source) == (1, letter.number)
    lines = session.scalars(
        select(BallotLine).where(BallotLine.ballot_id == ballot.id).order_by(BallotLine.position)
    ).all()
    assert [line.candidate_number for line in lines] == [None, 1, 2, 3]
    assert [line.kpu_id for line in lines[1:]] == [str(row.id) for row in rows]
    assert {line.struck for line in lines} == {False}
    assert session.get_one(Participant, lines[0].participant_id).party_id == of.party_id
    [event] = heard
    assert event.ballots == (ballot.id,)


def test_persons_of_the_dpd_are_numbered_by_the_alphabet(session):
    contest = staging.contest(session, "dpd")
    people = []
    for name in ("ZAINAL", "Abdul", "Éka"):
        of = make.nomination(session, "rancangan_dct", kind="perseorangan", label=name)
        people.append((of, make.candidate(session, of, "dcs", name=name)))
    who = staging.member(session, "anggota_kpu_prov", "12")
    plenaries.determine(contest, "12", "dct", signer=SIGNER, actor=who)
    session.expire_all()
    assert [of.number for of, _row in people] == [3, 1, 2]
    ballot = session.scalars(select(Ballot).where(Ballot.contest_id == contest.id)).one()
    assert [line.name for line in ballot.lines] == ["Abdul", "Éka", "ZAINAL"]
    assert [line.kpu_id for line in ballot.lines] == [str(people[n][1].id) for n in (1, 2, 0)]
    assert ballot.dapil_id is not None


def test_a_large_body_is_determined_by_a_job(session, monkeypatch, app):
    from electsys import jobs
    from electsys.jobs import Job, run_pending

    monkeypatch.setattr(plenaries, "INLINE", 1)
    of, _rows = staging.party_list(session)
    who = staging.member(session)
    started = plenaries.begin(staging.contest(session), "", "dcs", signer=SIGNER, actor=who)
    assert isinstance(started, Job)
    session.commit()
    run_pending(app)
    session.expire_all()
    assert jobs.Job is Job
    assert (of.state, session.get_one(Job, started.id).state) == ("dcs", "selesai")


def test_listings_and_entries_cannot_be_changed(session):
    from sqlalchemy import text
    from sqlalchemy.exc import IntegrityError, ProgrammingError

    staging.party_list(session)
    determine(session)
    for table in ("listing", "listing_entry"):
        with pytest.raises((IntegrityError, ProgrammingError)), session.begin_nested():
            session.execute(text(f"delete from {table}"))
