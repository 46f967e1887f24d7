"""The public JSON of Sirekap 2024 as it is served, key by key (reference: the files that KPU published)."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest

from electsys.db import db
from modules.situng import contest_by_code, contest_count, region_page, tps_form
from tests.pages import count_queries
from tests.sirekap.families import FAMILIES, family_of
from tests.sirekap.published import VILLAGE, counted_app, files_of, house  # noqa: F401
from tests.situng.conftest import CLEAN

PAIRS = {"100025", "100026", "100027"}
#: Of one village: a form that counts, one whose sums do not hold, and one that has not arrived.
A, B, ABSENT = (f"{VILLAGE}{n:03d}" for n in (1, 2, 4))
#: In another: one with votes only, one with administration only.
VOTES_ONLY, ADMINISTRATION_ONLY = (f"1201011002{n:03d}" for n in (1, 2))
WAY = ("12", "1201", "120101", VILLAGE)
STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
ADMINISTRATION = {"suara_sah", "suara_total", "suara_tidak_sah"} | {
    f"{name}_{column}"
    for name in ("pemilih_dpt", "pengguna_dpt", "pengguna_dptb", "pengguna_non_dpt", "pengguna_total")
    for column in "jlp"
}


@pytest.fixture(scope="module")
def before(counted_app, tmp_path_factory):  # noqa: F811
    """A folder that was published before any form arrived."""
    from modules.sirekap.publication.publishing import publish_election

    folder = tmp_path_factory.mktemp("kosong")
    publish_election("pemilu-2024", str(folder), region=VILLAGE)
    return folder


@pytest.fixture(scope="module")
def folder(before, house, tmp_path_factory):  # noqa: F811
    """The same after the forms."""
    nothing = {name: None for name in CLEAN if not re.fullmatch(r"suara_\d", name)}
    house.bring(
        {"kode_tps": VOTES_ONLY} | nothing,
        {"kode_tps": ADMINISTRATION_ONLY, "suara_1": None, "suara_2": None, "suara_3": None},
    )
    where = tmp_path_factory.mktemp("terbit")
    house.publish(where)
    return where


@pytest.fixture
def serve(counted_app, monkeypatch):  # noqa: F811
    """Let the site serve a folder; a client of it."""

    def choose(folder):
        monkeypatch.setitem(counted_app.config, "PUBLISH", f"pemilu-2024={folder}" if folder else "")
        return counted_app.test_client()

    return choose


@pytest.fixture
def client(serve, folder):
    return serve(folder)


@pytest.fixture
def count(folder):
    return contest_count(contest_by_code("pemilu-2024", "ppwp").id)


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


def test_nothing_counted_yet(serve, before):
    client = serve(before)
    nation = read(client, "/pemilu/hhcw/ppwp.json")
    assert nation["chart"] is None
    assert STAMP.fullmatch(nation["ts"])
    assert nation["table"]["12"] == {"psu": "Reguler", "persen": 0.0, "status_progress": False}


@pytest.mark.parametrize("depth", range(5))
def test_aggregates_sum_their_table(client, count, depth):
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
    way = "/".join(code[:n] for n in (2, 4, 6, 10))
    return read(client, f"/pemilu/hhcw/ppwp/{way}/{code}.json")


def test_a_tps_that_counts(client, count):
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


def test_a_tps_whose_sums_do_not_hold_shows_what_was_written_and_does_not_count(client):
    tps = station(client, B)
    assert tps["chart"]["100026"] == 624
    assert tps["status_suara"] is True, "the votes are there; the village tells whether they count"
    village = read(client, f"/pemilu/hhcw/ppwp/{'/'.join(WAY)}.json")
    assert village["table"][B] == {"psu": "Reguler", "persen": 0.0, "status_progress": False}


def test_a_tps_that_has_not_arrived(client):
    tps = station(client, ABSENT)
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


def test_a_tps_with_votes_only(client):
    """The chart stands beside a null ``administrasi``, as in KPU's own file of such a TPS."""
    tps = station(client, VOTES_ONLY)
    assert tps["chart"] == {"null": None, "100025": 17, "100026": 124, "100027": 9}
    assert (tps["administrasi"], tps["status_adm"], tps["status_suara"]) == (None, False, True)


def test_a_tps_with_administration_only(client):
    tps = station(client, ADMINISTRATION_ONLY)
    assert tps["chart"] is None
    assert (tps["administrasi"]["suara_total"], tps["status_adm"], tps["status_suara"]) == (151, True, False)


def test_a_cell_that_was_not_written_is_null(client):
    tps = station(client, f"{VILLAGE}003")
    assert tps["administrasi"]["suara_sah"] is None and set(tps["administrasi"]) == ADMINISTRATION
    assert (tps["status_adm"], tps["status_suara"]) == (True, True)


def test_every_published_path_is_served_as_it_lies_there_and_no_database_is_asked(client, folder):
    paths = [path for path in files_of(folder) if path.startswith(("pemilu/", "wilayah/"))]
    assert {family_of(path) for path in paths} >= {r"pemilu/ppwp", r"pemilu/partai"}
    by_family = {family_of(path): path for path in paths}
    with count_queries(0):
        for family, path in by_family.items():
            answer = client.get(f"/{path}")
            assert answer.status_code == 200 and answer.data == (folder / path).read_bytes(), path
            FAMILIES[family](json.loads(answer.data))


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
        "/pemilu/hhcw/ppwp/../ppwp.json",
        "/pemilu/..%2f..%2fmanifest.json",
        "/pemilu/%2e%2e/manifest.json",
        "/pemilu/../data/datapackage.json",
        "/pemilu/.json",
        f"/pemilu/{'a' * 300}.json",
        f"/pemilu/{'a/' * 2000}a.json",
        "/wilayah/pemilu/../../data/datapackage.json",
    ],
)
def test_what_is_not_there(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.is_json and answer.json["status"] == 404


def test_no_way_leads_out_of_the_folder(client, folder):
    (folder.parent / "rahasia.json").write_text('"rahasia"')
    outside = str(folder.parent / "rahasia")
    ways = ("../../rahasia", "%2e%2e/%2e%2e/rahasia", "..\\rahasia", f"/{outside}", outside, f"%2f{outside}")
    for path in (f"/pemilu/{way}.json" for way in ways):
        assert client.get(path).status_code in (308, 404), path


def test_before_the_first_publication_the_answer_says_so(serve, tmp_path):
    for folder in ("", tmp_path / "belum-ada"):
        answer = serve(folder).get("/pemilu/hhcw/ppwp.json")
        assert answer.status_code == 404 and answer.json["title"] == "Hasil belum diterbitkan di alamat ini."
    (tmp_path / "manifest.json").write_text("{}")
    answer = serve(tmp_path).get("/pemilu/hhcw/ppwp.json")
    assert answer.json["title"] == "Tidak ada berkas seperti ini dalam terbitan." and answer.json["hint"]


def test_a_reader_who_has_it_gets_304(client):
    first = client.get("/pemilu/hhcw/ppwp.json")
    again = client.get("/pemilu/hhcw/ppwp.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "public, max-age=15"


def test_the_demo_publishes_its_region_and_a_target_keeps_to_it(counted_app, folder, tmp_path, monkeypatch):  # noqa: F811
    from electsys.demo import Demo
    from electsys.ledger import Actor
    from modules.sirekap.publication.demo import demo_publication
    from modules.sirekap.publication.publishing import publish_election

    said = []
    demo = SimpleNamespace(**vars(Demo(VILLAGE, 2024, Actor.system("demo"), said.append)))
    demo_publication(demo)
    assert said == [], "nowhere to publish to"
    monkeypatch.setitem(counted_app.config, "PUBLISH", f"pemilu-2024={tmp_path}")
    demo_publication(demo)
    db.session.commit()
    first = files_of(tmp_path)
    assert len(said) == 1 and f"pemilu/hhcw/ppwp/{'/'.join(WAY)}/{A}.json" in first
    assert publish_election("pemilu-2024", str(tmp_path), everything=True).written == 0
    demo_publication(SimpleNamespace(**vars(demo) | {"prefix": ""}))
    assert len(said) == 1, "a whole nation is left to the worker"
    monkeypatch.setitem(counted_app.config, "PUBLISH", f"pemilu-2024={tmp_path / 'lain'}")
    (tmp_path / "lain").mkdir()
    (tmp_path / "lain/manifest.json").write_text('{"election":"pemilu-2019"}')
    demo_publication(demo)
    assert "pemilu-2019" in said[-1], "the demo goes on without its publication"
