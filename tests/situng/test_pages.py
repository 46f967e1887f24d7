"""The public count: page, JSON and CSV say the same; few queries, however large the region."""

from __future__ import annotations

import csv
import io

import pytest

from electsys.web.formats import angka, title_region
from tests.pages import Html, count_queries
from tests.situng.conftest import CLEAN

A, B, EMPTY = "1201011001001", "1201011001002", "1201011001003"
BASE = "/hitung-suara/pemilu-2024/ppwp"
AREAS = ["nasional", "12", "1201", "120101"]
VILLAGE = "1201011001"
COUNTERS = ("tps", "diterima_formulir", "dihitung", "anomali", "belum_lengkap", "belum_diterima")
#: Breaks F.107 by its votes, F.101, F.102 and F.109 by its voters.
WRONG = {"suara_2": 624, "pengguna_dpt_l": 165}
CODES = ["F.101", "F.102", "F.107", "F.109"]


@pytest.fixture
def counted(session, take_in, write_file):
    """One form that counts and one that cannot be right; the third TPS of the village has none."""
    take_in(write_file([{"kode_tps": A}, {"kode_tps": B} | WRONG]))
    session.commit()


def read_csv(client, code):
    answer = client.get(f"{BASE}/{code}.csv")
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.text)))


def table_rows(text):
    """The last table of a page: its body, cell by cell."""
    page = Html(text)
    table = page.all("table")[-1]
    rows = [[page.text(cell) for cell in row if cell.tag in ("th", "td")] for row in table.iter("tr")]
    return {row[0]: row[1:] for row in rows}


def numbers_of(area):
    """An area of the JSON twin as a row of the CSV twin."""
    votes = {f"suara_{number}": v for number, v in area["suara"].items()}
    return {name: str(v) for name, v in ({k: area[k] for k in COUNTERS} | votes | area["sel"]).items()}


@pytest.mark.parametrize("code", [*AREAS, VILLAGE])
def test_coverage_comes_before_shares(client, counted, code):
    text = client.get(f"{BASE}/{code}").text
    area = client.get(f"{BASE}/{code}.json").json["wilayah"]
    lead = f"1 dari {angka(area['tps'])} TPS dihitung"
    assert text.index("Yang sudah masuk") < text.index(lead) < text.index("Perolehan suara")
    assert text.index("Perolehan suara") < text.index("124 suara")
    assert [area[name] for name in COUNTERS[1:]] == [2, 1, 1, 0, area["tps"] - 2]


@pytest.mark.parametrize("code", AREAS)
def test_page_json_and_csv_of_a_region_agree(client, counted, code):
    data = client.get(f"{BASE}/{code}.json").json
    areas = [data["wilayah"], *data["rincian"]]
    assert data["wilayah"]["suara"] == {"1": 17, "2": 124, "3": 9}
    assert data["wilayah"]["sel"]["suara_total"] == 151

    rows = read_csv(client, code)
    assert [row.pop("kode") for row in rows] == [area["kode"] for area in areas]
    assert [row.pop("nama") for row in rows] == [area["nama"] for area in areas]
    assert rows == [numbers_of(area) for area in areas]

    shown = table_rows(client.get(f"{BASE}/{code}").text)
    for part in data["rincian"]:
        cells = shown[title_region(part["nama"])]
        assert cells[:2] == [angka(part["dihitung"]), angka(part["tps"])]
        assert cells[3:] == [angka(n) for n in (*part["suara"].values(), part["anomali"])]


def test_page_json_and_csv_of_a_village_agree(client, counted):
    data = client.get(f"{BASE}/{VILLAGE}.json").json
    assert data["wilayah"]["suara"] == {"1": 17, "2": 124, "3": 9}
    rows = {row["kode_tps"]: row for row in read_csv(client, VILLAGE)}
    shown = table_rows(client.get(f"{BASE}/{VILLAGE}").text)
    assert [form["kode"] for form in data["rincian"]] == list(rows)
    written = {A: CLEAN, B: CLEAN | WRONG}
    for form in data["rincian"]:
        row = rows[form["kode"]]
        assert (row["nama"], row["status"]) == (form["nama"], form["status"])
        if form["kode"] not in written:
            assert form["status"] == "belum_diterima" and form["versi"] == []
            assert not any(row[name] for name in CLEAN)
            continue
        (version,) = form["versi"]
        numbers = version["sel"] | {f"suara_{n}": v for n, v in version["suara"].items()}
        assert numbers == written[form["kode"]]
        assert {name: row[name] for name in CLEAN} == {name: str(v) for name, v in numbers.items()}
        assert row["kesalahan"].split() == version["kesalahan"]
        votes = [numbers[name] for name in ("suara_1", "suara_2", "suara_3")]
        sums = [numbers[name] for name in ("suara_sah", "suara_tidak_sah", "suara_total")]
        assert shown[form["nama"]][1:7] == [angka(n) for n in votes + sums]


def test_page_json_and_csv_of_a_tps_agree(client, counted):
    (version,) = client.get(f"{BASE}/{B}.json").json["versi"]
    numbers = version["sel"] | {f"suara_{n}": v for n, v in version["suara"].items()}
    assert numbers == CLEAN | WRONG
    (row,) = read_csv(client, B)
    assert {name: int(row[name]) for name in CLEAN} == numbers
    page = Html(client.get(f"{BASE}/{B}").text)
    cells = [page.text(td) for td in page.all("td") if "num" in (td.get("class") or "").split()]
    votes = list(version["suara"].values())
    assert cells == [angka(n) for n in (*votes, *version["sel"].values())]


def test_a_flagged_form_lists_every_reason_everywhere(client, counted):
    page = Html(client.get(f"{BASE}/{B}").text)
    listed = sorted({page.text(a) for a in page.with_class("finding-code")})
    assert [code for code in listed if code.startswith("F.")] == CODES
    assert all(len(page.text(finding)) > 30 for finding in page.with_class("finding")), "a reason in words"
    assert "Anomali" in page.text()
    kept = client.get(f"{BASE}/{B}.json").json["versi"][0]["kesalahan"]
    assert sorted({key.split(":")[0] for key in kept}) == CODES
    assert read_csv(client, B)[0]["kesalahan"].split() == kept
    village = client.get(f"{BASE}/{VILLAGE}").text
    assert all(code in village for code in CODES)
    assert not Html(client.get(f"{BASE}/{A}").text).with_class("finding-f")


def test_a_tps_without_a_form(client, counted):
    assert "Formulir TPS ini belum diterima." in client.get(f"{BASE}/{EMPTY}").text
    assert client.get(f"{BASE}/{EMPTY}.json").json["status"] == "belum_diterima"
    assert read_csv(client, EMPTY)[0]["suara_1"] == ""


@pytest.mark.parametrize("twin", ["", ".json", ".csv"])
@pytest.mark.parametrize("code", ["97", "1299", "xx", "12010110019999", "1201011001999", "٣١"])
def test_what_is_not_there(client, code, twin):
    assert client.get(f"{BASE}/{code}{twin}").status_code == 404


@pytest.mark.parametrize("path", ["pemilu-1955/ppwp/12", "pemilu-2024/pilkades/12"])
def test_no_such_contest(client, path):
    assert client.get(f"/hitung-suara/{path}").status_code == 404


def sent(client, code, most=10):
    client.get(f"{BASE}/{code}")
    with count_queries(most) as queries:
        client.get(f"{BASE}/{code}")
    return len(queries)


@pytest.mark.parametrize("twin", ["", ".json", ".csv"])
def test_queries_do_not_grow_with_the_region(client, counted, twin):
    """39 provinces with numbers below them, or one kecamatan without any: the same few queries."""
    assert len({sent(client, code + twin) for code in [*AREAS, "120103"]}) == 1
    sent(client, A + twin, 10 if twin else 11)  # a page asks for the other contests of its place


def test_queries_do_not_grow_with_the_forms(session, client, counted, take_in, write_file):
    before = sent(client, VILLAGE)
    take_in(write_file([{"kode_tps": f"{VILLAGE}{n:03}"} for n in (3, 4, 5)], "lagi.csv"))
    session.commit()
    assert client.get(f"{BASE}/{VILLAGE}.json").json["wilayah"]["dihitung"] == 4
    assert sent(client, VILLAGE) == before


def test_files_and_anomalies_are_for_the_people_of_the_region(
    session, client, make_account, login, take_in, write_file
):
    batch = take_in(write_file([{"kode_tps": A}, {"kode_tps": B} | WRONG]))
    ours, theirs = make_account("operator_kpu_kabko", "1201"), make_account("operator_kpu_kabko", "3171")
    session.commit()
    page, queue = f"/hasil/berkas/{batch.id}", "/hasil/anomali/pemilu-2024/ppwp"
    login(client, ours)
    assert f"Berkas hasil {batch.id}" in client.get(page).text
    assert f'href="{page}"' in client.get("/hasil/berkas").text
    assert B in client.get(queue).text and A not in client.get(queue).text
    (row,) = csv.DictReader(io.StringIO(client.get(f"{queue}?unduh=csv").text.lstrip("\ufeff")))
    assert row["Kode TPS"] == B
    found = {key.split(":")[0] for key in row["Yang bertentangan"].split()}
    assert sorted(code for code in found if code.startswith("F.")) == CODES
    login(client, theirs)
    assert client.get(page).status_code == 403
    assert f'href="{page}"' not in client.get("/hasil/berkas").text
    assert B not in client.get(queue).text
    assert B not in client.get(f"{queue}?unduh=csv").text
    assert client.get(f"{queue}?wilayah=1201").status_code == 403


@pytest.mark.parametrize("path", ["/hasil/berkas", "/hasil/anomali/pemilu-2024/ppwp"])
def test_the_rooms_behind_are_not_public(client, path):
    assert client.get(path).status_code in (302, 401)
