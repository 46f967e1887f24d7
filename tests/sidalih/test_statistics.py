"""Statistics for everybody: sums of frozen lists, and nobody in a small cell."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from electsys.regions.models import Region
from modules.sidalih import expected_voters, registered
from modules.sidalih.claims import claims_of
from modules.sidalih.figures import disabilities, parts_table, pyramid, signed
from modules.sidalih.models import AreaCount, VoterList, VoterRoll
from modules.sidalih.operations import lists, voters
from modules.sidalih.permissions import COMPILE, DETERMINE, EDIT, READ, READ_LISTS
from modules.sidalih.queries.statistics import AreaPage, Numbers, area_page
from modules.sidalih.rules.small_cells import FEWEST, hide_small, shown_sum
from tests.pages import Html
from tests.sidalih.conftest import OTHER_VILLAGE, VILLAGE, store

BASE = "/pemilih/statistik/pemilu-2024"
WAY = ("open_visits", "close_visits", "determine_dps", "determine_dpshp", "determine_dpt")


@pytest.fixture
def office(actor_with):
    return actor_with(COMPILE, DETERMINE, EDIT)


@pytest.fixture
def settled(session, roll, office, make_voter):
    """Lists of every stage: 12 voters with a disability here, 3 in the other village; one dies after DPS."""
    for n in range(12):
        make_voter(disability="1" if n < 11 else "6", sex="LP"[n % 2], birth_date=dt.date(1950 + 4 * n, 1, 1))
    for _ in range(3):
        make_voter(village=OTHER_VILLAGE, disability="1")
    last = make_voter(village=OTHER_VILLAGE)
    for action in WAY[:3]:
        lists.set_stage(roll, action, actor=office)
    voters.strike_voter(last, "1", actor=office, reason="Meninggal")
    for action in WAY[3:]:
        frozen = lists.set_stage(roll, action, actor=office)
    return frozen


# --- small cells ----------------------------------------------------------------------------------


def test_small_cells_are_hidden_and_cannot_be_subtracted():
    assert hide_small({"a": 30, "b": 0}) == {"a": 30, "b": 0}
    assert hide_small({"a": 30, "b": 4, "c": 12}) == {"a": 30, "b": None, "c": None}
    assert hide_small({"a": 30, "b": 4, "c": 12}, summed=False) == {"a": 30, "b": None, "c": 12}
    assert hide_small({"a": 30, "b": 2, "c": 3}) == {"a": None, "b": None, "c": None}
    assert hide_small({"a": 3}) == {"a": None}
    assert (shown_sum({"a": 3, "b": 6}), shown_sum({"a": 3, "b": 7}), shown_sum({})) == (None, 10, 0)


@given(st.dictionaries(st.text(min_size=1, max_size=2), st.integers(0, 40), max_size=8))
def test_what_is_published_never_gives_a_small_cell_away(cells):
    shown = hide_small(cells)
    hidden = [key for key, n in shown.items() if n is None]
    assert all(shown[key] in (None, n) for key, n in cells.items())
    assert {key for key, n in cells.items() if 0 < n < FEWEST} <= set(hidden)
    assert all(cells[key] > 0 for key in hidden)
    # Who subtracts what is shown from the sum learns a number of at least ten, of two or more cells,
    # unless nothing was left to hide behind (then the sum itself is small or one cell alone).
    rest = sum(cells[key] for key in hidden)
    left = [n for key, n in cells.items() if n >= FEWEST and key not in hidden]
    if hidden and left:
        assert len(hidden) >= 2
        assert rest >= FEWEST


def area(code, kinds):
    found = Numbers(code, code)
    found.facts = {f"disabilitas_{kind}": (n, 0) for kind, n in kinds.items()}
    return found


LABELS = {"0": "tidak ada", "1": "Fisik", "2": "Mental"}


def test_an_area_hides_what_its_neighbours_would_tell():
    here, beside = area("1201", {"1": 50, "2": 40}), area("1202", {"1": 3, "2": 60})
    kinds, whole = disabilities(here, LABELS, [here, beside])
    assert whole == 90
    assert dict(kinds) == {"Fisik": None, "Mental": 40}  # 53 less 50 would be 3
    small, big = area("1201", {"1": 3}), area("1202", {"1": 30})
    assert disabilities(big, LABELS, [small, big]) == ([], None)
    assert disabilities(big, LABELS, []) == ([("Fisik", 30), ("Mental", 0)], 30)
    village = area("1201011001", {"1": 30})
    assert disabilities(village, LABELS, [village]) == ([], 30)


def test_the_table_of_parts_hides_the_same(app, session, election):
    parts = [area("1201", {"1": 3}), area("1202", {"1": 30}), area("1203", {"1": 50})]
    page = AreaPage(election, "dpt", Numbers("12", "SUMATERA UTARA"), parts, [], 0, 3)
    with app.test_request_context("/?kolom=disabilitas"):
        table = parts_table(page, lambda code: None)
        [column] = [c for c in table.columns if c.name == "disabilitas"]
        assert [column.plain(part) for part in parts] == [None, None, 50]
        assert [str(column.html(part)) for part in parts] == ["*", "*", "50"]


# --- sums -----------------------------------------------------------------------------------------


def test_every_level_has_the_same_sums(session, election, settled):
    for code in ("", "12", "1201", "120101"):
        page = area_page(election, "dpt", code)
        assert (page.area.total, page.area.male, page.area.stations) == (15, 6, 2)
        assert sum(part.total for part in page.parts) == 15
        assert page.area.fact("disabilitas_1") == 14
    village = area_page(election, "dpt", VILLAGE)
    assert [(p.code, p.total) for p in village.parts] == [(VILLAGE + "001", 12)]
    assert village.parts[0].name == "TPS 001"
    assert area_page(election, "dpt", "9") is None
    assert area_page(election, "dpt", "1299") is None
    assert (area_page(election, "dpt", "12").missing, area_page(election, "dpt", "12").expected) == (32, 33)


def test_a_pyramid_has_every_band_and_every_voter(app, session, election, settled):
    page = area_page(election, "dpt", "1201")
    with app.test_request_context("/"):
        drawn = pyramid(page.area, [17, 21, 31, 41, 51, 61, 71])
    bars = drawn["bars"]
    assert [bar.label for bar in bars] == ["71+", "61–70", "51–60", "41–50", "31–40", "21–30", "17–20"]
    assert sum(bar.male + bar.female for bar in bars) == page.area.total
    assert max(max(float(bar.male_width), float(bar.female_width)) for bar in bars) == 100
    assert pyramid(Numbers("x", "x"), [17]) is None


def test_the_public_pages(session, client, settled):
    start = client.get("/pemilih/statistik")
    assert start.location == f"{BASE}/dpt/nasional"
    for code in ("nasional", "12", "1201", "120101", VILLAGE):
        page = client.get(f"{BASE}/dpt/{code}")
        assert page.status_code == 200
        assert "15" in page.text or "12" in page.text
    assert "Peta" in client.get(f"{BASE}/dpt/12?peta=perempuan").text
    assert "Peta" in client.get(f"{BASE}/dpt/nasional?peta=perubahan").text
    assert "Peta" not in client.get(f"{BASE}/dpt/1201").text
    village = client.get(f"{BASE}/dpt/{OTHER_VILLAGE}").text
    assert "kurang dari 10" in village
    assert ">3<" not in Html(village).text(Html(village).by_id("disabilitas"))
    for wrong in ("xx", "1299", "120101100100", "12;"):
        assert client.get(f"{BASE}/dpt/{wrong}", check=False).status_code == 404
    assert client.get("/pemilih/statistik/lain/dpt/12", check=False).status_code == 404


def test_unfinished_lists_are_the_offices_own(session, client, settled, login, make_account):
    assert client.get(f"{BASE}/dphp/1201", check=False).status_code == 404
    assert "DPHP" not in client.get(f"{BASE}/dpt/1201").text
    login(client, make_account(permissions=[READ_LISTS], region="1201"))
    assert client.get(f"{BASE}/dphp/1201").status_code == 200
    assert client.get(f"{BASE}/dphp/12", check=False).status_code == 404


def test_files_of_the_statistics(session, client, settled):
    text = client.get(f"{BASE}/dpt/120101?unduh=csv").get_data(as_text=True).lstrip("\ufeff")
    rows = {row["Wilayah"]: row for row in csv.DictReader(io.StringIO(text))}
    numbers = sorted((row["Jumlah"], row["Disabilitas"]) for row in rows.values())
    assert numbers == [("12", ""), ("3", "")]  # the three, and the twelve that would give them away
    paper = client.get(f"{BASE}/dpt/12.pdf")
    assert paper.data.startswith(b"%PDF")
    book = client.get(f"{BASE}/dpt/12?unduh=xlsx")
    assert book.data.startswith(b"PK")
    book.close()


def test_stages_side_by_side(session, client, settled):
    page = client.get(f"{BASE}/banding/1201").text
    assert "16" in page
    assert "\N{MINUS SIGN}1" in page
    text = client.get(f"{BASE}/banding/120101?unduh=csv").get_data(as_text=True).lstrip("\ufeff")
    rows = sorted(tuple(r.values())[1:] for r in csv.DictReader(io.StringIO(text)))
    assert rows == [("12", "12", "12", "0"), ("4", "3", "3", "-1")]
    assert [signed(n) for n in (None, 0, 5, -1200)] == ["–", "0", "+5", "\N{MINUS SIGN}1.200"]


def test_nothing_yet(session, client):
    assert "Belum ada daftar pemilih yang ditetapkan" in client.get("/pemilih/statistik").text
    assert client.get(f"{BASE}/banding/1201", check=False).status_code == 404
    assert "belum menetapkan" in client.get(f"{BASE}/dpt/12").text


# --- the door -------------------------------------------------------------------------------------


def test_expected_voters_of_the_dpt_in_force(session, election, roll, settled, office, make_voter):
    assert expected_voters(election.id, VILLAGE + "001") == (6, 6)
    assert expected_voters(election.id, VILLAGE + "005") == (0, 0)
    assert expected_voters(election.id, "3171011001001") is None
    roll.state = "dpshp"
    session.flush()
    make_voter(tps="005")
    lists.set_stage(roll, "determine_dpt", actor=office)
    assert expected_voters(election.id, VILLAGE + "005") == (0, 1)


def test_where_a_number_is_registered(session, election, roll, make_voter):
    voter = make_voter()
    nik = claims_of(voter).nik
    assert registered(nik, election.id) == [(VILLAGE, VILLAGE + "001", "potensial")]
    store(session, election, "3171011001001", "tms", nik=nik)
    assert registered(nik, election.id)[1:] == [("3171011001", "3171011001001", "tms")]
    assert registered("1201010101010000", election.id) == []
    assert registered(nik, election.id + 1) == []


# --- plenaries and quarters on their pages ----------------------------------------------------------


def test_the_page_of_recapitulations(session, client, election, settled, login, make_account):
    login(client, make_account(permissions=[READ_LISTS, DETERMINE], region="12"))
    page = client.get("/pemilih/rekap").text
    assert "1 / 33" in page
    answer = client.post("/pemilih/rekap/12/dpt", follow_redirects=True)
    assert "Belum semua kabupaten/kota" in answer.text
    assert client.get("/pemilih/rekap?region=31", check=False).status_code == 403
    others = session.scalars(
        select(Region.code).where(
            Region.map_id == election.map_id, Region.parent_code == "12", Region.code != "1201"
        )
    ).all()
    for code in others:
        roll = VoterRoll(election_id=election.id, region=code, state="dpt")
        session.add(roll)
        session.flush()
        made = VoterList(roll_id=roll.id, stage="dpt", male=1, female=1, digest=b"x", determined_by="uji")
        session.add(made)
        session.flush()
        session.add(AreaCount(list_id=made.id, code=code, parent="12", stations=1, male=1, female=1))
    session.flush()
    answer = client.post("/pemilih/rekap/12/dpt", follow_redirects=True)
    assert "Rekapitulasi ditetapkan" in answer.text
    assert str(15 + 2 * 32) in answer.text
    assert "siap ditetapkan" not in client.get("/pemilih/rekap").text


def test_the_pages_of_a_quarter(session, client, roll, settled, login, make_account):
    login(client, make_account(permissions=[READ_LISTS, READ, COMPILE, DETERMINE, EDIT], region="1201"))
    address = f"/pemilih/{roll.id}/pdpb"
    assert "Belum ada triwulan" in client.get(address).text
    assert client.post(address, data={"year": "x", "number": "1"}).status_code == 422
    opened = client.post(address, data={"year": "2025", "number": "1"})
    assert opened.status_code == 302
    again = client.post(address, data={"year": "2025", "number": "2"})
    assert again.status_code == 422
    page = client.get(opened.location)
    assert "Kejadian dan baris cocok" in page.text
    assert "Barus" in page.text
    assert VILLAGE in client.get(f"{opened.location}?tingkat=desa&kolom=kode").text
    assert client.post(f"{opened.location}/tetapkan", data={}).status_code == 422
    closed = client.post(f"{opened.location}/tetapkan", data={"checked": "y"}, follow_redirects=True)
    assert "Triwulan ditetapkan" in closed.text
    assert "ditetapkan" in client.get(address).text
    semester = client.get("/pemilih/pdpb/semester?wilayah=12&tahun=2025&semester=1&unduh=csv").text
    assert "Tapanuli Tengah,15,0,0,0,0,15,0,1" in semester
    assert client.get("/pemilih/pdpb/semester?wilayah=31", check=False).status_code == 403


def test_limited_visits_name_the_doubtful(session, client, roll, make_voter, login, make_account):
    make_voter(name="WARGA TUA", birth_date=dt.date(1900, 5, 17))
    make_voter(name="WARGA BIASA")
    login(client, make_account(permissions=[READ], region="1201"))
    page = client.get(f"/pemilih/{roll.id}/coktas").text
    assert "WARGA TUA" in page
    assert "WARGA BIASA" not in page
