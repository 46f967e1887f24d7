"""The public JSON of Sirekap 2024, key by key (reference: the files that KPU published)."""

from __future__ import annotations

import re

import pytest

from modules.situng import region_page, tps_form
from tests.situng.conftest import (  # noqa: F401
    CLEAN,
    bring,
    contest,
    count,
    operator,
    second,
    take_in,
    write_file,
)

PAIRS = {"100025", "100026", "100027"}
A, B, C = "1201011001001", "1201011001002", "1201011001003"
WAY = ("12", "1201", "120101", "1201011001")
STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
ADMINISTRATION = {"suara_sah", "suara_total", "suara_tidak_sah"} | {
    f"{name}_{column}"
    for name in ("pemilih_dpt", "pengguna_dpt", "pengguna_dptb", "pengguna_non_dpt", "pengguna_total")
    for column in "jlp"
}


@pytest.fixture
def counted(session, take_in, write_file):  # noqa: F811
    """One form that counts, one with sums that do not hold; the third has not arrived."""
    take_in(write_file([{"kode_tps": A}, {"kode_tps": B, "suara_2": 624}]))
    session.commit()


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer.mimetype == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return answer.json


def test_regions_on_every_level(client):
    provinces = read(client, "/wilayah/pemilu/ppwp/0.json")
    assert len(provinces) == 39
    assert provinces[0] == {"nama": "ACEH", "id": 100054, "kode": "11", "tingkat": 1}
    for depth in range(1, 5):
        rows = read(client, f"/wilayah/pemilu/ppwp/{'/'.join(WAY[:depth])}.json")
        assert rows and all(list(row) == ["nama", "id", "kode", "tingkat"] for row in rows)
        assert {row["tingkat"] for row in rows} == {depth + 1}
        assert all(row["kode"].startswith(WAY[depth - 1]) for row in rows)
    assert {"nama": "TPS 001", "kode": A}.items() <= min(rows, key=lambda row: row["kode"]).items()


def test_candidates(client):
    pairs = read(client, "/pemilu/ppwp.json")
    assert set(pairs) == PAIRS
    for pair in pairs.values():
        assert set(pair) == {"ts", "nama", "warna", "nomor_urut"}
        assert STAMP.fullmatch(pair["ts"]) and re.fullmatch("#[0-9A-F]{6}", pair["warna"])


def test_nothing_counted_yet(client):
    nation = read(client, "/pemilu/hhcw/ppwp.json")
    assert nation["chart"] is None
    assert STAMP.fullmatch(nation["ts"])
    assert nation["table"]["12"] == {"psu": "Reguler", "persen": 0.0, "status_progress": False}


@pytest.mark.parametrize("depth", range(5))
def test_aggregates_sum_their_table(client, counted, count, depth):  # noqa: F811
    way = "/".join(WAY[:depth])
    page = read(client, f"/pemilu/hhcw/ppwp{'/' + way if way else ''}.json")
    assert list(page) == ["ts", "psu", "mode", "chart", "table", "progres"]
    assert (page["psu"], page["mode"]) == ("Reguler", "hhcw") and STAMP.fullmatch(page["ts"])
    assert set(page["chart"]) == PAIRS | {"persen"}
    assert {key: page["chart"][key] for key in PAIRS} == {"100025": 17, "100026": 124, "100027": 9}
    for key in PAIRS:
        assert page["chart"][key] == sum(row.get(key, 0) for row in page["table"].values())
    total, done = page["progres"]["total"], page["progres"]["progres"]
    assert done == 1 and page["chart"]["persen"] == round(100 / total, 2)
    situng = region_page(count, WAY[depth - 1] if depth else "").area
    assert (total, done) == (situng.expected, situng.accepted)
    assert tuple(page["chart"][line.kpu_id] for line in count.lines) == situng.votes
    width = (2, 4, 6, 10, 13)[depth]
    for code, row in page["table"].items():
        assert len(code) == width
        if row["status_progress"]:
            assert list(row) == ["psu", "100025", "100026", "100027", "persen", "status_progress"]
        else:
            assert row == {"psu": "Reguler", "persen": 0.0, "status_progress": False}


def station(client, code):
    return read(client, f"/pemilu/hhcw/ppwp/{'/'.join(WAY)}/{code}.json")


def test_a_tps_that_counts(client, counted, count):  # noqa: F811
    tps = station(client, A)
    assert set(tps) == {"mode", "chart", "images", "administrasi", "psu", "ts", "status_suara", "status_adm"}
    assert tps["chart"] == {"null": None, "100025": 17, "100026": 124, "100027": 9}
    assert tps["images"] == [None, None, None]
    assert set(tps["administrasi"]) == ADMINISTRATION and len(ADMINISTRATION) == 18
    ours = {name.replace("non_dpt", "dpk"): value for name, value in tps["administrasi"].items()}
    assert ours == {name: CLEAN[name] for name in ours}
    assert tps["administrasi"]["pengguna_non_dpt_j"] == 16
    assert STAMP.fullmatch(tps["ts"])
    form = tps_form(count, A)
    assert tuple(tps["chart"][line.kpu_id] for line in count.lines) == form.accepted.votes
    assert (tps["psu"], tps["status_suara"], tps["status_adm"]) == ("Reguler", True, True)


def test_a_tps_whose_sums_do_not_hold_shows_what_was_written_and_does_not_count(client, counted):
    tps = station(client, B)
    assert tps["chart"]["100026"] == 624
    assert tps["status_suara"] is True, "the votes are there; the village tells whether they count"
    village = read(client, f"/pemilu/hhcw/ppwp/{'/'.join(WAY)}.json")
    assert village["table"][B] == {"psu": "Reguler", "persen": 0.0, "status_progress": False}


def test_a_tps_that_has_not_arrived(client, counted):
    tps = station(client, C)
    assert STAMP.fullmatch(tps.pop("ts")), "never null: programs read it as a moment"
    assert tps == {
        "mode": "hhcw",
        "chart": None,
        "images": [None, None, None],
        "administrasi": None,
        "psu": None,
        "status_suara": False,
        "status_adm": False,
    }


def test_a_tps_with_votes_only(session, client, take_in, write_file):  # noqa: F811
    """The chart stands beside a null ``administrasi``, as in KPU's own file of such a TPS."""
    nothing = {name: None for name in CLEAN if not re.fullmatch(r"suara_\d", name)}
    take_in(write_file([{"kode_tps": A} | nothing]))
    session.commit()
    tps = station(client, A)
    assert tps["chart"] == {"null": None, "100025": 17, "100026": 124, "100027": 9}
    assert (tps["administrasi"], tps["status_adm"], tps["status_suara"]) == (None, False, True)


def test_a_tps_with_administration_only(session, client, take_in, write_file):  # noqa: F811
    take_in(write_file([{"kode_tps": A, "suara_1": None, "suara_2": None, "suara_3": None}]))
    session.commit()
    tps = station(client, A)
    assert tps["chart"] is None
    assert (tps["administrasi"]["suara_total"], tps["status_adm"], tps["status_suara"]) == (151, True, False)


def test_a_cell_that_was_not_written_is_null(session, client, take_in, write_file):  # noqa: F811
    take_in(write_file([{"kode_tps": A, "pengguna_dptb_l": None}]))
    session.commit()
    tps = station(client, A)
    assert tps["administrasi"]["pengguna_dptb_l"] is None and set(tps["administrasi"]) == ADMINISTRATION
    assert (tps["status_adm"], tps["status_suara"]) == (True, True)


@pytest.mark.parametrize(
    "path",
    [
        "/pemilu/hhcw/ppwp/97.json",
        "/pemilu/hhcw/ppwp/12/1301.json",
        "/pemilu/hhcw/ppwp/12/1201/120101/1201011001/1201011001999.json",
        "/pemilu/hhcw/ppwp/1201.json",
        "/pemilu/hhcw/ppwp/12/1201/120101/1201011001/1202011001001.json",
        "/pemilu/hhcw/ppwp/12/1201/120101/1201011001/120101100100%00.json",
        "/pemilu/hhcw/ppwp/12/1201/120101/1201011001001.json",
        "/pemilu/hhcw/ppwp/1201011001001.json",
        "/pemilu/hhcw/ppwp/0.json",
        "/wilayah/pemilu/ppwp/97.json",
        "/wilayah/pemilu/ppwp/xx.json",
        "/wilayah/pemilu/ppwp/12/1201/120101/1201011001/1201011001001.json",
        "/pemilu/hhcw/pdpr.json",
    ],
)
def test_what_is_not_there(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.is_json and answer.json["status"] == 404


def test_a_reader_who_has_it_gets_304(client, counted):
    first = client.get("/pemilu/hhcw/ppwp.json")
    again = client.get("/pemilu/hhcw/ppwp.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
