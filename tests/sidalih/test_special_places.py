"""A special place is entered once: polling station and words together, seen from both pages, undone again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from electsys.errors import Refused
from electsys.ledger import Act
from electsys.regions.models import Tps
from modules.sidalih.models import Voter, VoterEvent
from modules.sidalih.models.abroad import VoterTransfer
from modules.sidalih.models.moves import VoterPlace
from modules.sidalih.operations import places as operations
from modules.sidalih.operations.abroad import place_people
from modules.sidalih.operations.moves import open_place
from modules.sidalih.operations.tps_hand import open_station
from modules.sidalih.operations.voters import place_voter
from modules.sidalih.permissions import COMPILE, EDIT, READ
from modules.sidalih.queries.places import came_from, places_of
from tests.pages import Html
from tests.sidalih.conftest import ACTOR, OTHER_VILLAGE, VILLAGE
from tests.sidalih.moving import nik_of, voter_at

WORDS = {"kind": "lapas", "name": "Lapas Uji", "body": "Kepala lapas", "address": "Jalan Uji 1"}
TPS = VILLAGE + "901"
URL = f"/pemilih/lokasi-khusus/pemilu-2024/{TPS}"


@pytest.fixture
def bare(session, election, roll):
    """A special polling station that nobody described."""
    return open_station(election, VILLAGE, special=True, address="Lapas", actor=ACTOR)


@pytest.fixture
def place(session, election, roll):
    return open_place(election, VILLAGE, cap=100, actor=ACTOR, **WORDS)


@pytest.fixture
def officer(client, login, make_account, session):
    account = make_account(permissions=[READ, EDIT, COMPILE], region="1201")
    session.commit()
    login(client, account)
    return account


# --- words ---------------------------------------------------------------------------------------


def test_a_station_without_words_gets_them_once(session, election, bare, actor_with):
    assert places_of(election.id, VILLAGE) == {}
    operations.describe_place(election, bare, actor=actor_with(COMPILE), **WORDS)
    operations.describe_place(election, bare, actor=actor_with(COMPILE), **WORDS | {"name": "Rutan Uji"})
    made = session.scalars(select(VoterPlace)).one()
    assert (made.tps_code, made.name, made.kind) == (TPS, "Rutan Uji", "lapas")
    assert session.get_one(Tps, (election.id, "12", TPS)).address == "Jalan Uji 1"
    assert set(places_of(election.id, VILLAGE)) == {TPS}
    acts = session.scalars(select(Act).where(Act.verb == "sidalih:place:describe").order_by(Act.id)).all()
    assert [act.details["from"] for act in acts] == [None, "lapas"]


def test_what_is_refused(session, election, bare, station, actor_with):
    office = actor_with(COMPILE)
    for field in ("name", "body", "address"):
        with pytest.raises(Refused) as refused:
            operations.describe_place(election, bare, actor=office, **WORDS | {field: " "})
        assert refused.value.field == field
    with pytest.raises(Refused) as refused:
        operations.describe_place(election, bare, actor=office, **WORDS | {"kind": "hotel"})
    assert refused.value.field == "kind"
    with pytest.raises(Refused, match="bukan lokasi khusus"):
        operations.describe_place(election, station, actor=office, **WORDS)
    for actor in (actor_with(EDIT), actor_with(COMPILE, region="3171")):
        with pytest.raises(Refused, match="Hak akun"):
            operations.describe_place(election, bare, actor=actor, **WORDS)


# --- back to where they came from ------------------------------------------------------------------


def test_who_came_from_the_same_village_goes_back(session, election, place, actor_with):
    tps = session.get_one(Tps, (election.id, "12", TPS))
    voter, born_here = voter_at(session), voter_at(session, TPS)
    place_voter(voter, TPS, actor=ACTOR, reason="Penghuni")
    assert came_from(election, TPS) == {voter.id: VILLAGE + "001"}
    with pytest.raises(Refused, match="alasannya"):
        operations.send_back(election, tps, voter, reason=" ", actor=actor_with(EDIT))
    with pytest.raises(Refused, match="Hak akun"):
        operations.send_back(election, tps, voter, reason="Bebas", actor=actor_with(EDIT, region="3171"))
    with pytest.raises(Refused, match="tidak dipindahkan ke lokasi ini"):
        operations.send_back(election, tps, born_here, reason="Bebas", actor=actor_with(EDIT))
    assert (
        operations.send_back(election, tps, voter, reason="Bebas", actor=actor_with(EDIT)) == VILLAGE + "001"
    )
    assert voter.tps_code == VILLAGE + "001"
    assert came_from(election, TPS) == {}
    last = session.scalars(select(VoterEvent).order_by(VoterEvent.id.desc()).limit(1)).one()
    assert (last.kind, last.reason) == ("tempat", "Bebas")
    with pytest.raises(Refused, match="tidak dipindahkan ke lokasi ini"):
        operations.send_back(election, tps, voter, reason="Bebas", actor=actor_with(EDIT))


# --- pages ---------------------------------------------------------------------------------------


def test_a_bare_station_is_listed_and_completed_on_its_page(client, session, election, bare, officer):
    listed = Html(client.get("/pemilih/lokasi-khusus?jenis=-").text)
    assert "TPS 901, belum bernama" in listed.text()
    page = client.get(URL)
    shown = Html(page.text)
    assert "tanpa nama dan penanggung jawab" in shown.text()
    assert not [f for f in shown.all("form") if f.get("action") == f"{URL}/penghuni"]
    empty = client.submit(page, f"{URL}/keterangan", kind="lapas", name="", body="x", address="y")
    assert empty.status_code == 422
    done = client.submit(page, f"{URL}/keterangan", **WORDS)
    assert done.status_code == 302
    shown = Html(client.get(URL).text)
    assert "Lapas Uji" in shown.text() and "Kepala lapas" in shown.text()
    assert [f for f in shown.all("form") if f.get("action") == f"{URL}/penghuni"]
    village = f"/pemilih/tps/pemilu-2024/desa/{VILLAGE}"
    assert [a for a in shown.all("a") if a.get("href", "").startswith(village)]
    assert "Lapas Uji · Jalan Uji 1" in Html(client.get(village).text).text()
    assert "TPS 901, belum bernama" not in Html(client.get("/pemilih/lokasi-khusus?jenis=lapas").text).text()


def test_transfers_are_undone_with_a_button_each(client, session, election, place, officer):
    near, far = voter_at(session), voter_at(session, OTHER_VILLAGE + "002")
    placed = place_people(election, place, [nik_of(near), nik_of(far)], actor=ACTOR)
    assert all(p.done for p in placed)
    session.commit()
    transfer = session.scalars(select(VoterTransfer)).one()
    page = client.get(URL)
    shown = Html(page.text)
    assert "dipindahkan dalam desa/kelurahan ini" in shown.text() and "dicoret di asal" in shown.text()
    refused = client.submit(page, f"{URL}/kembalikan/{near.id}", reason="")
    assert refused.status_code == 422
    assert client.submit(page, f"{URL}/kembalikan/{near.id}", reason="Bebas").status_code == 302
    session.refresh(near)
    assert near.tps_code == VILLAGE + "001"
    undo = f"/pemilih/pindah-daftar/{transfer.id}/batalkan"
    done = client.submit(client.get(URL), undo, reason="Bebas")
    assert done.location.endswith(URL)
    session.refresh(transfer)
    session.refresh(far)
    assert transfer.undone_at is not None and far.state == "ubah"
    away = session.scalars(select(Voter).where(Voter.id == transfer.away_voter_id)).one()
    assert away.state == "tms"
    after = Html(client.get(URL).text).text()
    assert "Dipindahkan ke lokasi ini" not in after


def test_a_reader_has_no_button(client, session, login, make_account, election, place):
    place_people(election, place, [nik_of(voter_at(session))], actor=ACTOR)
    login(client, make_account(permissions=[READ], region="1201"))
    session.commit()
    page = Html(client.get(URL).text)
    assert "dipindahkan dalam desa/kelurahan ini" in page.text()
    assert not [f for f in page.all("form") if f.get("method") == "post" and page.within(f, "main")]


def test_an_ordinary_tps_is_no_special_place(client, session, roll, officer):
    assert client.get(f"/pemilih/lokasi-khusus/pemilu-2024/{VILLAGE}001").status_code == 404
