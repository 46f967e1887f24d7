"""Plenaries on a semester of the continuous update: complete, summed, with numbered minutes and A-Rekap."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from electsys.errors import Refused
from electsys.ledger import Act
from electsys.regions.models import Region
from modules.jdih import Letter
from modules.sidalih.models import Quarter, Semester, VoterRoll
from modules.sidalih.operations.semesters import determine_semester
from modules.sidalih.permissions import DETERMINE, READ_LISTS
from modules.sidalih.queries.quarters import semester as semester_rows
from tests.pages import Html


@pytest.fixture
def closed(session, election):
    """Close both quarters of a semester for every kab/kota of a province: each opens with its place x 10."""

    def close(province, leave=(), half=1):
        codes = session.scalars(
            select(Region.code)
            .where(Region.map_id == election.map_id, Region.level == 2, Region.parent_code == province)
            .order_by(Region.code)
        ).all()
        for n, code in enumerate(codes, 1):
            if code in leave:
                continue
            roll = VoterRoll(election_id=election.id, region=code, state="dpt")
            session.add(roll)
            session.flush()
            opening = n * 10
            for number in (2 * half - 1, 2 * half):
                moved = {"fresh": 5, "moved_in": 1, "struck": 2, "moved_out": 1, "amended": 3}
                session.add(
                    Quarter(
                        roll_id=roll.id,
                        year=2025,
                        number=number,
                        state="ditutup",
                        opening=opening,
                        closing=opening + 3,
                        **moved,
                    )
                )
                opening += 3
        session.flush()
        return codes

    return close


def test_a_province_recapitulates_a_semester_in_minutes(session, election, closed, actor_with):
    codes = closed("12")
    actor = actor_with(DETERMINE, region="12")
    made = determine_semester(election, "12", 2025, 1, actor=actor)
    n = len(codes)
    opening = 10 * n * (n + 1) // 2
    numbers = (made.rolls, made.opening, made.fresh, made.moved_in, made.struck, made.moved_out)
    assert numbers == (33, opening, 10 * n, 2 * n, 4 * n, 2 * n)
    assert (made.closing, made.amended) == (opening + 6 * n, 6 * n)
    letter = session.get(Letter, made.letter_id)
    assert (letter.kind, letter.unit, letter.source_key) == ("BA", "12", f"sidalih:semester:{made.id}")
    assert letter.title.endswith("Semester I Tahun 2025")
    rows = letter.data["table"]["rows"]
    assert rows[0] == ["1", "Tapanuli Tengah", "10", "10", "2", "4", "2", "16"]
    assert (len(rows), rows[-1][:3]) == (34, ["", "Jumlah", f"{opening:,}".replace(",", ".")])
    assert letter.data["table"]["columns"][1] == "Kabupaten/Kota"
    [act] = session.scalars(select(Act).where(Act.verb == "sidalih:semester:determine"))
    assert (act.region, act.details["closing"]) == ("12", made.closing)
    assert determine_semester(election, "12", 2025, 1, actor=actor) is made


def test_what_is_missing_is_named(session, election, closed, actor_with):
    closed("12", leave=("1201",))
    with pytest.raises(Refused, match="kedua triwulan") as refused:
        determine_semester(election, "12", 2025, 1, actor=actor_with(DETERMINE, region="12"))
    assert "Tapanuli Tengah" in refused.value.hint
    with pytest.raises(Refused, match="kedua triwulan"):
        determine_semester(election, "12", 2025, 2, actor=actor_with(DETERMINE, region="12"))


def test_an_open_quarter_is_missing_too(session, election, closed, actor_with):
    closed("12")
    roll = session.scalars(select(VoterRoll).where(VoterRoll.region == "1201")).one()
    session.execute(
        text("update voter_quarter set state = 'terbuka', closing = null where roll_id = :r and number = 2"),
        {"r": roll.id},
    )
    session.expire_all()
    with pytest.raises(Refused, match="kedua triwulan"):
        determine_semester(election, "12", 2025, 1, actor=actor_with(DETERMINE, region="12"))


def test_the_nation_waits_for_every_province_of_the_country(session, election, closed, actor_with):
    provinces = session.scalars(
        select(Region.code)
        .where(Region.map_id == election.map_id, Region.level == 1, ~Region.code.startswith("99"))
        .order_by(Region.code)
    ).all()
    for code in provinces:
        closed(code)
    actor = actor_with(DETERMINE, region="")
    for code in provinces[:-1]:
        determine_semester(election, code, 2025, 1, actor=actor)
    with pytest.raises(Refused, match="provinsi") as refused:
        determine_semester(election, "", 2025, 1, actor=actor)
    assert "lagi" not in refused.value.hint
    determine_semester(election, provinces[-1], 2025, 1, actor=actor)
    nation = determine_semester(election, "", 2025, 1, actor=actor)
    below = session.scalars(select(Semester).where(Semester.region != "")).all()
    for name in ("rolls", "opening", "fresh", "struck", "closing"):
        assert getattr(nation, name) == sum(getattr(r, name) for r in below)
    letter = session.get(Letter, nation.letter_id)
    assert (letter.unit, len(letter.data["table"]["rows"])) == ("", len(provinces) + 1)
    assert letter.data["table"]["columns"][1] == "Provinsi"
    assert not [row for row in semester_rows(election, "", 2025, 1) if row.code == "99"]


def test_who_may(session, election, closed, actor_with):
    closed("12")
    for actor in (actor_with(DETERMINE, region="1201"), actor_with(READ_LISTS, region="12")):
        with pytest.raises(Refused, match="Hak akun"):
            determine_semester(election, "12", 2025, 1, actor=actor)
    for region, half in (("1201", 1), ("12", 3)):
        with pytest.raises(LookupError):
            determine_semester(election, region, 2025, half, actor=actor_with(DETERMINE, region=""))


def test_the_database_refuses_a_semester_that_does_not_add_up(session, election):
    numbers = dict.fromkeys(("rolls", "opening", "moved_in", "struck", "moved_out", "amended"), 0)
    with pytest.raises(DBAPIError, match="movement"), session.begin_nested():
        session.add(
            Semester(
                election_id=election.id,
                region="12",
                year=2025,
                half=1,
                determined_by="uji",
                fresh=1,
                closing=0,
                **numbers,
            )
        )
        session.flush()


# --- pages and papers ------------------------------------------------------------------------------


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def test_the_plenary_from_the_page_to_the_papers(client, session, login, make_account, closed):
    closed("12")
    login(client, make_account(permissions=[READ_LISTS, DETERMINE], region="12"))
    session.commit()
    url = "/pemilih/pdpb/semester?wilayah=12&tahun=2025&semester=1"
    page = client.get(url)
    assert "Semua triwulan sudah ditetapkan" in page.text
    target = "/pemilih/pdpb/semester/12/2025/1"
    unchecked = client.submit(page, target)
    assert unchecked.status_code == 422 and "angkanya sudah diperiksa" in Html(unchecked.text).text()
    done = client.submit(page, target, checked="y")
    assert done.status_code == 302
    made = session.scalars(select(Semester)).one()
    shown = Html(client.get(url).text)
    assert "ditetapkan" in shown.text() and f"Konsep naskah {made.letter_id}" in shown.text()
    assert not [f for f in shown.all("form") if f.get("action") == target]
    paper = client.get(f"/pemilih/pdpb/semester/{made.id}.pdf")
    assert paper.mimetype == "application/pdf"
    said = words_of(paper.data)
    assert "Model A-Rekap Prov Perubahan Pemilih" in said
    assert "SEMESTER I TAHUN 2025" in said and "Tapanuli Tengah" in said


def test_the_page_says_what_is_missing_and_offers_no_plenary(client, session, login, make_account, closed):
    closed("12", leave=("1201", "1202"))
    login(client, make_account(permissions=[READ_LISTS, DETERMINE], region="12"))
    session.commit()
    page = Html(client.get("/pemilih/pdpb/semester?wilayah=12&tahun=2025&semester=1").text)
    assert "4 triwulan kabupaten/kota belum ditetapkan" in page.text()
    assert not [f for f in page.all("form") if "/pdpb/semester/" in f.get("action", "")]


def test_a_quarter_has_its_paper_once_it_is_closed(client, session, roll, login, make_account):
    login(client, make_account(permissions=[READ_LISTS], region="1201"))
    quarter = Quarter(roll_id=roll.id, year=2025, number=1, opening=0)
    session.add(quarter)
    session.commit()
    url = f"/pemilih/pdpb/{quarter.id}.pdf"
    early = client.get(url)
    assert early.status_code == 409
    quarter.state, quarter.closing = "ditutup", 0
    session.commit()
    said = words_of(client.get(url).data)
    assert "Model A-Rekap KabKo Perubahan Pemilih" in said and "TRIWULAN I TAHUN 2025" in said
