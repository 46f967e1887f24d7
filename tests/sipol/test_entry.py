"""Profile, offices and accounts: what is refused, what is told, what is kept."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from electsys.errors import Refused
from electsys.ledger.models import Act
from modules.sipol.models import PartyOffice
from modules.sipol.operations.accounts import AccountFacts, save_account
from modules.sipol.operations.offices import OfficeFacts, save_office
from modules.sipol.operations.profile import ProfileFacts, save_profile
from modules.sipol.places import last_day
from modules.sipol.rules.boards import board_notes, office_note
from tests.sipol import conftest as make
from tests.sipol.conftest import ACTOR
from tests.sipol.entering import picture, place, registration, store

DAY = dt.date(2022, 8, 1)
VOTE = dt.date(2024, 2, 14)


@pytest.fixture
def row(session, election):
    return registration(session, election)


# --- profile --------------------------------------------------------------------------------------


def test_a_name_belongs_to_one_party(session, row):
    make.party(session, name="Partai Bulan Uji", short_name="PBU")
    for facts, field in (
        (ProfileFacts("PARTAI  Bulan-Uji", "XYZ"), "name"),
        (ProfileFacts("Partai Lain Sekali", "p b u"), None),
        (ProfileFacts("Partai Lain Sekali", "pbu"), "short_name"),
        (ProfileFacts("---", "ABC"), "name"),
    ):
        if field is None:
            save_profile(place(row, ""), facts, actor=ACTOR)
            continue
        with pytest.raises(Refused) as refused:
            save_profile(place(row, ""), facts, actor=ACTOR)
        assert refused.value.field == field
    assert row.party.name == "Partai Lain Sekali"


def test_a_name_that_looks_alike_is_told_not_refused(session, row):
    other = make.party(session, name="Partai Mawar Hitam", short_name="PMH")
    alike = save_profile(place(row, ""), ProfileFacts("Partai Hitam Mawar", "PHM"), actor=ACTOR)
    assert list(alike) == [other] and row.party.name == "Partai Hitam Mawar"


def test_the_logo_is_a_real_picture_of_its_own(session, election, row):
    with pytest.raises(Refused, match="memuat skrip"):
        store(b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "a.svg", "party_logo")
    logo = store(picture(), "lambang.png", "party_logo")
    facts = ProfileFacts(row.party.name, row.party.short_name, color="#B91C1C", npwp=" 01.2 ")
    save_profile(place(row, ""), facts, logo=logo, actor=ACTOR)
    assert (row.party.logo_id, row.party.color, row.party.npwp) == (logo.id, "#B91C1C", "01.2")
    act = session.scalars(select(Act).where(Act.verb == "sipol:party:change")).one()
    assert act.details["fields"] == ["color", "logo", "npwp"]
    rival = registration(session, election)
    theirs = ProfileFacts("Partai Pesaing Uji", "PSU")
    with pytest.raises(Refused, match=f"lambang {row.party.name}"):
        again = store(picture(), "lain.png", "party_logo")
        save_profile(place(rival, ""), theirs, logo=again, actor=ACTOR)
    with pytest.raises(Refused, match="bukan lambang"):
        save_profile(place(row, ""), facts, logo=store(picture(), "a.png", "photo"), actor=ACTOR)


# --- offices and accounts -------------------------------------------------------------------------


def test_notes_of_a_term_and_of_a_lease():
    assert board_notes(None, DAY, VOTE) == ()
    assert board_notes(dt.date(2022, 7, 31), DAY, VOTE) == ("term_over",)
    assert board_notes(dt.date(2024, 2, 13), DAY, VOTE) == ("term_short",)
    assert board_notes(VOTE, DAY, VOTE) == ()
    assert office_note("milik", None, VOTE) is None
    assert office_note("sewa", VOTE, VOTE) is None
    assert office_note("sewa", VOTE - dt.timedelta(1), VOTE) == "ends_early"


def test_offices_must_last_to_the_last_oath(election):
    assert last_day(election) == dt.date(2024, 10, 20)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (OfficeFacts("Jl. Uji 1", "sewa"), "valid_to"),
        (OfficeFacts("Jl. Uji 1", "milik", latitude=1.7), "longitude"),
        (OfficeFacts("Jl. Uji 1", "milik", longitude=98.7), "latitude"),
    ],
)
def test_half_an_office_is_refused_at_its_field(session, row, facts, field):
    with pytest.raises(Refused) as refused:
        save_office(place(row), facts, actor=ACTOR)
    assert refused.value.field == field and refused.value.hint
    assert session.scalars(select(PartyOffice)).all() == []


def test_an_office_is_one_for_an_area_and_an_own_one_does_not_end(row):
    first = save_office(place(row), OfficeFacts(" Jl.  Uji 1", "sewa", DAY, 1.7, 98.7), actor=ACTOR)
    assert (first.address, first.valid_to, first.latitude) == ("Jl. Uji 1", DAY, 1.7)
    again = save_office(place(row), OfficeFacts("Jl. Uji 2", "milik", DAY), actor=ACTOR)
    assert (again.id, again.valid_to, again.latitude) == (first.id, None, None)


def test_a_kecamatan_needs_neither_office_nor_account(row):
    for save, facts in (
        (save_office, OfficeFacts("x", "milik")),
        (save_account, AccountFacts("B", "123456", "x")),
    ):
        with pytest.raises(Refused, match="tidak diminta pada tingkat kecamatan"):
            save(place(row, "120101"), facts, actor=ACTOR)


@pytest.mark.parametrize("number", ["12345", "12A456789", "", "1" * 31])
def test_a_number_that_no_bank_has(row, number):
    with pytest.raises(Refused) as refused:
        save_account(place(row), AccountFacts("Bank Uji", number, "x"), actor=ACTOR)
    assert refused.value.field == "number"


def test_an_account_of_a_person_is_told(row):
    party = row.party
    account, named = save_account(place(row), AccountFacts("Bank Uji", "0012 345.678", "Budi"), actor=ACTOR)
    assert account.number == "0012345678" and not named
    again, named = save_account(
        place(row), AccountFacts("Bank Uji", "0012-345", f"DPC {party.name}"), actor=ACTOR
    )
    assert again.id == account.id and named
