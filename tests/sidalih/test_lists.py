"""Frozen lists: the order of numbers, what they add up to, that they stay, and the plenary around them."""

from __future__ import annotations

import datetime as dt
import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from electsys.errors import Refused
from electsys.events import subscribe
from electsys.ledger import Act
from modules.jdih import Letter
from modules.sidalih import ListDetermined
from modules.sidalih.models import AreaCount, ListEntry, VoterList
from modules.sidalih.operations import lists, voters
from modules.sidalih.permissions import COMPILE, DETERMINE, EDIT
from modules.sidalih.queries import lists as queries
from modules.sidalih.rules.numbering import Line, in_order
from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE

WAY = ("open_visits", "close_visits", "determine_dps", "determine_dpshp", "determine_dpt")


@pytest.fixture
def office(actor_with):
    """Who may do everything with the list of the kab/kota."""
    return actor_with(COMPILE, DETERMINE, EDIT)


@pytest.fixture
def go(office):
    """Make moves of a roll, one after the other; returns the list of the last."""

    def move(roll, *actions, actor=office):
        for action in actions:
            frozen = lists.set_stage(roll, action, actor=actor)
        return frozen

    return move


def area(session, frozen, code):
    return session.get(AreaCount, (frozen.id, code))


# --- the order ------------------------------------------------------------------------------------


def line(number, family=1, rw="001", rt="001", address="A", sex="P", marital="B", year=1990):
    return Line(number, family, rw, rt, address, sex, marital, year)


def test_the_head_comes_first_and_the_family_stays_together():
    wife = line(1, marital="S", year=1980)
    son = line(2, sex="L", year=2005)
    father = line(3, sex="L", marital="S", year=1985)
    grandmother = line(4, marital="P", year=1940)
    neighbour = line(5, family=2, rt="002")
    assert in_order([neighbour, son, wife, father, grandmother]) == [3, 4, 1, 2, 5]


def test_families_stand_by_the_address_of_their_head():
    stray = line(1, family=7, rw="009", rt="001", year=2000)
    head = line(2, family=7, rw="002", rt="001", sex="L", marital="S")
    other = line(3, family=8, rw="003")
    assert in_order([stray, head, other]) == [2, 1, 3]


def test_who_has_no_family_card_stands_alone():
    assert in_order([line(1, family=None, rt="002"), line(2, family=None, rt="001")]) == [2, 1]
    # A family number that happens to be a voter's own key is not that voter.
    assert in_order([line(5, family=None, address="Z"), line(9, family=5, address="Y")]) == [9, 5]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, 1, 2, 3]),
            st.sampled_from(["001", "002", "010"]),
            st.sampled_from(["JL. A", "JL. a", "Jl é", "JL A"]),
            st.sampled_from("LP"),
            st.sampled_from("BSP"),
            st.integers(1950, 1953),
        ),
        max_size=12,
    ),
    st.randoms(),
)
def test_the_order_is_one_whatever_comes_in(rows, rnd):
    made = [Line(i, f, "001", rt, a, s, m, y) for i, (f, rt, a, s, m, y) in enumerate(rows, 1)]
    wanted = in_order(made)
    assert sorted(wanted) == [each.id for each in made]
    rnd.shuffle(made)
    assert in_order(made) == wanted
    families = {each.id: each.family or -each.id for each in made}
    runs = [families[i] for i in wanted]
    assert sum(a != b for a, b in itertools.pairwise(runs)) == max(0, len(set(runs)) - 1)


def test_the_database_numbers_as_the_rule_says(session, roll, make_voter, go):
    rng = random.Random(4)
    made = []
    for _ in range(60):
        made.append(
            make_voter(
                tps=rng.choice(("001", "002")),
                nkk=f"12010101012{rng.randrange(12):05}",
                rw=rng.choice(("001", "002")),
                rt=rng.choice(("001", "002", "010")),
                address=rng.choice(("JL. A", "JL. a", "JALAN É", "Jl A")),
                sex=rng.choice("LP"),
                marital_status=rng.choice("BSP"),
                birth_date=dt.date(rng.randrange(1950, 2004), 5, 17),
            )
        )
    frozen = go(roll, "open_visits")
    for tps in ("001", "002"):
        mine = [v for v in made if v.tps_code == VILLAGE + tps]
        wanted = in_order(
            Line(v.id, v.family, v.rw, v.rt, v.address, v.sex, v.marital_status, v.birth_year) for v in mine
        )
        rows = session.scalars(
            select(ListEntry)
            .where(ListEntry.list_id == frozen.id, ListEntry.tps_code == VILLAGE + tps)
            .order_by(ListEntry.number)
        ).all()
        assert [r.voter_id for r in rows] == wanted
        assert [r.number for r in rows] == list(range(1, len(rows) + 1))


# --- what it adds up to ---------------------------------------------------------------------------


def test_the_numbers_of_every_area(session, roll, make_voter, go):
    make_voter(sex="L", birth_date=dt.date(2007, 2, 14), marital_status="B", disability="5")  # 17 that day
    make_voter(sex="P", birth_date=dt.date(2002, 2, 15), ktp_el="B")  # 21, the last day of it
    make_voter(sex="P", birth_date=dt.date(2002, 2, 14), tps="002")  # 22
    make_voter(sex="L", birth_date=dt.date(1940, 1, 1), village=OTHER_VILLAGE, disability="5")
    make_voter(state="tms")
    frozen = go(roll, "open_visits")
    assert (frozen.stage, frozen.male, frozen.female, frozen.total) == ("a_daftar", 2, 2, 4)
    kabko = area(session, frozen, "1201")
    assert (kabko.parent, kabko.stations, kabko.male, kabko.female) == ("12", 3, 2, 2)
    assert kabko.facts == {
        "disabilitas_5": [2, 0],
        "pemula": [1, 1],
        "tanpa_ktp": [0, 1],
        "umur_17": [1, 0],
        "umur_21": [0, 2],
        "umur_71": [1, 0],
    }
    assert area(session, frozen, "120101").facts == kabko.facts
    village = area(session, frozen, VILLAGE)
    assert (village.parent, village.stations, village.male, village.female) == ("120101", 2, 1, 2)
    assert village.facts["disabilitas_5"] == [1, 0]
    station = area(session, frozen, VILLAGE + "002")
    assert (station.parent, station.stations, station.facts) == (VILLAGE, 1, {"umur_21": [0, 1]})


def test_what_moved_since_the_list_before_explains_every_number(
    session, roll, make_voter, election, go, office
):
    made = [make_voter(tps="001") for _ in range(6)] + [make_voter(tps="002") for _ in range(3)]
    first = go(roll, "open_visits")
    make_voter(state="baru", tps="002")
    voters.amend_voter(made[0], {"name": "DIUBAH"}, actor=office, reason="Uji ubah")
    voters.strike_voter(made[1], "1", actor=office, reason="Meninggal")
    voters.strike_voter(made[2], "4", actor=office, reason="Pindah")
    voters.place_voter(made[3], VILLAGE + "002", actor=office, reason="Salah TPS")
    second = go(roll, "close_visits")
    for code in ("1201", "120101", VILLAGE, VILLAGE + "001", VILLAGE + "002"):
        old, new = area(session, first, code), area(session, second, code)
        fact = {name: sum(pair) for name, pair in new.facts.items()}
        struck = sum(n for name, n in fact.items() if name.startswith("tms_"))
        moved = fact.get("tps_masuk", 0) - fact.get("tps_keluar", 0)
        assert old.male + old.female + fact.get("baru", 0) - struck + moved == new.male + new.female
    village = area(session, second, VILLAGE)
    assert {k: v for k, v in village.facts.items() if not k.startswith("umur")} == {
        "baru": [0, 1],
        "tms_1": [0, 1],
        "tms_4": [0, 1],
        "tps_keluar": [0, 1],
        "tps_masuk": [0, 1],
        "ubah": [0, 1],
    }
    assert area(session, second, VILLAGE + "001").facts["tps_keluar"] == [0, 1]
    assert "tps_masuk" not in area(session, second, VILLAGE + "001").facts


def test_the_entries_stream_through_in_pieces(session, roll, make_voter, office, monkeypatch):
    from modules.sidalih.operations import counts

    monkeypatch.setattr(counts, "BATCH", 2)
    for _ in range(5):
        make_voter()
    seen = []
    lists.freeze_list(roll, "a_daftar", actor=office, progress=seen.append)
    assert seen == [2, 4, 5]


def test_a_station_that_lost_everybody_keeps_its_line(session, roll, make_voter, go, office):
    make_voter(tps="001")
    gone = make_voter(tps="002")
    go(roll, "open_visits")
    voters.strike_voter(gone, "1", actor=office, reason="Meninggal")
    second = go(roll, "close_visits")
    assert area(session, second, VILLAGE).stations == 1
    lost = area(session, second, VILLAGE + "002")
    assert (lost.stations, lost.male + lost.female, lost.facts) == (0, 0, {"tms_1": [0, 1]})


# --- that it stays --------------------------------------------------------------------------------


def test_a_frozen_list_says_what_it_said(session, roll, make_voter, election, go, office):
    voter = make_voter(name="SITI LAMA", disability="1")
    frozen = go(roll, "open_visits")
    before = queries.lines(frozen, VILLAGE + "001", election.voting_day)
    voters.amend_voter(
        voter, {"name": "SITI BARU", "birth_date": dt.date(1999, 1, 1), "disability": "0"}, actor=office,
        reason="KTP-el",
    )  # fmt: skip
    voters.amend_voter(voter, {"name": "SITI TERBARU"}, actor=office, reason="KTP-el")
    voters.strike_voter(voter, "1", actor=office, reason="Meninggal")
    after = queries.lines(frozen, VILLAGE + "001", election.voting_day)
    assert after == before
    assert (after[0].name, after[0].age, after[0].disability) == ("SITI LAMA", 43, "1")


def test_the_entries_cannot_be_changed(session, roll, make_voter, go):
    make_voter()
    go(roll, "open_visits")
    for table in ("voter_list_entry", "voter_area_count"):
        for change in (f"update {table} set list_id = 9", f"delete from {table}", f"truncate {table}"):
            with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
                session.execute(text(change))


def test_the_digest_follows_the_entries(session, roll, make_voter, go, office):
    voter = make_voter()
    make_voter(tps="002")
    first = go(roll, "open_visits")
    same = lists.freeze_list(roll, "a_daftar", actor=office)
    assert (same.sequence, same.digest) == (2, first.digest)
    voters.place_voter(voter, VILLAGE + "003", actor=office, reason="Salah TPS")
    assert lists.freeze_list(roll, "a_daftar", actor=office).digest != first.digest


# --- the plenary ----------------------------------------------------------------------------------


def test_the_whole_way_to_the_dpt(session, roll, make_voter, actor_with, election, go):
    heard = []
    subscribe(ListDetermined, heard.append)
    for _ in range(3):
        make_voter()
    actor = actor_with(COMPILE, DETERMINE)
    for action in WAY:
        frozen = go(roll, action, actor=actor)
    session.refresh(roll)
    assert roll.state == "dpt"
    made = session.scalars(select(VoterList).where(VoterList.roll_id == roll.id).order_by(VoterList.id)).all()
    assert [each.stage for each in made] == ["a_daftar", "dphp", "dps", "dpshp", "dpt"]
    assert [each.letter_id is not None for each in made] == [False, True, True, True, True]
    assert [(e.stage, e.list_id, e.region) for e in heard] == [(m.stage, m.id, "1201") for m in made[2:]]
    assert {each.determined_by for each in made} == {actor.name}
    letter = session.get(Letter, frozen.letter_id)
    assert (letter.kind, letter.unit, letter.state, letter.class_code) == ("BA", "1201", "konsep", "PP.05")
    assert letter.source_key == f"sidalih:list:{roll.id}:dpt:1"
    assert letter.data["table"]["rows"] == [
        ["1", "Barus", "1", "0", "3", "3"],
        ["", "Jumlah", "1", "0", "3", "3"],
    ]
    assert "sebanyak 3 pemilih" in letter.data["paragraphs"][0]
    act = session.scalars(
        select(Act).where(Act.verb == "sidalih:list:freeze").order_by(Act.id.desc())
    ).first()
    assert act.details["digest"] == frozen.digest.hex()
    assert (act.details["count"], act.region) == (3, "1201")


def test_the_minutes_are_a_paper(session, roll, make_voter, go):
    from electsys.documents.pdf import render_pdf
    from modules.jdih.papers import printed

    make_voter()
    frozen = go(roll, *WAY[:3])
    letter = session.get(Letter, frozen.letter_id)
    frame = {"document": {"kind": "Berita Acara", "number": "", "title": letter.title}}
    assert render_pdf("berita_acara", printed(letter, electronic=False) | frame).startswith(b"%PDF")


def test_the_rights_of_a_plenary(session, roll, make_voter, actor_with, go):
    make_voter()
    clerk = actor_with(COMPILE, EDIT)
    go(roll, "open_visits", "close_visits", actor=clerk)
    with pytest.raises(Refused, match="tidak berwenang") as refused:
        go(roll, "determine_dps", actor=clerk)
    assert refused.value.status == 403
    for stranger in (actor_with(COMPILE, DETERMINE, region="3171"), actor_with(EDIT)):
        for stage in ("a_daftar", "dpt"):
            with pytest.raises(Refused):
                lists.freeze_list(roll, stage, actor=stranger)
    with pytest.raises(Refused):
        lists.freeze_list(roll, "dps", actor=clerk)


def test_nobody_without_a_place_and_no_empty_list(session, roll, make_voter, go, office):
    with pytest.raises(Refused, match="tanpa TPS"):
        go(roll, "open_visits")
    with pytest.raises(Refused, match="daftar kosong"):
        lists.freeze_list(roll, "a_daftar", actor=office)
    make_voter()
    make_voter(tps=None)
    with pytest.raises(Refused, match="tanpa TPS"):
        go(roll, "open_visits")


def test_a_stage_is_set_once(session, roll, make_voter, go):
    make_voter()
    go(roll, *WAY[:3])
    with pytest.raises(Refused, match="berstatus"):
        go(roll, "determine_dps")
    with pytest.raises(LookupError):
        go(roll, "reopen")
    assert go(roll, "determine_dpshp", "repeat_dpshp").sequence == 2


# --- the second derivation ------------------------------------------------------------------------


def test_every_number_can_be_counted_again(session, app, roll, make_voter, go):
    from modules.sidalih.queries.checking import differences

    for n in range(5):
        make_voter(tps=f"{n % 2 + 1:03}")
    frozen = go(roll, *WAY)
    assert list(differences(roll)) == []
    # Whoever writes past the operations, as owner, is found: a line too many, and a number that is not so.
    session.execute(
        text(
            "insert into voter_list_entry select province, list_id, tps_code, 9, voter_id, version"
            " from voter_list_entry where list_id = :list and number = 1 and tps_code = :tps"
        ),
        {"list": frozen.id, "tps": VILLAGE + "001"},
    )
    found = list(differences(roll))
    assert f"1201 dpt 1 {VILLAGE}001: tertulis 3, entri 4" in found
    assert any("terlompat atau pemilih tertulis dua kali" in line for line in found)
    assert any("sidik isi tidak cocok" in line for line in found)


def test_the_commands_set_a_stage_and_check(session, app, roll, make_voter, make_account):
    make_voter()
    account = make_account(permissions=[COMPILE, DETERMINE], region="1201")
    session.commit()
    runner = app.test_cli_runner()
    where = ["--election", "pemilu-2024", "--region", "1201"]
    done = runner.invoke(args=["sidalih", "stage", "open_visits", *where, "--as", account.username])
    assert done.exit_code == 0, done.output
    assert "a_daftar ke-1: 1 pemilih" in done.output
    again = runner.invoke(args=["sidalih", "stage", "open_visits", *where, "--as", account.username])
    assert again.exit_code == 1
    assert "berstatus" in again.output
    checked = runner.invoke(args=["sidalih", "check-lists", *where])
    assert (checked.exit_code, checked.output) == (0, "0 perbedaan.\n")
