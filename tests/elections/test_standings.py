"""What was won: kept version by version, checked, and summed as shares."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from electsys.elections.models import Contest, Participant, Standing
from electsys.elections.queries import by_code
from electsys.elections.standing_files import import_standings
from electsys.elections.standings import Share, Won, keep_standings, shares
from electsys.errors import Refused
from electsys.ledger import Act, Actor
from electsys.regions.models import Dapil

ACTOR = Actor.system("test")
SOURCE = "Keputusan KPU 360/2024"


@pytest.fixture
def contest(session):
    election = by_code("pemilu-2024")
    return session.scalars(
        select(Contest).where(Contest.election_id == election.id, Contest.kind == "dpr")
    ).one()


@pytest.fixture
def parties(session, contest):
    rows = session.scalars(select(Participant).where(Participant.contest_id == contest.id))
    return {row.number: row.id for row in rows}


@pytest.fixture
def places(session):
    rows = session.scalars(select(Dapil).where(Dapil.chamber == "dpr", Dapil.code.in_(["1201", "1202"])))
    return {row.code: row.id for row in rows}


def rows(parties, places, votes=(100, 60)):
    return [
        Won(parties[n], v, 200, dapil=places[code], seats=1)
        for code in places
        for n, v in zip((1, 2), votes, strict=True)
    ]


def count(session):
    return session.scalar(select(func.count()).select_from(Standing))


def test_shares_sum_places_and_valid_votes_once(session, contest, parties, places):
    assert keep_standings(contest, rows(parties, places), source=SOURCE, actor=ACTOR) == 4
    assert shares(contest.id) == {parties[1]: Share(200, 400, 2), parties[2]: Share(120, 400, 2)}
    act = session.scalars(select(Act).where(Act.verb == "elections:standing:keep")).one()
    assert act.details == {"rows": 4, "source": SOURCE}


def test_the_same_again_writes_nothing_and_a_change_is_a_version(session, contest, parties, places):
    first = rows(parties, places)
    keep_standings(contest, first, source=SOURCE, actor=ACTOR)
    assert keep_standings(contest, first, source=SOURCE, actor=ACTOR) == 0
    assert keep_standings(contest, rows(parties, places, (90, 60)), source="MK 1/2024", actor=ACTOR) == 2
    assert count(session) == 6
    assert shares(contest.id)[parties[1]] == Share(180, 400, 2)


def test_standings_cannot_be_changed(session, contest, parties, places):
    keep_standings(contest, rows(parties, places), source=SOURCE, actor=ACTOR)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(update(Standing).values(votes=1))


@pytest.mark.parametrize(
    "change",
    [
        lambda p, d: [Won(p[1], 201, 200, dapil=d)],
        lambda p, d: [Won(p[1], 150, 200, dapil=d), Won(p[2], 51, 200, dapil=d)],
        lambda p, d: [Won(p[1], 10, 200, dapil=d), Won(p[2], 10, 199, dapil=d)],
        lambda p, d: [Won(p[1], 10, 200, dapil=d), Won(p[1], 10, 200, dapil=d)],
        lambda p, d: [Won(p[1], 10, 200, dapil=d), Won(p[1], 11, 200, dapil=d, candidate=1)],
    ],
)
def test_what_cannot_be_is_refused_whole(session, contest, parties, places, change):
    with pytest.raises(Refused):
        keep_standings(contest, change(parties, places["1201"]), source=SOURCE, actor=ACTOR)
    assert count(session) == 0


def test_a_source_is_named(contest, parties, places):
    with pytest.raises(Refused) as told:
        keep_standings(contest, rows(parties, places), source=" ", actor=ACTOR)
    assert told.value.field == "source"


HEAD = "kode_dapil,nomor_partai,nomor_calon,suara,suara_sah,kursi,terpilih,sebaran_kabko\n"


def test_a_file_of_old_results(session, tmp_path, make_account, contest, parties, places):
    account = make_account(permissions=["elections:election:edit"])
    file = tmp_path / "hasil.csv"
    file.write_text(HEAD + "1201,1,,100,200,1,,\n1201,1,2,60,200,,ya,5\n1202,2,,10,50,0,,\n")
    take = lambda: import_standings(  # noqa: E731
        file, "pemilu-2024", "dpr", source=SOURCE, username=account.username
    )
    assert take() == 3
    assert take() == 0
    row = session.scalars(select(Standing).where(Standing.candidate_number == 2)).one()
    assert (row.elected, row.spread, row.dapil_id) == (True, {"kabko": 5}, places["1201"])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("9999,1,,1,2,,,", "Baris 3: dapil 9999"),
        ("1201,77,,1,2,,,", "Baris 3: peserta nomor 77"),
        ("1201,2,,satu,2,,,", "Baris 3: suara bukan"),
        ("1201,2,,,200,,,", "Baris 3: suara kosong"),
    ],
)
def test_a_wrong_line_is_told_and_nothing_is_kept(session, tmp_path, make_account, contest, line, told):
    account = make_account(permissions=["elections:election:edit"])
    file = tmp_path / "hasil.csv"
    file.write_text(HEAD + f"1201,1,,100,200,1,,\n{line}\n")
    with pytest.raises(Refused, match=told):
        import_standings(file, "pemilu-2024", "dpr", source=SOURCE, username=account.username)
    assert count(session) == 0


def test_only_who_may_imports(tmp_path, make_account, contest):
    account = make_account(permissions=["elections:election:read"])
    file = tmp_path / "hasil.csv"
    file.write_text(HEAD)
    with pytest.raises(Refused):
        import_standings(file, "pemilu-2024", "dpr", source=SOURCE, username=account.username)
