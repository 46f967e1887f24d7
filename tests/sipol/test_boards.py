"""Boards and officers: what is refused first, then what is kept and how."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from sqlalchemy import select

from electsys.errors import Refused
from electsys.identity.models import Person
from electsys.ledger.models import Act
from electsys.privacy import blind_index, unseal_fields
from modules.sipol.models import PartyBoard, PartyOfficer
from modules.sipol.operations.boards import (
    BoardFacts,
    add_officer,
    change_officer,
    remove_board,
    remove_officer,
    save_board,
)
from modules.sipol.places import locked, place_of
from modules.sipol.queries import boards as queries
from modules.sipol.rules import boards as rules
from tests.sipol import conftest as make
from tests.sipol.conftest import ACTOR
from tests.sipol.entering import BORN, FACTS, nik, officer, open_stage, place, registration


@pytest.fixture
def row(session, election):
    return registration(session, election)


@pytest.fixture
def board(session, row):
    return save_board(place(row), FACTS, actor=ACTOR)


# --- rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("women", "officers", "needed", "reached"),
    [(3, 10, 3, True), (2, 10, 3, False), (3, 11, 4, False), (1, 3, 1, True), (0, 0, 0, False)],
)
def test_thirty_percent_of_women_is_rounded_up_to_whole_people(women, officers, needed, reached):
    share = rules.share_of_women(women, officers, Fraction(30, 100))
    assert (share.needed, share.reached) == (needed, reached)


def test_the_three_that_a_board_must_have():
    assert rules.missing_offices(["anggota", "ketua"]) == ("sekretaris", "bendahara")
    assert rules.missing_offices(rules.TRIO) == ()
    assert rules.taken_twice(["ketua", "ketua", "anggota", "anggota"]) == ("ketua",)


DAY = dt.date(2022, 8, 1)


@pytest.mark.parametrize(
    ("number", "born", "sex", "found"),
    [
        (nik(1), BORN, "L", ()),
        (nik(1, sex="P"), BORN, "P", ()),
        (nik(1), BORN, "P", ("nik_sex_differs",)),
        (nik(1), dt.date(1980, 5, 18), "L", ("nik_date_differs",)),
        ("12010117058", BORN, "L", ("nik_length",)),
        (nik(1, dt.date(2006, 1, 1)), dt.date(2006, 1, 1), "L", ("too_young",)),
        (nik(1, dt.date(2005, 8, 1)), dt.date(2005, 8, 1), "L", ()),
        (nik(1, dt.date(2005, 8, 2)), dt.date(2005, 8, 2), "L", ("too_young",)),
        (nik(1, dt.date(2023, 1, 1)), dt.date(2023, 1, 1), "L", ("birth_future",)),
        (nik(1, dt.date(1900, 1, 1)), dt.date(1900, 1, 1), "L", ("birth_impossible",)),
    ],
)
def test_numbers_of_an_officer(number, born, sex, found):
    assert rules.officer_problems(number, born, sex, DAY) == found


def test_the_next_area_without_a_board():
    order = ["1201", "1202", "1203", "1204"]
    assert rules.next_without("1202", order, {"1202", "1203"}) == "1204"
    assert rules.next_without("1204", order, {"1203"}) == "1201"
    assert rules.next_without("1204", order, set(order)) is None
    assert rules.next_without("1201", order, {"1202", "1203", "1204"}) is None


def test_an_account_bears_the_name_of_the_party():
    assert rules.bears_name("DPC PARTAI KITA-UJI NIAS", "Partai Kita Uji", "PKU")
    assert rules.bears_name("Rekening PKU Nias", "Partai Kita Uji", "PKU")
    assert not rules.bears_name("Budi PKUX", "Partai Kita Uji", "PKU")


# --- what is refused ------------------------------------------------------------------------------


def test_nothing_is_entered_while_the_data_are_locked_or_no_stage_is_open(session, election):
    row = make.registration(session, "input")
    with pytest.raises(Refused, match="ditutup"):
        save_board(place(row), FACTS, actor=ACTOR)
    assert locked(row).message.startswith("Tahapan")
    open_stage(session, election)
    assert locked(row) is None
    verified = make.registration(session, "vermin")
    with pytest.raises(Refused, match="terkunci"):
        save_board(place(verified), FACTS, actor=ACTOR)
    assert "terkunci" in locked(verified).message
    assert session.scalars(select(PartyBoard)).all() == []


@pytest.mark.parametrize(
    ("facts", "field", "said"),
    [
        (BoardFacts("1", DAY, DAY, dt.date(2022, 7, 31)), "term_to", "terbalik: berakhir 31 Juli 2022"),
        (BoardFacts("1", dt.date(2999, 1, 1), DAY), "decree_date", "masa depan"),
    ],
)
def test_dates_that_cannot_be(row, facts, field, said):
    with pytest.raises(Refused, match=said) as refused:
        save_board(place(row), facts, actor=ACTOR)
    assert refused.value.field == field and refused.value.hint


@pytest.mark.parametrize("code", ["1299", "99", "1201012001", "abc"])
def test_an_area_that_the_map_does_not_have(row, code):
    with pytest.raises(Refused, match="tidak ada pada peta"):
        place_of(row, code)


def test_a_local_party_stays_in_aceh(session, election):
    row = registration(session, election, of=make.party(session, kind="lokal_aceh"), region="11")
    assert place_of(row, "1105").code == "1105"
    with pytest.raises(Refused, match="di luar wilayah partai lokal"):
        place_of(row, "1201")


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"nik": "123"}, "nik", "16 angka"),
        ({"nik": None}, "nik", "wajib"),
        ({"birth_date": None}, "birth_date", "wajib"),
        ({"birth_date": dt.date(1981, 5, 17)}, "nik", "berbeda dari tanggal lahir"),
        ({"sex": "P", "nik": nik(1)}, "nik", "Jenis kelamin"),
        ({"birth_date": dt.date(2020, 5, 17), "nik": nik(1, dt.date(2020, 5, 17))}, "birth_date", "17 tahun"),
    ],
)
def test_wrong_numbers_of_an_officer_are_told_at_their_field(session, board, changes, field, said):
    with pytest.raises(Refused, match=said) as refused:
        add_officer(board, officer(1, **changes), actor=ACTOR)
    assert refused.value.field == field
    assert queries.officers_of(board.id) == []


def test_a_doubtful_nik_is_taken_once_somebody_has_compared_it(board):
    facts = officer(1, sex="P", nik=nik(1), compared=True)
    assert add_officer(board, facts, actor=ACTOR).sex == "P"
    with pytest.raises(Refused, match="16 angka"):  # a form that cannot be is never taken
        add_officer(board, officer(2, "sekretaris", nik="1", compared=True), actor=ACTOR)


def test_two_chairmen_and_one_person_twice(board):
    first = add_officer(board, officer(1), actor=ACTOR)
    with pytest.raises(Refused, match=f"sudah diisi oleh {first.name}") as refused:
        add_officer(board, officer(2), actor=ACTOR)
    assert refused.value.field == "office"
    with pytest.raises(Refused, match="sudah tercatat di kepengurusan ini") as refused:
        add_officer(board, officer(1, "anggota"), actor=ACTOR)
    assert refused.value.field == "nik" and nik(1) not in refused.value.message
    assert [o.name for o in queries.officers_of(board.id)] == [first.name]


def test_an_account_enters_in_its_party_and_region_alone(session, election, row, make_account):
    from electsys.ledger import Actor

    def actor(**more):
        account = make_account("operator_parpol_kabko", **more)
        return Actor(account.id, account.username)

    mine, other, elsewhere = (
        actor(region="1201", party=row.party_id),
        actor(region="1201", party=row.party_id + 1),
        actor(region="1202", party=row.party_id),
    )
    for who in (other, elsewhere):
        with pytest.raises(Refused, match="Hak akun"):
            save_board(place(row), FACTS, actor=who)
    board = save_board(place(row, "120101"), FACTS, actor=mine)
    with pytest.raises(Refused, match="Hak akun"):
        add_officer(board, officer(1), actor=elsewhere)
    with pytest.raises(Refused, match="Hak akun"):
        save_board(place(row, "12"), FACTS, actor=mine)


# --- what is kept ---------------------------------------------------------------------------------


def test_the_first_entry_begins_and_a_board_is_one_for_an_area(session, election):
    open_stage(session, election)
    row = make.registration(session, "akses")
    first = save_board(place(row), FACTS, actor=ACTOR)
    assert row.state == "input"
    again = save_board(place(row), BoardFacts(" SK  2 ", DAY, DAY), actor=ACTOR)
    assert again.id == first.id and again.decree_number == "SK 2" and again.term_to is None
    assert session.scalars(select(Act.verb).where(Act.subject == f"party_board:{first.id}")).all() == [
        "sipol:board:add",
        "sipol:board:change",
    ]


def test_an_officer_is_sealed_and_points_to_one_person(session, row, board):
    made = add_officer(board, officer(7, "anggota", name=" uji  nama "), actor=ACTOR)
    session.expire(made)
    assert made.name == "UJI NAMA" and made.region == "1201" and made.position == 1
    assert unseal_fields(bytes(made.sealed), table="party_officer", row=made.id) == {
        "nik": nik(7),
        "birth_date": BORN.isoformat(),
    }
    assert bytes(made.nik_index) == blind_index(nik(7)) and nik(7).encode() not in bytes(made.sealed)
    other = save_board(place(row, "12"), FACTS, actor=ACTOR)
    again = add_officer(other, officer(7, "ketua", name="Uji Nama"), actor=ACTOR)
    assert again.person_id == made.person_id
    assert session.get(Person, made.person_id).name == "UJI NAMA"
    assert queries.other_boards([made], row.election_id)[blind_index(nik(7))] == [("12", "Ketua")]
    acts = session.scalars(select(Act).where(Act.verb.startswith("sipol:officer"))).all()
    assert len(acts) == 2 and all(nik(7) not in str(act.details) for act in acts)


def test_changing_keeps_numbers_that_were_left_empty(board):
    made = add_officer(board, officer(1), actor=ACTOR)
    changed = change_officer(
        made, officer(1, "sekretaris", name="Nama Lain", nik=None, birth_date=None), actor=ACTOR
    )
    assert (changed.id, changed.name, changed.office) == (made.id, "NAMA LAIN", "sekretaris")
    assert unseal_fields(bytes(changed.sealed), table="party_officer", row=made.id)["nik"] == nik(1)
    # The number of somebody else of the board is refused here too.
    other = add_officer(board, officer(2), actor=ACTOR)
    with pytest.raises(Refused, match="sudah tercatat"):
        change_officer(other, officer(2, nik=nik(1)), actor=ACTOR)


def test_who_stands_in_another_party_is_known_but_not_in_which(session, election, row, board):
    made = add_officer(board, officer(3), actor=ACTOR)
    indexes = [made.nik_index, blind_index(nik(4))]
    assert queries.in_other_parties(row.election_id, row.party_id, indexes) == set()
    rival = make.registration(session, "input")
    theirs = save_board(place(rival, "31"), FACTS, actor=ACTOR)
    add_officer(theirs, officer(3), actor=ACTOR)
    assert queries.in_other_parties(row.election_id, row.party_id, indexes) == {blind_index(nik(3))}
    rival.state = "tms"  # a party that is out of the race keeps nobody from another
    session.flush()
    assert queries.in_other_parties(row.election_id, row.party_id, indexes) == set()


def test_what_is_removed_leaves_a_trail(session, board):
    kept, gone = (add_officer(board, officer(n, o), actor=ACTOR) for n, o in ((1, "ketua"), (2, "anggota")))
    remove_officer(gone, actor=ACTOR)
    assert queries.officers_of(board.id) == [kept]
    remove_board(board, actor=ACTOR)
    assert session.scalars(select(PartyOfficer)).all() == []
    act = session.scalars(select(Act).where(Act.verb == "sipol:board:remove")).one()
    assert act.details["officers"] == 1


def test_the_list_of_areas_shows_what_is_there_and_what_is_missing(session, election, row, board):
    for n, office in enumerate(("ketua", "sekretaris"), 1):
        add_officer(board, officer(n, office, sex="P" if n == 1 else "L"), actor=ACTOR)
    rows = session.execute(queries.boards_in(row, election, "1201")).all()
    assert rows[0].code == "1201" and rows[0].PartyBoard is board
    assert (rows[0].officers, rows[0].women, rows[0].trio, rows[0].decree) == (2, 1, 2, False)
    assert rows[1].PartyBoard is None and rows[1].code == "120101"
    everything = session.execute(queries.boards_in(row, election, "")).all()
    assert not any(r.code.startswith("99") for r in everything) and len(everything) > 7_000
