"""A person or a pair is struck and restored after the plenary: minute, public difference, ballot."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from electsys.elections.models import Ballot, BallotLine
from electsys.errors import Refused
from electsys.ledger import Actor
from electsys.notices.models import Notice
from modules.jdih.models import Letter
from modules.silon.models import Listing, NominationLiaison
from modules.silon.operations import amendments
from modules.silon.operations import pairs as operations
from modules.silon.operations.publishing import kept_entries
from modules.silon.pair_words import EMPTY
from modules.silon.permissions import CONCLUDE, DETERMINE, EDIT, READ, RECEIVE
from modules.silon.rules.listings import difference
from tests.silon import pairing, staging

RULING = "135/PS.REG/BAWASLU/2024"


@pytest.fixture
def contest(session):
    return pairing.pilkada(session)


@pytest.fixture
def account(make_account):
    return make_account(permissions=[RECEIVE, CONCLUDE, DETERMINE, READ], region="12")


@pytest.fixture
def kpu(account):
    return Actor(account.id, account.name)


def set_pairs(session, contest, kpu, *labels, drawn=True):
    """Pairs that the plenary set, by default with their numbers: each with its two persons."""
    made = [pairing.pair(session, contest, "rancangan_dct", label=label) for label in labels]
    people = [pairing.two(session, row, "ms") for row in made]
    operations.determine_pairs(contest, "12", signer="Rahma", actor=kpu)
    if drawn:
        operations.hold_draw(contest, "12", seed="61423315", source="Dadu", actor=kpu)
    return list(zip(made, people, strict=True))


def strike(row, kpu, cause="meninggal", **more):
    return amendments.strike_candidate(
        row,
        cause,
        reason="akta kematian 9/2024",
        evidence=staging.evidence(),
        signer="Rahma",
        actor=kpu,
        **more,
    )


def restore(row, kpu, **more):
    return amendments.restore_candidate(
        row,
        ruling=RULING,
        reason="memulihkan",
        evidence=None,
        signer="Rahma",
        actor=kpu,
        **more,
    )


def changed(session, listing):
    """What everybody reads of a version: kind, number of the person, reason."""
    before = session.scalars(
        select(Listing).where(
            Listing.contest_id == listing.contest_id, Listing.version == listing.version - 1
        )
    ).one()
    found = difference(kept_entries(before), kept_entries(listing))
    return [(c.kind, c.entry.number, c.entry.struck_reason) for c in found]


def struck_lines(session, contest):
    """The struck lines of the ballot in force, and the names of all."""
    ballot = session.scalars(
        select(Ballot).where(Ballot.contest_id == contest.id).order_by(Ballot.version.desc()).limit(1)
    ).one()
    lines = session.scalars(
        select(BallotLine).where(BallotLine.ballot_id == ballot.id).order_by(BallotLine.position)
    ).all()
    return ballot.version, [line.name for line in lines if line.struck], [line.name for line in lines]


def test_one_person_dies_and_the_pair_stays_on_the_ballot(session, contest, kpu, make_account):
    [(row, people), (other, _)] = set_pairs(session, contest, kpu, "A DAN B", "C DAN D")
    mine, strangers = (make_account(permissions=[EDIT, READ], region="12") for _ in range(2))
    session.add(NominationLiaison(nomination_id=row.id, account_id=mine.id))
    session.add(NominationLiaison(nomination_id=other.id, account_id=strangers.id))
    session.flush()
    listing = strike(people[1], kpu)
    assert ([p.state for p in people], row.state) == (["dct", "dicoret"], "perubahan_dct")
    assert changed(session, listing) == [("dicoret", 2, "Meninggal dunia")]
    letter = session.get_one(Letter, listing.letter_id)
    assert (letter.kind, bool(letter.number)) == ("BA", True)
    assert letter.title.startswith("Perubahan Daftar Pasangan Calon Gubernur dan Wakil Gubernur")
    version, struck, names = struck_lines(session, contest)
    assert (version, struck, len(names)) == (2, [], 2)
    told = session.scalars(select(Notice.account_id).where(Notice.kind == amendments.AMENDED)).all()
    assert told == [mine.id]


def test_a_verdict_cancels_a_pair_and_a_ruling_restores_it(session, contest, kpu):
    [(row, people), _other] = set_pairs(session, contest, kpu, "A DAN B", "C DAN D")
    listing = strike(people[0], kpu, "putusan", ruling="1/2024", whole=True)
    assert {p.state for p in people} == {"dicoret"}
    said = "Dibatalkan sebagai pasangan calon berdasarkan putusan"
    assert changed(session, listing) == [("dicoret", 1, said), ("dicoret", 2, said)]
    assert struck_lines(session, contest)[:2] == (2, [row.label])
    back = restore(people[1], kpu, whole=True)
    assert {p.state for p in people} == {"dct"}
    assert (changed(session, back), back.ruling) == (
        [("dipulihkan", 1, None), ("dipulihkan", 2, None)],
        RULING,
    )
    assert RULING in " ".join(session.get_one(Letter, back.letter_id).data["paragraphs"])
    assert struck_lines(session, contest)[:2] == (3, [])


def test_one_person_is_restored_alone(session, contest, kpu):
    [(row, people), _other] = set_pairs(session, contest, kpu, "A DAN B", "C DAN D")
    strike(people[0], kpu, "putusan", ruling="1/2024", whole=True)
    restore(people[0], kpu)
    assert [p.state for p in people] == ["dct", "dicoret"]
    assert row.label not in struck_lines(session, contest)[1]


def test_the_empty_column_stays_on_a_changed_ballot(session, contest, kpu):
    [(row, people)] = set_pairs(session, contest, kpu, "A DAN B")
    strike(people[1], kpu)
    version, struck, names = struck_lines(session, contest)
    assert (version, struck, sorted(names)) == (2, [], sorted([EMPTY, row.label]))


def test_before_the_draw_there_is_no_ballot_yet_and_the_struck_are_kept(session, contest, kpu):
    [(first, one), (gone, two)] = set_pairs(session, contest, kpu, "A DAN B", "C DAN D", drawn=False)
    strike(one[1], kpu)
    strike(two[0], kpu, "putusan", ruling="1/2024", whole=True)
    assert session.scalars(select(Ballot).where(Ballot.contest_id == contest.id)).all() == []
    draw = operations.hold_draw(contest, "12", seed="61423315", source="Dadu", actor=kpu)
    assert (first.number is not None, gone.number) == (True, None)
    entries = kept_entries(session.get_one(Listing, draw.listing_id))
    assert [(e.candidate_id, e.struck) for e in entries] == [(one[0].id, False), (one[1].id, True)]


def test_whole_means_nothing_on_a_list_of_a_party(session):
    _of, rows = staging.final(session)
    strike(rows[0], staging.member(session), "putusan", ruling="1/2024", whole=True)
    assert [r.state for r in rows] == ["dicoret", "dct", "dct"]


def test_only_the_body_strikes_from_a_pair(session, contest, kpu, make_account):
    [(row, people)] = set_pairs(session, contest, kpu, "A DAN B")
    liaison = make_account(permissions=[READ, EDIT], region="12")
    with pytest.raises(Refused) as refused:
        strike(people[0], Actor(liaison.id, liaison.name))
    assert (refused.value.status, row.state) == (403, "dct")


def test_the_pages_strike_and_restore(session, client, login, contest, account, kpu):
    [(_row, people), _other] = set_pairs(session, contest, kpu, "A DAN B", "C DAN D")
    login(client, account)
    plenary = f"/calon/pasangan/penetapan/{contest.id}/12"
    address = f"/calon/perubahan/calon/{people[1].id}/coret"
    assert address in client.get(plenary).text
    page = client.get(address)
    assert "Seluruh pasangan dicoret" in page.text
    empty = client.submit(page, address, cause="meninggal", reason="akta 9", signer="Rahma")
    assert (empty.status_code, "Sertakan buktinya" in empty.text) == (422, True)
    photo = (io.BytesIO(staging.picture("white")), "akta.jpg")
    done = client.submit(page, address, cause="meninggal", reason="akta 9", signer="Rahma", evidence=photo)
    assert (done.status_code, done.location.endswith(plenary)) == (303, True)
    assert "dicoret" in client.get(plenary).text
    public = client.get(f"/calon/pasangan/publik/{contest.id}/12").text
    difference_page = "/calon/publik/pilkada-2024/gubernur/12/perbedaan"
    assert "dicoret: Meninggal dunia" in public
    assert difference_page in public
    assert "Meninggal dunia" in client.get(difference_page).text
    back = f"/calon/perubahan/calon/{people[1].id}/pulihkan"
    assert back in client.get(plenary).text
    done = client.submit(client.get(back), back, ruling=RULING, reason="memulihkan", signer="Rahma")
    assert done.status_code == 303
    assert people[1].state == "dct"
    assert RULING in client.get(difference_page).text
