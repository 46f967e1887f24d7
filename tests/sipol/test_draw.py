"""The draw of ballot numbers: the rule by hand, the plenary before it, the ballots after it."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from electsys.elections.models import Contest, Participant
from electsys.elections.operations import set_setting
from electsys.elections.settings import current
from electsys.elections.setup import create_election
from electsys.errors import Refused
from electsys.events import subscribe
from electsys.identity.access import Scope
from electsys.ledger import Act, Actor
from modules.jdih import Letter
from modules.sipol.events import PartiesDetermined
from modules.sipol.models import PartyDraw
from modules.sipol.operations.determination import determine_parties
from modules.sipol.operations.draw import hold_draw
from modules.sipol.permissions import DETERMINE, READ
from modules.sipol.rules.draw import Entrant, TwoKeep, draw_numbers, lot_of
from tests.sipol import conftest as make
from tests.sipol.conftest import ACTOR
from tests.sipol.portal import open_stage

SEED = "3516624153261443526"
CHAIR = "Siti Rahmawati"


# --- the rule ------------------------------------------------------------------------------------


def test_a_lot_is_what_sha256sum_says():
    # printf '%s' 'benih|1' | sha256sum
    assert lot_of("benih", 1) == "19b6663347acaf90fdfcc0bca26c60f7263564bd626736c88fa2fd48e5c037a1"


def test_2022_seventeen_national_parties_then_six_of_aceh_then_ummat():
    kept = {101: 1, 102: 2, 103: 3, 104: 4, 105: 5, 106: 8, 107: 12, 108: 14, 109: 13}
    national = [Entrant(n, f"P{n}", last_number=kept.get(n)) for n in range(101, 118)]
    aceh = [Entrant(n, f"A{n}", local=True) for n in range(201, 207)]
    drawn = draw_numbers([*aceh, *national], SEED)
    assert [d.number for d in drawn] == list(range(1, 24))
    assert {d.registration: d.number for d in drawn if d.kept} == kept
    assert all(d.local == (d.number >= 18) for d in drawn)
    free = [d for d in drawn if not d.kept and not d.local]
    assert [d.lot for d in free] == sorted(lot_of(SEED, d.registration) for d in free)
    ummat = draw_numbers([Entrant(300, "UMMAT")], "lain", given=range(1, 24))
    assert [(d.registration, d.number) for d in ummat] == [(300, 24)]


def test_a_kept_number_beyond_the_count_stays_and_aceh_follows_it():
    drawn = draw_numbers(
        [Entrant(1, "A"), Entrant(2, "B", last_number=9), Entrant(3, "C"), Entrant(4, "D", local=True)], SEED
    )
    assert {d.registration: d.number for d in drawn}[2] == 9
    assert {d.number for d in drawn} == {1, 2, 9, 10}
    assert {d.registration: d.number for d in drawn}[4] == 10


def test_two_cannot_keep_one_number_and_nobody_keeps_where_the_law_forbids():
    both = [Entrant(1, "A", last_number=3), Entrant(2, "B", last_number=3)]
    with pytest.raises(TwoKeep) as told:
        draw_numbers(both, SEED)
    assert (told.value.number, told.value.parties) == (3, ("A", "B"))
    assert {d.number for d in draw_numbers(both, SEED, keeping=False)} == {1, 2}
    assert not any(d.kept for d in draw_numbers(both, SEED, keeping=False))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 500), unique=True, min_size=1, max_size=30),
    st.text(min_size=1, max_size=20),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_parties_come_changes_nothing(ids, seed, random):
    entrants = [Entrant(n, f"P{n}", local=n % 5 == 0) for n in ids]
    drawn = draw_numbers(entrants, seed)
    shuffled = entrants[:]
    random.shuffle(shuffled)
    assert draw_numbers(shuffled, seed) == drawn
    assert [d.number for d in drawn] == list(range(1, len(ids) + 1))
    for a, b in pairwise(d for d in drawn if not d.local):
        assert a.lot < b.lot


# --- plenary and draw ----------------------------------------------------------------------------


@pytest.fixture
def country(session, election):
    """A rehearsal without participants, its plenary open."""
    found = create_election(
        "gladi-2029",
        name="Gladi 2029",
        kind="simulasi",
        voting_day=dt.date(2029, 2, 14),
        source=election,
        actor=ACTOR,
    )
    session.flush()
    open_stage(session, found.id, "penetapan_parpol")
    return found


@pytest.fixture
def row(session, country):
    def make_row(state="lolos", local=False, **more):
        of = make.party(session, kind="lokal_aceh") if local else None
        found = make.registration(session, state, of=of, region="11" if local else "", **more)
        found.election_id = country.id
        session.flush()
        return found

    return make_row


@pytest.fixture
def commissioner(make_account):
    account = make_account(permissions=[READ, DETERMINE])
    return Actor(account.id, account.username)


@pytest.fixture(autouse=True)
def request_context(app, session):
    """What a paper links to needs an address."""
    with app.test_request_context():
        yield


def test_one_plenary_sets_all_parties_by_one_decision(session, country, row, commissioner):
    heard = []
    subscribe(PartiesDetermined, heard.append)
    passed, failed, never = row(), row("tms"), row("dikembalikan")
    done = determine_parties(country, signer=CHAIR, actor=commissioner)
    assert (passed.state, failed.state, never.state) == ("peserta", "bukan_peserta", "dikembalikan")
    assert done.letter.number and done.letter.state != "konsep"
    assert heard[-1].participants == (passed.party_id,)
    assert heard[-1].excluded == (failed.party_id,)
    acts = session.scalars(select(Act).where(Act.verb == "sipol:party:determine")).all()
    assert [a.details["letter"] for a in acts] == [done.letter.id]
    with pytest.raises(Refused, match="Tidak ada partai yang menunggu"):
        determine_parties(country, signer=CHAIR, actor=commissioner)
    late = row()
    again = determine_parties(country, signer=CHAIR, actor=commissioner)
    assert late.state == "peserta"
    assert again.letter.id != done.letter.id


def test_no_plenary_while_a_verification_runs_outside_the_stage_or_without_the_right(
    session, election, country, row, commissioner, make_account
):
    passed = row()
    running = row("verfak")
    with pytest.raises(Refused, match=running.party.short_name):
        determine_parties(country, signer=CHAIR, actor=commissioner)
    with pytest.raises(Refused):
        determine_parties(election, signer=CHAIR, actor=commissioner)  # its stage lies in 2022
    office = make_account(permissions=[READ])
    with pytest.raises(Refused):
        determine_parties(country, signer=CHAIR, actor=Actor(office.id, office.username))
    assert passed.state == "lolos"
    assert session.scalar(select(Letter.id).where(Letter.source_key.like("sipol:determination:%"))) is None


def test_the_draw_numbers_registrations_and_ballots_once(session, country, row, commissioner):
    rows = [row(), row(), row(last_number=2, keeps_number=True), row(local=True)]
    with pytest.raises(Refused, match="belum ditetapkan"):
        hold_draw(country, seed=SEED, source="Dadu di hadapan saksi", actor=commissioner)
    determine_parties(country, signer=CHAIR, actor=commissioner)
    draw = hold_draw(country, seed=SEED, source="Dadu di hadapan saksi", actor=commissioner)
    assert [r.number for r in rows][2:] == [2, 4]
    first, second = sorted(rows[:2], key=lambda r: lot_of(SEED, r.id))
    assert (first.number, second.number) == (1, 3)
    assert [(line["number"], line["registration"]) for line in draw.result] == [
        (1, first.id),
        (2, rows[2].id),
        (3, second.id),
        (4, rows[3].id),
    ]
    standing = session.execute(
        select(Contest.kind, Participant.number, Participant.party_id, Participant.region_code)
        .join(Contest)
        .where(Contest.election_id == country.id, Participant.kind == "partai")
    ).all()
    assert {(k, n) for k, n, _p, region in standing if region == "11"} == {
        ("dprd_prov", 4),
        ("dprd_kabko", 4),
    }
    assert {(k, n) for k, n, _p, region in standing if not region} == {
        (k, n) for k in ("dpr", "dprd_prov", "dprd_kabko") for n in (1, 2, 3)
    }
    assert {p for _k, n, p, _r in standing if n == 2} == {rows[2].party_id}
    letter = session.get(Letter, draw.letter_id)
    assert letter.state == "konsep"
    assert SEED in str(letter.data)
    with pytest.raises(Refused, match="sudah bernomor"):
        hold_draw(country, seed=SEED, source="Dadu", actor=commissioner)
    late = row("peserta")
    hold_draw(country, seed=SEED + "1", source="Dadu lagi", actor=commissioner)
    assert late.number == 5
    assert len(session.scalars(select(PartyDraw)).all()) == 2


def test_a_draw_is_never_changed(session, country, row, commissioner):
    row("peserta")
    draw = hold_draw(country, seed=SEED, source="Dadu", actor=commissioner)
    for change in ("update party_draw set seed = 'x'", "delete from party_draw"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(change))
    session.refresh(draw)
    assert draw.seed == SEED


def test_a_bad_draw_says_what_is_wrong(session, country, row, commissioner):
    pair = [row("peserta", last_number=3, keeps_number=True) for _n in range(2)]
    for seed, source, field in (("123", "Dadu", "seed"), (SEED, "  ", "source")):
        with pytest.raises(Refused) as told:
            hold_draw(country, seed=seed, source=source, actor=commissioner)
        assert told.value.field == field
    with pytest.raises(Refused, match="Nomor 3") as told:
        hold_draw(country, seed=SEED, source="Dadu", actor=commissioner)
    assert all(r.party.name in told.value.message for r in pair)
    set_setting(current(country.id, "nomor_tetap"), "tidak", reason="uji", actor=ACTOR)
    hold_draw(country, seed=SEED, source="Dadu", actor=commissioner)
    assert {r.number for r in pair} == {1, 2}


def test_seeded_participants_are_linked_by_name_and_never_given_to_another(
    session, country, row, commissioner
):
    found = row("peserta")
    contests = session.scalars(
        select(Contest).where(Contest.election_id == country.id, Contest.kind == "dpr")
    ).all()
    standing = Participant(
        contest_id=contests[0].id,
        number=1,
        kind="partai",
        name=found.party.name.upper(),
        short_name="LAIN",
    )
    session.add(standing)
    session.flush()
    hold_draw(country, seed=SEED, source="Dadu", actor=commissioner)
    assert standing.party_id == found.party_id
    other = row("peserta")
    session.add(
        Participant(contest_id=contests[0].id, number=2, kind="partai", name="Partai Lain", short_name="PL")
    )
    session.flush()
    with pytest.raises(Refused, match="sudah dipakai Partai Lain"):
        hold_draw(country, seed=SEED, source="Dadu", actor=commissioner)
    session.refresh(other)
    assert other.number is None


# --- pages ---------------------------------------------------------------------------------------


def test_plenary_and_draw_by_form_and_the_replay_for_everybody(
    client, session, country, row, login, make_account
):
    a, b = row(), row(last_number=2, keeps_number=True)
    session.commit()
    login(client, make_account(permissions=[READ, DETERMINE]))
    here = "/partai/gladi-2029"
    assert a.party.name in client.get(f"{here}/penetapan").text
    assert client.post(f"{here}/penetapan").status_code == 422
    done = client.post(f"{here}/penetapan", data={"pleno": "y", "signer": CHAIR}, follow_redirects=True)
    assert "2 partai ditetapkan" in done.text
    asked = client.get(f"{here}/undian").text
    assert "meminta tetap nomor 2" in asked
    bad = client.post(f"{here}/undian", data={"seed": "1", "source": "x", "saksi": "y"})
    assert bad.status_code == 422
    form = {"seed": SEED, "source": "Dadu di Jakarta", "saksi": "y"}
    end = client.post(f"{here}/undian", data=form, follow_redirects=True)
    assert a.party.name in end.text and b.party.name in end.text
    client.get("/keluar")
    begun = client.get("/partai/publik/gladi-2029/undian?langkah=0").text
    assert SEED in begun and a.party.name not in begun
    first = client.get("/partai/publik/gladi-2029/undian?langkah=1").text
    assert b.party.name in first and a.party.name not in first  # who keeps a number goes first
    last = client.get("/partai/publik/gladi-2029/undian").text
    assert lot_of(SEED, a.id) in last and "cocok" in last


def test_a_reader_sees_no_form_and_an_office_cannot_draw(client, session, country, row, login, make_account):
    row()
    session.commit()
    login(client, make_account(permissions=[READ]))
    assert "Tetapkan dan terbitkan" not in client.get("/partai/gladi-2029/penetapan").text
    assert (
        client.post("/partai/gladi-2029/penetapan", data={"pleno": "y", "signer": CHAIR}).status_code == 403
    )
    assert client.post("/partai/gladi-2029/undian", data={}).status_code == 403


def test_nothing_drawn_yet_says_so(client, country):
    assert "belum diundi" in client.get("/partai/publik/gladi-2029/undian").text
    assert client.get("/partai/publik/tidak-ada/undian").status_code == 404


def test_scope_of_the_draw_is_the_nation(session, country, row, make_account):
    row("peserta")
    account = make_account(permissions=[READ, DETERMINE], region="12")
    with pytest.raises(Refused):
        hold_draw(country, seed=SEED, source="Dadu", actor=Actor(account.id, account.username))
    assert Scope("") != Scope("12")
