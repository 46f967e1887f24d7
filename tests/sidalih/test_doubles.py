"""Doubles: found once, decided by people, taken back whole, never asked twice."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from electsys.errors import Refused
from electsys.identity.models import Account, Person
from modules.sidalih.claims import claims_of
from modules.sidalih.models import Voter
from modules.sidalih.models.doubles import DoubleCase, DoubleEvent
from modules.sidalih.operations import doubles, voters
from modules.sidalih.operations.double_search import find_alike, find_same_nik
from modules.sidalih.operations.voters import ensure_roll
from modules.sidalih.permissions import DECIDE_DOUBLES, EDIT
from modules.sidalih.synthetic import people
from tests.sidalih.conftest import ACTOR, OTHER_VILLAGE, VILLAGE, store
from tests.sidalih.examples_doubles import case_of

RIGHTS = (DECIDE_DOUBLES, EDIT)
JAKARTA = "3171011001"


@pytest.fixture
def same_nik(session, election, make_voter):
    """Two rows with one NIK in two villages."""
    one = make_voter(tps="001")
    facts = claims_of(one)
    other = make_voter(tps="001", village=OTHER_VILLAGE, nik=facts.nik, name=facts.name, nkk=facts.nkk)
    return one, other


def cases(session):
    return list(session.scalars(select(DoubleCase).order_by(DoubleCase.id)))


def kinds(session, case):
    rows = select(DoubleEvent.kind).where(DoubleEvent.case_id == case.id).order_by(DoubleEvent.id)
    return list(session.scalars(rows))


def test_one_nik_twice_is_found_once(session, election, same_nik, make_voter):
    make_voter()
    run = find_same_nik(election.id, "", actor=ACTOR)
    [case] = cases(session)
    assert (run.pairs, run.fresh) == (1, 1)
    assert {case.first_id, case.second_id} == {v.id for v in same_nik}
    assert (case.rule, case.region, case.state) == ("nik_sama", "120101", "terbuka")
    again = find_same_nik(election.id, "1201", actor=ACTOR)
    assert (again.pairs, again.fresh, again.known) == (1, 0, 1)


def test_across_provinces_the_nation_decides(session, election, make_voter):
    one = make_voter()
    ensure_roll(election.id, "3171", actor=ACTOR)
    store(session, election, None, village="3171011001", nik=claims_of(one).nik)
    find_same_nik(election.id, "12", actor=ACTOR)
    [case] = cases(session)
    assert case.region == ""


def test_keep_strikes_the_other_and_undo_restores_it(session, election, same_nik, actor_with):
    kept, other = same_nik
    find_same_nik(election.id, "", actor=ACTOR)
    [case] = cases(session)
    actor = actor_with(*RIGHTS)
    doubles.keep_row(case, kept.id, actor=actor)
    assert (case.state, case.keep_id, case.how) == ("sama", kept.id, "strike")
    assert (other.state, other.tms_code, kept.state) == ("tms", "2", "potensial")
    doubles.undo_decision(case, actor=actor)
    assert (case.state, case.keep_id, other.state) == ("terbuka", None, "ubah")
    assert kinds(session, case) == ["sama", "batal"]


def test_a_decision_is_never_asked_again(session, election, same_nik, actor_with):
    find_same_nik(election.id, "", actor=ACTOR)
    [case] = cases(session)
    doubles.part_rows(case, actor=actor_with(*RIGHTS), reason="Dua orang")
    run = find_same_nik(election.id, "", actor=ACTOR)
    session.refresh(case)
    assert (case.state, run.known) == ("berbeda", 1)
    with pytest.raises(Refused, match="berstatus"):
        doubles.keep_row(case, case.first_id, actor=actor_with(*RIGHTS))


def test_what_is_gone_closes_and_what_is_back_opens(session, election, same_nik, actor_with):
    find_same_nik(election.id, "", actor=ACTOR)
    [case] = cases(session)
    voters.strike_voter(same_nik[1], "1", actor=actor_with(*RIGHTS), reason="Meninggal")
    assert find_same_nik(election.id, "", actor=ACTOR).vanished == 1
    session.refresh(case)
    assert case.state == "hilang"
    voters.restore_voter(same_nik[1], actor=actor_with(*RIGHTS), reason="Masih hidup")
    find_same_nik(election.id, "", actor=ACTOR)
    session.refresh(case)
    assert (case.state, kinds(session, case)) == ("terbuka", ["hilang", "kembali"])


def test_persons_are_merged_and_parted(session, election, make_voter, actor_with):
    one, other = make_voter(name="MUHAMMAD YUSUF"), make_voter(name="YUSUF MUHAMMAD")
    case = case_of(session, one, other)
    actor = actor_with(*RIGHTS)
    doubles.keep_row(case, one.id, actor=actor)
    gone = session.get(Person, other.person_id)
    assert gone.redirect_to == one.person_id
    doubles.undo_decision(case, actor=actor)
    session.refresh(gone)
    assert gone.redirect_to is None


def test_elsewhere_nobody_decides(session, election, same_nik, actor_with):
    case = case_of(session, *same_nik)
    for region in ("3171", "1202"):
        with pytest.raises(Refused):
            doubles.keep_row(case, case.first_id, actor=actor_with(*RIGHTS, region=region))
    with pytest.raises(Refused, match="bukan bagian"):
        doubles.keep_row(case, 1, actor=actor_with(*RIGHTS))


def test_handed_to_a_kabko_it_decides_only_what_is_its_own(session, election, make_voter, actor_with):
    mine = make_voter()
    ensure_roll(election.id, "1202", actor=ACTOR)
    theirs = store(session, election, None, village="1202011001", nik=claims_of(mine).nik)
    case = case_of(session, mine, theirs)
    officer = actor_with(*RIGHTS, region="1201")
    with pytest.raises(Refused):
        doubles.keep_row(case, theirs.id, actor=officer)
    doubles.hand_case(case, "1201", actor=actor_with(*RIGHTS, region="12"), reason="Cek ke rumah")
    with pytest.raises(Refused), session.begin_nested():
        doubles.keep_row(case, mine.id, actor=officer)
    session.refresh(case)
    doubles.keep_row(case, theirs.id, actor=officer)
    assert mine.state == "tms"


def test_two_officers_never_look_at_one_pair(session, election, make_voter, make_account):
    pairs = [case_of(session, make_voter(), make_voter(), weight=w) for w in (12.0, 8.0)]
    one, other = (make_account(permissions=list(RIGHTS), region="1201") for _ in range(2))
    first = doubles.lease_next(election.id, one)
    assert first is pairs[0]
    assert doubles.lease_next(election.id, other) is pairs[1]
    assert doubles.lease_next(election.id, one) is first
    assert doubles.lease_next(election.id, one, skip=[first.id]) is None
    doubles.release(pairs[1].id, other.id)
    assert doubles.lease_next(election.id, one, skip=[first.id]) is pairs[1]
    stranger = make_account(permissions=list(RIGHTS), region="3171")
    assert doubles.lease_next(election.id, stranger) is None


def test_alike_rows_are_found_and_twins_are_not(session, election, make_voter):
    """Among neighbours: how often people share a home or a name is counted on the list itself."""
    made = list(people([VILLAGE, OTHER_VILLAGE], 120, seed=3, voting_day=election.voting_day))
    rows = [store(session, election, v.kode_desa + "001", **fields_of(v)) for v in made]
    one, known = rows[7], made[7]
    again = fields_of(known) | {
        "nik": known.nik[:13] + str((int(known.nik[13]) + 3) % 10) + known.nik[14:],
        "nkk": "1201010101209999",
        "name": " ".join(reversed(known.nama.split())),
        "address": "DUSUN BARU",
    }
    other = store(session, election, known.kode_desa + "001", **again)
    born = dt.date(1999, 8, 1)
    twins = [
        make_voter(name=name, sex="P", birth_date=born, nkk="1201010101208888", rt="009")
        for name in ("DEWI LESTARI HARAHAP", "DINI LESTARI HARAHAP")
    ]
    run = find_alike(election.id, "120101", actor=ACTOR)
    found = {(case.first_id, case.second_id): case for case in cases(session)}
    assert run.rows == 123
    assert (one.id, other.id) in found
    assert tuple(sorted(v.id for v in twins)) not in found
    case = found[one.id, other.id]
    assert case.waterfall[0][0] == "awal"
    assert sum(part[2] for part in case.waterfall) == pytest.approx(case.weight, abs=0.01)
    assert known.nama not in str(case.waterfall)


def fields_of(voter):
    """A made-up voter as the fields of a form."""
    return {
        "name": voter.nama,
        "birth_place": voter.tempat_lahir,
        "birth_date": dt.date.fromisoformat(str(voter.tanggal_lahir)),
        "sex": voter.jenis_kelamin,
        "marital_status": voter.status_kawin,
        "address": voter.alamat,
        "rt": voter.rt,
        "rw": voter.rw,
        "nik": voter.nik,
        "nkk": voter.nkk,
    }


@pytest.mark.parametrize(("scope", "seen"), [("1201", 1), ("3171", 1), ("3172", 0), ("-", 0), ("*", 1)])
def test_who_may_see_either_row_sees_the_pair(session, election, make_voter, scope, seen):
    one = make_voter()
    ensure_roll(election.id, "3171", actor=ACTOR)
    case_of(session, one, store(session, election, None, village=JAKARTA))
    session.execute(text("select set_config('app.scope', :s, true)"), {"s": scope})
    assert session.scalar(text("select count(*) from double_case")) == seen


def test_events_stay(session, election, same_nik, actor_with):
    case = case_of(session, *same_nik)
    doubles.part_rows(case, actor=actor_with(*RIGHTS), reason="x")
    for change in ("update double_event set kind = 'sama'", "delete from double_event"):
        with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
            session.execute(text(change))
    assert session.get(Account, case.decided_by) is not None
    assert session.get(Voter, (case.first_id, "12")).village_code == VILLAGE
