"""Heads of regions: D.Hasil up to their own last tier, the blank column, and who is determined by whom."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from electsys.elections.models import Ballot, BallotLine, Contest, Participant, Standing
from electsys.elections.participants import admit_pair
from electsys.elections.standings import in_force
from electsys.errors import Refused
from electsys.ledger import Actor
from modules.jdih.models import Letter
from modules.sirekap import official_votes
from modules.sirekap.models import Recap
from modules.sirekap.operations import determinations as operations
from modules.sirekap.operations.ladder import prepare_ladder
from modules.sirekap.recap_words import form_name
from modules.sirekap.rules.determination import Law, Line, Part, determine
from tests.sirekap.ladder import World, _accept, _election, _stations
from tests.sirekap.test_determinations import open_stages

EMPTY = "Kolom kosong yang tidak bergambar"
DISTRICTS = ["120101", "120102", "120201"]


def part(*votes: int, blank: bool = True) -> Part:
    lines = [
        Line(n, n, None, f"Pasangan {n}", v, blank=blank and n == len(votes)) for n, v in enumerate(votes, 1)
    ]
    return Part("1201", "Uji", tuple(lines))


@pytest.mark.parametrize(
    ("votes", "alone", "kind"),
    [
        ((51, 49), Fraction(1, 2), "menang"),
        ((50, 50), Fraction(1, 2), "kotak_kosong"),  # more than half, not half (UU 10/2016 art. 54D)
        ((49, 51), Fraction(1, 2), "kotak_kosong"),
        ((1, 0), Fraction(1, 2), "menang"),
        ((66, 34), Fraction(2, 3), "kotak_kosong"),
    ],
)
def test_a_single_pair_needs_more_than_the_share_of_the_law(votes, alone, kind):
    outcome = determine([part(*votes)], Law("bupati_walikota", alone=alone))
    assert outcome.decision.kind == kind and outcome.decision.blank == votes[1]
    elected = [row.name for row in outcome.parts[0].rows if row.elected]
    assert elected == (["Pasangan 1"] if kind == "menang" else [])


def test_two_pairs_are_judged_by_plurality_and_a_lone_one_never():
    outcome = determine([part(40, 30, 30, blank=False)], Law("gubernur"))
    assert outcome.decision.kind == "menang" and outcome.decision.blank is None
    with pytest.raises(ValueError, match="single pair"):
        determine([part(40, blank=False)], Law("gubernur"))
    with pytest.raises(ValueError, match="1201"):
        determine([part(0, 0)], Law("gubernur"))


@pytest.fixture
def pilkada(session, make_account):
    """A governor with three pairs; the regents of 1201 (a single pair) and 1202 (two pairs)."""
    return build(session, make_account)


def build(session, make_account):
    """The same for a session that commits."""
    election = _election(session)
    election.kind, election.code = "pilkada", "uji-pilkada"
    contests, ballots = {}, {}
    for key, kind, region, pairs in (
        ("gubernur", "gubernur", "12", 3),
        ("tunggal", "bupati_walikota", "1201", 1),
        ("bupati", "bupati_walikota", "1202", 2),
    ):
        contest = Contest(election_id=election.id, kind=kind, name=f"{kind} {region}", region_code=region)
        session.add(contest)
        session.flush()
        contests[key], ballots[key] = contest, {None: _ballot(session, contest, pairs)}
    stations = [code for code in _stations(session, election, DISTRICTS) if not code.startswith("99")]
    people, accounts = {}, {}
    for region, role in (
        *((k, "ppk") for k in DISTRICTS),
        *(("1201", "anggota_kpu_kabko"), ("1202", "anggota_kpu_kabko"), ("12", "anggota_kpu_prov")),
    ):
        pair = make_account(role=role, region=region), make_account(role=role, region=region)
        accounts[region], people[region] = pair, tuple(Actor(a.id, a.username) for a in pair)
    world = World(session, election, contests, DISTRICTS, stations, people, accounts)
    open_stages(session, election)
    return world, ballots


def _ballot(session, contest, pairs: int) -> int:
    ballot = Ballot(contest_id=contest.id, source="uji")
    session.add(ballot)
    session.flush()
    rows = [
        admit_pair(contest, region="", number=n, name=f"Pasangan {n}", actor=Actor.system("uji"))
        for n in range(1, pairs + 1)
    ]
    if pairs == 1:
        rows.append(
            admit_pair(contest, region="", number=2, name=EMPTY, blank=True, actor=Actor.system("uji"))
        )
    for position, who in enumerate(rows, 1):
        line = BallotLine(ballot_id=ballot.id, position=position, participant_id=who.id, name=who.name)
        session.add(line)
    session.flush()
    return ballot.id


def count(world, ballots, key):
    """Accept every form of a contest in its region, and prepare its ladder."""
    contest = world.contests[key]
    _accept(world, key, contest, ballots[key], lambda _k, code: code.startswith(contest.region_code))
    for kind, code in list(world.forms):
        if kind == key and not code.startswith(contest.region_code):
            del world.forms[kind, code]
    prepare_ladder(contest, actor=Actor.system("uji"))


def finish(world, key):
    for tier in ("kecamatan", "kabko", "provinsi"):
        for recap in world.units(key, tier):
            world.finish(recap)


def decide(world, key):
    region = world.contests[key].region_code
    first, second = world.people[region]
    row = operations.compute_result(world.contests[key], region, actor=first)
    operations.submit_result(row, actor=first)
    operations.determine_result(row, signer="Ketua Uji", actor=second)
    return row


def test_the_ladder_of_each_office_stops_at_its_own_body(pilkada):
    world, ballots = pilkada
    for key, stop, tops in (("gubernur", "provinsi", ["12"]), ("bupati", "kabko", ["1202"])):
        count(world, ballots, key)
        finish(world, key)
        contest = world.contests[key]
        rows = world.session.scalars(select(Recap).where(Recap.contest_id == contest.id)).all()
        assert [r.region for r in rows if r.parent_id is None] == tops
        assert {r.tier for r in rows if r.parent_id is None} == {stop}
        assert {r.form_model for r in rows} == {"c_hasil_kwk_2024"}
        assert all(r.region.startswith(contest.region_code) for r in rows)
        found = official_votes("uji-pilkada", contest.kind, within=contest.region_code)
        assert found.is_final
        assert list(found.areas[0].votes) == world.expected(key, lambda code: True)[1]
    names = {form_name(recap) for recap in world.units("gubernur", "kecamatan")}
    assert names == {"D.HASIL KECAMATAN-KWK-GUBERNUR"}


def test_two_regents_of_one_election_never_share_their_votes(pilkada):
    world, ballots = pilkada
    for key in ("tunggal", "bupati"):
        count(world, ballots, key)
        finish(world, key)
    for key, region in (("tunggal", "1201"), ("bupati", "1202")):
        row = decide(world, key)
        assert row.valid == sum(world.expected(key, lambda code: True)[1])
        assert row.area == region
    with pytest.raises(Refused, match="tidak ditetapkan untuk wilayah itu"):
        operations.compute_result(world.contests["bupati"], "1201", actor=world.people["1201"][0])
    with pytest.raises(Refused):
        operations.compute_result(world.contests["bupati"], "1202", actor=world.people["12"][0])


def test_a_single_pair_against_the_blank_column_from_the_stations_to_the_decision(pilkada, client):
    world, ballots = pilkada
    count(world, ballots, "tunggal")
    finish(world, "tunggal")
    row = decide(world, "tunggal")
    session = world.session
    pair, blank = world.expected("tunggal", lambda code: True)[1]
    decision = row.summary["decision"]
    assert (decision["tests"][0]["votes"], decision["blank"]) == (pair, blank)
    won = 2 * pair > pair + blank
    assert decision["kind"] == ("menang" if won else "kotak_kosong")
    kept = session.scalars(select(Standing).where(Standing.contest_id == row.contest_id, in_force())).all()
    assert sum(k.elected for k in kept) == won and len(kept) == 2
    assert session.get_one(Letter, row.minutes_id).kind == "BA"
    session.commit()
    page = client.get(f"/penetapan/{row.id}").text
    assert EMPTY in page and "lebih dari 50 % suara sah" in page and "54D" in page
    said = "terpilih." if won else "tidak ada yang terpilih"
    assert said.lower() in page.lower()
    assert client.get(f"/penetapan/{row.id}.json").json["ringkasan"]["decision"]["blank"] == blank


def test_the_blank_column_is_one_and_marked(pilkada):
    world, _ballots = pilkada
    session, contest = world.session, world.contests["tunggal"]
    more = {"contest_id": contest.id, "short_name": "X", "name": "X", "blank": True}
    for number, kind in ((3, "pasangan"), (4, "partai")):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(Participant(number=number, kind=kind, **more))
            session.flush()
