"""What everybody reads of parties: pages, JSON, CSV; never a person, never a small number."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from electsys.ledger import Actor
from modules.sipol.models import PartyMember
from modules.sipol.operations.numbers import count_all, count_numbers
from modules.sipol.rules.numbers import FEWEST, band_of, hide_small, published
from modules.sipol.workflow import REGISTRATION
from tests.pages import count_queries
from tests.sipol import conftest as make
from tests.sipol.verifying import board, document, housed

HERE = "/partai/publik/pemilu-2024"
BANDS = [17, 21, 31, 41, 51, 61, 71]


# --- numbers -------------------------------------------------------------------------------------


def test_small_cells_are_hidden_with_what_would_give_them_away():
    assert hide_small({"a": 3, "b": 40, "c": 12}) == {"a": None, "b": 40, "c": None}
    assert hide_small({"a": 4, "b": 3, "c": 12}) == {"a": None, "b": None, "c": None}
    assert hide_small({"a": 0, "b": 40}) == {"a": 0, "b": 40}
    assert hide_small({"a": 9, "b": 9, "c": 30}) == {"a": None, "b": None, "c": 30}


def test_numbers_of_a_party_are_told_by_sex_age_and_province_only():
    rows = [("12", "L", 1985, 30), ("12", "P", 2006, 15), ("31", "P", 1960, 4), ("31", "L", 1960, 20)]
    found = published(rows, BANDS, 2024)
    assert (found.total, found.sexes) == (69, {"L": 50, "P": 19})
    assert found.provinces == {"12": 45, "31": 24}
    assert found.ages[31, "L"] == 30
    assert (found.ages[61, "P"], found.ages[17, "P"]) == (None, None)
    assert band_of(16, BANDS) == 17 and band_of(70, BANDS) == 61 and band_of(71, BANDS) == 71


def test_a_tiny_party_tells_nothing():
    found = published([("12", "L", 1985, FEWEST - 1)], BANDS, 2024)
    assert found.total is None
    assert found.sexes == {"L": None, "P": 0}
    assert set(found.ages.values()) <= {None, 0}
    assert found.provinces == {"12": None}


# --- pages ---------------------------------------------------------------------------------------


@pytest.fixture
def row(session, election):
    found = make.registration(session, "vermin")
    board(session, found, "", people=4, women=1)
    board(session, found, "1201")
    housed(session, found, "1201")
    document(session, found, "ad_art", "")
    document(session, found, "surat_pernyataan", "")
    for n in range(12):
        make.member(session, found, "ms", sex="P" if n < 2 else "L", name=f"RAHASIA {n}")
    session.commit()
    return found


def test_a_page_shows_profile_boards_offices_history_documents_and_numbers(
    client, session, row, make_account
):
    count_numbers(row.id)
    REGISTRATION.move(row, "defer", actor=_commissioner(make_account, session), reason="Kurang pengurus")
    session.commit()
    with count_queries(30):
        page = client.get(f"{HERE}/{row.party_id}").text
    assert row.party.name in page
    assert "JALAN MAWAR 1" in page
    assert "Kurang pengurus" in page
    assert "belum memenuhi syarat" in page
    assert "/dokumen/ad_art" in page
    assert "surat_pernyataan" not in page
    assert "RAHASIA" not in page and "PENGURUS UJI" not in page
    data = client.get(f"{HERE}/{row.party_id}.json").json
    assert data["kepengurusan"] == {"pusat": 1, "provinsi": 0, "kabko": 1, "kecamatan": 0}
    assert data["anggota"]["jumlah"] == 12
    assert data["anggota"]["jenis_kelamin"] == {"L": None, "P": None}
    assert [move["ke"] for move in data["riwayat"]] == ["bms_vermin"]
    lines = list(csv.DictReader(io.StringIO(client.get(f"{HERE}/{row.party_id}/anggota.csv").text)))
    assert {"kelompok": "jumlah", "nilai": "", "anggota": "12"} in lines
    assert "NIK" not in str(lines)


def _commissioner(make_account, session):
    from electsys.elections.models import Stage
    from tests.sipol.portal import open_stage

    election_id = session.scalars(select(Stage.election_id).where(Stage.code == "vermin_parpol")).first()
    open_stage(session, election_id, "vermin_parpol")
    account = make_account(permissions=["sipol:party:conclude"])
    return Actor(account.id, account.username)


def test_public_documents_open_and_others_do_not(client, row):
    assert client.get(f"{HERE}/{row.party_id}/dokumen/ad_art").status_code == 200
    for kind in ("surat_pernyataan", "sk_kepengurusan", "tidak_ada"):
        assert client.get(f"{HERE}/{row.party_id}/dokumen/{kind}").status_code == 404


def test_a_party_that_has_not_submitted_is_not_told_of(client, session, row):
    hidden = make.registration(session, "input")
    session.commit()
    listed = client.get(HERE).text
    assert row.party.name in listed and hidden.party.name not in listed
    assert [p["id"] for p in client.get(f"{HERE}.json").json["partai"]] == [row.party_id]
    for path in ("", ".json"):
        assert client.get(f"{HERE}/{hidden.party_id}{path}").status_code == 404


def test_an_empty_house_says_so_and_the_entrance_leads_to_the_newest(client, session, election):
    assert "Belum ada partai yang mengajukan" in client.get("/partai/publik").text
    make.registration(session, "peserta")
    session.commit()
    assert client.get("/partai/publik").location.endswith(HERE)


def test_numbers_do_not_count_who_objects_and_are_the_same_for_every_reader(
    client, session, row, login, make_account
):
    member = session.scalars(select(PartyMember)).first()
    member.response_id = 1
    session.commit()
    count_all()
    assert client.get(f"{HERE}/{row.party_id}.json").json["anggota"]["jumlah"] == 11
    other = make.registration(session, "vermin")
    login(client, make_account(permissions=["sipol:party:read"], party=other.party_id))
    assert client.get(f"{HERE}/{row.party_id}.json").json["anggota"]["jumlah"] == 11


def test_before_the_first_count_the_page_says_when(client, row):
    assert "muncul dalam satu jam" in client.get(f"{HERE}/{row.party_id}").text
    assert client.get(f"{HERE}/{row.party_id}/anggota.csv").status_code == 404
