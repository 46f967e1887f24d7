"""Boards: every number from the locked and the counted, one file a region, and no question to poll it."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import text

from modules.sirekap.boards import shelf
from modules.sirekap.boards.writing import write_boards
from modules.sirekap.operations.columns import explain_missing
from modules.sirekap.operations.corrections import Proof, correct_column
from modules.sirekap.operations.exports import export_json
from modules.sirekap.operations.objections import file_objection
from modules.sirekap.operations.recaps import open_recap, read_unit
from tests.pages import count_queries
from tests.sirekap.ladder import build
from tests.sirekap.test_corrections import mandate, moved

NOON = dt.datetime(2024, 2, 20, 12, 10, tzinfo=dt.UTC)
LATE = "1201011001002"


@pytest.fixture
def board(app, tmp_path, monkeypatch):
    """Reads a board as it lies there."""
    monkeypatch.setitem(app.config, "BOARDS", str(tmp_path))

    def read(code, audience=shelf.PUBLIC):
        return json.loads(shelf.read(audience, "uji-rekap", code))

    return read


def contest(found, kind):
    return next(each for each in found["pemilihan"] if each["kode"] == kind)


def test_boards_count_what_is_locked_below_and_name_who_is_behind(world, board):
    world.finish(world.recap("ppwp", "120101"))
    sits = world.recap("ppwp", "120102")
    open_recap(sits, actor=world.people["120102"][0])
    assert write_boards(world.election, now=NOON) == 9  # nation, 12, 99, 1201, 1202, three kecamatan, PPLN
    nation = board("")
    assert contest(nation, "ppwp")["rekap"]["kecamatan"] == {
        "belum": 1, "dibuka": 1, "ditutup": 0, "disahkan": 1,
    }  # fmt: skip
    assert contest(nation, "ppwp")["rekap"]["nasional"]["belum"] == 1
    assert contest(nation, "dprd_kabko")["rekap"].keys() == {"kecamatan", "kabko"}
    assert [part["kode"] for part in nation["bagian"]] == ["12", "99"]
    regency = board("1201")
    assert [part["dhasil"]["disahkan"] for part in regency["bagian"]] == [1, 0]
    behind = {(row["kode"], row["pemilihan"]): row for row in regency["belum"]["daftar"]}
    assert ("120101", "ppwp") not in behind and behind["120101", "dpr"]["sebab"] == "belum"
    assert behind["120102", "ppwp"]["sebab"] == "dibuka" and behind["120102", "ppwp"]["dibacakan"] == [0, 2]
    assert sum(n for _hour, n in nation["laju"]["sah"]) == 1


def test_a_board_that_says_the_same_is_not_written_again(world, board):
    write_boards(world.election, now=NOON)
    before = board("")
    assert write_boards(world.election, now=NOON + dt.timedelta(hours=1)) == 0
    assert board("") == before
    open_recap(world.recap("ppwp", "120101"), actor=world.people["120101"][0])
    # The kecamatan and everything above it; its neighbours stay as they are.
    assert write_boards(world.election, now=NOON + dt.timedelta(hours=2)) == 4
    assert board("1202")["pada"] == before["pada"] != board("1201")["pada"]
    assert [point[0] for point in board("")["laju"]["dihitung"]] == [
        "2024-02-20T12:00:00+00:00", "2024-02-20T14:00:00+00:00",
    ]  # fmt: skip


def test_a_village_that_is_read_moves_the_boards_of_the_plenary_and_the_one_above(world, board):
    recap, first = world.recap("ppwp", "120101"), world.people["120101"][0]
    open_recap(recap, actor=first)
    write_boards(world.election, now=NOON)
    read_unit(recap, LATE[:10], actor=first)
    assert write_boards(world.election, now=NOON) == 2
    assert contest(board("120101"), "ppwp")["dibacakan"] == [1, 2]
    behind = {(row["kode"], row["pemilihan"]): row for row in board("1201")["belum"]["daftar"]}
    assert behind["120101", "ppwp"]["dibacakan"] == [1, 2]


def test_the_count_and_its_holes_stand_on_the_board(world, board):
    session = world.session
    session.execute(
        text(
            "insert into region_total (contest_id, area, code, parent, votes, cells, expected, received,"
            " entered, accepted, flagged) values (:c, 'wilayah', '120101', '1201', '{}', '{}', 9, 7, 6, 4, 2)"
        ),
        {"c": world.contests["ppwp"].id},
    )
    write_boards(world.election, now=NOON)
    assert contest(board("120101"), "ppwp")["hitung"] == {
        "tps": 9, "diterima": 7, "dihitung": 4, "anomali": 2, "belum_lengkap": 1, "belum_diterima": 2,
    }  # fmt: skip
    assert board("1201")["bagian"][0]["anomali"] == 2
    assert board("120101")["laju"]["dihitung"] == [["2024-02-20T12:00:00+00:00", 4]]


def test_missing_stations_have_their_reason_and_its_words_stay_inside(session, make_account, board):
    world = build(session, make_account, accept=lambda _kind, code: not code.endswith("002"))
    recap = world.recap("ppwp", "120101")
    first = world.people["120101"][0]
    open_recap(recap, actor=first)
    write_boards(world.election, now=NOON)
    listed = board("120101")["belum"]
    assert listed["jumlah"] == 2
    assert {(row["kode"], row["sebab"]) for row in listed["daftar"]} == {
        (LATE, "belum_diterima"), ("1201011002002", "belum_diterima"),
    }  # fmt: skip
    explain_missing(recap, LATE, "Kotak di rumah Pak Budi.", actor=first)
    export_json(recap, actor=first)
    assert write_boards(world.election, now=NOON) == 4
    inside = {row["kode"]: row for row in board("120101", shelf.STAFF)["belum"]["daftar"]}
    assert inside[LATE]["sebab"] == "tanpa_formulir" and "Budi" in inside[LATE]["alasan"]
    assert board("120101", shelf.STAFF)["luring"] == 1
    public = shelf.read(shelf.PUBLIC, "uji-rekap", "120101").decode()
    assert "Budi" not in public and "luring" not in public and "tanpa_formulir" in public


def test_a_correction_is_public_when_its_form_is_locked(world, board):
    recap = world.recap("ppwp", "120101")
    first = world.people["120101"][0]
    open_recap(recap, actor=first)
    proof = Proof("salah_baca", "Terbalik.", world.file(), world.file())
    made = correct_column(recap, LATE, proof=proof, actor=first, **moved(world, tps=LATE))
    objected = file_objection(recap, "Segel.", mandate=mandate(world), actor=first)
    write_boards(world.election, now=NOON)
    assert board("1201")["pembetulan"]["jumlah"] == 0 and board("1201")["pembetulan"]["terbaru"] == []
    assert board("1201", shelf.STAFF)["pembetulan"]["terbaru"][0]["nomor"] == made.id
    assert board("120101")["keberatan"] == {"diajukan": 1} and objected.id
    from modules.sirekap.operations.objections import note_objection

    note_objection(objected, "Dicatat.", actor=first)
    world.finish(recap)
    write_boards(world.election, now=NOON)
    newest = board("")["pembetulan"]
    assert newest["jumlah"] == 1 and newest["terbaru"][0]["tps"] == LATE
    assert "Terbalik" not in json.dumps(board(""))


def test_the_number_of_questions_does_not_grow_with_the_regions(world, board):
    with count_queries(18) as asked:
        write_boards(world.election, now=NOON)
    assert asked


def test_pages_and_polls_ask_the_database_nothing(world, board, client):
    open_recap(world.recap("ppwp", "120101"), actor=world.people["120101"][0])
    write_boards(world.election, now=NOON)
    world.session.commit()
    for address in ("nasional", "12", "1201", "120101"):
        with count_queries(0):
            page = client.get(f"/rekapitulasi/uji-rekap/{address}/papan")
        assert "Kemajuan tiap jenjang" in page.text and 'data-every="30"' in page.text
    with count_queries(0):
        poll = client.get("/rekapitulasi/uji-rekap/1201/papan.json")
    assert poll.json["wilayah"]["kode"] == "1201" and poll.headers["Access-Control-Allow-Origin"] == "*"
    assert poll.cache_control.max_age and poll.cache_control.public
    again = client.get(
        "/rekapitulasi/uji-rekap/1201/papan.json", headers={"If-None-Match": poll.headers["ETag"]}
    )
    assert again.status_code == 304
    export = client.get("/rekapitulasi/uji-rekap/1201/papan?unduh=csv")
    assert export.mimetype == "text/csv" and "Sorkam,0" in export.text
    for wrong in ("uji-rekap/9", "uji-rekap/9999", "..%2fdalam/1201", "UJI/1201"):
        assert client.get(f"/rekapitulasi/{wrong}/papan").status_code == 404


def test_the_board_of_the_people_of_the_recap(world, board, client, login):
    write_boards(world.election, now=NOON)
    world.session.commit()
    login(client, world.accounts["1201"][0])
    page = client.get("/rekap/uji-rekap/1201/papan")
    assert "Berkas pleno luring di luar" in page.text and "/rekap/uji-rekap/120101/papan" in page.text
    # What lies above one's own region is the board that everybody may see, not a page that is refused.
    assert 'href="/rekapitulasi/uji-rekap/nasional/papan"' in page.text
    assert "/rekap/uji-rekap/nasional/papan" not in page.text
    assert client.get("/rekap/uji-rekap/1202/papan").status_code == 403
    assert client.get("/rekap/uji-rekap/1201/papan.json").json["luring"] == 0
