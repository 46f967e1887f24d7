"""Officers who stand in no list of members: a warning with its list, and a bar to nobody."""

from __future__ import annotations

import pytest

from electsys import verification
from electsys.privacy import unseal_fields
from electsys.verification.models import VerificationItem
from modules.sipol.permissions import EDIT, READ, READ_MEMBERS
from modules.sipol.queries import boards as queries
from tests.sipol import conftest as make
from tests.sipol.verifying import board

PARTY = "/partai/pemilu-2024"


@pytest.fixture
def row(session, election):
    """A party with boards at its centre and in Tapanuli Tengah; one officer there is a member, elsewhere."""
    made = make.registration(session, "input")
    board(session, made, "", people=3)
    board(session, made, "1201", people=4)
    first = officers(session, made, "1201")[0]
    listed(session, made, first, village="3171011001")
    return made


def officers(session, row, region):
    return list(queries.officers_of(queries.board_of(row.id, region).id))


def listed(session, row, officer, state="baru", **more):
    """The officer as a member of a party."""
    held = unseal_fields(bytes(officer.sealed), table="party_officer", row=officer.id)
    import datetime as dt

    return make.member(
        session,
        row,
        state,
        nik=held["nik"],
        name=officer.name,
        sex=officer.sex,
        born=dt.date.fromisoformat(held["birth_date"]),
        **more,
    )


def unlisted(session, row, region="", **more) -> set[int]:
    return set(session.scalars(queries.unlisted(row, region, **more)))


def test_the_same_nik_in_the_own_list_is_looked_for_wherever_it_lies(session, row):
    here, centre = officers(session, row, "1201"), officers(session, row, "")
    assert unlisted(session, row, "1201") == {o.id for o in here[1:]}
    assert unlisted(session, row) == {o.id for o in (*here[1:], *centre)}
    assert unlisted(session, row, alone=True) == {o.id for o in centre}
    assert unlisted(session, row, "12", alone=True) == set()
    assert queries.unlisted_count(row, "") == 6


def test_a_member_of_another_party_or_one_who_left_is_none(session, row):
    second, third = officers(session, row, "1201")[1:3]
    listed(session, make.registration(session), second)
    listed(session, row, third, "ditarik")
    assert {second.id, third.id} <= unlisted(session, row, "1201")


def test_the_count_ends(session, row, monkeypatch):
    monkeypatch.setattr(queries, "UNLISTED_MOST", 2)
    assert queries.unlisted_count(row, "") == 3


def test_pages_warn_and_the_list_is_taken_away(session, client, login, row, make_account):
    login(client, make_account(permissions=[READ, EDIT, READ_MEMBERS], party=row.party_id))
    party = f"{PARTY}/{row.party_id}"
    shown = client.get(party).text
    assert "6 pengurus belum tercatat sebagai anggota partai" in shown and "bukan syarat" in shown
    assert "3 pengurus belum tercatat" in client.get(f"{party}/wilayah/1201").text
    names = [o.name for o in officers(session, row, "1201")]
    listing = f"{party}/daftar-pengurus/1201"
    page = client.get(listing, query_string={"keanggotaan": "belum"}).text
    assert names[0] not in page and all(name in page for name in names[1:])
    table = client.get(listing, query_string={"keanggotaan": "belum", "unduh": "csv"}).text
    assert names[0] not in table and all(name in table for name in names[1:])
    assert names[0] in client.get(listing, query_string={"keanggotaan": "tercatat"}).text
    one = client.get(f"{party}/kepengurusan/1201").text
    assert one.count("belum tercatat sebagai anggota") == 3


def test_no_warning_where_all_are_members(session, client, login, row, make_account):
    for officer in officers(session, row, "1201")[1:]:
        listed(session, row, officer)
    login(client, make_account(permissions=[READ], party=row.party_id))
    assert "belum tercatat" not in client.get(f"{PARTY}/{row.party_id}/wilayah/1201").text


def test_an_operator_of_the_area_is_told_though_the_member_lives_elsewhere(
    session, client, login, row, make_account
):
    """Row security hides the row in Jakarta; the function looks there all the same."""
    login(client, make_account(permissions=[READ, EDIT], party=row.party_id, region="1201"))
    assert "3 pengurus belum tercatat" in client.get(f"{PARTY}/{row.party_id}/wilayah/1201").text


def test_another_party_learns_nothing(session, row):
    from sqlalchemy import text

    other = make.party(session)
    session.execute(text("select set_config('app.parties', :p, true)"), {"p": str(other.id)})
    assert unlisted(session, row) == set()


def test_the_desk_names_them(session, row):
    item = VerificationItem(
        queue="sipol_kepengurusan",
        subject=f"party_board:{queries.board_of(row.id, '1201').id}",
        party_id=row.party_id,
        election_id=row.election_id,
        region="1201",
    )
    warnings = verification.find("sipol_kepengurusan").show(item).warnings
    names = [o.name for o in officers(session, row, "1201")]
    said = [w for w in warnings if "belum tercatat sebagai anggota" in w]
    assert said == [f"{name} belum tercatat sebagai anggota partai." for name in names[1:]]
