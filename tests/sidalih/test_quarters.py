"""The continuous update: what a quarter counts, that it adds up, and that nothing moves beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from electsys.errors import Refused
from electsys.regions.models import Tps
from modules.jdih import Letter
from modules.sidalih.models import Quarter, Voter, VoterEvent
from modules.sidalih.models.voters import LISTED
from modules.sidalih.operations import lists, quarters, voters
from modules.sidalih.operations.voters import ensure_roll
from modules.sidalih.permissions import COMPILE, DETERMINE, EDIT
from modules.sidalih.queries import quarters as queries
from modules.sidalih.rules.movement import Movement, column_of, follows
from tests.sidalih.conftest import ACTOR, OTHER_VILLAGE, VILLAGE, claims, store

WAY = ("open_visits", "close_visits", "determine_dps", "determine_dpshp", "determine_dpt")
#: A village of another kab/kota (Jakarta Pusat) whose TPS the test database knows.
FAR = "3171"


@pytest.fixture
def office(actor_with):
    return actor_with(COMPILE, DETERMINE, EDIT, region="")


@pytest.fixture
def settled(roll, office, make_voter):
    """A roll whose DPT holds these voters; ``settled(n)`` gives them."""

    def settle(count=3):
        made = [make_voter() for _ in range(count)]
        for action in WAY:
            lists.set_stage(roll, action, actor=office)
        return made

    return settle


# --- the rule -------------------------------------------------------------------------------------


def test_magetan_2025():
    """PKPU 1/2025; domain.md 5.9: 530,630 + 25,487 - 12,140 = 543,977, and 13,566 corrected rows."""
    magetan = Movement(opening=530_630, fresh=25_487, struck=12_140, amended=13_566)
    assert magetan.closing == 543_977


def test_quarters_follow_each_other():
    first = Movement(opening=10, fresh=3, struck=1)
    second = Movement(opening=12, moved_in=2, moved_out=4, amended=1)
    assert first.then(second) == Movement(10, 3, 2, 1, 4, 1)
    assert first.then(second).closing == 10
    with pytest.raises(ValueError, match="does not follow"):
        first.then(first)
    assert follows(2025, 1, None)
    assert follows(2026, 1, (2025, 4))
    assert not follows(2025, 4, (2025, 4))
    assert not follows(2025, 5, (2025, 4))


KINDS = ["sesuai", "ubah", "baru", "tms", "pulih", "tempat", "masuk", "keluar", "tanda"]


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("code", ["1", "4"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_database_counts_as_the_rule_says(session, make_voter, kind, code, arrived):
    voter = make_voter()
    event = voters.write_event(
        voter, kind, actor=ACTOR, code=code, details={"from_village": OTHER_VILLAGE} if arrived else {}
    )
    counted = session.scalar(select(queries.counted_as()).where(VoterEvent.id == event.id))
    assert counted == column_of(kind, code, arrived)


# --- opening and closing --------------------------------------------------------------------------


def test_a_quarter_from_opening_to_minutes(session, election, roll, office, settled, station):
    made = settled(4)
    quarter = quarters.open_quarter(roll, 2025, 1, actor=office)
    assert (quarter.opening, quarter.state) == (4, "terbuka")
    voters.add_voter(election, station, claims(), source="dpb", actor=office)
    voters.add_voter(election, station, claims(), source="dpb", actor=office)
    voters.strike_voter(made[0], "1", actor=office, action="update_strike", reason="Akta kematian")
    voters.strike_voter(made[1], "4", actor=office, action="update_strike", reason="Pindah")
    voters.strike_voter(made[2], "6", actor=office, action="update_strike", reason="TNI")
    voters.restore_voter(made[2], actor=office, action="update_restore", reason="Pensiun")
    voters.amend_voter(made[3], {"name": "BETUL"}, actor=office, action="update_amend", reason="KTP-el")
    shown = queries.movement_of(quarter)
    quarters.close_quarter(quarter, actor=office)
    session.refresh(quarter)
    numbers = (quarter.opening, quarter.fresh, quarter.moved_in, quarter.struck, quarter.moved_out)
    assert numbers == (4, 3, 0, 2, 1)
    assert (quarter.closing, quarter.amended, quarter.state) == (4, 1, "ditutup")
    assert queries.movement_of(quarter) == shown
    letter = session.get(Letter, quarter.letter_id)
    assert (letter.kind, letter.unit, letter.source_key) == ("BA", "1201", f"sidalih:quarter:{quarter.id}")
    assert letter.data["table"]["rows"][-1] == ["", "Jumlah", "4", "3", "0", "2", "1", "4"]
    assert letter.data["table"]["rows"][0][1] == "Barus"
    second = quarters.open_quarter(roll, 2025, 2, actor=office)
    assert second.opening == quarter.closing


def test_moving_house_counts_on_both_sides(session, election, roll, office, settled):
    made = settled(2)
    far = ensure_roll(election.id, FAR, actor=ACTOR)
    target = session.scalars(
        select(Tps).where(Tps.election_id == election.id, Tps.province == FAR[:2], Tps.code.like(FAR + "%"))
    ).first()
    far.state = "dpt"
    session.flush()
    here = quarters.open_quarter(roll, 2025, 1, actor=office)
    there = quarters.open_quarter(far, 2025, 1, actor=office)
    near = session.get(Tps, (election.id, "12", OTHER_VILLAGE + "001"))
    new = quarters.move_home(made[0], near, reason="KTP-el baru", actor=office)
    gone = quarters.move_home(made[1], target, reason="KTP-el baru", actor=office)
    assert (new.village_code, made[0].state, made[0].tms_code) == (OTHER_VILLAGE, "tms", "4")
    assert gone.person_id == made[1].person_id
    assert queries.movement_of(here) == Movement(opening=2, moved_in=1, moved_out=2)
    assert queries.movement_of(there) == Movement(opening=0, moved_in=1)
    villages = {part.code: part.movement for part in queries.parts(here, roll, 10)}
    assert villages == {
        VILLAGE: Movement(opening=2, moved_out=2),
        OTHER_VILLAGE: Movement(opening=0, moved_in=1),
    }
    with pytest.raises(Refused, match="tetap tinggal"):
        quarters.move_home(new, near, reason="x", actor=office)


def test_what_stands_in_the_way(session, roll, office, settled, actor_with):
    with pytest.raises(Refused, match="sesudah DPT"):
        quarters.open_quarter(roll, 2025, 1, actor=office)
    settled(1)
    for stranger in (actor_with(COMPILE, region="3171"), actor_with(EDIT)):
        with pytest.raises(Refused):
            quarters.open_quarter(roll, 2025, 1, actor=stranger)
    quarter = quarters.open_quarter(roll, 2025, 2, actor=office)
    with pytest.raises(Refused, match="masih terbuka"):
        quarters.open_quarter(roll, 2025, 3, actor=office)
    with pytest.raises(Refused):
        quarters.close_quarter(quarter, actor=actor_with(COMPILE, EDIT))
    quarters.close_quarter(quarter, actor=office)
    for year, number in ((2025, 2), (2025, 1), (2025, 5)):
        with pytest.raises(Refused, match="urutannya"):
            quarters.open_quarter(roll, year, number, actor=office)
    with pytest.raises(Refused, match="berstatus"):
        quarters.close_quarter(quarter, actor=office)


def test_a_row_that_moved_beside_the_quarters_is_found(session, election, roll, office, settled):
    settled(2)
    quarter = quarters.open_quarter(roll, 2025, 1, actor=office)
    store(session, election, VILLAGE + "001")
    assert [part.balanced for part in queries.parts(quarter, roll, 10)] == [True]  # the opening moved instead
    assert sum(part.movement.opening for part in queries.parts(quarter, roll, 10)) != quarter.opening
    with pytest.raises(Refused, match="Menurut kejadian"):
        quarters.close_quarter(quarter, actor=office)
    session.execute(
        text("update voter set state = 'tms', tms_code = '1' where id = (select max(id) from voter)")
    )
    quarters.close_quarter(quarter, actor=office)
    store(session, election, VILLAGE + "001")
    with pytest.raises(Refused, match="barisnya kini 3"):
        quarters.open_quarter(roll, 2025, 2, actor=office)


def test_the_database_refuses_a_quarter_that_does_not_add_up(session, roll):
    with pytest.raises(DBAPIError, match="movement"), session.begin_nested():
        session.add(
            Quarter(roll_id=roll.id, year=2025, number=1, state="ditutup", opening=1, fresh=1, closing=3)
        )
        session.flush()


def test_a_changed_dpt_begins_anew(session, roll, office, settled, make_voter):
    settled(1)
    quarters.close_quarter(quarters.open_quarter(roll, 2025, 1, actor=office), actor=office)
    # The clock of a test's transaction stands still; the ruling comes a day later.
    session.execute(text("update voter_quarter set closed_at = now() - interval '1 day'"))
    roll.state = "dpshp"
    session.flush()
    make_voter()
    lists.set_stage(roll, "determine_dpt", actor=office)
    assert quarters.open_quarter(roll, 2025, 2, actor=office).opening == 2


def test_a_semester_sums_quarters_and_kabko(session, election, roll, office, settled, station):
    settled(2)
    for number in (1, 2):
        quarter = quarters.open_quarter(roll, 2025, number, actor=office)
        voters.add_voter(election, station, claims(), source="dpb", actor=office)
        quarters.close_quarter(quarter, actor=office)
    rows = {row.code: row for row in queries.semester(election, "12", 2025, 1)}
    assert (len(rows), rows["1201"].missing, rows["1202"].missing) == (33, 0, 2)
    assert rows["1201"].movement == Movement(opening=2, fresh=2)
    assert rows["1202"].movement == Movement()
    nation = {row.code: row for row in queries.semester(election, "", 2025, 1)}
    assert (nation["12"].movement.closing, nation["12"].missing) == (4, 64)
    assert nation["12"].name == "SUMATERA UTARA"
    assert {row.movement for row in queries.semester(election, "12", 2025, 2)} == {Movement()}


# --- the law vector, by events, and a random year --------------------------------------------------

#: Rows of one village at once; numbers are made up, the envelope is not opened here.
PEOPLE = """
    insert into voter (id, province, election_id, person_id, village_code, tps_code, sealed, nik_index, name,
        birth_place, birth_year, sex, marital_status, address, rt, rw, state, source)
    select nextval('voter_id_seq'), '12', :election, :person, :village, :village || '001', '\\x00',
        decode(lpad(to_hex(:first + n), 64, '0'), 'hex'), 'PEMILIH', 'BARUS', 1980, 'P', 'S', 'JALAN', '001',
        '001', :state, 'dpb'
    from generate_series(1, :n) as n
"""
EVENTS = """
    insert into voter_event (province, election_id, voter_id, village_code, kind, code, version,
        quarter_id, actor)
    select '12', :election, id, village_code, cast(:kind as text), tms_code, 1, :quarter, 'uji'
    from voter where state = :state and election_id = :election
"""


def test_the_vector_by_events(session, election, roll, office, make_voter):
    """530,630 + 25,487 - 12,140 = 543,977 at a hundredth: 5,306 + 255 - 121 = 5,440, one event a change.

    bench/voter_lists.py does the whole.
    """
    person = make_voter().person_id
    session.execute(text("update voter set state = 'tms', tms_code = '8'"))
    facts = {"election": election.id, "person": person, "village": VILLAGE}
    session.execute(text(PEOPLE), facts | {"n": 5306, "first": 1, "state": "potensial"})
    roll.state = "dpt"
    session.flush()
    quarter = quarters.open_quarter(roll, 2025, 4, actor=office)
    assert quarter.opening == 5306
    session.execute(text(PEOPLE), facts | {"n": 255, "first": 10_000, "state": "baru"})
    session.execute(
        text(EVENTS), {"election": election.id, "kind": "baru", "quarter": quarter.id, "state": "baru"}
    )
    session.execute(text("update voter set tms_code = '8' where state = 'tms'"))
    session.execute(
        text(
            "update voter set state = 'tms', tms_code = '1' where id in"
            " (select id from voter where state = 'potensial' order by id limit 121)"
        )
    )
    session.execute(
        text(EVENTS + " and tms_code = '1'"),
        {"election": election.id, "kind": "tms", "quarter": quarter.id, "state": "tms"},
    )
    quarters.close_quarter(quarter, actor=office)
    session.refresh(quarter)
    assert (quarter.fresh, quarter.struck, quarter.closing) == (255, 121, 5440)
    [part] = queries.parts(quarter, roll, 10)
    assert (part.living, part.balanced, part.movement.closing) == (5440, True, 5440)


VILLAGES = (VILLAGE, OTHER_VILLAGE, FAR)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "strike", "out", "restore", "amend", "move", "close", "place"]),
        st.integers(0, 2),
        st.integers(0, 99),
    ),
    min_size=5,
    max_size=20,
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_a_random_year_adds_up_for_every_area_and_the_nation(session, election, office, steps):
    """Whatever happens in a year, in two villages of one kab/kota and one of another."""
    with session.begin_nested() as savepoint:
        _a_year(session, election, office, steps)
        session.flush()
        savepoint.rollback()
    session.expire_all()


def _a_year(session, election, office, steps):
    far = session.scalars(
        select(Tps)
        .where(Tps.election_id == election.id, Tps.province == FAR[:2], Tps.code.like(FAR + "%"))
        .order_by(Tps.code)
    ).first()
    stations = [session.get(Tps, (election.id, "12", v + "001")) for v in VILLAGES[:2]] + [far]
    rolls = {code: ensure_roll(election.id, code, actor=ACTOR) for code in ("1201", FAR)}
    for tps in stations:
        for _ in range(2):
            store(session, election, tps.code)
    for roll in rolls.values():
        roll.state = "dpt"
    session.flush()
    number = 1
    open_ = {code: quarters.open_quarter(roll, 2025, 1, actor=office) for code, roll in rolls.items()}
    done = []
    for what, where, pick in steps:
        if what == "close":
            if number == 4:
                continue
            number += 1
            for code, roll in rolls.items():
                done.append((roll, quarters.close_quarter(open_[code], actor=office)))
                open_[code] = quarters.open_quarter(roll, 2025, number, actor=office)
            continue
        _step(session, election, office, stations, what, where, pick)
    done += [(rolls[code], quarters.close_quarter(each, actor=office)) for code, each in open_.items()]
    _check(session, rolls, done)


def _step(session, election, office, stations, what, where, pick):
    tps = stations[where]
    if what == "add":
        voters.add_voter(election, tps, claims(), source="dpb", actor=office)
        return
    wanted = ("tms",) if what == "restore" else LISTED
    rows = session.scalars(
        select(Voter)
        .where(Voter.village_code == tps.village_code, Voter.state.in_(wanted))
        .order_by(Voter.id)
    ).all()
    if not rows:
        return
    voter = rows[pick % len(rows)]
    if what in ("strike", "out"):
        code = "4" if what == "out" else "1"
        voters.strike_voter(voter, code, actor=office, action="update_strike", reason="Uji")
    elif what == "restore":
        voters.restore_voter(voter, actor=office, action="update_restore", reason="Uji")
    elif what == "amend":
        voters.amend_voter(
            voter, {"name": f"NAMA {pick} {voter.version}"}, actor=office, action="update_amend", reason="Uji"
        )
    elif what == "place":
        voters.place_voter(voter, voter.village_code + "002", actor=office, reason="Uji")
    elif what == "move":
        try:
            quarters.move_home(voter, stations[(where + 1 + pick % 2) % 3], reason="Uji", actor=office)
        except Refused as refused:  # somebody who moves back where the struck row still stands
            assert refused.field == "nik"


def _check(session, rolls, done):
    nation = {code: Movement() for code in ("opening", "year")}
    for code, roll in rolls.items():
        mine = [quarter for of, quarter in done if of is roll]
        for quarter in mine:
            session.refresh(quarter)
        year = queries.movement_of(mine[0])
        for quarter in mine[1:]:
            year = year.then(queries.movement_of(quarter))
        now = queries.living(roll, 4).get(code, 0)
        assert year.closing == now
        for length in (4, 6, 10):
            for quarter in mine:
                parts = queries.parts(quarter, roll, length)
                whole = sum((part.movement for part in parts), Movement())
                assert all(part.balanced for part in parts)
                assert all(part.movement.opening >= 0 for part in parts)
                assert whole == queries.movement_of(quarter)
        nation["year"] += year
    living = session.scalar(
        text("select count(*) from voter where state <> 'tms' and province in ('12', '31')")
    )
    assert nation["year"].closing == living
    assert replace(nation["year"], opening=0).closing == living - nation["year"].opening
