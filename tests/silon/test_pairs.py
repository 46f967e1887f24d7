"""Pairs: who may put them up, how old they are, how they are set and drawn (domain.md 4.4, 4.5)."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from sqlalchemy import select

from electsys.elections.models import Ballot, BallotLine, Participant
from electsys.elections.rules import lot_of
from electsys.errors import Refused
from electsys.ledger import Actor
from modules.jdih.models import Letter
from modules.silon.models import Listing, ListingEntry, NominationLiaison
from modules.silon.operations import pairs as operations
from modules.silon.pair_words import EMPTY, exact, trace_of
from modules.silon.permissions import CONCLUDE, DETERMINE, EDIT, READ, RECEIVE, SUBMIT
from modules.silon.queries import pairs as queries
from modules.silon.rules import pairs as rules
from modules.silon.submission_checks import obstacles
from tests.silon import conftest as make
from tests.silon import pairing

TABLE = [[2_000_000, "10 %"], [6_000_000, "17/200"], [12_000_000, "3/40"], [None, "13/200"]]


# --- the law -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("voters", "share"),
    [
        (1, "1/10"),
        (2_000_000, "1/10"),
        (2_000_001, "17/200"),
        (6_000_000, "17/200"),
        (6_000_001, "3/40"),
        (12_000_000, "3/40"),
        (12_000_001, "13/200"),
    ],
)
def test_the_share_by_the_size_of_the_dpt(voters, share):
    assert rules.band(TABLE, voters) == Fraction(share)


def test_no_row_for_that_many():
    with pytest.raises(ValueError, match="no share"):
        rules.band([[5, "10 %"]], 6)


@pytest.mark.parametrize(("votes", "passes", "lacking"), [(123_456, False, 1), (123_457, True, 0)])
def test_exactly_the_share_passes_and_one_vote_less_does_not(votes, passes, lacking):
    found = rules.regional(votes=votes, valid=1_234_567, voters=1_999_999, table=TABLE)
    assert (found.needed, found.passes, found.lacking) == (Fraction(1_234_567, 10), passes, lacking)


def test_the_trace_can_be_followed(app):
    with app.test_request_context():
        found = rules.regional(votes=130_001, valid=1_234_567, voters=1_000_000, table=TABLE)
        assert trace_of(found) == "10 % × 1.234.567 = 123.456,7; gabungan 130.001: memenuhi."
        assert exact(Fraction(1, 3)) == "1/3"
        nothing = rules.regional(votes=0, valid=0, voters=1, table=TABLE)
        assert "belum ada" in trace_of(nothing)
        assert not nothing.passes


def test_a_president_by_seats_or_by_votes_or_by_taking_part():
    terms = (Fraction(1, 5), Fraction(1, 4))
    by = lambda seats, votes: rules.presidential(  # noqa: E731
        parties=2, seats=seats, all_seats=575, votes=votes, valid=1000, terms=terms
    )
    assert [t.passes for t in by(115, 249)] == [True, False]
    assert [t.passes for t in by(114, 250)] == [False, True]
    assert not any(t.passes for t in by(114, 249))
    free = {"seats": 0, "all_seats": 0, "votes": 0, "valid": 0, "terms": None}
    assert rules.presidential(parties=1, **free)[0].passes
    assert not rules.presidential(parties=0, **free)[0].passes


@pytest.mark.parametrize(
    ("born", "old"),
    [
        (dt.date(1994, 9, 22), True),
        (dt.date(1994, 9, 23), False),
        (dt.date(1992, 2, 29), True),
    ],
)
def test_thirty_on_the_day(born, old):
    assert rules.old_enough(born, dt.date(2024, 9, 22), 30) is old


def test_the_draw_is_drawn_again_with_sha256sum():
    drawn = rules.draw_pairs([7, 3, 9], "6142 3315")
    assert [d.lot for d in drawn] == sorted(lot_of("6142 3315", key) for key in (3, 7, 9))
    assert [d.number for d in drawn] == [1, 2, 3]
    assert rules.draw_pairs([9, 7, 3], "6142 3315") == drawn
    single = rules.draw_pairs([7], "abc")
    assert {d.nomination for d in single} == {0, 7}


# --- a pilkada -----------------------------------------------------------------------------------


@pytest.fixture
def contest(session):
    return pairing.pilkada(session)


@pytest.fixture
def kpu(make_account):
    account = make_account(permissions=[RECEIVE, CONCLUDE, DETERMINE, READ], region="12")
    return Actor(account.id, account.name)


def liaison(session, make_account, pair):
    account = make_account(permissions=[READ, EDIT, SUBMIT], region=pair.region)
    session.add(NominationLiaison(nomination_id=pair.id, account_id=account.id))
    session.flush()
    return account


def acting(account):
    return Actor(account.id, account.name)


def test_one_party_puts_up_one_pair(session, contest, make_account):
    first, second = pairing.pair(session, contest), pairing.pair(session, contest, label="ANI DAN UDIN")
    row = pairing.party(session, "dprd_prov", 9_000, 10_000)
    operations.set_parties(first, [row.party_id], actor=acting(liaison(session, make_account, first)))
    who = acting(liaison(session, make_account, second))
    with pytest.raises(Refused, match="SITI DAN BUDI"):
        operations.set_parties(second, [row.party_id], actor=who)
    assert queries.parties_of(second) == []


def test_a_party_let_go_may_turn_to_another(session, contest, make_account):
    first, second = pairing.pair(session, contest), pairing.pair(session, contest, label="ANI DAN UDIN")
    row = pairing.party(session, "dprd_prov", 9_000, 10_000)
    who = acting(liaison(session, make_account, first))
    operations.set_parties(first, [row.party_id], actor=who)
    operations.set_parties(first, [], actor=who)
    operations.set_parties(second, [row.party_id], actor=acting(liaison(session, make_account, second)))
    assert [p.party_id for p in queries.parties_of(second)] == [row.party_id]


def test_who_is_no_participant_puts_up_nobody(session, contest, make_account):
    pair = pairing.pair(session, contest)
    with pytest.raises(Refused) as told:
        operations.set_parties(pair, [987_654], actor=acting(liaison(session, make_account, pair)))
    assert told.value.field == "parties"


def test_another_pairs_liaison_changes_nothing(session, contest, make_account):
    mine, other = pairing.pair(session, contest), pairing.pair(session, contest, label="ANI DAN UDIN")
    row = pairing.party(session, "dprd_prov", 9_000, 10_000)
    with pytest.raises(Refused):
        operations.set_parties(other, [row.party_id], actor=acting(liaison(session, make_account, mine)))


def test_what_stands_in_the_way_is_told(session, app, contest, monkeypatch):
    monkeypatch.setattr(queries, "determined_voters", lambda election, region: 1_500_000)
    pair = pairing.pair(session, contest)
    with app.test_request_context():
        texts = " ".join(o.text for o in obstacles(pair))
        assert "Calon gubernur belum diisi" in texts
        assert "Belum ada partai yang mengusulkan" in texts
        row = pairing.party(session, "dprd_prov", 999, 10_000)
        pairing.behind(session, pair, row)
        make.candidate(session, pair, number=1, sex="P")
        make.candidate(session, pair, number=2, born=dt.date(2005, 1, 1))
        texts = " ".join(o.text for o in obstacles(pair))
        assert "10 % × 10.000 = 1.000; gabungan 999: kurang 1." in texts
        assert "Calon wakil gubernur belum berusia 30 tahun" in texts


def test_without_a_dpt_nothing_is_guessed(session, app, contest):
    pair = pairing.pair(session, contest)
    pairing.behind(session, pair, pairing.party(session, "dprd_prov", 9_000, 10_000))
    with app.test_request_context():
        assert "DPT wilayah ini belum ditetapkan" in " ".join(o.text for o in obstacles(pair))


def test_set_in_plenary_then_drawn_then_on_the_ballot(session, contest, kpu):
    rows = [pairing.pair(session, contest, "rancangan_dct", label=name) for name in ("A DAN B", "C DAN D")]
    for row in rows:
        pairing.two(session, row, "ms")
    listing = operations.determine_pairs(contest, "12", signer="Rahma", actor=kpu)
    assert {row.state for row in rows} == {"dct"}
    entries = session.scalars(select(ListingEntry).where(ListingEntry.listing_id == listing.id)).all()
    assert (len(entries), {e.participant_number for e in entries}) == (4, {None})
    assert session.get_one(Letter, listing.letter_id).kind == "Kpt"
    draw = operations.hold_draw(contest, "12", seed="61423315", source="Dadu, di hadapan saksi", actor=kpu)
    expected = {d.nomination: d.number for d in rules.draw_pairs([r.id for r in rows], "61423315")}
    assert {row.id: row.number for row in rows} == expected
    assert [r["number"] for r in draw.result] == [1, 2]
    newest = session.get_one(Listing, draw.listing_id)
    assert (newest.version, newest.reason) == (2, "Nomor urut diundi")
    ballot = session.scalars(select(Ballot).where(Ballot.contest_id == contest.id)).one()
    lines = session.scalars(
        select(BallotLine).where(BallotLine.ballot_id == ballot.id).order_by(BallotLine.position)
    ).all()
    assert [line.name for line in lines] == [r.label for r in sorted(rows, key=lambda r: r.number)]


def test_a_single_pair_stands_beside_an_empty_column(session, contest, kpu):
    row = pairing.pair(session, contest, "rancangan_dct")
    pairing.two(session, row, "ms")
    operations.determine_pairs(contest, "12", signer="Rahma", actor=kpu)
    operations.hold_draw(contest, "12", seed="61423315", source="Dadu", actor=kpu)
    people = session.scalars(select(Participant).where(Participant.contest_id == contest.id)).all()
    assert {p.name for p in people} == {EMPTY, row.label}
    ballot = session.scalars(select(Ballot).where(Ballot.contest_id == contest.id)).one()
    names = session.scalars(
        select(BallotLine.name).where(BallotLine.ballot_id == ballot.id).order_by(BallotLine.position)
    ).all()
    assert sorted(names) == sorted([EMPTY, row.label])
    assert names[row.number - 1] == row.label


def test_the_plenary_waits_for_everybody(session, contest, kpu):
    row = pairing.pair(session, contest, "rancangan_dct")
    pairing.two(session, row, "ms")
    waiting = pairing.pair(session, contest, "vermin", label="ANI DAN UDIN")
    with pytest.raises(Refused, match="ANI DAN UDIN"):
        operations.determine_pairs(contest, "12", signer="Rahma", actor=kpu)
    waiting.state = "tms"
    session.flush()
    with pytest.raises(Refused) as told:
        operations.determine_pairs(contest, "12", signer=" ", actor=kpu)
    assert told.value.field == "signer"
    operations.determine_pairs(contest, "12", signer="Rahma", actor=kpu)


def test_half_a_pair_is_none(session, contest, kpu):
    row = pairing.pair(session, contest, "rancangan_dct")
    make.candidate(session, row, "ms", number=1)
    with pytest.raises(Refused, match="belum lengkap"):
        operations.determine_pairs(contest, "12", signer="Rahma", actor=kpu)
    assert row.state == "rancangan_dct"


@pytest.mark.parametrize(("seed", "source", "field"), [("123", "Dadu", "seed"), ("61423315", " ", "source")])
def test_a_draw_without_a_seed_is_none(session, contest, kpu, seed, source, field):
    with pytest.raises(Refused) as told:
        operations.hold_draw(contest, "12", seed=seed, source=source, actor=kpu)
    assert told.value.field == field


def test_numbers_are_drawn_once(session, contest, kpu):
    row = pairing.pair(session, contest, "rancangan_dct")
    pairing.two(session, row, "ms")
    with pytest.raises(Refused, match="belum ditetapkan"):
        operations.hold_draw(contest, "12", seed="61423315", source="Dadu", actor=kpu)
    operations.determine_pairs(contest, "12", signer="Rahma", actor=kpu)
    operations.hold_draw(contest, "12", seed="61423315", source="Dadu", actor=kpu)
    with pytest.raises(Refused, match="sudah diundi"):
        operations.hold_draw(contest, "12", seed="99999999", source="Dadu", actor=kpu)


def test_another_province_draws_nothing(session, contest, make_account):
    account = make_account(permissions=[DETERMINE], region="31")
    with pytest.raises(Refused):
        operations.hold_draw(contest, "12", seed="61423315", source="Dadu", actor=acting(account))


# --- pages ---------------------------------------------------------------------------------------


def test_from_access_to_the_public_page(session, client, login, contest, make_account):
    account = make_account(permissions=[RECEIVE, EDIT, SUBMIT, CONCLUDE, DETERMINE, READ], region="12")
    login(client, account)
    new = "/calon/pasangan/pemilu/pilkada-2024/baru"
    page = client.get(new)
    wrong = client.submit(page, new, contest=str(contest.id), name="A", liaison="tidak.ada")
    assert wrong.status_code == 422
    assert "tidak.ada" in wrong.text
    made = client.submit(page, new, contest=str(contest.id), name="siti dan budi")
    assert made.status_code == 302
    shown = client.get(made.location)
    assert "SITI DAN BUDI" in shown.text
    assert "Calon wakil gubernur" in shown.text
    assert "SITI DAN BUDI" in client.get("/calon/pasangan/pemilu/pilkada-2024").text
    row = pairing.party(session, "dprd_prov", 9_000, 10_000)
    saved = client.submit(client.get(made.location), f"{made.location}/partai", parties=str(row.party_id))
    assert saved.status_code == 302
    assert row.party.name in client.get(made.location).text


def test_the_plenary_and_the_draw_on_their_page(session, client, login, contest, make_account):
    account = make_account(permissions=[DETERMINE, READ], region="12")
    for name in ("A DAN B", "C DAN D"):
        pairing.two(session, pairing.pair(session, contest, "rancangan_dct", label=name), "ms")
    login(client, account)
    address = f"/calon/pasangan/penetapan/{contest.id}/12"
    assert client.submit(client.get(address), address, signer="Rahma").status_code == 302
    short = client.submit(client.get(address), f"{address}/undi", seed="1", source="Dadu")
    assert short.status_code == 422
    assert (
        client.submit(client.get(address), f"{address}/undi", seed="61423315", source="Dadu").status_code
        == 302
    )
    public = client.get(f"/calon/pasangan/publik/{contest.id}/12")
    assert "Nomor 1" in public.text
    assert "61423315" in public.text
    assert "nomor pencalonan" in public.text


def test_before_the_plenary_the_public_page_says_so(client, contest):
    assert "belum ditetapkan" in client.get(f"/calon/pasangan/publik/{contest.id}/12").text
    assert client.get(f"/calon/pasangan/publik/{contest.id}/31").status_code == 404
